"""What coordinators and askers are told on the bot's own account."""

from __future__ import annotations

from bot.texts import Html
from domain.letters import Letter
from domain.question import Importance
from handlers.questions.callbacks import (
    AnswerQuestion,
    AskOn,
    OpenMyQuestion,
    OpenQuestion,
    OpenWaiting,
    Solved,
    TakeQuestion,
)
from handlers.questions.screens import IMPORTANCE_KEYS
from handlers.screen import Screen, button, rows
from handlers.view import View


def _question_id(letter: Letter) -> int:
    """Raises ValueError for a letter about no question."""
    question_id = letter.parts[0].delivery.question_id
    if question_id is None:
        raise ValueError(f"{letter.kind} about no question")
    return question_id


def new_question(view: View, letter: Letter) -> Screen:
    payload, question_id = letter.parts[0].delivery.payload, _question_id(letter)
    importance = Importance(payload["importance"])
    parts = [
        view.text(
            "questions-news-again" if payload.get("again") else "questions-news",
            importance=view.label(IMPORTANCE_KEYS + importance),
            who=payload["asker"] or view.label("questions-nameless"),
        )
    ]
    if payload["about"]:
        parts.append(view.text("questions-about", what=payload["about"]))
    if payload["text"]:
        parts.append(view.text("questions-quoted", said=payload["text"]))
    if payload["has_file"]:
        parts.append(view.text("questions-has-file"))
    return Screen(
        Html("\n\n".join(parts)),
        rows(
            button(view.label("questions-button-answer"), AnswerQuestion(question=question_id)),
            (
                button(view.label("questions-button-take"), TakeQuestion(question=question_id)),
                button(view.label("questions-button-open"), OpenQuestion(question=question_id)),
            ),
        ),
    )


def answered(view: View, letter: Letter) -> Screen:
    payload, question_id = letter.parts[0].delivery.payload, _question_id(letter)
    closed = bool(payload.get("closed"))
    parts = [view.text("questions-closed-unanswered" if closed else "questions-answered")]
    if payload["text"]:
        parts.append(view.text("questions-quoted", said=payload["text"]))
    if payload["has_file"]:
        parts.append(view.text("questions-has-file"))
    return Screen(
        Html("\n\n".join(parts)),
        rows(
            (
                button(view.label("questions-button-ask-on"), AskOn(question=question_id)),
                *(
                    ()
                    if closed
                    else (button(view.label("questions-button-solved"), Solved(question=question_id)),)
                ),
            ),
            button(view.label("questions-button-open"), OpenMyQuestion(question=question_id)),
        ),
    )


def still_open(view: View, letter: Letter) -> Screen:
    count = letter.parts[0].delivery.payload["count"]
    return Screen(
        view.text("questions-still-open", count=count),
        rows(button(view.label("questions-button-waiting"), OpenWaiting())),
    )


def lost_answer(view: View, letter: Letter) -> Screen:
    """To whoever answered: it did not arrive."""
    payload = letter.parts[0].delivery.payload
    if payload.get("gone"):
        waiting = button(view.label("questions-button-waiting"), OpenWaiting())
        return Screen(view.text("questions-nobody-to-answer"), rows(waiting))
    blocked = payload["blocked"]
    return Screen(
        view.text("questions-lost-blocked" if blocked else "questions-lost-refused"),
        rows(button(view.label("questions-button-open"), OpenQuestion(question=_question_id(letter)))),
    )
