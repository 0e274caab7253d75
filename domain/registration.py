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
from domain.people import CHOSEN_ROLES, GRADES, Person, Role
from domain.programme import Municipality

CONSENT_VERSION = "2026-11"
"""Of the text that people agree to; a new text gets a new version and is asked for again."""
LONGEST_NAME = 60
LONGEST_ORGANISATION = 100
MUNICIPALITY_GUESSES = 6
CLOSE_ENOUGH = 0.7

_JOINS_EMOJI = "\N{ZERO WIDTH JOINER}"
_SPACES = re.compile(r"\s+")
_LINK = re.compile(r"https?:|www\.|t\.me/|@\w", re.IGNORECASE)


class Question(StrEnum):
    CONSENT = "consent"
    ROLE = "role"
    AGE = "age"
    """Only of a student: are you fourteen?"""
    NAME = "name"
    MUNICIPALITY = "municipality"
    GRADE = "grade"
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

    def to_json(self) -> dict[str, Any]:
        return {
            "consent": self.consent,
            "role": self.role,
            "old_enough": self.old_enough,
            "name": self.name,
            "municipality": self.municipality,
            "grade": self.grade,
            "organisation": self.organisation,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Draft:
        return cls(**{**data, "role": Role(data["role"]) if data.get("role") else None})

    @classmethod
    def of(cls, person: Person) -> Draft:
        """What a registered person has answered before; a role by invitation answers who somebody is."""
        invited = (grant.role for grant in person.grants if grant.role in CHOSEN_ROLES)
        return cls(
            consent=person.consent_version is not None,
            role=person.role or next(invited, None),
            old_enough=True if person.role is Role.STUDENT else None,
            name=person.name,
            municipality=person.municipality,
            grade=person.grade,
            organisation=person.organisation,
        )

    def without(self, question: Question) -> Draft:
        """The draft with one question open again; a new role opens what depends on it."""
        match question:
            case Question.CONSENT:
                return replace(self, consent=False)
            case Question.ROLE:
                return replace(self, role=None, old_enough=None, organisation=None)
            case Question.AGE:
                return replace(self, old_enough=None)
            case Question.NAME:
                return replace(self, name=None)
            case Question.MUNICIPALITY:
                return replace(self, municipality=None)
            case Question.GRADE:
                return replace(self, grade=None)
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
    asked = [Question.CONSENT, Question.ROLE]
    if draft.role is Role.STUDENT:
        return [*asked, Question.AGE, Question.NAME, Question.MUNICIPALITY, Question.GRADE]
    return [*asked, Question.NAME, Question.MUNICIPALITY, Question.ORGANISATION]


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
            return draft.role is not None
        case Question.AGE:
            return draft.old_enough is True
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
    """A typed name or organisation on one line, without control characters; or why it will not do."""
    visible = "".join(
        c if c == _JOINS_EMOJI or not unicodedata.category(c).startswith("C") else " " for c in text
    )
    line = _SPACES.sub(" ", visible).strip()
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
