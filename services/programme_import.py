"""The programme in: preview what a workbook would change, and apply it in one transaction."""

from __future__ import annotations

import hashlib
import io
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import PurePath

from db.engine import Session
from db.queries import programme as programme_queries
from db.queries import programme_import as queries
from domain.log import Action
from domain.notices import SlotSnapshot
from domain.people import Actor, Address, Right
from domain.programme import Municipality
from domain.programme_import import (
    Applied,
    Changed,
    Entry,
    FactEntry,
    ForumEntry,
    Preview,
    ProgrammeChanged,
    ProgrammeRows,
    Sheet,
    SlotEntry,
    Stored,
    StoredProgramme,
    VenueEntry,
    WorkshopEntry,
)
from services import log, notices, second_look
from services.programme_export import write_workbook
from services.programme_plan import Plan, plan
from services.rights import needs
from services.spreadsheet import CellWriter, load_words
from services.waiting_list import places_changed


@needs(Right.RUN_PROGRAMME)
def municipalities(session: Session, actor: Actor) -> list[Municipality]:  # noqa: ARG001 - the right is checked
    """What ``services.programme_rows.read_rows`` needs to understand a workbook."""
    return programme_queries.municipalities(session)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A preview with the plan behind it: worked out beside the writer, so that applying it is quick."""

    preview: Preview
    plan: Plan
    municipality_names: Mapping[str, str]

    def is_of(self, planned: Plan) -> bool:
        """Whether the plan changes just what this preview says."""
        return _substance(self.plan) == _substance(planned)


@dataclass(frozen=True, slots=True)
class KeptFile:
    """What the log keeps of a file: never what was sent, which may hold anything."""

    name: str
    sha256: str
    """Of what was sent: enough to tell later whether it was this file."""
    parts: Mapping[str | None, bytes]
    """For each municipality (None: for all), the rows that change there, written anew as a workbook."""


def kept_file(prepared: Prepared, name: str, content: bytes, zone: tzinfo) -> KeptFile:
    """What the log will keep of a file with this content; takes a second of a processor for 5,000 rows."""
    parts = {}
    for place in prepared.plan.places:
        rows: dict[Sheet, dict[str, Stored]] = {sheet: {} for sheet in Sheet}
        for step in (*prepared.plan.new, *prepared.plan.changed):
            if place in step.places:
                rows[step.after.sheet][step.after.code] = Stored(0, step.after)
        target = io.BytesIO()
        changes = StoredProgramme(rows, frozenset(), frozenset(), prepared.municipality_names)
        write_workbook(changes, zone, target)
        parts[place] = target.getvalue()
    return KeptFile(name, hashlib.sha256(content).hexdigest(), parts)


def _substance(planned: Plan) -> tuple[object, ...]:
    steps = [
        (step.before and step.before.entry, step.after, step.position)
        for step in (*planned.new, *planned.changed)
    ]
    return steps, planned.vanished, planned.problems


@needs(Right.RUN_PROGRAMME)
def prepare(session: Session, actor: Actor, rows: ProgrammeRows, now: datetime, zone: tzinfo) -> Prepared:
    """What applying ``rows`` now would change and whom it would concern. Writes nothing."""
    stored = queries.stored_programme(session)
    planned = plan(stored, rows, load_words(), now, actor.scope)
    return Prepared(_preview(session, stored, planned, zone), planned, stored.municipality_names)


@needs(Right.RUN_PROGRAMME)
def preview(session: Session, actor: Actor, rows: ProgrammeRows, now: datetime, zone: tzinfo) -> Preview:
    """The preview alone."""
    return prepare(session, actor, rows, now, zone).preview


@needs(Right.RUN_PROGRAMME)
def ask_second(
    session: Session,
    actor: Actor,
    needed: second_look.NeedsSecond,
    prepared: Prepared,
    name: str,
    now: datetime,
) -> None:
    """Ask a second coordinator to apply the very same; ``name`` of the file."""
    second_look.ask(session, actor, needed, name, prepared.plan.places, now)


@needs(Right.RUN_PROGRAMME)
def apply(
    session: Session,
    actor: Actor,
    rows: ProgrammeRows,
    now: datetime,
    zone: tzinfo,
    expected: str | None = None,
    *,
    prepared: Prepared | None = None,
    file: KeptFile | None = None,
    coordinators: Collection[Address] = (),
) -> Applied:
    """Write what is new and changed; those who hold places of edited slots are told, waiting lists move.

    What is planned is planned again from what the database holds now, and nothing but the plan is written;
    ``prepared`` spares describing it again while others wait to write. ``file`` is kept with the log.
    ``coordinators`` are those of the settings.

    Raises:
        NeedsSecond: very many people would be told, and no other coordinator has asked for it.
        ProgrammeChanged: ``expected`` is the fingerprint of a preview that is not true any more.
    """
    stored = queries.stored_programme(session)
    planned = plan(stored, rows, load_words(), now, actor.scope)
    if prepared is not None and prepared.is_of(planned):
        seen = prepared.preview
    else:
        seen = _preview(session, stored, planned, zone)
    if expected is not None and expected != seen.fingerprint:
        raise ProgrammeChanged(seen)
    if planned.writes_nothing:
        return Applied(seen, frozenset(), frozenset(), frozenset())
    second_look.require(session, actor, seen.people, seen.mark, now, coordinators)
    _record(session, actor, planned, seen, now, file if prepared and prepared.is_of(planned) else None)
    befores = notices.snapshot(session, planned.told)
    unread = notices.snapshot(session, planned.edited.keys() - planned.told.keys())
    saved = _Saving(session, stored, planned, now)
    saved.save()
    if befores:
        notices.slots_edited(session, list(befores.values()), now)
    notices.edited_unread(session, list(unread.values()))
    places_changed(session, planned.waiting, now, zone)
    queries.move_watermark(session, now)
    return Applied(
        preview=seen,
        activity_ids=saved.touched_activities(),
        new_activity_ids=saved.new_activities(),
        new_slot_ids=saved.new_slots(),
    )


def _record(
    session: Session, actor: Actor, planned: Plan, seen: Preview, now: datetime, file: KeptFile | None
) -> None:
    """A line for each municipality that the plan concerns, with what was written there and nothing else."""
    for place in sorted(planned.places, key=lambda code: code or ""):
        details = {
            "new": sum(place in step.places for step in planned.new),
            "changed": sum(place in step.places for step in planned.changed),
            "people": seen.people,
            "sha256": file.sha256 if file else None,
        }
        part = file.parts.get(place) if file else None
        log.record(
            session,
            actor,
            Action.IMPORTED,
            now,
            municipality=place,
            subject=file.name if file else "",
            details=details,
            file=(f"{PurePath(file.name).stem}.xlsx", part) if file and part else None,
        )


def _preview(session: Session, stored: StoredProgramme, planned: Plan, zone: tzinfo) -> Preview:
    writer = CellWriter(load_words(), zone, stored.municipality_names)
    changed, same = [], 0
    for step in planned.changed:
        cells = writer.changes(step.before.entry, step.after) if step.before else ()
        if cells:
            changed.append(Changed(writer.named(step.after), cells))
        else:
            same += 1
    return Preview(
        new=tuple(writer.named(step.after) for step in planned.new),
        changed=tuple(changed),
        vanished=tuple(writer.named(entry) for entry in planned.vanished),
        unchanged=planned.unchanged + same,
        problems=tuple(planned.problems),
        warnings=tuple(planned.warnings),
        people=len(_people_told(session, stored, planned)),
        fingerprint=_fingerprint(planned, writer, planned.vanished),
        mark=_fingerprint(planned, writer),
    )


def _people_told(session: Session, stored: StoredProgramme, planned: Plan) -> set[int]:
    """Those to whom it would be news: everybody as they last read the slot."""
    if not planned.told:
        return set()
    told = notices.concerned(session, list(_slots_told(stored, planned)))
    return {one.person_id for one in told if one.reachable}


def _slots_told(stored: StoredProgramme, planned: Plan) -> Iterator[SlotSnapshot]:
    """The slots whose people must hear of it, as they would be afterwards."""
    after = {(step.after.sheet, step.after.code): step.after for step in planned.changed}
    after |= {(step.after.sheet, step.after.code): step.after for step in planned.new}

    def entry(sheet: Sheet, code: str) -> Entry:
        return after.get((sheet, code)) or stored.rows[sheet][code].entry

    for sheet in (Sheet.SLOTS, Sheet.FORUM):
        for code, row in stored.rows[sheet].items():
            if row.slot is None or row.slot.id not in planned.told:
                continue
            slot = entry(sheet, code)
            activity = entry(Sheet.WORKSHOPS, slot.activity) if isinstance(slot, SlotEntry) else slot
            assert isinstance(slot, SlotEntry | ForumEntry)  # noqa: S101 - these sheets hold slots
            assert isinstance(activity, WorkshopEntry | ForumEntry)  # noqa: S101 - so says the sheet
            venue = entry(Sheet.VENUES, activity.venue)
            assert isinstance(venue, VenueEntry)  # noqa: S101 - so says the sheet
            yield SlotSnapshot(
                slot_id=row.slot.id,
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
                room=slot.room,
                venue_name=venue.name,
                address=venue.address,
                cancelled=slot.cancelled,
            )


def _fingerprint(planned: Plan, writer: CellWriter, vanished: Iterable[Entry] = ()) -> str:
    digest = hashlib.sha256(repr([(entry.sheet, entry.code) for entry in vanished]).encode())
    for step in (*planned.new, *planned.changed):
        before = writer.values(step.before.entry) if step.before else None
        cells = step.after.sheet, step.after.code, before, writer.values(step.after)
        digest.update(repr(cells).encode())
    return digest.hexdigest()


class _Saving:
    """Writes a plan in the order that references need: venues, activities, slots, facts."""

    def __init__(self, session: Session, stored: StoredProgramme, planned: Plan, now: datetime) -> None:
        self._session = session
        self._stored = stored
        self._plan = planned
        self._now = now
        self._activities: dict[str, int] = {}

    def save(self) -> None:
        queries.save_venues(
            self._session,
            [entry for entry in self._new() if isinstance(entry, VenueEntry)],
            {key: entry for key, entry in self._changed() if isinstance(entry, VenueEntry)},
        )
        queries.save_activities(
            self._session,
            [entry for entry in self._new() if isinstance(entry, WorkshopEntry | ForumEntry)],
            {key: entry for key, entry in self._changed() if isinstance(entry, WorkshopEntry | ForumEntry)},
            queries.venue_ids(self._session),
        )
        self._activities = queries.activity_ids(self._session)
        self._save_slots()
        facts = [
            (step.after, step.position)
            for step in self._plan.steps(Sheet.ABOUT)
            if isinstance(step.after, FactEntry)
        ]
        if facts:
            queries.save_facts(self._session, facts)

    def _save_slots(self) -> None:
        new: dict[int, list[SlotEntry | ForumEntry]] = defaultdict(list)
        for entry in self._new():
            if isinstance(entry, SlotEntry):
                new[self._activities[entry.activity]].append(entry)
            elif isinstance(entry, ForumEntry):
                new[self._activities[entry.code]].append(entry)
        changed = {
            step.before.slot.id: (step.before.entry, step.after)
            for step in self._plan.changed
            if step.before and step.before.slot and isinstance(step.after, SlotEntry | ForumEntry)
        }
        queries.save_slots(self._session, new, changed, self._plan.edited, self._now)

    def touched_activities(self) -> frozenset[int]:
        venues = {step.after.code for step in self._plan.changed if isinstance(step.after, VenueEntry)}
        codes = {
            stored.entry.code
            for sheet in (Sheet.WORKSHOPS, Sheet.FORUM)
            for stored in self._stored.rows[sheet].values()
            if isinstance(stored.entry, WorkshopEntry | ForumEntry) and stored.entry.venue in venues
        }
        for step in (*self._plan.new, *self._plan.changed):
            match step.after:
                case WorkshopEntry() | ForumEntry():
                    codes.add(step.after.code)
                case SlotEntry():
                    codes.add(step.after.activity)
                case _:
                    pass
        return frozenset(self._activities[code] for code in codes)

    def new_activities(self) -> frozenset[int]:
        return frozenset(
            self._activities[entry.code]
            for entry in self._new()
            if isinstance(entry, WorkshopEntry | ForumEntry)
        )

    def new_slots(self) -> frozenset[int]:
        codes = [entry.code for entry in self._new() if isinstance(entry, SlotEntry | ForumEntry)]
        return queries.slot_ids(self._session, codes)

    def _new(self) -> Iterable[Entry]:
        return (step.after for step in self._plan.new)

    def _changed(self) -> Iterable[tuple[int, Entry]]:
        return ((step.before.id, step.after) for step in self._plan.changed if step.before)
