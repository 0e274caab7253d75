"""What coordinators and askers are told on the bot's own account."""

from __future__ import annotations

from bot.texts import Html
from domain.facts import OfGroup, OfQuestion, OfWaiting
from domain.letters import Letter
from domain.payloads import Lost, OfTurn
from domain.question import EXCERPT, LONGEST_TEXT
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


def _facts(letter: Letter) -> OfQuestion:
    """Raises ValueError for a letter about no question."""
    facts = letter.parts[0].facts
    if not isinstance(facts, OfQuestion):
        raise ValueError(f"{letter.kind} about no question")
    return facts


def _said(view: View, facts: OfQuestion, longest: int) -> list[Html]:
    """The words of the message that the letter tells, and that a file came with it."""
    turn, parts = facts.turn, []
    if turn is not None and turn.text:
        parts.append(view.text("questions-quoted", said=turn.text[:longest]))
    if turn is not None and turn.file is not None:
        parts.append(view.text("questions-has-file"))
    return parts


def new_question(view: View, letter: Letter) -> Screen:
    payload, facts, question_id = letter.parts[0].delivery.payload, _facts(letter), _question_id(letter)
    again = isinstance(payload, OfTurn) and payload.again
    parts = [
        view.text(
            "questions-news-again" if again else "questions-news",
            importance=view.label(IMPORTANCE_KEYS + facts.question.importance),
            who=facts.question.asker or view.label("questions-nameless"),
        )
    ]
    if facts.question.about:
        parts.append(view.text("questions-about", what=facts.question.about))
    parts += _said(view, facts, EXCERPT)
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
    closed = isinstance(payload, OfTurn) and payload.closed
    parts = [view.text("questions-closed-unanswered" if closed else "questions-answered")]
    parts += _said(view, _facts(letter), LONGEST_TEXT)
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
    facts = letter.parts[0].facts
    if not isinstance(facts, OfWaiting):
        raise ValueError(f"{letter.kind} without a number")
    return Screen(
        view.text("questions-still-open", count=facts.count),
        rows(button(view.label("questions-button-waiting"), OpenWaiting())),
    )


def group_to_tidy(view: View, letter: Letter) -> Screen:
    """To coordinators: what only people can do in their group."""
    facts = letter.parts[0].facts
    if not isinstance(facts, OfGroup):
        raise ValueError(f"{letter.kind} about no group")
    if facts.is_former:
        who = facts.former or view.label("questions-nameless")
        return Screen(view.text("questions-group-former", who=who), rows(view.menu_button()))
    return Screen(view.text("questions-group-not-deleted"), rows(view.menu_button()))


def lost_answer(view: View, letter: Letter) -> Screen:
    """To whoever answered: it did not arrive."""
    if not isinstance(lost := letter.parts[0].delivery.payload, Lost):
        raise ValueError(f"{letter.kind} without a reason")
    if lost.gone:
        waiting = button(view.label("questions-button-waiting"), OpenWaiting())
        return Screen(view.text("questions-nobody-to-answer"), rows(waiting))
    return Screen(
        view.text("questions-lost-blocked" if lost.blocked else "questions-lost-refused"),
        rows(button(view.label("questions-button-open"), OpenQuestion(question=_question_id(letter)))),
    )
