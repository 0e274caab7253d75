"""Lists of workshops and searches, by the filters that each person last chose."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from typing import Any

from db.contained import readable
from db.engine import Session
from db.queries import people, programme
from domain.finding import PAGE_SIZE, Filters, Page
from domain.people import Actor, Right
from domain.programme import Kind
from services.rights import needs

Rank = Callable[[str, set[int] | None], Sequence[int]]
"""Ids for a query, the best first, among those allowed (None: among all)."""

DAYS_AHEAD = 14
"""Days with workshops that the choice of a date offers."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a list with the filters it came from. ``unfiltered``: how many there were without them."""

    filters: Filters
    page: Page
    unfiltered: int = 0


def remembered(session: Session, actor: Actor) -> Filters:
    """What the person last browsed by."""
    if actor.may(Right.AGREED):
        kept = people.filters(session, actor.person_id)
        # What another version wrote, and this one cannot read, narrows nothing down.
        return next(iter(readable(session, "person", [(actor.person_id, kept)], _filters_of)), Filters())
    return Filters.from_json(actor.memory.get("filters", {}))


def _filters_of(row: tuple[int, Mapping[str, Any]]) -> Filters:
    return Filters.from_json(row[1])


def _remember(session: Session, actor: Actor, filters: Filters) -> None:
    """Before consent only the process remembers: what somebody searches for may say who they are."""
    if actor.may(Right.AGREED):
        people.update_person(session, actor.person_id, {"filters": filters.to_json()})
    else:
        actor.memory["filters"] = filters.to_json()


@needs(Right.SELF)
def open_list(session: Session, actor: Actor, number: int, now: datetime, zone: tzinfo, rank: Rank) -> Found:
    """The remembered list at a page: three statements whatever its size, one more when it is empty."""
    filters = remembered(session, actor)
    return _found(session, filters, number, now, zone, rank)


@needs(Right.SELF)
def search(session: Session, actor: Actor, query: str, now: datetime, zone: tzinfo, rank: Rank) -> Found:
    """Remember a query beside the filters and open its first page. Searches workshops and the forum."""
    filters = remembered(session, actor)
    filters = replace(filters, query=query, kind=None)
    _remember(session, actor, filters)
    return _found(session, filters, 0, now, zone, rank)


@needs(Right.SELF)
def change_filters(session: Session, actor: Actor, change: Callable[[Filters], Filters]) -> Filters:
    """Apply ``change`` to what is remembered, and remember the result."""
    changed = change(remembered(session, actor))
    _remember(session, actor, changed)
    return changed


def _found(session: Session, filters: Filters, number: int, now: datetime, zone: tzinfo, rank: Rank) -> Found:
    page = matching(session, filters, number, now, zone, rank)
    unfiltered = 0
    if not page.total and filters.narrowed:
        loose = Filters(query=filters.query, kind=filters.kind)
        unfiltered = matching(session, loose, 0, now, zone, rank).total
    return Found(filters, page, unfiltered)


def matching(
    session: Session, filters: Filters, number: int, now: datetime, zone: tzinfo, rank: Rank
) -> Page:
    """A page of what matches: ranked by meaning when there is a query, else by distance or time."""
    if not filters.query:
        return programme.find_page(session, filters, number, now, zone)
    ids = rank(filters.query, programme.allowed_ids(session, filters, now, zone))
    number = max(0, min(number, (len(ids) - 1) // PAGE_SIZE if ids else 0))
    shown = ids[number * PAGE_SIZE : (number + 1) * PAGE_SIZE]
    items = programme.listed_by_ids(session, shown, filters, now, zone) if shown else []
    return Page(tuple(items), number, len(ids))


@dataclass(frozen=True, slots=True)
class Hub:
    """The way in: the remembered filters and how many activities they leave."""

    filters: Filters
    total: int


@needs(Right.SELF)
def open_hub(session: Session, actor: Actor, now: datetime, zone: tzinfo, rank: Rank) -> Hub:
    filters = remembered(session, actor)
    return Hub(filters, matching(session, filters, 0, now, zone, rank).total)


@needs(Right.SELF)
def choices_of_municipality(session: Session, actor: Actor, now: datetime, zone: tzinfo) -> dict[str, int]:
    """Workshops by municipality under the other filters."""
    filters = remembered(session, actor)
    return programme.counts_by_municipality(
        session, replace(filters, municipality=None, query="", kind=Kind.WORKSHOP), now, zone
    )


@needs(Right.SELF)
def choices_of_day(session: Session, actor: Actor, now: datetime, zone: tzinfo) -> list[date]:
    """The next days with something under the other filters."""
    filters = remembered(session, actor)
    return programme.coming_days(session, replace(filters, day=None, query=""), now, zone, DAYS_AHEAD)


@needs(Right.PUBLIC)
def inline_results(
    session: Session,
    _actor: Actor,
    query: str,
    offset: int,
    limit: int,
    now: datetime,
    zone: tzinfo,
    rank: Rank,
) -> tuple[Page, bool]:
    """Cards for inline mode, without anything remembered. Whether there are more after them."""
    exact = programme.activity_by_code(session, query)
    filters = Filters(query=query, kind=None)
    if exact is not None:
        items = programme.listed_by_ids(session, [exact.id], Filters(kind=None), now, zone)
        return Page(tuple(items), 0, len(items)), False
    if not query:
        page = programme.find_page(session, Filters(), offset // PAGE_SIZE, now, zone)
        return page, page.number < page.last and bool(page.items)
    ids = rank(query, programme.allowed_ids(session, filters, now, zone))
    items = programme.listed_by_ids(session, ids[offset : offset + limit], filters, now, zone)
    return Page(tuple(items), 0, len(ids)), offset + limit < len(ids)
