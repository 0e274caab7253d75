"""Registration, changes of the profile, withdrawal of consent, everything about a person, and forgetting them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from db.contained import one_by_one
from db.engine import Session
from db.erasing import erase_traces
from db.queries import announcements, broadcasts, dossier, people
from db.queries import booking as bookings
from domain.announcement import Choice, Received
from domain.consent import ConsentText
from domain.delivery import DeliveryKind, Owed
from domain.dossier import Names, Record, audience_of
from domain.payloads import LetGo
from domain.people import YOUNG_FOR, Actor, Address, Person, Right, Role, actor_for
from domain.registration import Draft, next_question
from domain.reminders import DEFAULT
from domain.roles import RECORD_KEPT
from services import forms, questions, roles
from services.announcements import chosen
from services.deliveries import owe
from services.rights import needs
from services.waiting_list import release_everything

FORGET_AFTER = timedelta(days=365)
"""A person who was not here for so long, and expects nothing, is deleted."""
FORGET_STRANGERS_AFTER = timedelta(days=90)
"""The same for those who never registered."""


class IncompleteDraft(Exception):
    """A draft with open questions was offered as a registration."""


class TooYoung(Exception):
    """An adult signs up whoever is younger than fourteen, and so says the draft, or the person said so of late."""


@needs(Right.SELF)
def register(session: Session, actor: Actor, draft: Draft, consent: ConsentText, now: datetime) -> Person:
    """Make the draft the person's record, with the text that they agreed to and the moment.

    A consent to this very text stays as it was given.

    Raises:
        IncompleteDraft
        TooYoung: nothing is stored.
    """
    if next_question(draft) is not None or actor.person is None:
        raise IncompleteDraft
    before = people.by_id(session, actor.person_id) or actor.person
    student = draft.role is Role.STUDENT
    if draft.is_too_young or (student and before.is_young(now)):
        raise TooYoung
    values: dict[str, Any] = {
        "role": draft.role,
        "name": draft.name,
        "municipality_code": draft.municipality,
        "grade": draft.grade if student else None,
        "organisation": None if student else draft.organisation,
    }
    if not before.has_agreed_to(consent):
        people.keep_consent_text(session, consent, now)
        values |= {
            "consent_version": consent.version,
            "consent_digest": consent.digest,
            "consent_at": now,
        }
    people.update_person(session, actor.person_id, values)
    if before.name is not None:
        erase_traces(session)
    person = people.by_id(session, actor.person_id)
    assert person is not None  # noqa: S101 - updated above
    return person


@needs(Right.SELF)
def withdraw_consent(session: Session, actor: Actor, now: datetime, zone: tzinfo) -> None:
    """Without consent nothing of a person is kept but the number of their chat, as of any stranger."""
    _begin_anew(session, actor.person_id, now, zone)


@needs(Right.SELF)
def is_too_young(session: Session, actor: Actor, now: datetime, zone: tzinfo) -> None:
    """The person is younger than fourteen: whatever was stored goes, and for a day the answer holds."""
    _begin_anew(session, actor.person_id, now, zone, young_at=now)


def let_young_pupils_go(
    session: Session, now: datetime, zone: tzinfo, beyond: int = 0, limit: int = 20
) -> dict[int, Address]:
    """Pupils whom an older release stored, and an adult signs up: as if they had just said so, and they are told.

    Whom, by the number they had. Where one cannot be let go, the others are, and the log names it.
    """

    def let_go(person_ids: Sequence[int]) -> None:
        for id_ in person_ids:
            bookings_held = len(bookings.plan(session, id_, coming_from=now))
            stranger = _begin_anew(session, id_, now, zone, young_at=now)
            kind = DeliveryKind.CHILD_LET_GO
            owe(session, [Owed(f"{kind}:{stranger}", kind, stranger, now, payload=LetGo(bookings_held))])

    found = people.young_pupils(session, beyond, limit)
    one_by_one(session, "person", {id_: id_ for id_ in found}, let_go, now)
    return found


def _begin_anew(
    session: Session, person_id: int, now: datetime, zone: tzinfo, young_at: datetime | None = None
) -> int:
    """Delete the person with everything, and meet them as a stranger: the number of that one."""
    address = people.address_of(session, person_id)
    _delete(session, person_id, now, zone)
    people.insert_people(session, [address], int(DEFAULT), now)
    found = people.by_address(session, address)
    assert found is not None  # noqa: S101 - inserted above
    people.update_person(session, found[1].id, {"young_at": young_at})
    return found[1].id


@needs(Right.SELF)
def delete_me(session: Session, actor: Actor, now: datetime, zone: tzinfo) -> bool:
    """Delete the person with bookings, queued messages and wishes; waiting lists move on.

    True: a record stays of the staff role that they held within a year.
    """
    return _delete(session, actor.person_id, now, zone)


def _delete(session: Session, person_id: int, now: datetime, zone: tzinfo) -> bool:
    """All but the record of somebody who held a staff role within a year. Whether one stays."""
    person = people.by_id(session, person_id)
    if person is not None:
        roles.leave(session, actor_for(person), now)
    release_everything(session, person_id, now, zone)
    bookings.uncount(session, person_id)
    broadcasts.delete_drafts_of(session, person_id)
    questions.leave(session, person_id, now)
    forms.forget(session, people.address_of(session, person_id))
    kept = roles.keeps_record(session, person_id, now)
    if kept:
        people.reduce_to_record(session, person_id, now)
    else:
        people.delete_person(session, person_id, now)
    return kept


def gone(session: Session, now: datetime, beyond: int = 0, limit: int = 50) -> list[int]:
    """Who has been away too long, in the order of their numbers, from ``beyond`` on."""
    return people.not_seen(
        session,
        registered_before=now - FORGET_AFTER,
        strangers_before=now - FORGET_STRANGERS_AFTER,
        coming_after=now,
        record_after=now - RECORD_KEPT,
        limit=limit,
        beyond=beyond,
    )


def forget_the_gone(session: Session, now: datetime, zone: tzinfo, limit: int = 200, beyond: int = 0) -> int:
    """The nightly deletion of those who have been away too long. How many."""
    found = gone(session, now, beyond, limit)
    for person_id in found:
        _delete(session, person_id, now, zone)
    people.forget_young(session, now - YOUNG_FOR)
    return len(found)


def forget_departed(
    session: Session,
    left: Mapping[str, datetime],
    hashed: Callable[[Address], str],
    now: datetime,
    zone: tzinfo,
) -> int:
    """Delete again whom an older copy brought back: how many.

    ``left`` says when somebody left, by the hash of their address; who came after that stays.
    """
    gone = [
        person_id
        for person_id, address, came_at in people.came_before(session, max(left.values()))
        if came_at < left.get(hashed(address), came_at)
    ]
    for person_id in gone:
        _delete(session, person_id, now, zone)
    return len(gone)


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything stored about a person."""

    person: Person
    records: tuple[Record, ...]
    names: Names
    announcements: Choice
    received: tuple[Received, ...]


@needs(Right.SELF)
def everything_about_me(session: Session, actor: Actor) -> Dossier:
    person = people.by_id(session, actor.person_id)
    assert person is not None  # noqa: S101 - the actor was read a moment ago
    records = dossier.records(session, person.id, person.address)
    aimed = [audience_of(record) for record in records]
    activities = {activity for each in aimed if each is not None for activity in each.activities}
    return Dossier(
        person,
        tuple(records),
        dossier.names(session, records, activities),
        chosen(session, actor),
        tuple(announcements.received(session, person.id, 0, None)),
    )
