"""What a coordinator finds to edit, and what there is to choose from; only within their scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from db.engine import Session
from db.queries import editing as queries
from db.queries.editing import MentorChoice, VenueChoice
from domain.editing import Made, Span, between, municipalities_of
from domain.people import Actor, Right
from domain.programme import Activity, Slot
from services.editing import find_activity, find_slot
from services.finding import Rank
from services.rights import needs
from services.spreadsheet import folded

__all__ = ["MentorChoice", "VenueChoice"]

FOUND_SHOWN = 8
SLOTS_SHOWN = 6
"""Slots on one page: with their buttons they fit a phone."""
CHOICES_SHOWN = 8


@needs(Right.RUN_PROGRAMME)
def search(session: Session, actor: Actor, query: str, rank: Rank) -> list[Activity]:
    """What has this code, then by meaning; also what has no slots any more."""
    scope = municipalities_of(actor.scope)
    exact = queries.ids_by_code(session, scope, query.strip())
    ranked = rank(query, queries.activity_ids(session, scope))
    return queries.activities(session, list(dict.fromkeys([*exact, *ranked]))[:FOUND_SHOWN])


@dataclass(frozen=True, slots=True)
class SlotPage:
    slots: tuple[tuple[Slot, Activity], ...]
    page: int
    last: int


def _page(page: int, total: int, size: int) -> tuple[int, int]:
    last = max(0, (total - 1) // size)
    return min(page, last), last


@needs(Right.RUN_PROGRAMME)
def slots_of_span(
    session: Session, actor: Actor, span: Span, page: int, now: datetime, zone: tzinfo
) -> SlotPage:
    """Slots that are not over and begin within the span, cancelled ones too."""
    scope = municipalities_of(actor.scope)
    after, until = between(span, now, zone)
    slots, total = queries.slots_between(session, scope, after, until, page * SLOTS_SHOWN, SLOTS_SHOWN)
    number, last = _page(page, total, SLOTS_SHOWN)
    if not slots and total:
        slots, _ = queries.slots_between(session, scope, after, until, number * SLOTS_SHOWN, SLOTS_SHOWN)
    return SlotPage(tuple(slots), number, last)


@dataclass(frozen=True, slots=True)
class ActivityPage:
    activity: Activity
    slots: tuple[Slot, ...]
    page: int
    last: int
    mentors: tuple[str, ...]
    """Names of the people who are linked as its mentors."""


@needs(Right.RUN_PROGRAMME)
def open_activity(session: Session, actor: Actor, activity_id: int, page: int, now: datetime) -> ActivityPage:
    """Raises NotThere, Forbidden."""
    activity = find_activity(session, actor, activity_id)
    slots, total = queries.slots_of(session, activity_id, now, page * SLOTS_SHOWN, SLOTS_SHOWN)
    number, last = _page(page, total, SLOTS_SHOWN)
    if not slots and total:
        slots, _ = queries.slots_of(session, activity_id, now, number * SLOTS_SHOWN, SLOTS_SHOWN)
    linked = [one.name for one in queries.mentors(session, activity_id, frozenset()) if one.linked]
    return ActivityPage(activity, tuple(slots), number, last, tuple(linked))


@dataclass(frozen=True, slots=True)
class SlotFacts:
    slot: Slot
    activity: Activity
    unsent: tuple[Made, ...]
    """Edits of this slot that nobody has read yet."""


@needs(Right.RUN_PROGRAMME)
def open_slot(session: Session, actor: Actor, slot_id: int, now: datetime) -> SlotFacts:
    """Raises NotThere, Forbidden."""
    slot, activity = find_slot(session, actor, slot_id)
    edits = queries.open_edits(session, now, slot_id=slot_id)
    return SlotFacts(slot, activity, tuple(edits))


@dataclass(frozen=True, slots=True)
class AddingFacts:
    """Where an added slot belongs, and the latest one to go by."""

    activity: Activity
    last: Slot | None


@needs(Right.RUN_PROGRAMME)
def open_adding(session: Session, actor: Actor, activity_id: int) -> AddingFacts:
    """Raises NotThere, Forbidden."""
    activity = find_activity(session, actor, activity_id)
    return AddingFacts(activity, queries.last_slot(session, activity_id))


@dataclass(frozen=True, slots=True)
class VenuePage:
    activity: Activity
    venues: tuple[VenueChoice, ...]
    page: int
    last: int
    query: str


@needs(Right.RUN_PROGRAMME)
def venues(session: Session, actor: Actor, activity_id: int, query: str, page: int) -> VenuePage:
    """Venues of the scope but the present one; those whose name, address or code has the words of ``query``.

    Raises:
        NotThere, Forbidden
    """
    activity = find_activity(session, actor, activity_id)
    words = folded(query).split()
    found = [
        venue
        for venue in queries.venues(session, municipalities_of(actor.scope))
        if venue.id != activity.venue.id
        and all(word in folded(f"{venue.name} {venue.address}") for word in words)
    ]
    number, last = _page(page, len(found), CHOICES_SHOWN)
    shown = found[number * CHOICES_SHOWN : (number + 1) * CHOICES_SHOWN]
    return VenuePage(activity, tuple(shown), number, last, query)


@dataclass(frozen=True, slots=True)
class MentorPage:
    activity: Activity
    mentors: Sequence[MentorChoice]
    page: int
    last: int


@needs(Right.RUN_PROGRAMME)
def mentors(session: Session, actor: Actor, activity_id: int, page: int) -> MentorPage:
    """People with the role of a mentor, those who lead the activity first.

    Raises:
        NotThere, Forbidden
    """
    activity = find_activity(session, actor, activity_id)
    found = queries.mentors(session, activity_id, municipalities_of(actor.scope))
    number, last = _page(page, len(found), CHOICES_SHOWN)
    return MentorPage(activity, found[number * CHOICES_SHOWN : (number + 1) * CHOICES_SHOWN], number, last)
