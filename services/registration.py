"""Registration, changes of the profile, withdrawal of consent, everything about a person, and forgetting them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from db.engine import Session
from db.erasing import erase_traces
from db.queries import announcements, broadcasts, people, watches
from db.queries import booking as bookings
from domain.announcement import Choice, Received
from domain.booking import Planned
from domain.people import Actor, Address, Person, Right, Role, actor_for
from domain.registration import CONSENT_VERSION, Draft, next_question
from domain.roles import RECORD_KEPT
from services import questions, roles
from services.announcements import chosen
from services.rights import needs
from services.waiting_list import release_everything

FORGET_AFTER = timedelta(days=365)
"""A person who was not here for so long, and expects nothing, is deleted."""
FORGET_STRANGERS_AFTER = timedelta(days=90)
"""The same for those who never registered."""


class IncompleteDraft(Exception):
    """A draft with open questions was offered as a registration."""


@needs(Right.SELF)
def register(session: Session, actor: Actor, draft: Draft, now: datetime) -> Person:
    """Make the draft the person's record, with the version and the moment of their consent.

    Raises:
        IncompleteDraft
    """
    if next_question(draft) is not None or actor.person is None:
        raise IncompleteDraft
    student = draft.role is Role.STUDENT
    people.update_person(
        session,
        actor.person_id,
        {
            "role": draft.role,
            "name": draft.name,
            "municipality_code": draft.municipality,
            "grade": draft.grade if student else None,
            "organisation": None if student else draft.organisation,
            "consent_version": actor.person.consent_version or CONSENT_VERSION,
            "consent_at": actor.person.consent_at or now,
        },
    )
    person = people.by_id(session, actor.person_id)
    assert person is not None  # noqa: S101 - updated above
    return person


@needs(Right.SELF)
def withdraw_consent(session: Session, actor: Actor, now: datetime, zone: tzinfo) -> None:
    """Without consent nothing of a person may be kept but their address: places are given back, staff roles end."""
    roles.leave(session, actor, now)
    release_everything(session, actor.person_id, now, zone)
    people.update_person(
        session,
        actor.person_id,
        {
            "role": None,
            "name": None,
            "municipality_code": None,
            "grade": None,
            "organisation": None,
            "consent_version": None,
            "consent_at": None,
            "filters": {},
        },
    )
    people.forget_companions(session, actor.person_id)
    announcements.delete_choice(session, actor.person_id)
    people.forget_reports(session, actor.person_id)
    watches.delete_wishes_of(session, actor.person_id)
    erase_traces(session)


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
    stored: people.Stored
    bookings: tuple[Planned, ...]
    announcements: Choice
    received: tuple[Received, ...]


@needs(Right.SELF)
def everything_about_me(session: Session, actor: Actor) -> Dossier:
    person = people.by_id(session, actor.person_id)
    assert person is not None  # noqa: S101 - the actor was read a moment ago
    return Dossier(
        person,
        people.stored(session, person.id),
        tuple(bookings.all_of(session, person.id)),
        chosen(session, actor),
        tuple(announcements.received(session, person.id, 0, None)),
    )
