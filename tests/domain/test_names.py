"""What passes as a name of a person, and what does not."""

from __future__ import annotations

import unicodedata

import pytest

from domain.names import IGNORABLE, LONGEST_NAME, UnfitName, clean_name, first_name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  Анна   Мария ", "Анна Мария"),
        ("Салтыков—Щедрин", "Салтыков-Щедрин"),
        ("О’Нил", "О'Нил"),
        ("И.И. Иванов", "И.И. Иванов"),
        ("И.Иванов", "И.Иванов"),
        ("Jean-Luc", "Jean-Luc"),
        (unicodedata.normalize("NFD", "Йоён"), "Йоён"),
        ("Нгуен Тхи Ань", "Нгуен Тхи Ань"),
        ("Ботов", "Ботов"),
    ],
)
def test_names_of_people(typed: str, name: str) -> None:
    assert clean_name(typed) == name


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", UnfitName.EMPTY),
        (" \t ", UnfitName.EMPTY),
        ("я" * (LONGEST_NAME + 1), UnfitName.LONG),
        ("Координатор Форума", UnfitName.POSITION),
        ("администратор", UnfitName.POSITION),
        ("Служба поддержки", UnfitName.POSITION),
        ("Telegram Support", UnfitName.POSITION),
        ("Бот", UnfitName.POSITION),
        ("Зайди на kazino-vulkan.com", UnfitName.ADDRESS),
        ("я.рф", UnfitName.ADDRESS),
        ("T.ME", UnfitName.ADDRESS),
        ("mаil Анна", UnfitName.LETTERS),
        ("Позвони 8-918", UnfitName.LETTERS),
        ("tg://x", UnfitName.LETTERS),
        ("@anya", UnfitName.LETTERS),
        ("=HYPERLINK(1) я", UnfitName.LETTERS),
        ("Аня 🙂", UnfitName.LETTERS),
        ("И\u200dван", UnfitName.LETTERS),
        ("И\u202eван", UnfitName.LETTERS),
        ("Иван" + "\u0301" * 3, UnfitName.LETTERS),
        ("\u0301Иван", UnfitName.LETTERS),
        ("\ufdfa", UnfitName.LETTERS),
        ("Ａｎｙａ", UnfitName.LETTERS),
        ("-Иван", UnfitName.LETTERS),
        ("...", UnfitName.LETTERS),
    ],
)
def test_what_is_none(typed: str, why: UnfitName) -> None:
    assert clean_name(typed) is why


@pytest.mark.parametrize("unseen", sorted(IGNORABLE))
def test_nothing_invisible_is_in_a_name(unseen: str) -> None:
    assert clean_name(unseen) in set(UnfitName)
    assert clean_name(f"Иван{unseen}") is UnfitName.LETTERS


def test_of_companions_only_a_first_name_is_taken() -> None:
    assert first_name(" Анна-Мария ", 30) == "Анна-Мария"
    for typed in ("Иванов Пётр", "П.Иванов", "Анна 2015", "Анна аллергия"):
        assert first_name(typed, 30) is UnfitName.LETTERS
