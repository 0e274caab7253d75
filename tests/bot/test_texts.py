"""Texts by key: escaping, numbers, blanks, and how disagreements with the files are told."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from pathlib import Path

import pytest

from bot import texts as texts_module
from bot.texts import BadTextFileError, Html, TextError, Texts, html_join

SOURCE = """
back = Назад
hello = Привет, { $name }!
link = <a href="{ $url }">ссылка</a>
card =
    <b>{ $title }</b>
    { $when }

    { $note }

    { places }
places = { $count ->
    [one] { $count } место
    [few] { $count } места
   *[many] { $count } мест
}
role = { $role ->
    [student] ученик
   *[other] гость
}
distance = { $km } км
-brand = Бот
about = { -brand } рядом
"""


def texts_of(folder: Path, source: str = SOURCE, *, strict: bool = True) -> Texts:
    language = folder / "ru"
    language.mkdir(exist_ok=True)
    (language / "some.ftl").write_text(source, encoding="utf-8")
    return Texts.load(language, strict=strict)


@pytest.fixture
def texts(tmp_path: Path) -> Texts:
    return texts_of(tmp_path)


def test_text_arguments_are_escaped(texts: Texts) -> None:
    assert texts("hello", name='<b>&"') == "Привет, &lt;b&gt;&amp;&quot;!"


def test_an_argument_cannot_leave_its_attribute(texts: Texts) -> None:
    assert texts("link", url='"><b>') == '<a href="&quot;&gt;&lt;b&gt;">ссылка</a>'


def test_ready_html_is_kept_and_results_nest(texts: Texts) -> None:
    assert texts("hello", name=Html("<i>А</i>")) == "Привет, <i>А</i>!"
    assert texts("hello", name=texts("hello", name="<")) == "Привет, Привет, &lt;!!"


def test_joined_parts_are_escaped_unless_ready(texts: Texts) -> None:
    assert html_join(["<", Html("<b>x</b>")], " ") == "&lt; <b>x</b>"
    assert isinstance(html_join([]), Html)


def test_plain_text_is_not_escaped_and_refuses_ready_html(texts: Texts) -> None:
    assert texts.plain("hello", name="<Аня & Ко>") == "Привет, <Аня & Ко>!"
    with pytest.raises(TextError, match="ready HTML"):
        texts.plain("hello", name=Html("<b>"))


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "0 мест"),
        (1, "1 место"),
        (2, "2 места"),
        (5, "5 мест"),
        (11, "11 мест"),
        (21, "21 место"),
        (112, "112 мест"),
        (1234, "1234 места"),
        (10_004, "10\u00a0004 места"),
    ],
)
def test_numbers_choose_the_russian_plural(texts: Texts, count: int, expected: str) -> None:
    assert texts("places", count=count) == expected


def test_fractions_are_written_in_russian(texts: Texts) -> None:
    assert texts("distance", km=3.4) == "3,4 км"


def test_enum_members_select_by_their_value(texts: Texts) -> None:
    class Role(StrEnum):
        STUDENT = "student"
        OTHER = "other"

    assert [texts("role", role=Role.STUDENT), texts("role", role=Role.OTHER)] == ["ученик", "гость"]


def test_empty_parts_leave_one_empty_line(texts: Texts) -> None:
    assert texts("card", title="Сварка", when="завтра", note="", count=1) == (
        "<b>Сварка</b>\nзавтра\n\n1 место"
    )


def test_variables_of_referred_messages_count_as_own(texts: Texts) -> None:
    assert texts.variables("card") == {"title", "when", "note", "count"}
    assert texts.variables("about") == set()


def test_long_arguments_survive(texts: Texts) -> None:
    assert len(texts("hello", name="я" * 5000)) == 5000 + len("Привет, !")


def test_no_invisible_marks_around_arguments(texts: Texts) -> None:
    assert texts("hello", name="А").isprintable()


@pytest.mark.parametrize(
    ("key", "arguments", "problem"),
    [
        ("nothing", {}, "no such text"),
        ("hello", {}, "missing argument name"),
        ("hello", {"name": "А", "age": 3}, "unknown argument age"),
        ("back", {"name": "А"}, "unknown argument name"),
        ("places", {"count": True}, "truth value"),
        ("hello", {"name": None}, "neither text nor a number"),
    ],
)
def test_disagreement_with_the_files_is_loud(
    texts: Texts, key: str, arguments: dict[str, str], problem: str
) -> None:
    with pytest.raises(TextError, match=problem):
        texts(key, **arguments)


def test_in_production_a_disagreement_costs_a_word_not_the_screen(tmp_path: Path) -> None:
    texts = texts_of(tmp_path, strict=False)
    assert [texts("nothing"), texts("hello"), texts("hello", name="А", age=3), texts.plain("nothing")] == [
        "…",
        "Привет, …!",
        "Привет, А!",
        "…",
    ]


@pytest.mark.parametrize(
    ("source", "problem"),
    [("a = 1\nb = { $x", "some.ftl:2"), ("a = 1\na = 2", "a is defined twice"), ("", "no texts")],
)
def test_a_broken_file_is_refused(tmp_path: Path, source: str, problem: str) -> None:
    with pytest.raises(BadTextFileError, match=problem):
        texts_of(tmp_path, source)


def test_a_key_in_two_files_is_refused(tmp_path: Path) -> None:
    texts_of(tmp_path)
    (tmp_path / "ru" / "other.ftl").write_text("back = Обратно\n", encoding="utf-8")
    with pytest.raises(BadTextFileError, match="back is defined twice"):
        Texts.load(tmp_path / "ru")


def test_threads_share_the_memory_of_what_was_said(texts: Texts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts_module, "_MOST_REMEMBERED", 3)

    def say(voice: int) -> list[str]:
        return [texts.plain("places", count=voice * 1000 + number % 7) for number in range(2_000)]

    with ThreadPoolExecutor(4) as threads:
        assert all(all(said) for said in threads.map(say, range(4)))


def test_a_long_report_pushes_nothing_out_of_the_memory(texts: Texts) -> None:
    texts.plain("places", count=3)
    known = len(texts._lately)
    assert texts.apart().plain("places", count=4)
    assert len(texts._lately) == known


def test_twenty_messages_of_a_screen_take_less_than_a_millisecond(texts: Texts) -> None:
    def screen() -> None:
        for _ in range(10):
            texts("hello", name="Аня")
            texts("places", count=3)

    screen()
    best = min(_seconds(screen) for _ in range(20))
    assert best < 1e-3


def _seconds(action: Callable[[], None]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start
