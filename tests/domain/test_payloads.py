"""What rows of the delivery table say, and that each kind of message decides all that is asked of a kind."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta
from typing import Any, get_type_hints

import pytest

from bot.application import LETTERS
from domain.delivery import DeliveryKind
from domain.delivery_rules import RULES, payload_of
from domain.payloads import BrokenPayload, CannotLead, LateScreen, OfMessage, OfTurn, ToRecipient
from handlers.notices.letters import SCREENS
from tests.handlers.previews import NOW, Preview, Style

KINDS = list(DeliveryKind)
WORDS = {(CannotLead, "reason"), (LateScreen, "text"), (LateScreen, "rows")}
"""Payloads that hold words of a person, each with a way in which they go with that person."""

OF_EARLIER_RELEASES: dict[DeliveryKind, dict[str, Any]] = {
    DeliveryKind.REMINDER: {"offset": 2, "starts_at": NOW.isoformat()},
    DeliveryKind.PROMOTED: {},
    DeliveryKind.OFFER: {},
    DeliveryKind.OFFER_LAPSED: {},
    DeliveryKind.PASSED_OVER: {},
    DeliveryKind.MOVED: {"before": {"room": "каб. 5"}},
    DeliveryKind.CANCELLED: {},
    DeliveryKind.LATE: {"minutes": 20, "starts_at": NOW.isoformat()},
    DeliveryKind.CANNOT_LEAD: {
        "slot_id": 7,
        "title": "Сварка",
        "starts_at": NOW.isoformat(),
        "ends_at": NOW.isoformat(),
        "town": "Лабинск",
        "mentor": "Сергей",
        "reason": "Заболел",
        "booked": 5,
    },
    DeliveryKind.WATCH: {"activity_id": 7, "title": "Теплица", "count": 1},
    DeliveryKind.BROADCAST: {"digest": True},
    DeliveryKind.CORRECTION: {"message_id": 7, "more": None},
    DeliveryKind.RECALL: {"message_id": 7, "more": [8, 9]},
    DeliveryKind.SCREEN: {"text": "Меню", "rows": [[["Назад", "m"]]]},
    DeliveryKind.SHOWN: {},
    DeliveryKind.TO_CONFIRM: {"count": 600, "author": "Елена", "revision": 1},
    DeliveryKind.CONFIRMED: {"text": "Сбор в субботу"},
    DeliveryKind.SENT_BACK: {"text": "Сбор в субботу"},
    DeliveryKind.GREW: {"text": "Сбор в субботу"},
    DeliveryKind.HANDED_OVER: {},
    DeliveryKind.ROLE_ASKED: {"invitation": 7},
    DeliveryKind.ROLE_ANSWERED: {"given": True},
    DeliveryKind.NEW_COORDINATOR: {"grant": 7},
    DeliveryKind.QUESTION: {
        "asker": "Аня",
        "municipality": "sochi",
        "importance": "usual",
        "about": "",
        "text": "Где?",
        "has_file": False,
        "again": True,
    },
    DeliveryKind.ANSWER: {"text": "Здесь", "has_file": False, "author": 3},
    DeliveryKind.LOST_ANSWER: {"blocked": True},
    DeliveryKind.OPEN_QUESTIONS: {"count": 2},
    DeliveryKind.GROUP_TO_TIDY: {"former_id": 7},
    DeliveryKind.CHILD_LET_GO: {"bookings": 2},
}
"""As they stood in rows that are owed when a release that knows payload types comes."""


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_decides_how_it_is_treated(kind: DeliveryKind) -> None:
    rule = RULES[kind]
    assert timedelta() < rule.kept <= timedelta(days=365)
    assert (kind in {**SCREENS, **LETTERS}) == rule.sent, "what is sent has a letter"
    assert len(kind.value) <= 20, "its column is no longer"


@pytest.mark.parametrize("kind", KINDS)
def test_a_payload_comes_back_as_it_was_written(kind: DeliveryKind) -> None:
    for style in Style:
        for turn in range(3):
            made = Preview(style, turn).of(RULES[kind].payload)
            assert payload_of(kind, json.loads(json.dumps(made.to_json()))) == made


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_of_an_earlier_release_is_understood_and_its_names_are_left_behind(kind: DeliveryKind) -> None:
    written = OF_EARLIER_RELEASES[kind]
    read = payload_of(kind, written).to_json()
    for name, value in read.items():
        if name in written and value:
            assert value == written[name]
    assert (
        kind is DeliveryKind.SCREEN
        or not {"asker", "author", "mentor", "text", "title", "town", "about"} & read.keys()
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_that_says_something_else_is_refused_and_not_guessed(kind: DeliveryKind) -> None:
    payload = RULES[kind].payload
    nonsenses: tuple[object, ...] = (None, [], "x", 7)
    for nonsense in nonsenses:
        with pytest.raises(BrokenPayload):
            payload_of(kind, nonsense)
    whole = Preview(Style.USUAL, 1).of(payload).to_json()
    for each in dataclasses.fields(payload):
        with pytest.raises(BrokenPayload):
            payload_of(kind, {**whole, each.name: {"not": "this"}})
        if each.default is dataclasses.MISSING:
            with pytest.raises(BrokenPayload):
                payload_of(kind, {name: value for name, value in whole.items() if name != each.name})


@pytest.mark.parametrize("kind", KINDS)
def test_payloads_hold_no_words_of_people(kind: DeliveryKind) -> None:
    payload = RULES[kind].payload
    assert {(payload, name) for name, hint in get_type_hints(payload).items() if "str" in str(hint)} <= WORDS


def test_what_was_left_out_has_its_usual_meaning() -> None:
    assert payload_of(DeliveryKind.BROADCAST, {}) == ToRecipient(digest=False)
    assert payload_of(DeliveryKind.CORRECTION, {"message_id": 7}) == OfMessage(7, ())
    assert payload_of(DeliveryKind.ANSWER, {"closed": True}) == OfTurn(closed=True)
