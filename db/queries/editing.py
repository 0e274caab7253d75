"""Edits of the programme: finding what to edit, writing it, and what can still be taken back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, distinct, func, insert, or_, select, true, update
from sqlalchemy.orm import Session, aliased

from db.contained import readable
from db.models import (
    ActivityMentorRow,
    BookingRow,
    EditRow,
    MunicipalityRow,
    PersonRow,
    RoleGrantRow,
    SlotChangeRow,
    SlotRow,
    VenueRow,
)
from db.queries.booking import HOLDING
from db.queries.programme import activity_by_id, slot_with_activity
from db.queries.reading import (
    ACTIVITY,
    SLOT,
    WITH_SLOT,
    activity_of,
    activity_table,
    placed,
    slot_of,
    slot_table,
    venue_table,
    with_slot_of,
)
from domain.booking import BookingStatus
from domain.editing import EditKind, Made
from domain.people import Role
from domain.programme import Access, Activity, Kind, Slot, Venue

Scope = frozenset[str] | None
"""Municipalities whose workshops are meant; None: everything, the forum too."""


def _within(scope: Scope) -> ColumnElement[bool]:
    if scope is None:
        return true()
    return and_(activity_table.c.kind != Kind.FORUM, venue_table.c.municipality_code.in_(scope))


def activity_ids(session: Session, scope: Scope) -> set[int]:
    query = select(activity_table.c.id).join(venue_table, venue_table.c.id == activity_table.c.venue_id)
    return set(session.scalars(query.where(_within(scope))))


def ids_by_code(session: Session, scope: Scope, code: str) -> list[int]:
    """The activity that has this code, or one of whose slots has it."""
    query = select(activity_table.c.id).join(venue_table, venue_table.c.id == activity_table.c.venue_id)
    of_slot = select(SlotRow.activity_id).where(func.lower(SlotRow.code) == code.lower())
    named = or_(func.lower(activity_table.c.code) == code.lower(), activity_table.c.id.in_(of_slot))
    return list(session.scalars(query.where(_within(scope), named)))


def activities(session: Session, ids: Sequence[int]) -> list[Activity]:
    """In the order given."""
    query = select(*ACTIVITY).select_from(placed(activity_table)).where(activity_table.c.id.in_(ids))
    found = {
        activity.id: activity
        for activity in readable(session, "activity", session.execute(query), activity_of)
    }
    return [found[activity_id] for activity_id in ids if activity_id in found]


def slots_between(
    session: Session, scope: Scope, after: datetime, until: datetime, offset: int, limit: int
) -> tuple[list[tuple[Slot, Activity]], int]:
    """Slots that end after ``after`` and start before ``until``, cancelled ones too; a page, and how many in all."""
    query = WITH_SLOT.where(_within(scope), slot_table.c.ends_at > after, slot_table.c.starts_at < until)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.execute(
        query.order_by(slot_table.c.starts_at, slot_table.c.id).offset(offset).limit(limit)
    )
    return readable(session, "slot", rows, with_slot_of), total


def slots_of(
    session: Session, activity_id: int, ends_after: datetime, offset: int = 0, limit: int = 1_000
) -> tuple[list[Slot], int]:
    """Slots of an activity that are not over, in order of time; a page, and how many in all."""
    query = select(*SLOT).where(slot_table.c.activity_id == activity_id, slot_table.c.ends_at > ends_after)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.execute(
        query.order_by(slot_table.c.starts_at, slot_table.c.id).offset(offset).limit(limit)
    )
    return [slot_of(row) for row in rows], total


def last_slot(session: Session, activity_id: int) -> Slot | None:
    query = select(*SLOT).where(slot_table.c.activity_id == activity_id)
    row = session.execute(query.order_by(slot_table.c.starts_at.desc(), slot_table.c.id).limit(1)).first()
    return slot_of(row) if row else None


def slot_at(session: Session, activity_id: int, starts_at: datetime) -> int | None:
    """A slot of the activity that takes place at this very moment."""
    return session.scalars(
        select(SlotRow.id).where(
            SlotRow.activity_id == activity_id, SlotRow.starts_at == starts_at, SlotRow.cancelled_at.is_(None)
        )
    ).first()


def codes_like(session: Session, beginning: str) -> frozenset[str]:
    return frozenset(
        session.scalars(select(SlotRow.code).where(SlotRow.code.startswith(beginning, autoescape=True)))
    )


@dataclass(frozen=True, slots=True)
class VenueChoice:
    id: int
    name: str
    address: str
    municipality: str


def venues(session: Session, scope: Scope) -> list[VenueChoice]:
    query = select(VenueRow.id, VenueRow.name, VenueRow.address, VenueRow.municipality_code)
    if scope is not None:
        query = query.where(VenueRow.municipality_code.in_(scope))
    return [VenueChoice(*row) for row in session.execute(query.order_by(VenueRow.name, VenueRow.id))]


@dataclass(frozen=True, slots=True)
class MentorChoice:
    person_id: int
    name: str
    organisation: str
    linked: bool


def mentors(session: Session, activity_id: int, scope: Scope) -> list[MentorChoice]:
    """People with the role of a mentor in the scope, and those who lead the activity already; these first."""
    links = select(ActivityMentorRow.person_id).where(ActivityMentorRow.activity_id == activity_id)
    linked = PersonRow.id.in_(links)
    granted = select(RoleGrantRow.person_id).where(
        RoleGrantRow.role == Role.MENTOR, RoleGrantRow.revoked_at.is_(None)
    )
    if scope is not None:
        granted = granted.where(
            or_(RoleGrantRow.municipality_code.is_(None), RoleGrantRow.municipality_code.in_(scope))
        )
    rows = session.execute(
        select(PersonRow.id, PersonRow.name, PersonRow.organisation, linked)
        .where(PersonRow.name.is_not(None), or_(linked, PersonRow.id.in_(granted)))
        .order_by(linked.desc(), PersonRow.name, PersonRow.id)
    )
    return [
        MentorChoice(id_, name or "", organisation or "", bool(on)) for id_, name, organisation, on in rows
    ]


def link_mentor(session: Session, activity_id: int, person_id: int) -> None:
    session.execute(insert(ActivityMentorRow).values(activity_id=activity_id, person_id=person_id))


def unlink_mentor(session: Session, activity_id: int, person_id: int) -> None:
    session.execute(
        delete(ActivityMentorRow).where(
            ActivityMentorRow.activity_id == activity_id, ActivityMentorRow.person_id == person_id
        )
    )


def slot_values(session: Session, slot_id: int, columns: Collection[str]) -> dict[str, Any]:
    names = sorted(columns)
    row = session.execute(
        select(*(slot_table.c[name] for name in names)).where(slot_table.c.id == slot_id)
    ).one()
    return dict(zip(names, row, strict=True))


def activity_values(session: Session, activity_id: int, columns: Collection[str]) -> dict[str, Any]:
    names = sorted(columns)
    wanted = select(*(activity_table.c[name] for name in names)).where(activity_table.c.id == activity_id)
    return dict(zip(names, session.execute(wanted).one(), strict=True))


def write_slot(session: Session, slot_id: int, values: Mapping[str, Any]) -> None:
    session.execute(update(slot_table).where(slot_table.c.id == slot_id).values(dict(values)))


def write_activity(session: Session, activity_id: int, values: Mapping[str, Any]) -> None:
    session.execute(update(activity_table).where(activity_table.c.id == activity_id).values(dict(values)))


def count_up(session: Session, slot_ids: Collection[int]) -> None:
    """The calendar entries of these slots are newer now."""
    if slot_ids:
        session.execute(
            update(slot_table).where(slot_table.c.id.in_(slot_ids)).values(sequence=slot_table.c.sequence + 1)
        )


def insert_slot(session: Session, values: Mapping[str, Any]) -> int:
    result = session.execute(insert(slot_table).values(taken=0, waiting=0, sequence=0, **values))
    return int(result.inserted_primary_key[0])  # type: ignore[attr-defined]


def is_booked(session: Session, slot_id: int) -> bool:
    """Whether anybody ever asked for a place."""
    return (
        session.scalars(select(BookingRow.id).where(BookingRow.slot_id == slot_id).limit(1)).first()
        is not None
    )


def delete_slot(session: Session, slot_id: int) -> None:
    session.execute(delete(slot_table).where(slot_table.c.id == slot_id))


def clashing(session: Session, slot_id: int, starts_at: datetime, ends_at: datetime) -> int:
    """How many who hold a place of the slot hold another one that overlaps this time."""
    other, other_slot = aliased(BookingRow), aliased(SlotRow)
    return (
        session.scalar(
            select(func.count(distinct(BookingRow.person_id)))
            .join(other, other.person_id == BookingRow.person_id)
            .join(other_slot, other_slot.id == other.slot_id)
            .where(
                BookingRow.slot_id == slot_id,
                BookingRow.status == BookingStatus.BOOKED,
                other.status.in_(HOLDING),
                other_slot.id != slot_id,
                other_slot.cancelled_at.is_(None),
                other_slot.starts_at < ends_at,
                other_slot.ends_at > starts_at,
            )
        )
        or 0
    )


def untold(session: Session, slot_ids: Collection[int]) -> dict[int, datetime]:
    """When the open changes of these slots settle, by slot."""
    rows = session.execute(
        select(SlotChangeRow.slot_id, SlotChangeRow.settles_at).where(
            SlotChangeRow.slot_id.in_(slot_ids), SlotChangeRow.told_at.is_(None)
        )
    )
    return {row.slot_id: row.settles_at for row in rows}


def untold_slots(session: Session, scope: Scope) -> set[int]:
    """Slots in the scope that changed and whose people have not read it."""
    query = (
        select(SlotChangeRow.slot_id)
        .join(slot_table, slot_table.c.id == SlotChangeRow.slot_id)
        .join(activity_table, activity_table.c.id == slot_table.c.activity_id)
        .join(venue_table, venue_table.c.id == activity_table.c.venue_id)
        .where(SlotChangeRow.told_at.is_(None), _within(scope))
    )
    return set(session.scalars(query))


def settle_now(session: Session, edit_ids: Collection[int], slot_ids: Collection[int], now: datetime) -> None:
    session.execute(
        update(SlotChangeRow)
        .where(SlotChangeRow.slot_id.in_(slot_ids), SlotChangeRow.told_at.is_(None))
        .values(settles_at=now)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(EditRow)
        .where(EditRow.id.in_(edit_ids))
        .values(settles_at=now)
        .execution_options(synchronize_session=False)
    )


def hurry(session: Session, edit_id: int, settles_at: datetime) -> None:
    """The edit is told by then, if not before."""
    session.execute(
        update(EditRow)
        .where(EditRow.id == edit_id, EditRow.settles_at > settles_at)
        .values(settles_at=settles_at)
        .execution_options(synchronize_session=False)
    )


def insert_edit(session: Session, values: Mapping[str, Any]) -> int:
    result = session.execute(insert(EditRow.__table__).values(dict(values)))  # type: ignore[arg-type]
    return int(result.inserted_primary_key[0])  # type: ignore[attr-defined]


def close_edit(session: Session, edit_id: int, now: datetime) -> None:
    session.execute(
        update(EditRow)
        .where(EditRow.id == edit_id)
        .values(undone_at=now)
        .execution_options(synchronize_session=False)
    )


def open_edits(
    session: Session,
    now: datetime,
    *,
    edit_id: int | None = None,
    slot_id: int | None = None,
    scope: Scope = None,
) -> list[Made]:
    """Edits that can still be taken back, the latest first; all of them, one, or those of one slot."""
    query = _EDITS.where(EditRow.undone_at.is_(None), EditRow.settles_at > now, _within(scope))
    if edit_id is not None:
        query = query.where(EditRow.id == edit_id)
    if slot_id is not None:
        query = query.where(EditRow.slot_id == slot_id)
    return _made(session, query)


def edit(session: Session, edit_id: int) -> Made:
    """One that is there, whether it can be taken back or not."""
    [made] = _made(session, _EDITS.where(EditRow.id == edit_id))
    return made


_EDITS = (
    select(EditRow, PersonRow.name)
    .join(activity_table, activity_table.c.id == EditRow.activity_id)
    .join(venue_table, venue_table.c.id == activity_table.c.venue_id)
    .outerjoin(PersonRow, PersonRow.id == EditRow.author_id)
    .order_by(EditRow.id.desc())
    .execution_options(populate_existing=True)
)


def _made(session: Session, query: Select[EditRow, str | None]) -> list[Made]:
    found = []
    for row, author in session.execute(query).all():
        slot, activity = None, activity_by_id(session, row.activity_id)
        if row.slot_id is not None and (pair := slot_with_activity(session, row.slot_id)) is not None:
            slot, activity = pair
        if activity is not None:
            found.append(
                Made(
                    id=row.id,
                    kind=EditKind(row.kind),
                    activity=activity,
                    slot=slot,
                    before=row.before,
                    after=row.after,
                    told_slots=tuple(row.told_slots),
                    author_id=row.author_id,
                    author_name=author,
                    made_at=row.made_at,
                    settles_at=row.settles_at,
                )
            )
    return found


def venue(session: Session, venue_id: int) -> Venue | None:
    query = select(VenueRow, MunicipalityRow.centre).join(
        MunicipalityRow, MunicipalityRow.code == VenueRow.municipality_code
    )
    found = session.execute(query.where(VenueRow.id == venue_id)).first()
    if found is None:
        return None
    row, town = found
    return Venue(
        id=row.id,
        code=row.code,
        name=row.name,
        municipality=row.municipality_code,
        town=town,
        address=row.address,
        latitude=row.latitude,
        longitude=row.longitude,
        access=frozenset(Access(value) for value in row.access.split(",") if value),
        directions=row.directions,
    )
