"""Who may have a place: every reason, their order, and who moves up."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.booking import (
    MAXIMUM_PLACES,
    TRAVEL_TIME,
    Accept,
    BookingStatus,
    Clash,
    Decision,
    Engagement,
    Full,
    PassedOver,
    Promotion,
    Refusal,
    Refuse,
    Request,
    Waiter,
    admits,
    decide,
    gathers,
    in_vain_from,
    is_tight,
    offer_until,
    overlaps,
    promotions,
)
from domain.people import GRADE_COLLEGE, Address, Grant, Person, Role
from domain.programme import Activity, Audience, Kind, Slot, Track, Venue
from tests.town import MOSCOW, moscow

NOW = moscow("12 09:00")
VENUE = Venue(1, "V1", "УПК", "sochi", "Сочи", "ул. Мира, 1", None, None, frozenset(), "")
WELDING = Activity(
    id=1,
    code="W1",
    kind=Kind.WORKSHOP,
    title="Сварка",
    track=Track.TECHNOLOGY,
    format=None,
    venue=VENUE,
    description="",
    led_by="",
    enterprise="",
    grade_from=7,
    grade_to=11,
    audience=Audience.ALL,
    bring="",
    safety="",
)
SLOT = Slot(1, "S1", 1, moscow("12 10:00"), moscow("12 11:00"), 10, 0, "", None, 0)
PUPIL = Person(1, Address("telegram", "1"), role=Role.STUDENT, grade=9)
PARENT = Person(2, Address("telegram", "2"), role=Role.PARENT)


def engaged(start: str, end: str, venue_id: int = 2) -> Engagement:
    return Engagement(5, 50, moscow(start), moscow(end), venue_id, "Агро")


def asked(*engagements: Engagement, slot: dict[str, Any] | None = None, **values: Any) -> Decision:
    known = {
        "person": PUPIL,
        "activity": WELDING,
        "slot": replace(SLOT, **(slot or {})),
        "places": 1,
        "engagements": engagements,
        "queue_ahead": False,
        "now": NOW,
    }
    return decide(Request(**(known | values)))  # type: ignore[arg-type]


def test_a_free_place_is_theirs() -> None:
    assert asked() == Accept()
    assert asked(slot={"taken": 9}) == Accept()
    assert asked(slot={"capacity": None, "taken": 5000}) == Accept()


def test_a_slot_that_begins_this_moment_has_started() -> None:
    assert asked(now=SLOT.starts_at) == Refuse(Refusal.STARTED)
    assert asked(now=SLOT.starts_at - timedelta(microseconds=1)) == Accept()


def test_a_cancelled_slot_is_refused() -> None:
    assert asked(slot={"cancelled_at": NOW}) == Refuse(Refusal.CANCELLED)


@pytest.mark.parametrize(
    ("grade", "low", "high", "admitted"),
    [
        (6, 7, 11, False),
        (7, 7, 11, True),
        (11, 7, 11, True),
        (GRADE_COLLEGE, 7, 11, False),
        (GRADE_COLLEGE, 7, None, True),
        (1, None, 4, True),
        (5, None, 4, False),
        (9, None, None, True),
        (None, 7, 11, True),
    ],
)
def test_a_student_comes_within_the_grades(
    grade: int | None, low: int | None, high: int | None, admitted: bool
) -> None:
    activity = replace(WELDING, grade_from=low, grade_to=high)
    decision = asked(person=replace(PUPIL, grade=grade), activity=activity)
    assert decision == (Accept() if admitted else Refuse(Refusal.GRADE))


def test_grades_are_of_students_alone() -> None:
    assert admits(replace(PARENT, grade=1), WELDING) is None


@pytest.mark.parametrize(
    ("audience", "admitted"),
    [
        (
            Audience.ALL,
            {"pupil", "parent", "said_teacher", "teacher", "said_mentor", "mentor", "coordinator"},
        ),
        (Audience.STUDENTS, {"pupil", "parent", "said_teacher", "said_mentor", "coordinator"}),
        (Audience.TEACHERS, {"teacher", "coordinator"}),
        (Audience.MENTORS, {"mentor", "coordinator"}),
    ],
)
def test_whom_a_session_is_for(audience: Audience, admitted: set[str]) -> None:
    """Who only says to be a teacher or a mentor is like a student until a coordinator confirms it."""
    people = {
        "pupil": PUPIL,
        "parent": PARENT,
        "said_teacher": replace(PARENT, role=Role.TEACHER),
        "teacher": replace(PARENT, role=Role.TEACHER, grants=(Grant(Role.TEACHER, None),)),
        "said_mentor": replace(PARENT, role=Role.MENTOR),
        "mentor": replace(PARENT, role=Role.MENTOR, grants=(Grant(Role.MENTOR, "sochi"),)),
        "coordinator": replace(PUPIL, grants=(Grant(Role.COORDINATOR, None),)),
    }
    session = replace(WELDING, audience=audience)
    assert {name for name, person in people.items() if admits(person, session) is None} == admitted


def test_several_places_are_for_adults() -> None:
    assert asked(places=2) == Refuse(Refusal.ONE_PLACE_ONLY)
    assert asked(places=MAXIMUM_PLACES, person=PARENT) == Accept()
    assert asked(places=MAXIMUM_PLACES + 1, person=PARENT) == Refuse(Refusal.TOO_MANY_PLACES)
    assert asked(places=0) == Refuse(Refusal.TOO_MANY_PLACES)
    assert asked(places=-1, person=PARENT) == Refuse(Refusal.TOO_MANY_PLACES)
    nobody_yet = replace(PUPIL, role=None)
    assert asked(places=2, person=nobody_yet) == Refuse(Refusal.ONE_PLACE_ONLY)


def test_a_group_larger_than_the_slot_could_wait_for_ever() -> None:
    assert asked(places=4, person=PARENT, slot={"capacity": 3}) == Refuse(Refusal.LARGER_THAN_SLOT)
    assert asked(places=3, person=PARENT, slot={"capacity": 3}) == Accept()


def test_full_says_how_many_are_left() -> None:
    assert asked(slot={"taken": 10}) == Full(0)
    assert asked(places=3, person=PARENT, slot={"taken": 8}) == Full(2)
    assert asked(slot={"taken": 12}) == Full(0)


def test_nobody_overtakes_those_who_wait() -> None:
    assert asked(queue_ahead=True) == Full(0)
    assert asked(queue_ahead=True, slot={"capacity": None}) == Accept()


@pytest.mark.parametrize(
    ("start", "end", "clashes"),
    [
        ("12 09:00", "12 10:00", False),
        ("12 11:00", "12 12:00", False),
        ("12 09:00", "12 10:01", True),
        ("12 10:59", "12 12:00", True),
        ("12 10:15", "12 10:45", True),
        ("12 09:00", "12 12:00", True),
        ("12 10:00", "12 11:00", True),
    ],
)
def test_overlap_is_half_open(start: str, end: str, clashes: bool) -> None:
    other = engaged(start, end, venue_id=VENUE.id)
    assert asked(other) == (Clash((other,)) if clashes else Accept())


def test_all_that_clashes_is_named() -> None:
    first, second, apart = (
        engaged("12 09:30", "12 10:10"),
        engaged("12 10:50", "12 11:30"),
        engaged("12 11:00", "12 12:00"),
    )
    assert asked(first, apart, second) == Clash((first, second))


@pytest.mark.parametrize(
    ("start", "end", "tight"),
    [
        ("12 09:00", "12 09:30", False),
        ("12 09:00", "12 09:31", True),
        ("12 09:00", "12 10:00", True),
        ("12 11:00", "12 12:00", True),
        ("12 11:29", "12 12:00", True),
        ("12 11:30", "12 12:00", False),
    ],
)
def test_under_half_an_hour_to_another_venue_is_tight(start: str, end: str, tight: bool) -> None:
    other = engaged(start, end)
    assert asked(other) == Accept(other if tight else None)
    assert asked(replace(other, venue_id=VENUE.id)) == Accept()


def test_the_order_of_reasons() -> None:
    """Each step mends the first reason; the next one shows."""
    values: dict[str, Any] = {
        "person": replace(PUPIL, grade=1),
        "activity": replace(WELDING, audience=Audience.TEACHERS),
        "places": 9,
        "now": SLOT.ends_at,
    }
    other = engaged("12 10:30", "12 11:30")
    slot: dict[str, Any] = {"cancelled_at": NOW, "capacity": 4, "taken": 4}

    def reason() -> Decision:
        return asked(other, slot=slot, **values)

    assert reason() == Refuse(Refusal.CANCELLED)
    slot["cancelled_at"] = None
    assert reason() == Refuse(Refusal.STARTED)
    values["now"] = NOW
    assert reason() == Refuse(Refusal.GRADE)
    values["person"] = PUPIL
    assert reason() == Refuse(Refusal.AUDIENCE)
    values["activity"] = WELDING
    assert reason() == Refuse(Refusal.ONE_PLACE_ONLY)
    values["person"] = PARENT
    assert reason() == Refuse(Refusal.TOO_MANY_PLACES)
    values["places"] = MAXIMUM_PLACES
    assert reason() == Refuse(Refusal.LARGER_THAN_SLOT)
    values["places"] = 2
    assert reason() == Full(0), "nobody is asked to give up a place for one that is not there"
    slot["taken"] = 2
    assert reason() == Clash((other,))


moments = st.datetimes(datetime(2026, 10, 1), datetime(2026, 10, 3))
lengths = st.timedeltas(timedelta(minutes=1), timedelta(hours=5))


@given(moments, lengths, moments, lengths, st.integers(1, 2))
def test_overlap_and_tightness_are_the_same_from_both_sides(
    start: datetime, length: timedelta, other_start: datetime, other_length: timedelta, venue: int
) -> None:
    end, other_end = start + length, other_start + other_length
    one = Engagement(1, 1, start, end, 1, "")
    two = Engagement(2, 2, other_start, other_end, venue, "")
    gap = max(other_start - end, start - other_end)
    assert overlaps(start, end, two) == overlaps(other_start, other_end, one) == (gap < timedelta())
    tight = is_tight(start, end, 1, two)
    assert tight == is_tight(other_start, other_end, venue, one)
    assert tight == (venue != 1 and timedelta() <= gap < TRAVEL_TIME)


def waiters(*places: int) -> list[Waiter]:
    return [
        Waiter(number, number, count, has_clash=False, queued_at=NOW)
        for number, count in enumerate(places, start=1)
    ]


def test_the_first_who_does_not_fit_keeps_everybody_behind_them_waiting() -> None:
    promoted = promotions(3, waiters(2, 2, 1), gathers=True)
    assert [promotion.waiter.booking_id for promotion in promoted] == [1]


def test_later_whoever_fits_gets_a_place_in_order() -> None:
    promoted = promotions(3, waiters(2, 2, 1), gathers=False)
    assert [promotion.waiter.booking_id for promotion in promoted] == [1, 3]


def test_who_may_not_come_is_passed_over_and_who_asked_for_another_time_is_asked() -> None:
    grown, moved = waiters(1, 1)
    queue = [replace(grown, unservable=PassedOver.GRADE), replace(moved, has_moved=True)]
    assert promotions(1, queue, gathers=True) == [Promotion(queue[1], as_offer=True)]


def test_places_gather_until_72_hours_before_the_start() -> None:
    starts_at = moscow("20 15:00")
    assert gathers(starts_at, moscow("17 14:59"))
    assert not gathers(starts_at, moscow("17 15:00"))


@pytest.mark.parametrize(
    ("told", "others_could_come", "until"),
    [
        ("19 12:00", False, "19 14:00"),
        ("19 20:00", False, "20 09:00"),
        ("20 14:00", False, "20 15:00"),
        ("19 12:00", True, "19 14:00"),
        ("20 10:00", True, "20 11:00"),
        ("20 13:00", True, "20 13:30"),
        ("20 14:40", True, "20 14:50"),
        ("20 14:55", True, "20 15:00"),
    ],
)
def test_an_offer_is_short_where_somebody_else_could_come(
    told: str, others_could_come: bool, until: str
) -> None:
    starts_at = moscow("20 15:00")
    found = offer_until(moscow(told), starts_at, MOSCOW, others_could_come=others_could_come)
    assert found == moscow(until)


def test_those_who_wait_are_told_in_time_and_not_at_night() -> None:
    assert in_vain_from(moscow("20 15:00"), MOSCOW) == moscow("20 12:00")
    assert in_vain_from(moscow("20 09:00"), MOSCOW) == moscow("19 20:00")


def test_freed_places_go_to_as_many_as_fit() -> None:
    assert [p.waiter.booking_id for p in promotions(4, waiters(1, 2, 1, 1), gathers=True)] == [1, 2, 3]
    assert [p.waiter.booking_id for p in promotions(None, waiters(5, 5, 5), gathers=True)] == [1, 2, 3]
    assert promotions(0, waiters(1), gathers=True) == []
    assert promotions(3, [], gathers=True) == []


def test_who_is_engaged_elsewhere_is_offered_the_place() -> None:
    busy = replace(waiters(1)[0], has_clash=True)
    assert [p.as_offer for p in promotions(2, [busy, *waiters(1)], gathers=True)] == [True, False]


@given(st.integers(0, 12) | st.none(), st.lists(st.integers(1, MAXIMUM_PLACES), max_size=8))
def test_promotion_is_a_prefix_that_fits_and_cannot_grow(free: int | None, places: list[int]) -> None:
    queue = waiters(*places)
    promoted = [promotion.waiter for promotion in promotions(free, queue, gathers=True)]
    assert promoted == queue[: len(promoted)]
    if free is None:
        assert promoted == queue
    else:
        assert sum(waiter.places for waiter in promoted) <= free
        assert len(promoted) == len(queue) or sum(places[: len(promoted) + 1]) > free


def test_what_a_status_means() -> None:
    assert [status for status in BookingStatus if status.holds_place] == ["booked", "offered"]
    assert [status for status in BookingStatus if status.is_active] == ["booked", "waiting", "offered"]
