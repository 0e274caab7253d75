"""The whole programme as rows of its workbook, read and written in bulk."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from db.dialect import insert_or_update
from db.models import (
    ActivityRow,
    ForumFactRow,
    MunicipalityRow,
    SlotRow,
    VenueRow,
    WatermarkRow,
)
from domain.programme import Access, Audience, Format, Kind, Track
from domain.programme_import import (
    Entry,
    FactEntry,
    ForumEntry,
    Sheet,
    SlotEntry,
    SlotState,
    Stored,
    StoredProgramme,
    VenueEntry,
    WorkshopEntry,
)

CHUNK = 5_000
"""Values in one IN list: SQLite takes 32,766 parameters a statement."""
WATERMARK = "programme"
"""Moves with every import, so that a bot that runs beside it knows to read the programme again."""


def stored_programme(session: Session) -> StoredProgramme:
    """Everything, in five statements."""
    venues = {row.id: row for row in session.scalars(select(VenueRow).order_by(VenueRow.code))}
    activities = {row.id: row for row in session.scalars(select(ActivityRow).order_by(ActivityRow.code))}
    slots = session.execute(_slots()).all()
    facts = session.scalars(select(ForumFactRow).order_by(ForumFactRow.position, ForumFactRow.key))
    names = session.execute(select(MunicipalityRow.code, MunicipalityRow.name))
    venue_codes = {venue.id: venue.code for venue in venues.values()}
    workshops = {row.id: row for row in activities.values() if row.kind == Kind.WORKSHOP}
    return StoredProgramme(
        rows={
            Sheet.VENUES: {row.code: Stored(row.id, _venue_entry(row)) for row in venues.values()},
            Sheet.WORKSHOPS: {
                row.code: Stored(row.id, _workshop_entry(row, venue_codes[row.venue_id]))
                for row in workshops.values()
            },
            Sheet.SLOTS: {
                slot.code: Stored(slot.id, _slot_entry(slot, workshops[slot.activity_id].code), _state(slot))
                for slot in slots
                if slot.activity_id in workshops
            },
            Sheet.FORUM: dict(_sessions(activities, slots, venue_codes)),
            Sheet.ABOUT: {row.key: Stored(row.position, FactEntry(row.key, row.value)) for row in facts},
        },
        activity_codes=frozenset(row.code for row in activities.values()),
        slot_codes=frozenset(slot.code for slot in slots),
        municipality_names=dict(names.all()),
    )


def _slots() -> Any:
    # Columns, not objects: there are many, and they are only compared.
    return select(
        *(
            SlotRow.id,
            SlotRow.code,
            SlotRow.activity_id,
            SlotRow.starts_at,
            SlotRow.ends_at,
            SlotRow.capacity,
        ),
        *(SlotRow.room, SlotRow.cancelled_at, SlotRow.sequence, SlotRow.taken, SlotRow.waiting),
    ).order_by(SlotRow.starts_at, SlotRow.code)


def _sessions(
    activities: Mapping[int, ActivityRow], slots: Sequence[Any], venue_codes: Mapping[int, str]
) -> Iterator[tuple[str, Stored]]:
    """Forum sessions with their slot, in order of time."""
    for slot in slots:
        activity = activities[slot.activity_id]
        if activity.kind == Kind.FORUM and slot.code == activity.code:
            entry = _forum_entry(activity, slot, venue_codes[activity.venue_id])
            yield activity.code, Stored(activity.id, entry, _state(slot))


def _state(slot: Any) -> SlotState:
    return SlotState(slot.id, slot.activity_id, slot.sequence, slot.taken, slot.waiting)


def _venue_entry(row: VenueRow) -> VenueEntry:
    return VenueEntry(
        code=row.code,
        name=row.name,
        municipality=row.municipality_code,
        address=row.address,
        latitude=row.latitude,
        longitude=row.longitude,
        access=frozenset(Access(value) for value in row.access.split(",") if value),
        directions=row.directions,
    )


def _workshop_entry(row: ActivityRow, venue: str) -> WorkshopEntry:
    return WorkshopEntry(
        code=row.code,
        name=row.title,
        track=Track(row.track),
        venue=venue,
        description=row.description,
        led_by=row.led_by,
        enterprise=row.enterprise,
        grade_from=row.grade_from,
        grade_to=row.grade_to,
        bring=row.bring,
        safety=row.safety,
    )


def _slot_entry(slot: Any, activity: str) -> SlotEntry:
    return SlotEntry(
        code=slot.code,
        activity=activity,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        capacity=slot.capacity,
        room=slot.room,
        cancelled=slot.cancelled_at is not None,
    )


def _forum_entry(row: ActivityRow, slot: Any, venue: str) -> ForumEntry:
    return ForumEntry(
        code=row.code,
        name=row.title,
        track=Track(row.track),
        venue=venue,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        format=Format(row.format) if row.format else None,
        room=slot.room,
        capacity=slot.capacity,
        led_by=row.led_by,
        audience=Audience(row.audience),
        description=row.description,
        cancelled=slot.cancelled_at is not None,
    )


def venue_ids(session: Session) -> dict[str, int]:
    return dict(session.execute(select(VenueRow.code, VenueRow.id)).all())


def activity_ids(session: Session) -> dict[str, int]:
    return dict(session.execute(select(ActivityRow.code, ActivityRow.id)).all())


def slot_ids(session: Session, codes: Collection[str]) -> frozenset[int]:
    return frozenset(
        slot_id
        for chunk in _chunks(sorted(codes))
        for slot_id in session.scalars(select(SlotRow.id).where(SlotRow.code.in_(chunk)))
    )


def save_venues(session: Session, new: Sequence[VenueEntry], changed: Mapping[int, VenueEntry]) -> None:
    if new:
        session.execute(insert(VenueRow), [_venue_values(entry) for entry in new])
    if changed:
        session.execute(
            update(VenueRow), [{"id": key, **_venue_values(entry)} for key, entry in changed.items()]
        )


def _venue_values(entry: VenueEntry) -> dict[str, Any]:
    access = ",".join(item.value for item in Access if item in entry.access)
    return {
        "code": entry.code,
        "name": entry.name,
        "municipality_code": entry.municipality,
        "address": entry.address,
        "latitude": entry.latitude,
        "longitude": entry.longitude,
        "access": f",{access}," if access else "",
        "directions": entry.directions,
    }


def save_activities(
    session: Session,
    new: Sequence[WorkshopEntry | ForumEntry],
    changed: Mapping[int, WorkshopEntry | ForumEntry],
    venues: Mapping[str, int],
) -> None:
    """Both kinds; ``venues`` leads from codes to ids. Columns that a kind does not have keep their defaults."""
    for kind in (WorkshopEntry, ForumEntry):
        rows = [_activity_values(entry, venues) for entry in new if isinstance(entry, kind)]
        updates = [
            {"id": key, **_activity_values(entry, venues)}
            for key, entry in changed.items()
            if isinstance(entry, kind)
        ]
        if rows:
            session.execute(insert(ActivityRow), rows)
        if updates:
            session.execute(update(ActivityRow), updates)


def _activity_values(entry: WorkshopEntry | ForumEntry, venues: Mapping[str, int]) -> dict[str, Any]:
    shared = {
        "code": entry.code,
        "title": entry.name,
        "track": entry.track.value,
        "venue_id": venues[entry.venue],
        "description": entry.description,
        "led_by": entry.led_by,
    }
    if isinstance(entry, ForumEntry):
        format_value = entry.format.value if entry.format else None
        return shared | {"kind": Kind.FORUM.value, "format": format_value, "audience": entry.audience.value}
    return shared | {
        "kind": Kind.WORKSHOP.value,
        "enterprise": entry.enterprise,
        "grade_from": entry.grade_from,
        "grade_to": entry.grade_to,
        "bring": entry.bring,
        "safety": entry.safety,
    }


def save_slots(
    session: Session,
    new: Mapping[int, Sequence[SlotEntry | ForumEntry]],
    changed: Mapping[int, tuple[Entry, SlotEntry | ForumEntry]],
    sequences: Mapping[int, int],
    now: datetime,
) -> None:
    """``new`` by activity, ``changed`` by slot as before and after; ``sequences`` of slots that count up."""
    rows = [
        {
            "activity_id": activity_id,
            "code": entry.code,
            "cancelled_at": now if entry.cancelled else None,
            **_slot_values(entry),
        }
        for activity_id, entries in new.items()
        for entry in entries
    ]
    if rows:
        session.execute(insert(SlotRow), rows)
    updates = [{"slot_id": slot_id, **_slot_values(after)} for slot_id, (_, after) in changed.items()]
    _update_slots(session, updates)
    turned = [
        {"slot_id": slot_id, "cancelled_at": now if after.cancelled else None, "cancel_reason": ""}
        for slot_id, (before, after) in changed.items()
        if isinstance(before, SlotEntry | ForumEntry) and before.cancelled != after.cancelled
    ]
    _update_slots(session, turned)
    _update_slots(session, [{"slot_id": key, "sequence": sequence} for key, sequence in sequences.items()])


def _update_slots(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """One statement for rows of the same columns, past the unit of work: others wait to write meanwhile."""
    if rows:
        table = cast("Table", SlotRow.__table__)
        columns: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "slot_id"}
        statement = update(table).where(table.c.id == bindparam("slot_id")).values(columns)
        session.connection().execute(statement, rows)


def _slot_values(entry: SlotEntry | ForumEntry) -> dict[str, Any]:
    return {
        "starts_at": entry.starts_at,
        "ends_at": entry.ends_at,
        "capacity": entry.capacity,
        "room": entry.room,
    }


def save_facts(session: Session, facts: Sequence[tuple[FactEntry, int]]) -> None:
    """Facts with their places in the list."""
    rows = [{"key": fact.code, "value": fact.value, "position": position} for fact, position in facts]
    insert_or_update(session, ForumFactRow, rows, key=("key",))


def move_watermark(session: Session, now: datetime) -> None:
    insert_or_update(session, WatermarkRow, [{"name": WATERMARK, "reached": now}], key=("name",))


def _chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
