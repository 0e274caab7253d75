"""What the coordinators' group lacks of a question, one step after another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.people import Address
from domain.question import Importance, Note, Question, Status, Step, Topic, Turn, next_step, shown_state
from tests.town import moscow

GROUP = Address("telegram", "-100500")
NOW = moscow("12 12:00")
ASKED = Turn(from_coordinator=False, text="Где?", file=None, at=NOW, id=1)
THERE = replace(ASKED, in_group=True)


def question(status: Status = Status.OPEN, *turns: Turn) -> Question:
    return Question(
        id=1,
        person_id=1,
        asker="Аня",
        municipality="sochi",
        importance=Importance.USUAL,
        status=status,
        about="",
        taken_by=None,
        taken_by_name="",
        asked_at=NOW,
        answered_at=None,
        turns=turns or (THERE,),
    )


def standing(status: Status = Status.OPEN, *turns: Turn) -> Topic:
    """A topic that says all of this already."""
    asked = question(status, *turns)
    closed = status is Status.CLOSED
    return Topic(1, GROUP, asked, thread=7, card=8, shown=shown_state(asked), closed=closed)


@pytest.mark.parametrize("status", Status)
def test_a_topic_that_says_everything_rests(status: Status) -> None:
    assert next_step(standing(status)) is None


def test_from_nothing_to_all_of_it() -> None:
    topic = Topic(1, GROUP, question(Status.OPEN, ASKED))
    assert next_step(topic) is Step.OPEN
    topic = replace(topic, thread=7)
    assert next_step(topic) is Step.CARD
    topic = replace(topic, card=8, shown=shown_state(question()))
    assert next_step(topic) is Step.TURN
    topic = replace(topic, question=question(), note=Note.FREE)
    assert next_step(topic) is Step.NOTE
    assert next_step(replace(topic, note=None)) is None


def test_a_state_that_is_over_is_shown_anew_before_the_topic_closes() -> None:
    topic = replace(standing(), question=question(Status.CLOSED))
    assert next_step(topic) is Step.SHOW
    topic = replace(topic, shown=shown_state(question(Status.CLOSED)))
    assert next_step(topic) is Step.CLOSE
    assert next_step(replace(topic, closed=True)) is None


def test_a_closed_topic_is_opened_before_anything_is_said_in_it() -> None:
    asked_on = replace(standing(Status.CLOSED), question=question(Status.OPEN, THERE, replace(ASKED, id=2)))
    assert next_step(asked_on) is Step.REOPEN
    assert next_step(replace(asked_on, closed=False)) is Step.TURN
    assert next_step(replace(standing(Status.CLOSED), note=Note.FREE)) is Step.REOPEN
    assert next_step(replace(standing(), closed=True)) is Step.REOPEN


def test_of_somebody_who_is_gone_nothing_stays() -> None:
    assert next_step(replace(standing(), question=None)) is Step.REMOVE
    assert next_step(Topic(1, GROUP, None)) is Step.REMOVE


def test_who_took_it_is_part_of_what_the_card_says() -> None:
    taken = replace(question(Status.TAKEN), taken_by=5)
    assert shown_state(taken) != shown_state(replace(taken, taken_by=6))
