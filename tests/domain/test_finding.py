"""Filters, pages and distances."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.finding import PAGE_SIZE, Filters, Page, Point, distance_km
from domain.people import GRADES
from domain.programme import Access, Kind, Track

points = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))
filters = st.builds(
    Filters,
    query=st.text(max_size=100),
    municipality=st.none() | st.sampled_from(["sochi", "krasnodar"]),
    track=st.none() | st.sampled_from(Track),
    grade=st.none() | st.sampled_from(GRADES),
    day=st.none() | st.dates(),
    only_free=st.booleans(),
    access=st.frozensets(st.sampled_from(Access)),
    near=st.none() | points,
    kind=st.none() | st.sampled_from(Kind),
)


@given(filters)
def test_filters_survive_being_written_as_json(value: Filters) -> None:
    assert Filters.from_json(json.loads(json.dumps(value.to_json()))) == value


def test_nothing_remembered_is_no_filter() -> None:
    assert Filters.from_json({}) == Filters()


@pytest.mark.parametrize(
    ("value", "narrowed"),
    [
        (Filters(), False),
        (Filters(query="сварка"), False),
        (Filters(near=Point(45, 39)), False),
        (Filters(kind=None), False),
        (Filters(municipality="sochi"), True),
        (Filters(track=Track.AGRO), True),
        (Filters(grade=9), True),
        (Filters(day=date(2026, 10, 12)), True),
        (Filters(only_free=True), True),
        (Filters(access=frozenset({Access.LIFT})), True),
    ],
)
def test_what_could_be_loosened(value: Filters, narrowed: bool) -> None:
    assert value.narrowed is narrowed


@pytest.mark.parametrize(
    ("total", "last"), [(0, 0), (1, 0), (PAGE_SIZE, 0), (PAGE_SIZE + 1, 1), (PAGE_SIZE * 3, 2)]
)
def test_the_last_page(total: int, last: int) -> None:
    assert Page((), 0, total).last == last


def test_from_krasnodar_to_sochi() -> None:
    krasnodar, sochi = Point(45.04534, 38.97678), Point(43.59699, 39.72477)
    assert distance_km(krasnodar, sochi) == pytest.approx(171.8, abs=0.5)


@given(points, points)
def test_a_distance_is_the_same_both_ways_and_never_over_half_the_globe(one: Point, other: Point) -> None:
    there = distance_km(one, other)
    assert there == pytest.approx(distance_km(other, one), abs=1e-6)
    assert 0 <= there <= 20016
    assert distance_km(one, one) == 0


@given(st.builds(Point, st.floats(43, 47), st.floats(36, 42)))
def test_a_coarse_place_is_within_a_kilometre_and_tells_no_more(place: Point) -> None:
    coarse = place.coarse()
    assert distance_km(place, coarse) < 1
    assert (round(coarse.latitude * 100) / 100, round(coarse.longitude * 100) / 100) == (
        coarse.latitude,
        coarse.longitude,
    )
