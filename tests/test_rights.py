"""Every use case says which right it needs, and is refused without it."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from domain.people import OPERATOR, Actor, Address, Forbidden, Grant, Person, Right, Role, actor_for
from tests.source_tree import name_of, python_files, syntax_tree


def use_cases() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Public functions of services that take an actor, by their full names."""
    for path in python_files("services"):
        module = importlib.import_module(
            name_of(path).removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        )
        for name, found in vars(module).items():
            if name.startswith("_") or not inspect.isfunction(found) or found.__module__ != module.__name__:
                continue
            if any("Actor" in str(kind.annotation) for kind in inspect.signature(found).parameters.values()):
                yield f"{module.__name__}.{name}", found


def called_from_outside() -> set[str]:
    """Full names of all that handlers, the process and the demonstration take from services."""
    called = set()
    for path in python_files("handlers", "bot", "demo"):
        aliases = {}
        for node in ast.walk(syntax_tree(path)):
            if isinstance(node, ast.ImportFrom) and node.module is not None:
                for name in node.names:
                    called.add(f"{node.module}.{name.name}")
                    aliases[name.asname or name.name] = f"{node.module}.{name.name}"
        for node in ast.walk(syntax_tree(path)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                called.add(f"{aliases.get(node.value.id, node.value.id)}.{node.attr}")
    return called


EVERY = dict(use_cases())
USE_CASES = {name: fn for name, fn in EVERY.items() if hasattr(fn, "needs")}
ADDRESS = Address("telegram", "1")
EVERYBODY: dict[str, Actor] = {
    "stranger": actor_for(Person(1, ADDRESS)),
    **{role.value: actor_for(Person(1, ADDRESS, role=role)) for role in Role},
    "confirmed teacher": actor_for(
        Person(1, ADDRESS, role=Role.TEACHER, grants=(Grant(Role.TEACHER, None),))
    ),
    "confirmed mentor": actor_for(Person(1, ADDRESS, role=Role.MENTOR, grants=(Grant(Role.MENTOR, None),))),
    "coordinator": actor_for(Person(1, ADDRESS, grants=(Grant(Role.COORDINATOR, None),))),
    "operator": OPERATOR,
}


def test_there_are_use_cases() -> None:
    assert len(USE_CASES) > 30


def test_what_is_called_from_outside_declares_the_right_it_needs() -> None:
    """Services may share parts that take an actor; a handler calls whole use cases only."""
    assert sorted((EVERY.keys() - USE_CASES.keys()) & called_from_outside()) == []


@pytest.mark.parametrize("name", USE_CASES)
def test_a_declared_right_is_a_right(name: str) -> None:
    assert isinstance(getattr(USE_CASES[name], "needs", None), Right)


@pytest.mark.parametrize("name", USE_CASES)
def test_whoever_lacks_the_right_is_refused_before_anything_happens(name: str) -> None:
    """The session is none: a use case that touched it first would fail otherwise."""
    fn = USE_CASES[name]
    needed: Right = fn.needs
    for actor in EVERYBODY.values():
        if actor.may(needed):
            continue
        with pytest.raises(Forbidden):
            fn(None, actor)


def test_only_coordinators_and_the_operator_run_the_programme() -> None:
    may = {name for name, actor in EVERYBODY.items() if actor.may(Right.RUN_PROGRAMME)}
    assert may == {"coordinator", "operator"}


def test_nobody_in_a_messenger_is_the_operator() -> None:
    assert {name for name, actor in EVERYBODY.items() if actor.may(Right.OPERATE)} == {"operator"}


def test_a_role_that_somebody_only_claims_gives_no_rights() -> None:
    everyday = {Right.PUBLIC, Right.SELF}
    assert {
        name: actor.rights for name, actor in EVERYBODY.items() if name in set(Role) - {"coordinator"}
    } == {
        "student": everyday,
        "teacher": everyday,
        "mentor": everyday,
        "parent": everyday,
    }
