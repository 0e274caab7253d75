"""Questions as those who ask and those who answer see them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import Html
from domain.question import LONGEST_TEXT, Importance, Question, Status, Turn
from handlers.card.screens import clip
from handlers.coordination.callbacks import OpenCoordination
from handlers.paging import pager
from handlers.questions.callbacks import (
    AnswerAsSaved,
    AnswerQuestion,
    AskAs,
    AskOn,
    CloseQuestion,
    ForgetAnswer,
    HandOn,
    OpenAsking,
    OpenMyQuestion,
    OpenMyQuestions,
    OpenQuestion,
    OpenWaiting,
    RefuseQuestions,
    SaveAnswer,
    ShowFile,
    Solved,
    TakeQuestion,
)
from handlers.screen import Button, Screen, button, columns, rows
from handlers.view import View

QUESTIONS_ON_PAGE = 6
TURNS_SHOWN = 6
LONGEST_EARLIER = 200
"""Characters of a turn above the latest one, which is shown whole."""
FIRST_WORDS = 80
LABEL = 40
LONGEST_TOPIC = 120
"""Characters of a topic's name that the messenger takes, and a few to spare."""
IMPORTANCE_KEYS = "questions-importance-"
STATUS_KEYS = "questions-status-"


def ask_importance(view: View, *, has_some: bool) -> Screen:
    choices = [
        button(view.label(IMPORTANCE_KEYS + importance), AskAs(importance=importance))
        for importance in Importance
    ]
    mine = button(view.label("questions-button-mine"), OpenMyQuestions()) if has_some else None
    return Screen(view.text("questions-ask-importance"), rows(*choices, mine, view.menu_button()))


def ask_before_consent(view: View) -> Screen:
    """For somebody of whom nothing may be kept yet: what happens with a question, and how to write it."""
    return Screen(view.text("questions-ask-before-consent"), rows(view.menu_button()))


def file_before_consent(view: View) -> Screen:
    return Screen(view.text("questions-file-before-consent"), rows(view.menu_button()))


def refused(view: View) -> Screen:
    return Screen(view.text("questions-refused"), rows(view.menu_button()))


def ask_saved(view: View, value: Question) -> Screen:
    """What others will read is written anew, not copied."""
    return Screen(
        view.text("questions-ask-saved", turns=conversation(view, value)),
        rows(button(view.label("common-button-back"), OpenQuestion(question=value.id))),
    )


def ask_text(view: View, importance: Importance) -> Screen:
    return Screen(
        view.text("questions-ask-text", importance=view.label(IMPORTANCE_KEYS + importance)),
        rows((button(view.label("common-button-back"), OpenAsking()), view.menu_button())),
    )


def ask_on(view: View, question_id: int) -> Screen:
    back = button(view.label("common-button-back"), OpenMyQuestion(question=question_id))
    return Screen(view.text("questions-ask-on"), rows((back, view.menu_button())))


def asked(view: View, question: Question) -> Screen:
    key = "questions-asked-urgent" if question.importance is Importance.URGENT else "questions-asked"
    return Screen(
        view.text(key),
        rows(
            button(view.label("questions-button-open"), OpenMyQuestion(question=question.id)),
            view.menu_button(),
        ),
    )


def too_many(view: View) -> Screen:
    return Screen(
        view.text("questions-too-many"),
        rows(button(view.label("questions-button-mine"), OpenMyQuestions()), view.menu_button()),
    )


def gone(view: View) -> Screen:
    return Screen(view.text("questions-gone"), rows(view.menu_button()))


def nobody_to_answer(view: View) -> Screen:
    """An answer to a question that went with its person."""
    waiting = button(view.label("questions-button-waiting"), OpenWaiting())
    return Screen(view.text("questions-nobody-to-answer"), rows(waiting, view.menu_button()))


def my_questions(view: View, shown: Sequence[Question], page: int, *, has_more: bool) -> Screen:
    if not shown:
        ask = button(view.label("questions-button-ask"), OpenAsking())
        return Screen(view.text("questions-none"), rows(ask, view.menu_button()))
    lines = [
        view.text(
            "questions-line",
            number=str(number),
            said=_beginning(view, question),
            moment=view.dates.moment(question.asked_at, now=view.now),
            importance=view.label(IMPORTANCE_KEYS + question.importance),
            state=view.label(STATUS_KEYS + question.status),
        )
        for number, question in enumerate(shown, start=page * QUESTIONS_ON_PAGE + 1)
    ]
    buttons = [
        button(
            view.label("questions-button-one", number=str(number)),
            OpenMyQuestion(question=question.id),
        )
        for number, question in enumerate(shown, start=page * QUESTIONS_ON_PAGE + 1)
    ]
    return Screen(
        view.text("questions-mine", lines=Html("\n\n".join(lines))),
        rows(
            *columns(buttons, 2),
            pager(view, page, page + 1 if has_more else page, lambda number: OpenMyQuestions(page=number)),
            button(view.label("questions-button-ask"), OpenAsking()),
            view.menu_button(),
        ),
    )


def _beginning(view: View, question: Question) -> str:
    """The first words of a question, on one line."""
    return clip(" ".join(question.text.split()), FIRST_WORDS) or view.label("questions-file")


def conversation(view: View, question: Question) -> Html:
    """The latest turns, who said what and when."""
    lines = []
    if question.about:
        lines.append(view.text("questions-about", what=question.about))
    shown = question.turns[-TURNS_SHOWN:]
    for number, turn in enumerate(shown, start=1):
        who = view.label("questions-from-coordinator" if turn.from_coordinator else "questions-from-person")
        said = clip(turn.text, LONGEST_TEXT if number == len(shown) else LONGEST_EARLIER)
        if turn.file is not None:
            said = f"{said} {view.label('questions-file')}".strip()
        lines.append(
            view.text("questions-turn", who=who, moment=view.dates.moment(turn.at, now=view.now), said=said)
        )
    return Html("\n\n".join(lines))


def my_question(view: View, question: Question) -> Screen:
    text = view.text(
        "questions-one",
        state=view.label(STATUS_KEYS + question.status),
        turns=conversation(view, question),
    )
    solved = None
    if question.status is not Status.CLOSED:
        solved = button(view.label("questions-button-solved"), Solved(question=question.id))
    return Screen(
        text,
        rows(
            button(view.label("questions-button-ask-on"), AskOn(question=question.id)),
            _file_button(view, question),
            solved,
            (button(view.label("common-button-back"), OpenMyQuestions()), view.menu_button()),
        ),
    )


def _file_button(view: View, question: Question) -> Button | None:
    if any(turn.file for turn in question.turns):
        return button(view.label("questions-button-file"), ShowFile(question=question.id))
    return None


def _where(view: View, municipality: str | None) -> str:
    return view.municipality(municipality).name if municipality else view.label("questions-nowhere")


def waiting(view: View, shown: Sequence[Question], page: int, total: int) -> Screen:
    back = button(view.label("common-button-back"), OpenCoordination())
    if not shown:
        return Screen(view.text("questions-none-waiting"), rows((back, view.menu_button())))
    lines = [
        view.text(
            "questions-waiting-line",
            number=str(number),
            said=_beginning(view, question),
            importance=view.label(IMPORTANCE_KEYS + question.importance),
            who=question.asker or view.label("questions-nameless"),
            where=_where(view, question.municipality),
            moment=view.dates.moment(question.asked_at, now=view.now),
            state=view.label(STATUS_KEYS + question.status),
        )
        for number, question in enumerate(shown, start=page * QUESTIONS_ON_PAGE + 1)
    ]
    buttons = [
        button(
            f"{number}. {clip(question.asker or view.label('questions-nameless'), LABEL)}",
            OpenQuestion(question=question.id),
        )
        for number, question in enumerate(shown, start=page * QUESTIONS_ON_PAGE + 1)
    ]
    last = (total - 1) // QUESTIONS_ON_PAGE
    return Screen(
        view.text("questions-waiting", count=total, lines=Html("\n\n".join(lines))),
        rows(
            *columns(buttons, 2),
            pager(view, page, last, lambda number: OpenWaiting(page=number)),
            (back, view.menu_button()),
        ),
    )


def question(view: View, value: Question, *, note: str | None = None) -> Screen:
    """A question as a coordinator reads it, with what can be done."""
    text = view.text(
        "questions-for-coordinator",
        importance=view.label(IMPORTANCE_KEYS + value.importance),
        who=value.asker or view.label("questions-nameless"),
        where=_where(view, value.municipality),
        state=view.label(STATUS_KEYS + value.status),
        turns=conversation(view, value),
    )
    parts = [text]
    person = view.actor.person
    mine = person is not None and value.taken_by == person.id
    if value.taken_by and not mine:
        parts.append(
            view.text("questions-taken-by", who=value.taken_by_name or view.label("questions-nameless"))
        )
    if value.refused:
        parts.append(view.text("questions-person-refused"))
    if not value.reachable:
        parts.append(view.text("questions-unreachable"))
    if note:
        parts.insert(0, view.text("questions-note", note=note))
    take = hand_on = close = keep = None
    if value.status.waits_for_coordinator and not mine:
        take = button(view.label("questions-button-take"), TakeQuestion(question=value.id))
    if mine and value.status.waits_for_coordinator:
        hand_on = button(view.label("questions-button-hand-on"), HandOn(question=value.id))
    if value.status is not Status.CLOSED:
        close = button(view.label("questions-button-close"), CloseQuestion(question=value.id))
    if value.status is Status.ANSWERED and view.actor.scope.everywhere:
        keep = button(view.label("questions-button-save"), SaveAnswer(question=value.id))
    return Screen(
        Html("\n\n".join(parts)),
        rows(
            button(view.label("questions-button-answer"), AnswerQuestion(question=value.id)),
            _file_button(view, value),
            [part for part in (take, hand_on, close) if part],
            keep,
            button(
                view.label("questions-button-accept" if value.refused else "questions-button-refuse"),
                RefuseQuestions(question=value.id, refused=not value.refused),
            ),
            (button(view.label("common-button-back"), OpenWaiting()), view.menu_button()),
        ),
    )


def topic_name(view: View, value: Question) -> str:
    """How a question's topic is called in the coordinators' group."""
    return clip(
        view.label(
            "questions-topic",
            importance=view.label(IMPORTANCE_KEYS + value.importance),
            who=value.asker or view.label("questions-nameless"),
            where=_where(view, value.municipality),
        ),
        LONGEST_TOPIC,
    )


def group_card(view: View, value: Question) -> Screen:
    """What stands first in a topic: in which state the question is, and what can be done."""
    parts = [
        view.text(
            "questions-card",
            importance=view.label(IMPORTANCE_KEYS + value.importance),
            who=value.asker or view.label("questions-nameless"),
            where=_where(view, value.municipality),
            state=view.label(STATUS_KEYS + value.status),
        )
    ]
    if value.about:
        parts.append(view.text("questions-about", what=value.about))
    if value.taken_by and value.status is not Status.CLOSED:
        parts.append(
            view.text("questions-taken-by", who=value.taken_by_name or view.label("questions-nameless"))
        )
    buttons: list[Button] = []
    if value.status is Status.OPEN:
        buttons.append(button(view.label("questions-button-take"), TakeQuestion(question=value.id)))
    elif value.status is Status.TAKEN:
        buttons.append(button(view.label("questions-button-hand-on"), HandOn(question=value.id)))
    if value.status is not Status.CLOSED:
        buttons.append(button(view.label("questions-button-close"), CloseQuestion(question=value.id)))
        parts.append(view.text("questions-card-how"))
    return Screen(Html("\n\n".join(parts)), rows(buttons))


def group_turn(view: View, value: Question, turn: Turn) -> Html:
    """One message of the conversation as the group reads it."""
    who = value.asker or view.label("questions-nameless")
    key = "questions-group-asked"
    if turn.from_coordinator:
        who, key = turn.author or view.label("questions-from-coordinator"), "questions-group-answered"
    return view.text(key, who=who, said=turn.text or view.label("questions-file"))


def ask_answer(view: View, value: Question, saved: Sequence[tuple[int, str, str]]) -> Screen:
    choices: list[list[Button]] = []
    for saved_id, title, _ in saved:
        row = [button(clip(title, LABEL), AnswerAsSaved(question=value.id, saved=saved_id))]
        if view.actor.scope.everywhere:
            forget = ForgetAnswer(question=value.id, saved=saved_id)
            row.append(button(view.label("questions-button-forget"), forget))
        choices.append(row)
    key = "questions-ask-answer-saved" if saved else "questions-ask-answer"
    return Screen(
        view.text(
            key,
            who=value.asker or view.label("questions-nameless"),
            where=_where(view, value.municipality),
            turns=conversation(view, value),
        ),
        rows(*choices, button(view.label("common-button-back"), OpenQuestion(question=value.id))),
    )
