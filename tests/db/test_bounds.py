"""Whatever a person may have has a limit, or a reason why it needs none."""

from __future__ import annotations

from db.models import Base
from domain.limits import LIMITS, Kept

BOUNDS: dict[str, Kept | str] = {
    "booking": "one row for a person and a slot; Kept.BOOKINGS and Kept.WAITS of those that are to come",
    "watch": Kept.WISHES,
    "delivery": "what we say ourselves, about things that are bounded",
    "announcement_choice": "one row for a person",
    "activity_mentor": "coordinators link mentors",
    "role_grant": "coordinators give roles",
    "invite": "coordinators invite",
    "broadcast": "coordinators write",
    "audience": "coordinators save",
    "edit": "coordinators edit",
    "log_entry": "what coordinators and mentors do for others",
    "question": "Kept.QUESTIONS of those that wait, Kept.QUESTIONS_A_DAY of those begun",
    "question_message": "turns of a question, ``MOST_TURNS`` in ten minutes",
}
"""By table: its limit, or who else keeps it small."""


def test_every_table_with_people_has_a_bound_or_a_reason() -> None:
    of_people = {
        table.name
        for table in Base.metadata.tables.values()
        if any(key.column.table.name == "person" for key in table.foreign_keys)
    }
    assert of_people == BOUNDS.keys()


def test_every_kind_of_thing_has_its_row() -> None:
    assert LIMITS.keys() == set(Kept)
    assert all(limit.most >= 1 for limit in LIMITS.values())
