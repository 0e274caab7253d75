"""One question a screen."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import Html, html_join
from domain.names import LONGEST_NAME, UnfitName
from domain.people import CHOSEN_ROLES, DOUBTFUL_GRADES, GRADE_COLLEGE, GRADE_UNIVERSITY, MINIMUM_AGE, Role
from domain.programme import Municipality
from domain.registration import LONGEST_ORGANISATION, Draft, Question, Unfit
from handlers.card.screens import grade_name
from handlers.paging import pager
from handlers.profile.callbacks import OpenProfile
from handlers.questions.callbacks import OpenAsking
from handlers.registration.callbacks import (
    Agree,
    BrowseMunicipalities,
    ChooseGrade,
    ChooseMunicipality,
    ChooseRole,
    ConfirmAge,
    ConfirmGrade,
    ReadConsent,
    ShareLocation,
    StepBack,
)
from handlers.screen import Button, Screen, button, columns, rows
from handlers.view import View
from handlers.workshops.callbacks import OpenWorkshops

MUNICIPALITIES_ON_PAGE = 12
ROLE_KEYS = "registration-role-"
UNFIT_KEYS = "registration-unfit-"
NAME_KEYS = "registration-name-"
ORGANISATION_KEYS = "registration-organisation-"
SCHOOL_GRADES = range(1, 12)


def question(view: View, asked: Question, draft: Draft) -> Screen:
    """The screen that asks a question."""
    match asked:
        case Question.CONSENT:
            return consent(view, full=False)
        case Question.ROLE:
            return role(view)
        case Question.AGE:
            return age(view, draft)
        case Question.NAME:
            return name(view, draft)
        case Question.MUNICIPALITY:
            return municipality(view, 0)
        case Question.GRADE:
            return grade(view)
        case Question.ORGANISATION:
            return organisation(view, draft)


def _back(view: View, asked: Question) -> tuple[Button, Button]:
    return (
        button(view.label("common-button-back"), StepBack(question=asked)),
        view.menu_button(),
    )


def consent(view: View, *, full: bool) -> Screen:
    text = Html(view.consent.text) if full else view.text("registration-consent")
    other = ReadConsent(full=0 if full else 1)
    key = "registration-button-consent-short" if full else "registration-button-consent-full"
    return Screen(
        text,
        rows(
            button(view.label("registration-button-agree"), Agree()),
            button(view.label(key), other),
            _back(view, Question.CONSENT),
        ),
    )


def role(view: View) -> Screen:
    """Who somebody is, and whether a pupil is old enough: asked before anything is stored."""
    adults = [
        button(view.label(ROLE_KEYS + choice), ChooseRole(role=choice))
        for choice in CHOSEN_ROLES
        if choice.is_adult
    ]
    parts = [view.text("registration-ask-role")]
    if view.consent.operator is None:
        parts.append(view.text("registration-demo"))
    return Screen(
        html_join(parts, "\n\n"),
        rows(
            button(
                view.label("registration-button-old-enough", age=MINIMUM_AGE), ConfirmAge(old_enough=True)
            ),
            _younger(view),
            *columns(adults, 3),
            _back(view, Question.ROLE),
        ),
    )


def _younger(view: View) -> Button:
    return button(view.label("registration-button-younger", age=MINIMUM_AGE), ConfirmAge(old_enough=False))


def age(view: View, draft: Draft) -> Screen:
    """Asked of pupils in whose grade most are not fourteen yet."""
    grade = draft.grade or DOUBTFUL_GRADES[0]
    return Screen(
        view.text("registration-ask-age", grade=grade_name(view, grade), age=MINIMUM_AGE),
        rows(
            button(view.label("registration-button-sure", age=MINIMUM_AGE), ConfirmGrade(grade=grade)),
            _younger(view),
            _back(view, Question.AGE),
        ),
    )


def name(view: View, draft: Draft) -> Screen:
    key = "registration-ask-name-student" if draft.role is Role.STUDENT else "registration-ask-name-adult"
    return Screen(view.text(key), rows(_back(view, Question.NAME)))


def municipality(view: View, page: int) -> Screen:
    last = (len(view.municipalities) - 1) // MUNICIPALITIES_ON_PAGE
    page = max(0, min(page, last))
    shown = view.municipalities[page * MUNICIPALITIES_ON_PAGE : (page + 1) * MUNICIPALITIES_ON_PAGE]
    return Screen(
        view.text("registration-ask-municipality"),
        rows(
            *columns(_municipality_buttons(shown), 2),
            pager(view, page, last, lambda number: BrowseMunicipalities(page=number)),
            button(view.label("registration-button-location"), ShareLocation()),
            _back(view, Question.MUNICIPALITY),
        ),
    )


def municipality_guesses(view: View, found: Sequence[Municipality], typed: str) -> Screen:
    key = "registration-municipality-guesses" if found else "registration-municipality-unknown"
    everything = button(view.label("registration-button-all-municipalities"), BrowseMunicipalities(page=0))
    return Screen(
        view.text(key, typed=typed[:40]),
        rows(*columns(_municipality_buttons(found), 2), everything, _back(view, Question.MUNICIPALITY)),
    )


def _municipality_buttons(shown: Sequence[Municipality]) -> list[Button]:
    return [button(found.name, ChooseMunicipality(code=found.code)) for found in shown]


def grade(view: View) -> Screen:
    school = [button(str(number), ChooseGrade(grade=number)) for number in SCHOOL_GRADES]
    after = [
        button(grade_name(view, number), ChooseGrade(grade=number))
        for number in (GRADE_COLLEGE, GRADE_UNIVERSITY)
    ]
    return Screen(
        view.text("registration-ask-grade"), rows(*columns(school, 4), after, _back(view, Question.GRADE))
    )


def organisation(view: View, draft: Draft) -> Screen:
    asked = draft.role or Role.PARENT
    return Screen(view.text(ORGANISATION_KEYS + asked), rows(_back(view, Question.ORGANISATION)))


def unfit(view: View, asked: Question, reason: Unfit) -> Screen:
    """A typed answer that will not do: why, and the same question again."""
    key = UNFIT_KEYS + reason.replace("_", "-")
    text = view.text(key, longest=LONGEST_ORGANISATION) if reason is Unfit.LONG else view.text(key)
    return Screen(text, rows(_back(view, asked)))


def unfit_name(view: View, reason: UnfitName) -> Screen:
    """What was typed is no name: why, and the same question again."""
    key = NAME_KEYS + reason
    text = view.text(key, longest=LONGEST_NAME) if reason is UnfitName.LONG else view.text(key)
    return Screen(text, rows(_back(view, Question.NAME)))


def words_please(view: View, asked: Question) -> Screen:
    """A sticker, a photo or a voice where words are asked."""
    return Screen(view.text("registration-words-please"), rows(_back(view, asked)))


def buttons_please(view: View) -> Html:
    return view.text("registration-buttons-please")


def too_young(view: View) -> Screen:
    """For whoever is under fourteen and came from the profile: nothing of them is stored any more."""
    return Screen(
        view.text("registration-too-young", age=MINIMUM_AGE),
        rows(button(view.label("menu-button-workshops"), OpenWorkshops()), view.menu_button()),
    )


def said_too_young(view: View) -> Screen:
    """«Мне есть 14» less than a day after «Мне меньше 14»."""
    return Screen(
        view.text("registration-said-too-young", age=MINIMUM_AGE),
        rows(button(view.label("menu-button-ask"), OpenAsking()), view.menu_button()),
    )


def done(view: View) -> Screen:
    return Screen(
        view.text("registration-saved"),
        rows(button(view.label("menu-button-profile"), OpenProfile()), view.menu_button()),
    )


def done_editing(view: View) -> Screen:
    """«Назад» out of a change in the profile: nothing was changed."""
    return Screen(
        view.text("registration-unchanged"),
        rows(button(view.label("menu-button-profile"), OpenProfile()), view.menu_button()),
    )
