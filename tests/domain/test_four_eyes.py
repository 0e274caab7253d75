"""Who may be the second coordinator for what reaches many."""

from __future__ import annotations

import pytest

from domain.four_eyes import MANY, SEASONED, WINDOW, Appointment, Objection, objection, standings, takes_two
from tests.town import moscow

NOW = moscow("12 12:00")
ELENA, BORIS, VERA, GLEB = 1, 2, 3, 4


def given(
    person: int, by: int | None = None, *, days: int = 30, everywhere: bool = True, ended: bool = False
) -> Appointment:
    return Appointment(person, by, NOW - days * WINDOW, everywhere=everywhere, ended=ended)


def said(
    author: int, second: int, *appointments: Appointment, named: tuple[int, ...] = ()
) -> Objection | None:
    found = standings(appointments, named)
    return objection(found[author], found[second], NOW)


def test_as_many_as_may_be_take_one() -> None:
    assert (takes_two(MANY), takes_two(MANY + 1)) == (False, True)


def test_two_whom_nobody_of_them_made_are_four_eyes() -> None:
    assert said(ELENA, BORIS, given(ELENA), given(BORIS)) is None
    assert said(BORIS, VERA, given(ELENA), given(BORIS, ELENA), given(VERA, ELENA)) is None


@pytest.mark.parametrize("ended", [False, True])
def test_whom_the_author_made_is_no_second_though_through_others_or_by_a_role_that_ended(ended: bool) -> None:
    chain = (
        given(ELENA),
        given(BORIS, ELENA),
        given(VERA, BORIS, ended=ended),
        given(VERA, None),
        given(GLEB, VERA),
    )
    for made in (BORIS, VERA, GLEB):
        assert said(ELENA, made, *chain) is Objection.MADE
        assert said(made, ELENA, *chain) is Objection.MADE


def test_who_made_each_other_is_followed_to_an_end() -> None:
    assert said(ELENA, VERA, given(ELENA, BORIS), given(BORIS, ELENA), given(VERA)) is None


def test_one_alone_of_one_place_or_new_is_no_second() -> None:
    here = given(BORIS, everywhere=False)
    assert said(ELENA, ELENA, given(ELENA)) is Objection.OWN
    assert said(ELENA, BORIS, given(ELENA), here) is Objection.PLACE
    assert said(ELENA, BORIS, given(ELENA), given(BORIS, days=SEASONED.days - 1)) is Objection.NEW
    assert said(ELENA, BORIS, given(ELENA), given(BORIS, days=SEASONED.days)) is None


def test_whom_the_settings_name_are_old_and_made_by_nobody() -> None:
    assert said(ELENA, BORIS, given(BORIS, ELENA, days=0), named=(ELENA, BORIS)) is None
    assert said(ELENA, VERA, given(BORIS, ELENA), given(VERA, BORIS), named=(ELENA, BORIS)) is None


def test_a_role_that_ended_is_no_standing() -> None:
    assert standings([given(ELENA, ended=True)], ()) == {}
    assert (
        standings([given(ELENA, days=3), given(ELENA, days=9, ended=True)], ())[ELENA].since
        == NOW - 3 * WINDOW
    )
