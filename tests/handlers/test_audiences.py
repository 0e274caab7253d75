"""Whom a broadcast is for, in words: each sentence as people read it."""

from __future__ import annotations

import pytest

from domain.broadcast import EVERYBODY, Audience, Group, Side
from domain.people import Actor, Address, Grant, Person, Role, actor_for
from domain.programme import Track
from handlers.audiences import screens
from handlers.view import View
from services.audiences import Aimed, GroupFacts, Reach, Saved
from tests.handlers.previews import DATES, KUBAN, NOW, TEXTS
from tests.town import MOSCOW

TITLES = {1: "Сварка", 2: "Робототехника", 3: "Теплица"}
PLACES = tuple(sorted(KUBAN, key=lambda place: place.name))
WELDERS = Group(booked=(1,))


def coordinator(*municipalities: str) -> Actor:
    places: tuple[str | None, ...] = municipalities or (None,)
    grants = tuple(Grant(Role.COORDINATOR, place) for place in places)
    return actor_for(Person(1, Address("telegram", "1"), grants=grants))


def view(*municipalities: str) -> View:
    return View(
        texts=TEXTS,
        dates=DATES,
        now=NOW,
        zone=MOSCOW,
        actor=coordinator(*municipalities),
        bot_username="bot",
        municipalities=PLACES,
    )


SENTENCES = [
    ([], [], "Пока никто не выбран"),
    ([Group()], [], "Пока никто не выбран"),
    ([], [Group(roles=(Role.TEACHER,))], "Пока никто не выбран"),
    ([EVERYBODY], [], "Все"),
    ([Group(roles=(Role.TEACHER,))], [], "Педагоги"),
    ([Group(roles=(Role.MENTOR, Role.TEACHER))], [], "Педагоги и наставники"),
    (
        [Group(roles=(Role.STUDENT, Role.TEACHER, Role.PARENT))],
        [],
        "Ученики, педагоги и родители",
    ),
    ([Group(roles=(Role.COORDINATOR,))], [], "Координаторы"),
    (
        [Group(roles=(Role.TEACHER,), municipalities=("labinskiy", "kurganinskiy"))],
        [],
        "Педагоги (Курганинский район, Лабинский район)",
    ),
    ([Group(municipalities=("krasnodar",))], [], "Люди (Краснодар)"),
    ([Group(roles=tuple(Role), municipalities=("sochi",))], [], "Все (Сочи)"),
    ([Group(municipalities=("atlantis",))], [], "Люди (муниципалитет, которого больше нет)"),
    (
        [Group(municipalities=tuple(place.code for place in KUBAN))],
        [],
        "Люди (Абинский район, Анапа, Апшеронский район, Армавир, ещё 40 муниципалитетов)",
    ),
    ([Group(grades=(5, 6, 7, 8, 9))], [], "Ученики (5–9 классы)"),
    ([Group(grades=(1, 3, 4, 11, 12, 13))], [], "Ученики (1 класс, 3–4 классы, 11 класс, СПО, вуз)"),
    (
        [Group(grades=(9,), municipalities=("labinskiy",))],
        [],
        "Ученики (9 класс; Лабинский район)",
    ),
    ([Group(tracks=(Track.AGRO,))], [], "Люди, которые записывались по направлению «агро»"),
    (
        [Group(roles=(Role.PARENT,), interests=(Track.AGRO, Track.TECHNOLOGY))],
        [],
        "Родители, которые интересуются направлениями «технологии» или «агро»",
    ),
    ([WELDERS], [], "Люди, которые записаны на занятие «Сварка»"),
    (
        [Group(waiting=(1, 2, 3))],
        [],
        "Люди, которые ждут места на занятия «Сварка», «Робототехника» или «Теплица»",
    ),
    ([Group(came=(1,))], [], "Люди, которые были на занятии «Сварка»"),
    ([Group(came=(1, 2))], [], "Люди, которые были на занятиях «Сварка» или «Робототехника»"),
    ([Group(silent=(1,))], [], "Люди, которые не ответили, придут ли на занятие «Сварка»"),
    ([Group(booked=(9,))], [], "Люди, которые записаны на занятие, которого больше нет"),
    ([Group(came=(8, 9))], [], "Люди, которые были на занятиях, которых больше нет"),
    (
        [Group(came=(1, 9))],
        [],
        "Люди, которые были на занятии «Сварка» или на занятии, которого больше нет",
    ),
    ([Group(unread=(7,))], [], "Люди, которые не подтвердили прошлую рассылку"),
    (
        [Group(roles=(Role.STUDENT,), booked=(1,), silent=(2,), unread=(7,))],
        [],
        (
            "Ученики, которые не подтвердили прошлую рассылку, записаны на занятие «Сварка» и не ответили, "
            "придут ли на занятие «Робототехника»"
        ),
    ),
    (
        [Group(roles=(Role.TEACHER,)), Group(), WELDERS, Group(grades=(9,))],
        [],
        "Педагоги, а ещё люди, которые записаны на занятие «Сварка», а ещё ученики (9 класс)",
    ),
    (
        [Group(roles=(Role.TEACHER, Role.MENTOR), municipalities=("labinskiy",))],
        [WELDERS],
        "Педагоги и наставники (Лабинский район), кроме людей, которые записаны на занятие «Сварка»",
    ),
    (
        [EVERYBODY],
        [Group(roles=(Role.PARENT, Role.TEACHER)), Group(grades=(1, 2)), Group(municipalities=("sochi",))],
        "Все, кроме педагогов и родителей, а ещё учеников (1–2 классы), а ещё людей (Сочи)",
    ),
    ([EVERYBODY], [EVERYBODY], "Все, кроме всех"),
]


@pytest.mark.parametrize(("added", "left_out", "sentence"), SENTENCES)
def test_an_audience_is_one_sentence(added: list[Group], left_out: list[Group], sentence: str) -> None:
    assert screens.in_words(view(), Audience(tuple(added), tuple(left_out)), TITLES) == sentence


def test_a_sentence_ends_somewhere() -> None:
    long = dict.fromkeys(range(1, 6), "Очень длинное название мастерской " * 4)
    everything = Group(booked=(1, 2, 3, 4, 5), waiting=(1, 2, 3, 4, 5), came=(1, 2, 3, 4, 5))
    words = screens.in_words(view(), Audience((everything,) * 5, (everything,) * 5), long)
    assert len(words) <= screens.LONGEST_WORDS + 1
    assert words.endswith("…")


def test_a_title_is_text_and_no_markup() -> None:
    value = Aimed(1, Audience((WELDERS,)), 3, {1: "<b>Сварка</b> & Co"})
    assert "«&lt;b&gt;Сварка&lt;/b&gt; &amp; Co»" in screens.overview(view(), value).text


def labels(rows: tuple[tuple[object, ...], ...]) -> list[str]:
    return [key.text for row in rows for key in row]  # type: ignore[attr-defined]


def test_how_many_get_it() -> None:
    for total, words in {
        0: "Получат: <b>0 человек</b>. Сейчас под эти условия не подходит никто.",
        1: "Получат: <b>1 человек</b>",
        22: "Получат: <b>22 человека</b>",
        42_011: "Получат: <b>42\N{NO-BREAK SPACE}011 человек</b>",
    }.items():
        screen = screens.overview(view(), Aimed(1, Audience((EVERYBODY,)), total, {}))
        assert words in screen.text, total


def test_groups_are_counted_without_gaps() -> None:
    teachers = Group(roles=(Role.TEACHER,))
    value = Aimed(1, Audience((Group(), WELDERS, Group(), teachers), (Group(), EVERYBODY)), 3, TITLES)
    found = labels(screens.overview(view(), value).rows)
    assert found[:3] == [
        "Группа 1: люди, которые записаны на занятие «Сварка»",
        "Группа 2: педагоги",
        "Кроме: все",
    ]


def test_a_full_audience_offers_no_more_groups() -> None:
    groups = tuple(Group(grades=(grade,)) for grade in range(1, 6))
    found = labels(screens.overview(view(), Aimed(1, Audience(groups), 3, {})).rows)
    assert "Ещё группа" not in found
    assert "Кроме" in found


def test_a_coordinator_of_some_municipalities_is_told_so() -> None:
    value = Aimed(1, Audience((EVERYBODY,)), 3, {})
    scoped = "Только ваши муниципалитеты: Лабинский район, Сочи."
    assert scoped in screens.overview(view("sochi", "labinskiy"), value).text
    assert "Только ваши" not in screens.overview(view(), value).text
    many = screens.start(view(*(place.code for place in KUBAN)), 1, [])
    assert many.text.endswith("Апшеронский район, Армавир, Белоглинский район, ещё 39 муниципалитетов.")


def facts(group: Group, side: Side = Side.ADDED) -> GroupFacts:
    audience = Audience().with_group(side, 0, group)
    return GroupFacts(1, audience, side, 0, 5, 7, TITLES)


def test_municipalities_with_people_come_first() -> None:
    screen = screens.places(view(), facts(Group(municipalities=("sochi",))), {"sochi": 3, "labinskiy": 12}, 0)
    assert labels(screen.rows)[:4] == [
        "Все муниципалитеты",
        "Лабинский (12)",
        "✓ Сочи (3)",
        "Абинский (0)",
    ]
    pages = [screens.places(view(), facts(Group()), {}, page) for page in range(5)]
    names = {label for page in pages for label in labels(page.rows) if label.endswith("(0)")}
    assert len(names) == len(KUBAN)
    assert pages[4] == pages[3]


def test_a_coordinator_chooses_among_their_own_municipalities() -> None:
    screen = screens.places(view("sochi", "anapa"), facts(Group()), {"sochi": 3, "labinskiy": 12}, 0)
    assert labels(screen.rows)[:3] == ["✓ Все ваши муниципалитеты", "Сочи (3)", "Анапа (0)"]


def test_grades_that_are_chosen_are_marked_as_ranges_too() -> None:
    found = labels(screens.grades(view(), facts(Group(grades=(5, 6, 7, 8, 9, 12)))).rows)
    marked = [label for label in found if label.startswith("✓")]
    assert marked == ["✓ 5–9 классы", "✓ СПО", *(f"✓ {grade}" for grade in range(5, 10))]
    assert "✓ Любой класс" in labels(screens.grades(view(), facts(Group())).rows)


def test_conditions_that_are_set_are_marked() -> None:
    group = Group(roles=(Role.STUDENT,), interests=(Track.AGRO,), silent=(1,))
    found = labels(screens.group(view(), facts(group)).rows)
    assert [label for label in found if label.startswith("✓")] == [
        "✓ Роли",
        "✓ Интересы",
        "✓ Не ответили, придут ли",
    ]
    assert "Убрать группу" in found
    assert "Убрать группу" not in labels(screens.group(view(), facts(Group())).rows)


def test_a_saved_audience_with_exceptions_warns_before_it_is_added() -> None:
    chosen = Aimed(1, Audience((WELDERS,)), 3, TITLES)
    plain = Saved(1, "Все", Audience((EVERYBODY,)))
    picky = Saved(2, "Не все", Audience((EVERYBODY,), (WELDERS,)))
    reach = Reach(5, TITLES)
    warning = "Кого здесь исключают"
    assert warning not in screens.saved_one(view(), chosen, plain, reach).text
    assert warning in screens.saved_one(view(), chosen, picky, reach).text
    blank = Aimed(1, Audience(), 0, {})
    assert warning not in screens.saved_one(view(), blank, picky, reach).text
    assert labels(screens.saved_one(view(), blank, plain, reach).rows)[0] == "Выбрать"
