"""What all buttons have in common."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import get_args

from aiogram.filters.callback_data import CallbackData
from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from tests.every_callback import every_callback


def test_no_two_kinds_of_buttons_share_a_prefix() -> None:
    prefixes = Counter(kind.__prefix__ for kind in every_callback())
    assert [prefix for prefix, count in prefixes.items() if count > 1] == []


def _is_bounded(field: FieldInfo) -> bool:
    """Whether numbers that PostgreSQL does not take for an id are refused."""
    kept = TypeAdapter(field.rebuild_annotation())
    for number in (2**31, -(2**31) - 1):
        with suppress(ValidationError):
            kept.validate_python(number)
            return False
    return True


def test_numbers_on_buttons_are_numbers_that_every_database_can_look_for() -> None:
    unbounded, bounded = [], 0
    for kind in every_callback():
        for name, field in kind.model_fields.items():
            if field.annotation is int or int in get_args(field.annotation):
                bounded += 1
                if not _is_bounded(field):
                    unbounded.append(f"{kind.__name__}.{name}")
    assert bounded > 100
    assert unbounded == []


def test_the_walk_finds_a_number_without_bound() -> None:
    class Boundless(CallbackData, prefix="boundless"):
        number: int

    assert not _is_bounded(Boundless.model_fields["number"])
