"""Where rights hold, how codes are written and read, and when an invitation is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.people import (
    OPERATOR,
    Actor,
    Address,
    Forbidden,
    Grant,
    Person,
    Right,
    Role,
    Scope,
    actor_for,
)
from domain.registration import Draft, Question, next_question
from domain.roles import (
    ALPHABET,
    CODE_LENGTH,
    Invitation,
    Reason,
    holds,
    new_code,
    read_code,
    refusal,
    written,
)
from tests.town import moscow

NOW = moscow("12 12:00")
ADDRESS = Address("telegram", "1")
INVITATION = Invitation(
    id=1,
    code="ABCD2345",
    grant=Grant(Role.TEACHER, "sochi"),
    uses_left=1,
    created_at=NOW,
    expires_at=NOW + timedelta(days=1),
)


def actor(*grants: Grant, role: Role | None = Role.STUDENT) -> Actor:
    return actor_for(Person(1, ADDRESS, role=role, grants=grants))


# Scope.


def test_a_coordinator_of_all_covers_every_municipality_and_what_belongs_to_none() -> None:
    scope = actor(Grant(Role.COORDINATOR, None)).scope
    assert (scope.covers("sochi"), scope.covers(None)) == (True, True)


def test_a_coordinator_of_some_covers_just_them() -> None:
    scope = actor(Grant(Role.COORDINATOR, "sochi"), Grant(Role.COORDINATOR, "anapa")).scope
    assert [scope.covers(code) for code in ("sochi", "anapa", "labinskiy", None)] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("role", [Role.TEACHER, Role.MENTOR])
@pytest.mark.parametrize("municipality", ["sochi", None])
def test_other_roles_give_no_scope_wherever_they_hold(role: Role, municipality: str | None) -> None:
    assert actor(Grant(role, municipality)).scope == Scope()


def test_a_mentor_of_all_who_coordinates_one_municipality_covers_one() -> None:
    scope = actor(Grant(Role.MENTOR, None), Grant(Role.COORDINATOR, "sochi")).scope
    assert (scope.covers("sochi"), scope.covers("anapa"), scope.covers(None)) == (True, False, False)


def test_the_operator_covers_everything() -> None:
    assert OPERATOR.scope == Scope(everywhere=True)


def test_outside_the_scope_is_forbidden() -> None:
    coordinator = actor(Grant(Role.COORDINATOR, "sochi"))
    coordinator.require("sochi")
    for elsewhere in ("anapa", "", None):
        with pytest.raises(Forbidden):
            coordinator.require(elsewhere)


@given(st.sets(st.sampled_from(["sochi", "anapa", "labinskiy", None])))
def test_a_scope_covers_what_was_granted_and_nothing_else(granted: set[str | None]) -> None:
    scope = actor(*(Grant(Role.COORDINATOR, code) for code in granted)).scope
    for code in ("sochi", "anapa", "labinskiy", "armavir", None):
        assert scope.covers(code) == (None in granted or code in granted - {None})


@pytest.mark.parametrize("said", [*Role, None])
def test_saying_to_be_somebody_gives_no_right(said: Role | None) -> None:
    assert actor(role=said).rights == {Right.PUBLIC, Right.SELF}


def test_only_coordinators_give_roles() -> None:
    may = {role: actor(Grant(role, None)).may(Right.GIVE_ROLES) for role in Role}
    assert [role for role in Role if may[role]] == [Role.COORDINATOR]
    with pytest.raises(Forbidden):
        actor(Grant(Role.MENTOR, None)).need(Right.GIVE_ROLES)


# Codes.


def test_a_new_code_is_read_as_it_is_written() -> None:
    for _ in range(200):
        code = new_code()
        assert len(code) == CODE_LENGTH
        assert set(code) <= set(ALPHABET)
        assert read_code(written(code)) == read_code(written(code).lower()) == code


@pytest.mark.parametrize(
    "typed",
    [
        "ABCD-2345",
        "abcd2345",
        " abcd 2345\n",
        "Код: ABCD-2345",
        "ABCD–2345",
        "АВCD-2345",
    ],
)
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert read_code(typed) == "ABCD2345"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "сварка",
        "ТРАКТОРА",
        "РАМКАМАТ",
        "23456789",
        "ABCD-234",
        "ABCD-23456",
        "ABCD-2340",
        "ABCD-O234",
        "код",
    ],
)
def test_what_people_search_for_is_no_code(typed: str) -> None:
    assert read_code(typed) is None


def test_a_long_text_is_no_code() -> None:
    assert read_code("-" * 1_000_000 + "ABCD2345") is None


# Refusals.


@pytest.mark.parametrize(
    ("invitation", "reason"),
    [
        (INVITATION, None),
        (replace(INVITATION, uses_left=0), Reason.USED_UP),
        (replace(INVITATION, expires_at=NOW), Reason.EXPIRED),
        (replace(INVITATION, revoked_at=NOW), Reason.REVOKED),
        (replace(INVITATION, revoked_at=NOW, uses_left=0, expires_at=NOW), Reason.REVOKED),
    ],
)
def test_an_invitation_is_refused_for_a_reason(invitation: Invitation, reason: Reason | None) -> None:
    assert refusal(invitation, None, NOW) is reason


def test_an_invitation_from_before_a_role_was_taken_back_does_not_give_it_back() -> None:
    minute = timedelta(minutes=1)
    assert refusal(INVITATION, NOW + minute, NOW + 2 * minute) is Reason.TAKEN_BACK
    assert refusal(INVITATION, NOW - minute, NOW) is None


def test_a_role_for_all_covers_every_municipality_and_not_the_other_way_round() -> None:
    assert holds((Grant(Role.TEACHER, None),), Grant(Role.TEACHER, "sochi"))
    assert not holds((Grant(Role.TEACHER, "sochi"),), Grant(Role.TEACHER, None))
    assert not holds((Grant(Role.TEACHER, "sochi"),), Grant(Role.TEACHER, "anapa"))
    assert not holds((Grant(Role.MENTOR, None),), Grant(Role.TEACHER, "sochi"))


# The registration of somebody invited.


def test_who_was_invited_as_a_mentor_is_not_asked_who_they_are() -> None:
    draft = Draft.of(
        Person(1, ADDRESS, grants=(Grant(Role.COORDINATOR, None), Grant(Role.MENTOR, "sochi"))), agreed=False
    )
    assert next_question(draft) is Question.CONSENT
    assert next_question(replace(draft, consent=True)) is Question.NAME


def test_a_coordinator_is_asked_who_they_are_otherwise() -> None:
    draft = Draft.of(Person(1, ADDRESS, grants=(Grant(Role.COORDINATOR, None),)), agreed=False)
    assert next_question(replace(draft, consent=True)) is Question.ROLE
