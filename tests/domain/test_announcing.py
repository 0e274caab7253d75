"""The words of a broadcast: variables filled in for one person, and what fits for everybody."""

from __future__ import annotations

from typing import Any

import pytest

from domain.broadcast import (
    LONGEST_CAPTION,
    LONGEST_TEXT,
    LONGEST_VALUE,
    Content,
    Flaw,
    flaw,
    has_variables,
    personal,
    unknown_variables,
    utf16_length,
)
from domain.delivery import Media

VALUES = {"имя": "Аня", "запись": "Сварка, сб 12 октября, 10:00–11:30"}
PHOTO = Media("photo", "f1")


def entity(kind: str, offset: int, length: int) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length}


def said(text: str, *entities: dict[str, Any], **values: str) -> tuple[str, list[str]]:
    """The text as one person reads it, and the words that each entity covers."""
    filled, moved = personal(text, entities, values or VALUES)
    units = filled.encode("utf-16-le")
    return filled, [
        units[2 * each["offset"] : 2 * (each["offset"] + each["length"])].decode("utf-16-le")
        for each in moved
    ]


def test_variables_are_filled_in_wherever_they_stand() -> None:
    assert said("{имя}, ждём вас: {запись}. До встречи, {имя}!")[0] == (
        "Аня, ждём вас: Сварка, сб 12 октября, 10:00–11:30. До встречи, Аня!"
    )


@pytest.mark.parametrize("typed", ["{имя}", "{Имя}", "{ИМЯ}", "{ имя }"])
def test_a_variable_is_known_in_any_case(typed: str) -> None:
    assert said(f"Здравствуйте, {typed}!")[0] == "Здравствуйте, Аня!"


def test_other_braces_stay_as_typed() -> None:
    for text in ("{фамилия}", "{", "}{", "{}", "{имя", "имя}", "{и\nмя}", "{{x}}", "{0}"):
        assert said(text)[0] == text


def test_what_a_value_brings_along_is_not_read_as_a_variable() -> None:
    assert said("{имя} и {запись}", имя="{запись}{имя}", запись="{имя}")[0] == "{запись}{имя} и {имя}"


def test_formatting_moves_with_the_words_it_was_put_on() -> None:
    text = "👋 Привет, {имя}! Ждём на сварку, {имя}, завтра"
    bold = entity("bold", utf16_length("👋 Привет, {имя}! Ждём на "), len("сварку"))
    last = entity("italic", utf16_length("👋 Привет, {имя}! Ждём на сварку, {имя}, "), len("завтра"))
    first = entity("underline", 0, utf16_length("👋 Привет"))
    name = entity("code", utf16_length("👋 Привет, "), len("{имя}"))
    around = entity("spoiler", utf16_length("👋 "), len("Привет, {имя}!"))
    for value in ("Я", "Аня", "🦊 Анастасия-Александра"):
        assert said(text, first, around, name, bold, last, имя=value)[1] == [
            "👋 Привет",
            f"Привет, {value}!",
            value,
            "сварку",
            "завтра",
        ]


def test_formatting_of_a_part_of_a_variable_becomes_that_of_its_value() -> None:
    assert said("Эй, {имя}!", entity("bold", 6, 2))[1] == ["Аня"]
    assert said("Эй, {имя}!", entity("bold", 0, 6))[1] == ["Эй, Аня"]
    assert said("Эй, {имя}!", entity("bold", 6, 4))[1] == ["Аня!"]


def test_a_value_that_begins_a_sentence_begins_with_a_capital() -> None:
    values = {"имя": "друзья", "запись": "ваше занятие"}
    text = "{имя}, скоро {запись}. {запись} ждёт!\n{имя}…"
    assert said(text, **values)[0] == "Друзья, скоро ваше занятие. Ваше занятие ждёт!\nДрузья…"


def test_a_text_that_could_grow_too_long_for_somebody_is_refused() -> None:
    for longest, media, wrong in (
        (LONGEST_TEXT, (), Flaw.LONG),
        (LONGEST_CAPTION, (PHOTO,), Flaw.LONG_CAPTION),
    ):
        fits = "{имя}" + "а" * (longest - LONGEST_VALUE)
        assert flaw(Content(fits, media=media)) is None
        assert utf16_length(said(fits, имя="🦊" * 500)[0]) == longest
        assert flaw(Content(fits + "а", media=media)) is wrong
        assert flaw(Content("а" * longest, media=media)) is None


def test_unknown_variables_are_named_as_they_were_typed() -> None:
    known = ("имя", "запись")
    text = "{Имя} {фамилия}, {ЗАПИСЬ} {фамилия} {0} {} {класс группы}"
    assert unknown_variables(text, known) == ("{фамилия}", "{класс группы}")
    assert unknown_variables("Привет, {имя}!", known) == ()


def test_a_text_without_braces_has_no_variables() -> None:
    assert has_variables("Привет, {имя}!")
    assert not has_variables("Привет, имя! {}")
