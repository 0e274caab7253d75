"""Choosing whom a broadcast is for: what is chosen and how many that is, activities to choose from, saved audiences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from db.engine import Session
from db.queries import broadcasts as queries
from db.queries import editing as programme
from domain.broadcast import EVERYBODY, MOST_SAVED_AUDIENCES, Audience, Group, Side
from domain.editing import municipalities_of
from domain.people import Actor, Right
from domain.programme import Activity, Track
from services import broadcasts
from services.finding import Rank
from services.rights import needs

FOUND_SHOWN = 5
"""Activities that a search offers."""


class AudienceGone(Exception):
    """There is no such saved audience, or it is not the actor's."""


class NobodyChosen(Exception):
    """An audience that means nobody is not worth saving."""


class TooManySaved(Exception):
    """One more saved audience than a person may have."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A saved audience, such as «Педагоги Лабинска»."""

    id: int
    name: str
    audience: Audience


class NameTaken(Exception):
    """There is a saved audience of this name already."""

    def __init__(self, saved: Saved) -> None:
        super().__init__(saved.id)
        self.saved = saved


@dataclass(frozen=True, slots=True)
class Aimed:
    """Whom a draft is for. ``titles`` are those of the activities that still are, by id."""

    broadcast_id: int
    audience: Audience
    total: int
    """How many it reaches."""
    titles: Mapping[int, str]
    topic: Track | None = None
    """What it is about: who chose other topics is not counted."""


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """One group of a draft's audience, which may still be empty."""

    broadcast_id: int
    audience: Audience
    side: Side
    number: int
    alone: int
    """How many fulfil its conditions, whatever the other groups say."""
    total: int
    """How many the whole audience reaches."""
    titles: Mapping[int, str]
    topic: Track | None = None

    @property
    def group(self) -> Group:
        return self.audience.group(self.side, self.number)


@dataclass(frozen=True, slots=True)
class Reach:
    """How many an audience reaches, and titles of the activities in it that still are."""

    total: int
    titles: Mapping[int, str]


@needs(Right.BROADCAST)
def reach(
    session: Session, actor: Actor, audience: Audience, now: datetime, topic: Track | None = None
) -> Reach:
    """What an audience would come to for this coordinator, in a broadcast about ``topic``."""
    total = queries.count_meant(session, audience, municipalities_of(actor.scope), now, topic)
    return Reach(total, queries.titles(session, audience.activities))


@needs(Right.BROADCAST)
def aimed(session: Session, actor: Actor, broadcast_id: int, now: datetime) -> Aimed:
    """Raises BroadcastGone, BroadcastBegun."""
    draft = broadcasts.draft(session, actor, broadcast_id)
    found = reach(session, actor, draft.audience, now, draft.topic)
    return Aimed(broadcast_id, draft.audience, found.total, found.titles, draft.topic)


@needs(Right.BROADCAST)
def group_facts(
    session: Session, actor: Actor, broadcast_id: int, side: Side, number: int, now: datetime
) -> GroupFacts:
    """Raises BroadcastGone, BroadcastBegun."""
    whole = aimed(session, actor, broadcast_id, now)
    alone = Audience((whole.audience.group(side, number),))
    counted = whole.total
    if whole.audience != alone:
        counted = reach(session, actor, alone, now, whole.topic).total
    return GroupFacts(
        broadcast_id, whole.audience, side, number, counted, whole.total, whole.titles, whole.topic
    )


@needs(Right.BROADCAST)
def people_by_municipality(
    session: Session, actor: Actor, facts: GroupFacts, now: datetime
) -> Mapping[str, int]:
    """How many a group would mean in each municipality that has any, were it chosen."""
    within = municipalities_of(actor.scope)
    return queries.meant_by_municipality(session, _anywhere(facts.group), within, now, facts.topic)


def _anywhere(group: Group) -> Audience:
    """The group's other conditions, everybody when there are none."""
    free = replace(group, municipalities=())
    return Audience((EVERYBODY if free.is_empty else free,))


@needs(Right.BROADCAST)
def find_activities(session: Session, _actor: Actor, query: str, rank: Rank) -> Sequence[Activity]:
    """What has this code, then by meaning, wherever it takes place: its visitors come from everywhere."""
    exact = programme.ids_by_code(session, None, query.strip())
    return programme.activities(session, list(dict.fromkeys([*exact, *rank(query, None)]))[:FOUND_SHOWN])


# Saved audiences.


def _saved(session: Session, actor: Actor) -> list[Saved]:
    return [Saved(*each) for each in queries.saved_audiences(session, actor.person_id)]


@needs(Right.BROADCAST)
def saved(session: Session, actor: Actor) -> list[Saved]:
    """The actor's own, by name."""
    return _saved(session, actor)


@needs(Right.BROADCAST)
def open_saved(session: Session, actor: Actor, saved_id: int) -> Saved:
    """Raises AudienceGone."""
    for each in _saved(session, actor):
        if each.id == saved_id:
            return each
    raise AudienceGone


def _to_save(session: Session, actor: Actor, broadcast_id: int) -> Audience:
    audience = broadcasts.draft(session, actor, broadcast_id).audience
    if not audience.used(Side.ADDED):
        raise NobodyChosen
    return audience


@needs(Right.BROADCAST)
def save(session: Session, actor: Actor, broadcast_id: int, name: str, now: datetime) -> None:
    """Save a draft's audience under a name of at most LONGEST_AUDIENCE_NAME characters.

    Raises:
        BroadcastGone, BroadcastBegun, NobodyChosen, TooManySaved
        NameTaken: ``replace_saved`` writes over it.
    """
    audience = _to_save(session, actor, broadcast_id)
    there = _saved(session, actor)
    for each in there:
        if _folded(each.name) == _folded(name):
            raise NameTaken(each)
    if len(there) >= MOST_SAVED_AUDIENCES:
        raise TooManySaved
    queries.save_audience(session, actor.person_id, name, audience, now)


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


@needs(Right.BROADCAST)
def replace_saved(session: Session, actor: Actor, broadcast_id: int, saved_id: int) -> Saved:
    """The saved audience means from now on what the draft means. Raises as ``save``, and AudienceGone."""
    audience = _to_save(session, actor, broadcast_id)
    kept = open_saved(session, actor, saved_id)
    queries.redefine_audience(session, actor.person_id, saved_id, audience)
    return Saved(kept.id, kept.name, audience)


@needs(Right.BROADCAST)
def forget(session: Session, actor: Actor, saved_id: int) -> None:
    """Delete one's own saved audience; one that is gone already stays gone."""
    queries.delete_audience(session, actor.person_id, saved_id)
