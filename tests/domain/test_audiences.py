"""An audience is changed group by group: numbers stay, nothing is doubled, nothing grows without end."""

from __future__ import annotations

import pytest

from domain.broadcast import (
    EVERYBODY,
    MOST_GROUPS,
    Audience,
    AudienceFull,
    Group,
    Side,
    Tie,
    with_value,
)
from domain.people import Role
from domain.programme import Track

PUPILS, TEACHERS, PARENTS = (Group(roles=(role,)) for role in (Role.STUDENT, Role.TEACHER, Role.PARENT))


def test_it_is_the_same_after_it_was_kept() -> None:
    full = Group(
        roles=(Role.TEACHER,),
        municipalities=("sochi",),
        tracks=(Track.AGRO,),
        interests=(Track.ENGINEERING,),
        grades=(5, 13),
        booked=(1,),
        waiting=(2,),
        came=(3,),
        silent=(4,),
        unread=(5,),
    )
    audience = Audience((full, Group(), EVERYBODY), (full,))
    assert Audience.from_json(audience.to_json()) == audience


def test_what_was_kept_before_there_were_interests_is_read() -> None:
    old = {"groups": [{"roles": ["teacher"], "municipalities": ["sochi"]}]}
    assert Audience.from_json(old) == Audience((Group(roles=(Role.TEACHER,), municipalities=("sochi",)),))
    assert Audience.from_json({}) == Audience()


def test_a_group_that_is_taken_out_leaves_the_numbers_of_others() -> None:
    audience = Audience((PUPILS, TEACHERS, PARENTS)).with_group(Side.ADDED, 1, Group())
    assert audience.used(Side.ADDED) == [(0, PUPILS), (2, PARENTS)]
    assert audience.with_group(Side.ADDED, 1, Group()) == audience
    assert audience.unused(Side.ADDED) == 1
    assert audience.with_group(Side.ADDED, 2, Group()) == Audience((PUPILS,))


def test_a_group_comes_with_its_first_condition() -> None:
    assert Audience().group(Side.EXCEPT, 2) == Group()
    audience = Audience((PUPILS,)).with_group(Side.EXCEPT, 2, TEACHERS)
    assert audience == Audience((PUPILS,), (Group(), Group(), TEACHERS))
    assert audience.used(Side.EXCEPT) == [(2, TEACHERS)]
    assert Audience((PUPILS,)).with_group(Side.ADDED, 4, Group()) == Audience((PUPILS,))


def test_it_is_blank_until_something_is_chosen() -> None:
    assert Audience().is_blank
    assert Audience((Group(), Group()), (Group(),)).is_blank
    assert not Audience((), (TEACHERS,)).is_blank
    assert not Audience((Group(), PUPILS)).is_blank


def test_there_is_an_end_to_groups() -> None:
    full = Audience(tuple(Group(grades=(grade,)) for grade in range(1, MOST_GROUPS + 1)))
    assert full.unused(Side.ADDED) is None
    assert full.unused(Side.EXCEPT) == 0
    with pytest.raises(AudienceFull):
        full.with_group(Side.ADDED, MOST_GROUPS, PUPILS)
    with pytest.raises(AudienceFull):
        full.joined(Audience((PUPILS,)))
    assert full.joined(Audience(full.groups[:1])) == full


def test_two_audiences_join_once() -> None:
    mine, saved = Audience((PUPILS,), (TEACHERS,)), Audience((Group(), PARENTS, PUPILS), (EVERYBODY,))
    joined = mine.joined(saved)
    assert joined == Audience((PUPILS, PARENTS), (TEACHERS, EVERYBODY))
    assert joined.joined(saved) == joined
    assert Audience().joined(mine) == mine


def test_activities_of_all_conditions() -> None:
    group = Group()
    for number, tie in enumerate(Tie):
        group = group.with_tied(tie, (number, 10))
        assert group.tied(tie) == (number, 10)
    assert Audience((Group(booked=(20,)),), (group,)).activities == {0, 1, 2, 3, 10, 20}
    assert Audience((PUPILS,)).activities == frozenset()


def test_a_value_asked_for_twice_is_there_once() -> None:
    assert with_value((), 1, on=True) == (1,)
    assert with_value((1, 2), 1, on=True) == (1, 2)
    assert with_value((1, 2), 1, on=False) == (2,)
    assert with_value((2,), 1, on=False) == (2,)


def test_everybody_is_all_roles_and_nothing_less() -> None:
    assert EVERYBODY.means_everybody
    assert not Group().means_everybody
    assert not Group(roles=tuple(Role)[:-1]).means_everybody
