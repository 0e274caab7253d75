"""What is read for letters about no booking when they are written, and whether their reader may still read them.

Whoever coordinates no more, or elsewhere, gets nothing that was owed to them as a coordinator: it goes to those who
have the right at this hour.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from db.engine import Session
from db.queries import broadcasts, mentoring, people, programme, questions, roles
from db.queries import deliveries as queries
from domain.broadcast import Status
from domain.delivery import DeliveryKind, Owed
from domain.delivery_rules import RULES, Reader
from domain.facts import (
    Facts,
    OfActivity,
    OfBroadcast,
    OfGroup,
    OfHolder,
    OfInvite,
    OfQuestion,
    OfReport,
    OfWaiting,
)
from domain.letters import Delivery
from domain.mentoring import may_decline
from domain.payloads import CannotLead, Found, GroupToTidy, Lost, OfGrant, OfInvitation, OfTurn, ToConfirm
from domain.people import Address
from domain.question import Question
from domain.roles import refusal
from services.four_eyes import seconds

Scopes = Mapping[int, frozenset[str] | None]
"""By person who coordinates: their municipalities, None for all."""
INHERITED = (DeliveryKind.QUESTION, DeliveryKind.CANNOT_LEAD, DeliveryKind.TO_CONFIRM)
"""Whose reader may change: their ``dedup_key`` ends with the reader's id."""


@dataclass(frozen=True, slots=True)
class _Desk:
    """What every letter of a batch is read with."""

    session: Session
    scopes: Scopes
    appointed: Collection[Address]
    now: datetime


def known(
    session: Session, due: Sequence[Delivery], now: datetime, appointed: Collection[Address]
) -> dict[int, Facts]:
    """By delivery, what its letter says, for those that make sense still and whose reader may read it."""
    to_staff = [each for each in due if RULES[each.kind].reader is Reader.COORDINATOR]
    scopes = questions.all_coordinators(session, appointed) if to_staff else {}
    desk = _Desk(session, scopes, appointed, now)
    found: dict[int, Facts] = {}
    for kind, read in _READ.items():
        of_kind = [each for each in due if each.kind is kind]
        if of_kind:
            found |= read(desk, of_kind)
    refused = {each.id for each in to_staff if each.id in found and not _may_read(desk, each, found[each.id])}
    for delivery in to_staff:
        if delivery.id in refused and delivery.kind in INHERITED:
            _pass_on(desk, delivery, found[delivery.id])
    return {id_: facts for id_, facts in found.items() if id_ not in refused}


def _may_read(desk: _Desk, delivery: Delivery, facts: Facts) -> bool:
    return delivery.person_id in _readers(desk, delivery, facts)


def _readers(desk: _Desk, delivery: Delivery, facts: Facts) -> set[int]:
    """Who may read this letter to coordinators at this moment."""
    scopes = desk.scopes
    match facts:
        case OfQuestion(question) if delivery.kind is DeliveryKind.QUESTION:
            return _covering(scopes, question.municipality)
        case OfQuestion(question):
            return _covering(scopes, question.municipality) & {delivery.person_id}
        case OfReport(led):
            return _covering(scopes, led.activity.venue.municipality)
        case OfBroadcast(broadcast) if delivery.kind is DeliveryKind.TO_CONFIRM:
            return set(seconds(desk.session, broadcast.author_id or 0, desk.now, desk.appointed))
        case OfBroadcast(broadcast) if delivery.kind is DeliveryKind.HANDED_OVER:
            return _covering_all(scopes, broadcast.within) & {delivery.person_id}
        case OfInvite(invitation):
            return _covering(scopes, invitation.grant.municipality) & {invitation.created_by or 0}
        case OfHolder():
            return _covering_all(scopes, None) & {delivery.person_id}
        case OfBroadcast(broadcast):
            return set(scopes) & {broadcast.author_id or 0}
        case _:
            return set(scopes) & {delivery.person_id}


def _covering(scopes: Scopes, municipality: str | None) -> set[int]:
    return {person for person, where in scopes.items() if where is None or municipality in where}


def _covering_all(scopes: Scopes, places: Collection[str] | None) -> set[int]:
    """``places`` None: all of them."""
    return {
        person
        for person, where in scopes.items()
        if where is None or (places is not None and where.issuperset(places))
    }


def _pass_on(desk: _Desk, delivery: Delivery, facts: Facts) -> None:
    """Owe it to those who may read it now; whoever is owed it already, or has had it, hears nothing new."""
    about = delivery.dedup_key.removesuffix(f":{delivery.person_id}")
    queries.insert_owed(
        desk.session,
        [
            Owed(
                dedup_key=f"{about}:{heir}",
                kind=delivery.kind,
                person_id=heir,
                due_at=desk.now,
                lane=delivery.lane,
                question_id=delivery.question_id,
                broadcast_id=delivery.broadcast_id,
                not_after=delivery.not_after,
                payload=delivery.payload,
            )
            for heir in sorted(_readers(desk, delivery, facts))
        ],
    )


def _of_questions(desk: _Desk, due: Sequence[Delivery]) -> dict[int, Facts]:
    wanted = {each.question_id for each in due if each.question_id is not None}
    asked = {id_: found for id_ in wanted if (found := questions.question(desk.session, id_)) is not None}
    names = people.consented_names(desk.session, {question.person_id for question in asked.values()})
    asked = {id_: replace(found, asker=names.get(found.person_id, "")) for id_, found in asked.items()}
    return {
        each.id: facts
        for each in due
        if each.question_id in asked and (facts := _of_question(each, asked[each.question_id]))
    }


def _of_question(delivery: Delivery, question: Question) -> OfQuestion | None:
    """None: the answer is there already, or the message that it tells is not there any more."""
    payload = delivery.payload
    if not isinstance(payload, OfTurn) or payload.closed:
        return OfQuestion(question, None)
    by_coordinator = delivery.kind is DeliveryKind.ANSWER
    if not by_coordinator and not question.status.waits_for_coordinator:
        return None
    turns = [
        turn
        for turn in question.turns
        if (turn.from_coordinator is by_coordinator if payload.turn is None else turn.id == payload.turn)
    ]
    return OfQuestion(question, turns[-1]) if turns else None


def _of_lost(desk: _Desk, due: Sequence[Delivery]) -> dict[int, Facts]:
    """An answer that did not arrive; where the question has gone, too, there is only a number of others."""
    gone = [each for each in due if isinstance(each.payload, Lost) and each.payload.gone]
    rest = [each for each in due if each not in gone]
    return {each.id: OfWaiting(0) for each in gone} | _of_questions(desk, rest)


def _of_broadcasts(desk: _Desk, due: Sequence[Delivery]) -> dict[int, Facts]:
    wanted = {each.broadcast_id for each in due if each.broadcast_id is not None}
    found = {id_: one for id_ in wanted if (one := broadcasts.broadcast(desk.session, id_)) is not None}
    names = people.consented_names(desk.session, {one.author_id for one in found.values() if one.author_id})
    facts: dict[int, Facts] = {}
    for each in due:
        broadcast = found.get(each.broadcast_id or 0)
        if broadcast is None:
            continue
        if each.kind is DeliveryKind.HANDED_OVER and broadcast.status is not Status.HELD:
            continue
        if isinstance(each.payload, ToConfirm) and not (
            broadcast.status is Status.UNCONFIRMED and each.payload.revision in (None, broadcast.revision)
        ):
            continue
        facts[each.id] = OfBroadcast(broadcast, names.get(broadcast.author_id or 0, ""))
    return facts


def _of_reports(desk: _Desk, due: Sequence[Delivery]) -> dict[int, Facts]:
    """What a mentor said of a time that is not the slot's any more, or who does not lead it any more, is void."""
    facts: dict[int, Facts] = {}
    for each in due:
        payload = each.payload
        if not isinstance(payload, CannotLead):
            continue
        mentor_id = payload.mentor_id or int(each.dedup_key.split(":")[1])
        led = mentoring.led_slot(desk.session, payload.slot_id, mentor_id)
        if led is None or led.slot.starts_at != payload.starts_at or not may_decline(led.slot, desk.now):
            continue
        names = people.consented_names(desk.session, {mentor_id})
        facts[each.id] = OfReport(led, names.get(mentor_id, ""))
    return facts


def _of_watches(desk: _Desk, due: Sequence[Delivery]) -> dict[int, Facts]:
    facts: dict[int, Facts] = {}
    for each in due:
        if isinstance(each.payload, Found):
            activity = programme.activity_by_id(desk.session, each.payload.activity_id)
            if activity is not None:
                facts[each.id] = OfActivity(activity)
    return facts


def _of_waiting(desk: _Desk, due: Sequence[Delivery]) -> dict[int, Facts]:
    counts = {
        each.id: questions.count_waiting(desk.session, desk.scopes[each.person_id])
        for each in due
        if each.person_id in desk.scopes
    }
    return {id_: OfWaiting(count) for id_, count in counts.items() if count}


def _of_invitations(desk: _Desk, due: Sequence[Delivery]) -> dict[int, Facts]:
    """While somebody waits, or may still come."""
    facts: dict[int, Facts] = {}
    for each in due:
        if not isinstance(each.payload, OfInvitation):
            continue
        found = roles.by_id(desk.session, each.payload.invitation)
        if found is None:
            continue
        is_open = refusal(found, None, desk.now) is None if each.payload.stranger else found.is_waiting
        if is_open:
            facts[each.id] = OfInvite(found)
    return facts


def _of_grants(desk: _Desk, due: Sequence[Delivery]) -> dict[int, Facts]:
    """While they hold it."""
    facts: dict[int, Facts] = {}
    for each in due:
        if isinstance(each.payload, OfGrant) and (found := roles.holder(desk.session, each.payload.grant)):
            names = people.consented_names(desk.session, {found.person_id})
            facts[each.id] = OfHolder(replace(found, name=names.get(found.person_id)))
    return facts


def _of_group(desk: _Desk, due: Sequence[Delivery]) -> dict[int, Facts]:
    """Who has the role again need not be taken out."""
    facts: dict[int, Facts] = {}
    for each in due:
        former = each.payload.former_id if isinstance(each.payload, GroupToTidy) else None
        if former is None:
            facts[each.id] = OfGroup()
        elif former not in desk.scopes:
            names = people.consented_names(desk.session, {former})
            facts[each.id] = OfGroup(names.get(former, ""), is_former=True)
    return facts


_Read = Callable[[_Desk, Sequence[Delivery]], dict[int, Facts]]
_READ: Mapping[DeliveryKind, _Read] = {
    DeliveryKind.QUESTION: _of_questions,
    DeliveryKind.ANSWER: _of_questions,
    DeliveryKind.LOST_ANSWER: _of_lost,
    DeliveryKind.OPEN_QUESTIONS: _of_waiting,
    DeliveryKind.GROUP_TO_TIDY: _of_group,
    DeliveryKind.CANNOT_LEAD: _of_reports,
    DeliveryKind.TO_CONFIRM: _of_broadcasts,
    DeliveryKind.CONFIRMED: _of_broadcasts,
    DeliveryKind.SENT_BACK: _of_broadcasts,
    DeliveryKind.GREW: _of_broadcasts,
    DeliveryKind.HANDED_OVER: _of_broadcasts,
    DeliveryKind.ROLE_ASKED: _of_invitations,
    DeliveryKind.NEW_COORDINATOR: _of_grants,
    DeliveryKind.WATCH: _of_watches,
}
"""Kinds whose words are in no booking and in no broadcast to its recipients: those whose rule names facts."""
