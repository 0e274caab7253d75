"""What a person is asked once, in which order, and what counts as an answer."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from domain.finding import Point, distance_km
from domain.names import IGNORABLE, MOST_MARKS
from domain.people import CHOSEN_ROLES, DOUBTFUL_GRADES, GRADES, YOUNG_GRADES, Person, Role
from domain.programme import Municipality

LONGEST_ORGANISATION = 100
MUNICIPALITY_GUESSES = 6
CLOSE_ENOUGH = 0.7

_JOINS_EMOJI = "\N{ZERO WIDTH JOINER}"
_SPACES = re.compile(r"\s+")
_TOO_MANY_MARKS = re.compile(rf"([\u0300-\u036f]{{{MOST_MARKS}}})[\u0300-\u036f]+")
_LINK = re.compile(r"https?:|www\.|t\.me/|@\w", re.IGNORECASE)


class Question(StrEnum):
    ROLE = "role"
    """Who you are, and of a student in the same breath: whether you are fourteen. Before anything is stored."""
    CONSENT = "consent"
    NAME = "name"
    MUNICIPALITY = "municipality"
    GRADE = "grade"
    AGE = "age"
    """Only of a student whose grade makes it doubtful: are you really fourteen?"""
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Draft:
    """Answers so far. Nothing of it is a person's record until every question is answered."""

    consent: bool = False
    role: Role | None = None
    old_enough: bool | None = None
    name: str | None = None
    municipality: str | None = None
    grade: int | None = None
    organisation: str | None = None
    sure: bool = False
    """Fourteen was confirmed once more, for this grade."""

    def to_json(self) -> dict[str, Any]:
        return {
            "consent": self.consent,
            "role": self.role,
            "old_enough": self.old_enough,
            "name": self.name,
            "municipality": self.municipality,
            "grade": self.grade,
            "organisation": self.organisation,
            "sure": self.sure,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Draft:
        return cls(**{**data, "role": Role(data["role"]) if data.get("role") else None})

    @classmethod
    def of(cls, person: Person, *, agreed: bool) -> Draft:
        """What a person has answered before; a role by invitation answers who an adult is.

        ``agreed``: to the consent text of today.
        """
        invited = (grant.role for grant in person.grants if grant.role in CHOSEN_ROLES)
        role = person.role or next(invited, None)
        return cls(
            consent=agreed,
            role=role,
            old_enough=True if person.role is Role.STUDENT else None,
            name=person.name,
            municipality=person.municipality,
            grade=person.grade,
            organisation=person.organisation,
            sure=agreed and person.grade in DOUBTFUL_GRADES,
        )

    @property
    def is_too_young(self) -> bool:
        """A pupil of a grade in which nobody is fourteen."""
        return self.role is Role.STUDENT and self.grade in YOUNG_GRADES

    def without(self, question: Question) -> Draft:
        """The draft with one question open again; a new role opens what depends on it."""
        match question:
            case Question.CONSENT:
                return replace(self, consent=False)
            case Question.ROLE:
                return replace(self, role=None, old_enough=None, organisation=None)
            case Question.AGE:
                return replace(self, sure=False)
            case Question.NAME:
                return replace(self, name=None)
            case Question.MUNICIPALITY:
                return replace(self, municipality=None)
            case Question.GRADE:
                return replace(self, grade=None, sure=False)
            case Question.ORGANISATION:
                return replace(self, organisation=None)

    def with_role(self, role: Role) -> Draft:
        """The draft with this role; another one than before opens what depends on it."""
        return self if role is self.role else replace(self.without(Question.ROLE), role=role)


def next_question(draft: Draft) -> Question | None:
    """The first question without an answer; None when the registration is whole."""
    for question in questions(draft):
        if not _answered(draft, question):
            return question
    return None


def questions(draft: Draft) -> list[Question]:
    """The questions for this draft's role, in order."""
    asked = [Question.ROLE, Question.CONSENT, Question.NAME, Question.MUNICIPALITY]
    if draft.role is not Role.STUDENT:
        return [*asked, Question.ORGANISATION]
    doubtful = [Question.AGE] if draft.grade in DOUBTFUL_GRADES else []
    return [*asked, Question.GRADE, *doubtful]


def previous_question(draft: Draft, question: Question) -> Question | None:
    """Where «Назад» leads; None from the first."""
    asked = questions(draft)
    place = asked.index(question) if question in asked else 0
    return asked[place - 1] if place else None


def _answered(draft: Draft, question: Question) -> bool:
    match question:
        case Question.CONSENT:
            return draft.consent
        case Question.ROLE:
            return draft.role is not None and (draft.role is not Role.STUDENT or draft.old_enough is True)
        case Question.AGE:
            return draft.sure
        case Question.NAME:
            return bool(draft.name)
        case Question.MUNICIPALITY:
            return bool(draft.municipality)
        case Question.GRADE:
            return draft.grade in GRADES
        case Question.ORGANISATION:
            return bool(draft.organisation)


class Unfit(StrEnum):
    """Why a typed answer is not one."""

    EMPTY = "empty"
    LONG = "long"
    NO_LETTERS = "no_letters"
    LINK = "link"


def clean_line(text: str, longest: int) -> str | Unfit:
    """What was typed on one line, without what nobody sees; or why it will not do. For names: ``clean_name``."""
    visible = "".join(
        c if c == _JOINS_EMOJI or not unicodedata.category(c).startswith("C") else " "
        for c in text
        if c not in IGNORABLE
    )
    line = _TOO_MANY_MARKS.sub(r"\1", _SPACES.sub(" ", visible).strip())
    if not line:
        return Unfit.EMPTY
    if len(line) > longest:
        return Unfit.LONG
    if not any(character.isalpha() for character in line):
        return Unfit.NO_LETTERS
    if _LINK.search(line):
        return Unfit.LINK
    return line


def _folded(name: str) -> str:
    return (
        name.casefold()
        .replace("\N{CYRILLIC SMALL LETTER IO}", "\N{CYRILLIC SMALL LETTER IE}")
        .replace("-", " ")
    )


def guess_municipality(typed: str, municipalities: Sequence[Municipality]) -> list[Municipality]:
    """Those whose name or centre begins as typed; else those that are spelt alike.

    An exact name stands alone, also after words that say what kind of place it is.
    """
    wanted = _folded(_SPACES.sub(" ", typed).strip())
    if not wanted:
        return []
    names = {_folded(name): m for m in municipalities for name in (m.name, m.centre)}
    words = wanted.split(" ")
    for start in range(len(words)):
        if (exact := names.get(" ".join(words[start:]))) is not None:
            return [exact]
    begun = [
        m
        for m in municipalities
        if _folded(m.name).startswith(wanted)
        or _folded(m.centre).startswith(wanted)
        or wanted.startswith(_folded(m.name) + " ")
    ]
    if begun:
        return begun[:MUNICIPALITY_GUESSES]
    close = difflib.get_close_matches(wanted, names, MUNICIPALITY_GUESSES, CLOSE_ENOUGH)
    return list(dict.fromkeys(names[name] for name in close))


def nearest_municipality(point: Point, municipalities: Sequence[Municipality]) -> Municipality:
    """By distance to the centre. Far from the Kuban it is still the nearest: the person may choose another."""
    return min(municipalities, key=lambda m: distance_km(point, Point(m.latitude, m.longitude)))
