"""«Сводка»: numbers about the municipalities that a coordinator answers for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta, tzinfo
from statistics import median

from db.engine import Session
from db.queries import questions
from db.queries import summary as queries
from db.queries.programme import local_day
from domain.people import Actor, Right
from domain.summary import (
    DAYS_SHOWN,
    NO_SHOWS_OVER,
    ROWS_SHOWN,
    Absences,
    FillBy,
    NoShows,
    Questions,
    SignUps,
    Summary,
    WaitingLists,
)
from services.rights import needs

ONE_DAY = timedelta(days=1)


def _within(actor: Actor) -> Collection[str] | None:
    """The municipalities that count for the actor; None: all."""
    return None if actor.scope.everywhere else actor.scope.municipalities


@needs(Right.RUN_PROGRAMME)
def summary(session: Session, actor: Actor, now: datetime, zone: tzinfo) -> Summary:
    """The numbers of the first screen, in eight statements."""
    within = _within(actor)
    day = now.astimezone(zone).date()
    today, _ = local_day(day, zone)
    monday, _ = local_day(day - ONE_DAY * day.weekday(), zone)
    _, day_after_tomorrow = local_day(day + ONE_DAY, zone)
    people, unreachable = queries.people(session, within)
    return Summary(
        programme=queries.programme(session, within, now),
        people=people,
        unreachable=unreachable,
        bookings=queries.bookings(
            session,
            within,
            now=now,
            today=today,
            monday=monday,
            day_after_tomorrow=day_after_tomorrow,
            absent_since=now - NO_SHOWS_OVER,
        ),
        questions=_questions(session, within, monday, now),
    )


def _questions(
    session: Session, within: Collection[str] | None, monday: datetime, now: datetime
) -> Questions:
    seconds = [
        (answered - asked).total_seconds()
        for asked, answered in questions.first_answers(session, within, now - NO_SHOWS_OVER)
    ]
    return Questions(
        waiting=questions.count_waiting(session, within),
        answered=questions.count_answered(session, within, monday),
        first_answer=timedelta(seconds=median(seconds)) if seconds else None,
    )


@needs(Right.RUN_PROGRAMME)
def fill(session: Session, actor: Actor, now: datetime) -> FillBy:
    """How full slots to come are, where places are limited."""
    within = _within(actor)
    return FillBy(
        tracks=queries.fill_by_track(session, within, now),
        municipalities=queries.fill_by_municipality(session, within, now),
    )


@needs(Right.RUN_PROGRAMME)
def sign_ups(session: Session, actor: Actor, now: datetime, zone: tzinfo) -> SignUps:
    """Sign-ups of each of the last two weeks' days."""
    today = now.astimezone(zone).date()
    days = [today - ONE_DAY * ago for ago in reversed(range(DAYS_SHOWN))]
    counts = queries.sign_ups(session, _within(actor), [local_day(day, zone) for day in days])
    return SignUps(tuple(zip(days, counts, strict=True)))


@needs(Right.RUN_PROGRAMME)
def waiting_lists(session: Session, actor: Actor, now: datetime) -> WaitingLists:
    """The longest waiting lists of slots to come."""
    within = _within(actor)
    return WaitingLists(
        tuple(queries.waiting_lists(session, within, now, ROWS_SHOWN)),
        queries.waiting(session, within, now),
    )


@needs(Right.RUN_PROGRAMME)
def no_shows(session: Session, actor: Actor, now: datetime) -> NoShows:
    """Where people did not come, as mentors marked it."""
    found = queries.no_shows(session, _within(actor), now - NO_SHOWS_OVER)
    total = Absences(sum(row.absent for _, _, row in found), sum(row.marked for _, _, row in found))
    return NoShows(tuple(row for row in found if row[2].absent)[:ROWS_SHOWN], total)
