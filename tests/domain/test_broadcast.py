"""What may be sent, what every recipient reads, whom it means, and what is possible when."""

from __future__ import annotations

import json
from typing import Any

import pytest

from domain.broadcast import (
    ALBUM,
    LONGEST_CAPTION,
    LONGEST_TEXT,
    LONGEST_VALUE,
    TRANSITIONS,
    Audience,
    Content,
    Flaw,
    Group,
    Status,
    Step,
    Verdict,
    flaw,
    longest_length,
    personal,
    utf16_length,
    verdict,
)
from domain.delivery import Media
from domain.people import Role
from domain.programme import Track

PHOTO = Media("photo", "p1")
DOCUMENT = Media("document", "d1")
ANYA = {"name": "Аня"}
BEGUN = (Status.SENDING, Status.PAUSED, Status.STOPPED, Status.RECALLED, Status.DONE)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (Content(), Flaw.EMPTY),
        (Content("x"), None),
        (Content(media=(PHOTO,)), None),
        (Content("x" * LONGEST_TEXT), None),
        (Content("x" * (LONGEST_TEXT + 1)), Flaw.LONG),
        (Content("😀" * (LONGEST_TEXT // 2)), None),
        (Content("😀" * (LONGEST_TEXT // 2) + "!"), Flaw.LONG),
        (Content("x" * LONGEST_CAPTION, media=(PHOTO,)), None),
        (Content("x" * (LONGEST_CAPTION + 1), media=(PHOTO,)), Flaw.LONG_CAPTION),
        (Content("x" * (LONGEST_TEXT - LONGEST_VALUE) + "{name}"), None),
        (Content("x" * (LONGEST_TEXT - LONGEST_VALUE + 1) + "{name}"), Flaw.LONG),
        (Content("x", media=(PHOTO,) * ALBUM), None),
        (Content("x", media=(PHOTO,) * (ALBUM + 1)), Flaw.LARGE_ALBUM),
        (Content("x", media=(PHOTO, DOCUMENT)), Flaw.MIXED_ALBUM),
        (Content("x", media=(PHOTO, PHOTO), wants_receipt=True), Flaw.ALBUM_BUTTONS),
        (Content("x", media=(PHOTO, PHOTO), activity_id=5), Flaw.ALBUM_BUTTONS),
        (Content("x", media=(PHOTO,), activity_id=5, wants_receipt=True), None),
    ],
)
def test_what_cannot_be_sent_is_said(content: Content, expected: Flaw | None) -> None:
    assert flaw(content) is expected


def test_a_text_must_fit_with_the_longest_name() -> None:
    assert longest_length("{name}, {name}!") == LONGEST_VALUE + 2 + LONGEST_VALUE + 1
    assert longest_length("{}") == 2


def entity(offset: int, length: int, kind: str = "bold") -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length}


def covered(text: str, entities: Any) -> list[str]:
    """What each entity formats, as the messenger counts."""
    raw = text.encode("utf-16-le")
    return [
        raw[2 * each["offset"] : 2 * (each["offset"] + each["length"])].decode("utf-16-le")
        for each in entities
    ]


@pytest.mark.parametrize(
    ("text", "entities", "expected"),
    [
        ("Привет!", [entity(0, 6)], ("Привет!", ["Привет"])),
        ("{name}, привет!", [entity(8, 6)], ("Аня, привет!", ["привет"])),
        ("Привет, {name}!", [entity(0, 6)], ("Привет, Аня!", ["Привет"])),
        ("Привет, {name}!", [entity(8, 6)], ("Привет, Аня!", ["Аня"])),
        ("Привет, {name}!", [entity(0, 15)], ("Привет, Аня!", ["Привет, Аня!"])),
        ("😀 {name} 😀 конец", [entity(0, 2), entity(3, 6), entity(10, 2), entity(13, 5)],
         ("😀 Аня 😀 конец", ["😀", "Аня", "😀", "конец"])),
        ("{name} и {name}: да", [entity(9, 6), entity(17, 2)], ("Аня и Аня: да", ["Аня", "да"])),
        ("до {name} после", [entity(0, 5)], ("до Аня после", ["до Аня"])),
        ("до {name} после", [entity(6, 9)], ("до Аня после", ["Аня после"])),
        ("{title} и {name", [entity(0, 7)], ("{title} и {name", ["{title}"])),
    ],
)  # fmt: skip
def test_formatting_moves_along_with_what_is_filled_in(
    text: str, entities: list[dict[str, Any]], expected: tuple[str, list[str]]
) -> None:
    filled, moved = personal(text, entities, ANYA)
    assert (filled, covered(filled, moved)) == expected
    assert [each["type"] for each in moved] == ["bold"] * len(entities)


def test_formatting_of_nothing_goes() -> None:
    filled, moved = personal("{name}!", [entity(0, 6), entity(0, 7)], {"name": ""})
    assert (filled, covered(filled, moved)) == ("!", ["!"])


def test_a_long_name_with_an_emoji_counts_as_the_messenger_counts() -> None:
    filled, moved = personal("{name} тут", [entity(7, 3)], {"name": "Аня 🚀🚀"})
    assert covered(filled, moved) == ["тут"]
    assert utf16_length("Аня 🚀🚀") == 8


def test_what_a_value_brings_along_is_left_as_it_is() -> None:
    filled, _ = personal("{name}: {activity}", [], {"name": "{activity} {name}", "activity": "Сварка"})
    assert filled == "{activity} {name}: Сварка"


def test_without_values_everything_stays() -> None:
    assert personal("{name} |", [entity(0, 3)], {}) == ("{name} |", (entity(0, 3),))


def test_an_audience_survives_being_stored() -> None:
    everything = Group(
        roles=(Role.TEACHER, Role.STUDENT),
        municipalities=("sochi", "labinskiy"),
        tracks=(Track.AGRO,),
        grades=(9, 12),
        booked=(1,),
        waiting=(2, 3),
        came=(4,),
        silent=(5,),
        unread=(6,),
    )
    audience = Audience((everything, Group(roles=(Role.MENTOR,))), (Group(grades=(11,)),))
    stored = json.loads(json.dumps(audience.to_json()))
    assert Audience.from_json(stored) == audience
    assert Audience.from_json({}) == Audience()


def test_a_group_without_conditions_is_empty() -> None:
    assert Group().is_empty
    assert not Group(grades=(9,)).is_empty


def possible(status: Status, *, begun: bool) -> set[str]:
    return {step.value for step in Step if verdict(step, status, begun=begun) is Verdict.GO}


def test_what_is_possible_when() -> None:
    assert {status.value: possible(status, begun=status in BEGUN) for status in Status} == {
        "draft": {"edit", "throw_away", "send"},
        "unconfirmed": {"confirm", "take_back", "stop"},
        "scheduled": {"start", "take_back", "stop"},
        "sending": {"pause", "stop", "correct", "recall", "finish"},
        "paused": {"resume", "stop", "correct", "recall", "finish"},
        "held": {"take_back", "stop"},
        "stopped": {"resume", "correct", "recall"},
        "recalled": set(),
        "done": {"correct", "recall"},
    }


def test_of_what_was_stopped_before_it_began_nothing_can_be_undone() -> None:
    assert possible(Status.STOPPED, begun=False) == set()


def test_a_second_tap_is_no_mistake() -> None:
    """Wherever a step leads, it was taken there."""
    for step, transition in TRANSITIONS.items():
        if transition.after is not None and step not in (Step.START, Step.FINISH):
            assert verdict(step, transition.after, begun=True) is Verdict.TAKEN, step


def test_a_recall_is_for_ever() -> None:
    allowed = {step for step in Step if verdict(step, Status.RECALLED, begun=True) is not Verdict.REFUSED}
    assert allowed == {Step.RECALL}


def test_every_step_starts_somewhere_and_is_refused_somewhere() -> None:
    answers = {step: {verdict(step, status, begun=True) for status in Status} for step in Step}
    assert all({Verdict.GO, Verdict.REFUSED} <= found for found in answers.values())
