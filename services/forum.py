"""The forum's programme: its days, what runs now, and what clashes with the person's own bookings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from db.engine import Session
from db.queries import booking as bookings
from db.queries import programme
from domain.booking import Booking, Planned
from domain.people import Actor, Right
from domain.programme import Activity, Slot, Track
from services.rights import needs

SESSIONS_ON_PAGE = 5
SOON = timedelta(hours=1)
"""«Скоро»: what starts within this time."""


@dataclass(frozen=True, slots=True)
class ForumOverview:
    facts: Sequence[tuple[str, str]]
    days: Sequence[date]


@dataclass(frozen=True, slots=True)
class ForumPage:
    """Sessions in order of time. ``own``: the person's bookings by slot id; ``clashing``: slots that overlap
    a place they hold elsewhere, with its title."""

    sessions: Sequence[tuple[Slot, Activity]]
    own: Mapping[int, Booking]
    clashing: Mapping[int, str]
    number: int
    total: int

    @property
    def last(self) -> int:
        return max(0, (self.total - 1) // SESSIONS_ON_PAGE)


@needs(Right.PUBLIC)
def overview(session: Session, _actor: Actor, zone: tzinfo) -> ForumOverview:
    return ForumOverview(programme.forum_facts(session), programme.forum_days(session, zone))


@needs(Right.SELF)
def day_page(
    session: Session,
    actor: Actor,
    day: date,
    track: Track | None,
    number: int,
    zone: tzinfo,
) -> ForumPage:
    """A page of a day, all tracks or one. Four statements whatever the size."""
    after, until = programme.local_day(day, zone)
    return _page(session, actor, after, until, track, number)


@needs(Right.SELF)
def now_and_soon(session: Session, actor: Actor, number: int, now: datetime) -> ForumPage:
    """What runs at this moment and what starts within the hour."""
    return _page(session, actor, now, now + SOON, None, number, running_at=now)


def _page(
    session: Session,
    actor: Actor,
    after: datetime,
    until: datetime,
    track: Track | None,
    number: int,
    *,
    running_at: datetime | None = None,
) -> ForumPage:
    number = max(0, number)
    sessions, total = programme.forum_between(
        session,
        after,
        until,
        track=track,
        offset=number * SESSIONS_ON_PAGE,
        limit=SESSIONS_ON_PAGE,
        running_at=running_at,
    )
    if total and not sessions:
        # An old button of a page that is there no more: the last one is.
        return _page(
            session,
            actor,
            after,
            until,
            track,
            (total - 1) // SESSIONS_ON_PAGE,
            running_at=running_at,
        )
    held = bookings.between(session, actor.person_id, after - timedelta(days=1), until + timedelta(days=1))
    own = {slot.id: booking for booking, slot, _ in held}
    clashing = {}
    for slot, _ in sessions:
        for booking, other, activity in held:
            overlap = slot.starts_at < other.ends_at and other.starts_at < slot.ends_at
            if overlap and other.id != slot.id and booking.status.holds_place and not other.cancelled_at:
                clashing[slot.id] = activity.title
    return ForumPage(sessions, own, clashing, number, total)


@needs(Right.SELF)
def my_day(
    session: Session, actor: Actor, day: date, zone: tzinfo
) -> tuple[Sequence[Planned], dict[int, int]]:
    """Everything the person is signed up for on a day, workshops too; places in waiting lists by booking id."""
    after, until = programme.local_day(day, zone)
    planned = bookings.between(session, actor.person_id, after, until)
    return planned, bookings.positions(session, [booking for booking, _, _ in planned])
