"""Whatever several people do in whatever order, the books are right after every step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.migrate import migration_engine
from db.models import BookingRow, DeliveryRow, SlotRow
from domain.booking import BookingStatus, gathers
from services import booking, waiting_list
from tests.services.desk import actor_of
from tests.town import (
    MOSCOW,
    HandClock,
    add_activity,
    add_person,
    add_slot,
    change_person,
    change_slot,
    moscow,
)

HELD = {BookingStatus.BOOKED, BookingStatus.OFFERED}
PEOPLE, SLOTS = 6, 5
who, where = st.integers(0, PEOPLE - 1), st.integers(0, SLOTS - 1)
places = st.sampled_from([1, 1, 1, 2, 3])


class Histories(RuleBasedStateMachine):
    """Three slots that overlap in a row, one apart and one without a limit; pupils and parents."""

    url: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.engine = migration_engine(self.url)
        self.connection = self.engine.connect()
        self.connection.begin()
        self.session = Session(
            self.connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )
        self.clock = HandClock(moscow("10 20:00"))
        pupil = {"municipality_code": "sochi"}
        parent = {**pupil, "role": "parent", "grade": None, "organisation": "Школа № 5"}
        self.people = [add_person(self.session, **(parent if n % 2 else pupil)) for n in range(PEOPLE)]
        starts = ["14 15:00", "14 16:00", "14 17:00", "13 10:00", "14 15:30"]
        capacities = [2, 1, 3, 2, None]
        self.slots = [
            add_slot(
                self.session,
                add_activity(self.session, grade_from=grade, grade_to=grade),
                moscow(start),
                capacity=capacity,
            )
            for start, capacity, grade in zip(starts, capacities, [None, 9, None, None, None], strict=True)
        ]
        self.moved_up: Counter[tuple[int, str]] = Counter()
        self.offers_taken: Counter[int] = Counter()
        self.before: dict[int, str] = {}
        self.taken_before = dict.fromkeys(self.slots, 0)

    def teardown(self) -> None:
        self.session.close()
        self.connection.close()
        self.engine.dispose()

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def act(self, use_case: Any, person: int, *args: Any, **kwargs: Any) -> None:
        """One unit of work; what people are refused leaves no trace."""
        self.clock.advance(minutes=1)
        waiting_list.move_lists(self.session, self.now, MOSCOW)
        actor = actor_of(self.session, person)
        try:
            with self.session.begin_nested():
                use_case(self.session, actor, *args, self.now, MOSCOW, **kwargs)
        except booking.BookingOver:
            pass
        self.session.expire_all()

    def bookings(self, *statuses: BookingStatus) -> Sequence[BookingRow]:
        found = self.session.scalars(select(BookingRow).order_by(BookingRow.queued_at, BookingRow.id)).all()
        return [row for row in found if not statuses or row.status in statuses]

    @rule(person=who, slot=where, places=places, swap=st.booleans())
    def sign_up(self, person: int, slot: int, places: int, swap: bool) -> None:
        self.act(booking.sign_up, self.people[person], self.slots[slot], places, swap=swap)

    @rule(person=who, slot=where, places=places)
    def wait(self, person: int, slot: int, places: int) -> None:
        self.act(booking.wait, self.people[person], self.slots[slot], places)

    @precondition(lambda self: self.bookings())
    @rule(data=st.data())
    def give_back(self, data: st.DataObject) -> None:
        row = data.draw(st.sampled_from([(b.id, b.person_id) for b in self.bookings()]))
        self.act(booking.give_back, row[1], row[0])

    @precondition(lambda self: self.bookings(BookingStatus.OFFERED, BookingStatus.LAPSED))
    @rule(data=st.data())
    def accept(self, data: st.DataObject) -> None:
        offers = self.bookings(BookingStatus.OFFERED, BookingStatus.LAPSED)
        row = data.draw(st.sampled_from([(b.id, b.person_id) for b in offers]))
        self.act(booking.accept_offer, row[1], row[0])

    @rule(person=who, grade=st.sampled_from([5, 9]))
    def say_another_grade(self, person: int, grade: int) -> None:
        if person % 2 == 0:
            change_person(self.session, self.people[person], grade=grade)

    @rule(hours=st.sampled_from([0, 1, 3, 5, 20]))
    def expire(self, hours: int) -> None:
        self.clock.advance(hours=hours)
        waiting_list.expire_offers(self.session, self.now, MOSCOW)
        self.session.expire_all()

    @rule(slot=where, capacity=st.none() | st.integers(1, 5))
    def resize(self, slot: int, capacity: int | None) -> None:
        change_slot(self.session, self.slots[slot], capacity=capacity)
        self.session.flush()
        waiting_list.places_changed(self.session, [self.slots[slot]], self.now, MOSCOW)
        self.session.expire_all()

    @rule(slot=where)
    def call_off(self, slot: int) -> None:
        if self.session.get_one(SlotRow, self.slots[slot]).cancelled_at is None:
            change_slot(self.session, self.slots[slot], cancelled_at=self.now)
            self.session.flush()

    @rule(person=who)
    def leave(self, person: int) -> None:
        waiting_list.release_everything(self.session, self.people[person], self.now, MOSCOW)
        self.session.expire_all()

    @invariant()
    def all_is_well(self) -> None:
        """In this order: whoever moved up is noted first."""
        self.the_books_are_right()
        self.nobody_is_in_two_places_at_once()
        self.everybody_who_moved_up_is_told_once()
        self.one_booking_of_a_person_and_a_slot_is_alive()

    def the_books_are_right(self) -> None:
        for slot in self.session.scalars(select(SlotRow)):
            rows = [row for row in self.bookings() if row.slot_id == slot.id]
            held = sum(row.places for row in rows if row.status in HELD)
            waiting = [row for row in rows if row.status == BookingStatus.WAITING]
            assert (slot.taken, slot.waiting) == (held, sum(row.places for row in waiting))
            if slot.capacity is not None:
                assert slot.taken <= max(slot.capacity, self.taken_before[slot.id])
            self._check_queue(slot, rows)
            self.taken_before[slot.id] = slot.taken
        self.before = {row.id: row.status for row in self.bookings()}

    def _check_queue(self, slot: SlotRow, rows: Sequence[BookingRow]) -> None:
        """Nobody overtook somebody whom the list could serve, and nobody waits beside a place of theirs."""
        line = [row for row in rows if row.status == BookingStatus.WAITING and row.passed_over is None]
        if slot.capacity is not None:
            line = [row for row in line if row.places <= slot.capacity]
        was = {row.id: self.before.get(row.id) for row in rows}
        moved = [row for row in rows if was[row.id] == BookingStatus.WAITING and row.status in HELD]
        self.moved_up.update((row.id, row.status) for row in moved)
        self.offers_taken.update(
            row.id
            for row in rows
            if (was[row.id], row.status) == (BookingStatus.OFFERED, BookingStatus.BOOKED)
        )
        if slot.capacity is None or slot.cancelled_at is not None or slot.starts_at <= self.now:
            return
        came = [
            row for row in rows if row.status in HELD and was[row.id] not in (*HELD, BookingStatus.WAITING)
        ]
        free = slot.capacity - slot.taken
        if gathers(slot.starts_at, self.now):
            assert all((up.queued_at, up.id) < (row.queued_at, row.id) for up in moved for row in line)
            assert not came or not line
            assert not line or line[0].places > free
        else:
            assert all(row.places > free + sum(new.places for new in came) for row in line)

    def nobody_is_in_two_places_at_once(self) -> None:
        for person in self.people:
            slots = [
                self.session.get_one(SlotRow, row.slot_id)
                for row in self.bookings(BookingStatus.BOOKED)
                if row.person_id == person
            ]
            held = sorted((s.starts_at, s.ends_at) for s in slots if s.cancelled_at is None)
            assert all(one[1] <= two[0] for one, two in pairwise(held))

    def everybody_who_moved_up_is_told_once(self) -> None:
        told = Counter(
            (row.booking_id, row.kind)
            for row in self.session.scalars(select(DeliveryRow).where(DeliveryRow.booking_id.is_not(None)))
        )
        for row in self.bookings():
            assert told[row.id, "offer"] == self.moved_up[row.id, BookingStatus.OFFERED]
            at_once = self.moved_up[row.id, BookingStatus.BOOKED]
            assert at_once <= told[row.id, "promoted"] <= at_once + self.offers_taken[row.id]
            assert row.status != BookingStatus.WAITING or not row.passed_over or told[row.id, "passed_over"]
        lapsed = self.session.scalars(
            select(DeliveryRow.booking_id).where(DeliveryRow.kind == "offer_lapsed")
        )
        assert {row.id for row in self.bookings(BookingStatus.LAPSED)} <= set(lapsed)

    def one_booking_of_a_person_and_a_slot_is_alive(self) -> None:
        alive = self.bookings(*HELD, BookingStatus.WAITING)
        assert max(Counter((row.person_id, row.slot_id) for row in alive).values(), default=1) == 1
        assert all((row.offer_expires_at is not None) == (row.status == "offered") for row in self.bookings())


def test_the_books_are_right_after_every_step(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Histories, "url", database_url, raising=False)
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=20, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
