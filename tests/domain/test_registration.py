"""What people are asked, what counts as an answer, and which municipality somebody means."""

from __future__ import annotations

import csv
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.migrate import MUNICIPALITIES
from domain.finding import Point
from domain.people import CHOSEN_ROLES, GRADES, Address, Person, Role
from domain.programme import Municipality
from domain.registration import (
    LONGEST_ORGANISATION,
    Draft,
    Question,
    Unfit,
    clean_line,
    guess_municipality,
    nearest_municipality,
    next_question,
    previous_question,
    questions,
)

with MUNICIPALITIES.open(encoding="utf-8", newline="") as _file:
    KUBAN = [
        Municipality(**{**row, "latitude": float(row["latitude"]), "longitude": float(row["longitude"])})  # type: ignore[arg-type]
        for row in csv.DictReader(_file)
    ]

STUDENT = Draft(consent=True, role=Role.STUDENT, old_enough=True, name="Аня", municipality="sochi", grade=9)
TEACHER = Draft(
    consent=True, role=Role.TEACHER, name="Ольга Петровна", municipality="sochi", organisation="Школа № 5"
)


def asked_in_order(draft: Draft) -> list[Question]:
    """All that is asked of somebody who gives these answers, one after another."""
    seen: list[Question] = []
    given_so_far = Draft()
    while (question := next_question(given_so_far)) is not None:
        assert question not in seen, f"{question} is asked again although it was answered"
        seen.append(question)
        name = {Question.AGE: "sure"}.get(question, question.value)
        given_so_far = replace(given_so_far, **{name: getattr(draft, name)})
        if question is Question.ROLE:
            given_so_far = replace(given_so_far, old_enough=draft.old_enough)
    return seen


def test_a_student_is_asked_five_questions() -> None:
    assert asked_in_order(STUDENT) == ["role", "consent", "name", "municipality", "grade"]


@pytest.mark.parametrize("grade", [7, 8])
def test_where_fourteen_is_doubtful_it_is_asked_once_more(grade: int) -> None:
    assert asked_in_order(replace(STUDENT, grade=grade, sure=True))[-2:] == ["grade", "age"]


def test_pupils_up_to_the_sixth_grade_are_too_young() -> None:
    young = [grade for grade in GRADES if replace(STUDENT, grade=grade).is_too_young]
    assert young == [1, 2, 3, 4, 5, 6]
    assert not replace(TEACHER, grade=3).is_too_young


@pytest.mark.parametrize("role", [role for role in CHOSEN_ROLES if role.is_adult])
def test_an_adult_is_asked_five_questions(role: Role) -> None:
    draft = replace(TEACHER, role=role)
    assert asked_in_order(draft) == ["role", "consent", "name", "municipality", "organisation"]


def test_role_and_age_come_before_the_consent_and_the_consent_before_the_rest() -> None:
    assert next_question(replace(STUDENT, consent=False, name=None)) is Question.CONSENT
    assert next_question(replace(STUDENT, old_enough=None, consent=False)) is Question.ROLE
    assert next_question(replace(STUDENT, old_enough=False)) is Question.ROLE


def test_a_grade_that_is_none_is_asked_for_again() -> None:
    assert next_question(replace(STUDENT, grade=14)) is Question.GRADE
    assert [
        grade for grade in range(15) if next_question(replace(STUDENT, grade=grade, sure=True)) is None
    ] == list(GRADES)


@pytest.mark.parametrize("whole", [STUDENT, TEACHER])
def test_each_answer_can_be_taken_back_and_back_leads_one_question_up(whole: Draft) -> None:
    assert next_question(whole) is None
    earlier = None
    for question in questions(whole):
        assert next_question(whole.without(question)) is question
        assert previous_question(whole, question) is earlier
        earlier = question


def test_back_from_a_question_that_this_role_is_not_asked_leads_nowhere() -> None:
    assert previous_question(TEACHER, Question.GRADE) is None


def test_the_answer_of_another_role_can_be_taken_back_too() -> None:
    assert TEACHER.without(Question.GRADE).grade is None
    assert STUDENT.without(Question.ORGANISATION).organisation is None


def test_another_role_is_asked_what_depends_on_it() -> None:
    assert next_question(TEACHER.with_role(Role.MENTOR)) is Question.ORGANISATION
    assert next_question(TEACHER.with_role(Role.STUDENT)) is Question.ROLE
    assert next_question(STUDENT.with_role(Role.PARENT)) is Question.ORGANISATION


def test_the_same_role_again_keeps_the_answers() -> None:
    assert TEACHER.with_role(Role.TEACHER) == TEACHER
    assert STUDENT.with_role(Role.STUDENT) == STUDENT


def test_a_draft_of_a_registered_person_is_whole() -> None:
    person = Person(1, Address("telegram", "1"), consent_version="1")
    pupil = replace(person, role=Role.STUDENT, name="Аня", municipality="sochi", grade=9)
    assert Draft.of(pupil, agreed=True) == STUDENT
    teacher = replace(
        person, role=Role.TEACHER, name="Ольга Петровна", municipality="sochi", organisation="Школа № 5"
    )
    assert Draft.of(teacher, agreed=True) == TEACHER
    assert Draft.of(Person(1, Address("telegram", "1")), agreed=False) == Draft()
    assert next_question(Draft.of(pupil, agreed=False)) is Question.CONSENT


drafts = st.builds(
    Draft,
    consent=st.booleans(),
    role=st.none() | st.sampled_from(CHOSEN_ROLES),
    old_enough=st.none() | st.booleans(),
    name=st.none() | st.text(),
    municipality=st.none() | st.sampled_from([m.code for m in KUBAN]),
    grade=st.none() | st.sampled_from(GRADES),
    organisation=st.none() | st.text(),
)


@given(drafts)
def test_a_draft_survives_json(draft: Draft) -> None:
    assert Draft.from_json(draft.to_json()) == draft


@given(drafts)
def test_going_back_step_by_step_ends_at_the_consent(draft: Draft) -> None:
    question: Question | None = questions(draft)[-1]
    for _ in range(7):
        question = previous_question(draft, question) if question else None
    assert question is None


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("Аня", "Аня"),
        ("  Анна   Мария \n Петрова ", "Анна Мария Петрова"),
        ("А\u0000н\u200bя", "А н я"),
        ("МБОУ СОШ № 5", "МБОУ СОШ № 5"),
        ("O'Коннор-Ли", "O'Коннор-Ли"),
        ("я" * LONGEST_ORGANISATION, "я" * LONGEST_ORGANISATION),
        ("я" * (LONGEST_ORGANISATION + 1), Unfit.LONG),
        ("", Unfit.EMPTY),
        (" \n\t\u200b", Unfit.EMPTY),
        ("12345", Unfit.NO_LETTERS),
        ("🙂", Unfit.NO_LETTERS),
        ("https://example.org", Unfit.LINK),
        ("Аня www.example.org", Unfit.LINK),
        ("пишите @anya", Unfit.LINK),
        ("T.ME/anya", Unfit.LINK),
    ],
)
def test_a_typed_line(typed: str, line: str | Unfit) -> None:
    assert clean_line(typed, LONGEST_ORGANISATION) == line


@given(st.text())
def test_a_clean_line_is_clean_already(text: str) -> None:
    line = clean_line(text, LONGEST_ORGANISATION)
    if not isinstance(line, Unfit):
        assert line == clean_line(line, LONGEST_ORGANISATION)
        assert line.isprintable()
        assert len(line.splitlines()) == 1


@pytest.mark.parametrize(
    ("typed", "guesses"),
    [
        ("Сочи", ["sochi"]),
        ("  СОЧИ ", ["sochi"]),
        ("г. Сочи", ["sochi"]),
        ("город Сочи", ["sochi"]),
        ("город-курорт Сочи", ["sochi"]),
        ("ст. Каневская", ["kanevskoy"]),
        ("станица Каневская", ["kanevskoy"]),
        ("село Белая Глина", ["beloglinskiy"]),
        ("Лабинский район", ["labinskiy"]),
        ("лабинский р-н", ["labinskiy"]),
        ("Лабинский муниципальный округ", ["labinskiy"]),
        ("Лабинск", ["labinskiy"]),
        ("Усть-Лабинск", ["ust-labinskiy"]),
        ("усть лабинский", ["ust-labinskiy"]),
        ("Кущевская", ["kushchyovskiy"]),
        ("Кущёвская", ["kushchyovskiy"]),
        ("тимашевск", ["timashyovskiy"]),
        ("Кропоткин", ["kavkazskiy"]),
        ("гор", ["goryachiy-klyuch"]),
        ("Красн", ["krasnodar", "krasnoarmeyskiy"]),
        ("новор", ["novorossiysk"]),
        ("Новоросийск", ["novorossiysk"]),
        ("Гелинджик", ["gelendzhik"]),
        ("Краснадар", ["krasnodar"]),
        ("тихарецк", ["tikhoretskiy"]),
        ("Москва", []),
        ("", []),
        (" - ", []),
        ("г.", []),
        ("район", []),
    ],
)
def test_which_municipality_somebody_means(typed: str, guesses: list[str]) -> None:
    assert [found.code for found in guess_municipality(typed, KUBAN)][: len(guesses) or 1] == guesses


def test_a_beginning_that_many_share_gives_no_more_than_a_screen() -> None:
    assert 1 < len(guess_municipality("К", KUBAN)) <= 6


@pytest.mark.parametrize("municipality", KUBAN, ids=lambda found: found.code)
def test_every_municipality_is_found_by_its_name_and_its_centre(municipality: Municipality) -> None:
    assert guess_municipality(municipality.name, KUBAN) == [municipality]
    assert guess_municipality(municipality.centre.upper(), KUBAN) == [municipality]
    assert guess_municipality(f"{municipality.name} {municipality.kind}", KUBAN) == [municipality]


@given(st.text(max_size=100))
def test_whatever_is_typed_guesses_are_few_and_different(typed: str) -> None:
    found = [municipality.code for municipality in guess_municipality(typed, KUBAN)]
    assert len(found) == len(set(found)) <= 6


@pytest.mark.parametrize("municipality", KUBAN, ids=lambda found: found.code)
def test_at_the_centre_of_a_municipality_it_is_the_nearest(municipality: Municipality) -> None:
    assert nearest_municipality(Point(municipality.latitude, municipality.longitude), KUBAN) == municipality


def test_far_away_there_is_still_a_nearest_one() -> None:
    moscow_city = Point(55.75, 37.62)
    assert nearest_municipality(moscow_city, KUBAN).code == "eyskiy"
