"""What the search promises, on a programme small enough to read."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.search import Hit, SearchDocument, SearchIndex

WELDING, ROBOTS, CARVING, DRONES, VINES, PRINTING, MILLING, COOKING = range(1, 9)

PROGRAMME = [
    SearchDocument(
        WELDING,
        "Сварка: первый шов",
        "Варим табурет.",
        "инженерия",
        "мастерская",
        "Пётр Искров",
        "Завод «Медный кузнечик»",
        "УПК «Горн»",
        "Лабинск",
        "Лабинский район",
    ),
    SearchDocument(
        ROBOTS, "Робототехника с нуля", "Тележка едет по линии.", town="Краснодар", municipality="Краснодар"
    ),
    SearchDocument(
        CARVING, "Резьба по дереву", "Режем ложку.", town="Усть-Лабинск", municipality="Усть-Лабинский район"
    ),
    SearchDocument(DRONES, "Квадрокоптер: собрать и полететь", "Паяем плату.", town="Славянск-на-Кубани"),
    SearchDocument(
        VINES, "Виноградарство", "Лоза и шпалера. Съёмка на телефон.", track="агро", town="Горячий Ключ"
    ),
    SearchDocument(PRINTING, "3D-печать", "Моделируем крючок.", track="технологии", town="Ейск"),
    SearchDocument(MILLING, "Фрезеровка на станке с ЧПУ", "Режем фанеру.", "инженерия", extra="7 8 9 класс"),
    SearchDocument(COOKING, "Хлеб на закваске", "Печём и рассказываем про сварку варенья.", town="Лабинск"),
]


@pytest.fixture(scope="module")
def index() -> SearchIndex:
    return SearchIndex.build(PROGRAMME)


def found(index: SearchIndex, query: str) -> list[int]:
    return [hit.id for hit in index.search(query)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("сварка", WELDING),
        ("СВАРКУ", WELDING),
        ("сварщики", WELDING),
        ("сварочный", WELDING),
        ("хочу на сварку", WELDING),
        ("шов первый сварка", WELDING),
        ("петр искров", WELDING),
        ("Пётр ИСКРОВ", WELDING),
        ("медный кузнечик", WELDING),
        ("сва\u0301рка", WELDING),
        ("cвapкa", WELDING),
        ("робототехнка", ROBOTS),
        ("работотехника", ROBOTS),
        ("роботехника", ROBOTS),
        ("робо", ROBOTS),
        ("роботы", ROBOTS),
        ("hj,jnjnt[ybrf", ROBOTS),
        ("robototehnika", ROBOTS),
        ("дроны", DRONES),
        ("бпла", DRONES),
        ("беспилотник", DRONES),
        ("виноделие", VINES),
        ("3д печать", PRINTING),
        ("3dпечать", PRINTING),
        ("3 d печать", PRINTING),
        ("печать 3D", PRINTING),
        ("cnc", MILLING),
        ("станки с числовым программным управлением", MILLING),
        ("фрезеровщик 8 класс", MILLING),
        ("в Горячем Ключе", VINES),
        ("славянске на кубани", DRONES),
        ("в ейске", PRINTING),
        ("eysk", PRINTING),
        ("усть лабинск", CARVING),
        ("устьлабинск", CARVING),
    ],
)
def test_finds_first(index: SearchIndex, query: str, first: int) -> None:
    assert found(index, query)[:1] == [first]


def test_a_title_counts_more_than_a_description(index: SearchIndex) -> None:
    assert found(index, "сварка") == [WELDING, COOKING]


def test_a_town_finds_what_is_in_it_before_what_only_sounds_like_it(index: SearchIndex) -> None:
    assert found(index, "в Лабинске") == [WELDING, COOKING, CARVING]
    assert found(index, "Усть-Лабинск") == [CARVING]


def test_all_words_are_wanted_first(index: SearchIndex) -> None:
    assert found(index, "дерево усть-лабинск") == [CARVING]


def test_a_word_that_nobody_knows_does_not_spoil_the_rest(index: SearchIndex) -> None:
    assert found(index, "сварка щвгшуцк")[:1] == [WELDING]
    assert index.unknown_words("сварка щвгшуцк") == ("щвгшуцк",)


def test_no_document_answers_all_so_those_that_answer_most(index: SearchIndex) -> None:
    assert found(index, "виноградарство и шпалера в Ейске")[:1] == [VINES]


@pytest.mark.parametrize(
    "query", ["ыфвапр", "asdfgh zxcvb", "1234567", "🦄🦄", "?!., …", "", "   ", "и на в", "привет", "<b>"]
)
def test_what_says_nothing_finds_nothing(index: SearchIndex, query: str) -> None:
    assert index.search(query) == []


def test_filters_hold(index: SearchIndex) -> None:
    assert [hit.id for hit in index.search("сварка", among={COOKING, DRONES})] == [COOKING]
    assert index.search("сварка", among=frozenset()) == []
    assert [hit.id for hit in index.search("лабинск", among=range(3, 9))] == [COOKING, CARVING]


def test_the_limit_keeps_the_best(index: SearchIndex) -> None:
    best = index.search("лабинск")[0]
    assert index.search("лабинск", limit=1) == [best]
    assert isinstance(best, Hit)
    assert index.search("лабинск", limit=0) == []


@pytest.mark.parametrize(
    ("query", "suggestion"),
    [
        ("робототехнка", "робототехника"),
        ("Хочу на робототехнку", "хочу на робототехника"),
        ("cdfhrf", "сварка"),
        ("svarka", "сварка"),
        ("сварка", None),
        ("сварщики", None),
        ("робо", None),
        ("дрон", None),
        ("ыфвапр", None),
        ("", None),
    ],
)
def test_suggests_what_it_searched_for_instead(
    index: SearchIndex, query: str, suggestion: str | None
) -> None:
    assert index.suggestion(query) == suggestion


def test_an_empty_programme_answers() -> None:
    empty = SearchIndex.build([])
    assert empty.search("сварка") == []
    assert empty.suggestion("сваркка") is None


def test_a_query_of_ten_thousand_characters_is_answered_at_once(index: SearchIndex) -> None:
    long_queries = [
        "сваркка робототехнка " * 500,
        "ы" * 10_000,
        "щ ж ъ " * 1_700,
        "-" * 10_000,
        "🦄 " * 5_000,
        "щвгш," * 2_000,
        " ".join(f"щвгшуц{letter}кен" for letter in "абвгдежзиклмнопрстуф"),
        "\ufdfa" * 10_000,
    ]
    start = time.perf_counter()
    for query in long_queries:
        index.search(query)
        index.suggestion(query)
    assert time.perf_counter() - start < 1


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80) | st.text("авекорстУЁё-'[];, 3dDab+#", max_size=40))
def test_no_text_is_an_error(query: str) -> None:
    hits = _INDEX.search(query)
    assert len({hit.id for hit in hits}) == len(hits)
    assert all(hit.score > 0 for hit in hits)
    assert _INDEX.suggestion(query) is None or _INDEX.suggestion(query)


_INDEX = SearchIndex.build(PROGRAMME)


def test_signs_are_not_taken_for_the_other_layout(index: SearchIndex) -> None:
    assert index.unknown_words("C++") == ("c++",)
    assert index.suggestion("C++") is None


def test_another_word_that_begins_otherwise_is_no_misspelling(index: SearchIndex) -> None:
    assert index.unknown_words("балет") == ("балет",)
    assert found(index, "ножка") == []


def test_markup_and_emoji_in_every_field_are_only_text() -> None:
    odd = "<b>Шов</b> & 🦄 \u202e ''\" ﷺ ½"
    index = SearchIndex.build([SearchDocument(1, odd, odd, odd, odd, odd, odd, odd, odd, odd, odd)])
    assert found(index, "шов") == [1]
