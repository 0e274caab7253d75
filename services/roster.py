"""«Списки участников»: who comes on a day, to a municipality, to an activity. Every list drawn up is logged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from db.engine import Session
from db.queries import roster as queries
from domain.log import Action
from domain.people import Actor, Forbidden, Right
from domain.programme_import import FIRST_YEAR, LAST_YEAR
from domain.roster import Guest, Roster, RosterOf
from services import log
from services.rights import needs

LONGEST_NUMBER = 9
"""Digits of the number of an activity: PostgreSQL refuses even to look for a larger one."""


class NoSuchRoster(Exception):
    """There is nothing of that key: it is gone, or never was on a button."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Something to draw up a list of, with the places held there."""

    key: str
    name: str
    places: int


@needs(Right.RUN_PROGRAMME)
def days(session: Session, actor: Actor, now: datetime, zone: tzinfo) -> list[tuple[date, int]]:
    """Days from today on with people, and the places held."""
    counted: Counter[date] = Counter()
    for starts_at, places in queries.slot_starts(session, actor.scope, _today(now, zone)):
        counted[starts_at.astimezone(zone).date()] += places
    return sorted(counted.items())


@needs(Right.RUN_PROGRAMME)
def municipalities(session: Session, actor: Actor, now: datetime, zone: tzinfo) -> list[Counted]:
    found = queries.municipalities(session, actor.scope, _today(now, zone))
    return [Counted(code, name, places) for code, name, places in found]


@needs(Right.RUN_PROGRAMME)
def activities(
    session: Session, actor: Actor, municipality: str, now: datetime, zone: tzinfo, offset: int, limit: int
) -> list[Counted]:
    """Of one municipality.

    Raises:
        Forbidden: it is another coordinator's.
    """
    actor.require(municipality)
    found = queries.activities(session, actor.scope, _today(now, zone), municipality, offset, limit)
    return [Counted(str(activity_id), title, places) for activity_id, title, places in found]


@needs(Right.RUN_PROGRAMME)
def draw_up(session: Session, actor: Actor, of: RosterOf, key: str, now: datetime, zone: tzinfo) -> Roster:
    """The list with names, as far as consent allows, and a line in the log: no list leaves without one.

    Raises:
        Forbidden: it belongs to a municipality outside the actor's scope.
        NoSuchRoster
    """
    title, places, guests = _found(session, actor, of, key, now, zone)
    details = {"of": of.value, "count": len(guests)}
    for place in places:
        log.record(session, actor, Action.EXPORTED, now, municipality=place, subject=title, details=details)
    return Roster(title, tuple(guests))


def _found(
    session: Session, actor: Actor, of: RosterOf, key: str, now: datetime, zone: tzinfo
) -> tuple[str, Collection[str | None], list[Guest]]:
    """Title, the municipalities that the log keeps it under, and the people."""
    scope, today = actor.scope, _today(now, zone)
    match of:
        case RosterOf.DAY:
            day = _date(key)
            start, end = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
            return f"{day:%d.%m.%Y}", log.places_of(actor), queries.guests(session, scope, start, end)
        case RosterOf.MUNICIPALITY:
            actor.require(key)
            name = queries.municipality_name(session, key)
            if name is None:
                raise NoSuchRoster
            return name, {key}, queries.guests(session, scope, today, municipality=key)
        case RosterOf.ACTIVITY:
            if not (key.isascii() and key.isdecimal() and len(key) <= LONGEST_NUMBER):
                raise NoSuchRoster
            place = queries.activity_place(session, scope, int(key))
            if place is None:
                raise Forbidden(Right.RUN_PROGRAMME)
            title, municipality = place
            return title, {municipality}, queries.guests(session, scope, today, activity_id=int(key))


def _date(key: str) -> date:
    try:
        day = datetime.strptime(key, "%Y%m%d").date()  # noqa: DTZ007 - a day of the zone, not a moment
    except ValueError:
        raise NoSuchRoster from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise NoSuchRoster
    return day


def _today(now: datetime, zone: tzinfo) -> datetime:
    return _midnight(now.astimezone(zone).date(), zone)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone)
