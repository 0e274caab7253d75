"""Announcements of a day to somebody who wants them together: one letter, and whatever is alone stays alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from domain.delivery import DeliveryKind, DeliveryStatus, Lane
from domain.letters import Delivery, Letter, Part, Post, Reader, sort
from domain.payloads import ToRecipient
from domain.people import Address
from tests.town import moscow

NOW = moscow("12 18:00")
READERS = {
    number: Reader(number, Address("telegram", str(number)), None, reachable=True, paused_until=None)
    for number in (1, 2)
}


def part(id_: int, person: int = 1, *, digest: bool = True, lane: Lane = Lane.BROADCAST) -> Part:
    return Part(
        Delivery(
            id=id_,
            kind=DeliveryKind.BROADCAST,
            person_id=person,
            booking_id=None,
            payload=ToRecipient(digest=digest),
            lane=lane,
            due_at=NOW,
            not_after=None,
            attempts=0,
            broadcast_id=id_ * 10,
        )
    )


def sorted_out(*parts: Part) -> Post:
    return sort(READERS, parts, {}, NOW)


def shape(letter: Letter) -> tuple[int, tuple[int, ...], bool]:
    return letter.reader.person_id, letter.ids, letter.is_digest


def test_those_of_a_digest_are_one_letter_the_latest_first() -> None:
    post = sorted_out(part(1), part(2, 2), part(3), part(4, 2), part(5))
    assert [shape(letter) for letter in post.letters] == [(1, (5, 3, 1), True), (2, (4, 2), True)]
    assert {letter.kind for letter in post.letters} == {DeliveryKind.BROADCAST}
    assert (post.dropped, post.postponed) == ({}, [])


def test_one_alone_is_itself() -> None:
    assert [shape(letter) for letter in sorted_out(part(1)).letters] == [(1, (1,), False)]


def test_what_comes_at_once_stays_out_of_the_digest() -> None:
    urgent = part(2, digest=False, lane=Lane.REMINDER)
    post = sorted_out(part(1), urgent, part(3), part(4, digest=False))
    assert [(shape(letter), letter.lane) for letter in post.letters] == [
        ((1, (2,), False), Lane.REMINDER),
        ((1, (4,), False), Lane.BROADCAST),
        ((1, (3, 1), True), Lane.BROADCAST),
    ]


def test_of_a_correction_or_a_recall_there_is_no_digest() -> None:
    corrections = [
        replace(each, delivery=replace(each.delivery, kind=DeliveryKind.CORRECTION))
        for each in (part(1), part(2))
    ]
    assert [shape(letter) for letter in sorted_out(*corrections).letters] == [
        (1, (1,), False),
        (1, (2,), False),
    ]


def test_a_pause_drops_the_whole_digest_for_good() -> None:
    paused = {1: replace(READERS[1], paused_until=NOW + timedelta(days=1)), 2: READERS[2]}
    post = sort(paused, [part(1), part(2), part(3, digest=False), part(4, 2)], {}, NOW)
    assert [shape(letter) for letter in post.letters] == [(2, (4,), False)]
    assert post.dropped == dict.fromkeys((1, 2, 3), DeliveryStatus.OBSOLETE)
