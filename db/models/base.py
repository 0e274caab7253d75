"""The declarative base and the column types every model shares."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Integer, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator, TypeEngine

from domain.keepable import is_keepable

LARGEST = 2**31 - 1


class Unkeepable(ValueError):
    """A value that PostgreSQL would not take. SQLite would, so that no test on it would show what is not bounded."""


class _Bounded(TypeDecorator[Any]):
    """Looks at what is written. What is only compared may be anything: nothing is like it."""

    def coerce_compared_value(self, op: OperatorType | None, value: Any) -> TypeEngine[Any]:
        return self.impl_instance.coerce_compared_value(op, value)


class ShortText(_Bounded):
    """Text of at most so many characters."""

    impl = String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        if value is not None and (len(value) > self.length or not is_keepable(value)):
            raise Unkeepable(f"text of {len(value)} characters where {self.length} fit")
        return value


class LongText(_Bounded):
    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        if value is not None and not is_keepable(value):
            raise Unkeepable("text with NUL or half a character")
        return value


class Whole(_Bounded):
    """A whole number of 32 bits."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        if value is not None and not -LARGEST <= value <= LARGEST:
            raise Unkeepable("a number that is too large")
        return value


class Json(_Bounded):
    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002
        if not _is_keepable(value):
            raise Unkeepable("text with NUL or half a character inside JSON")
        return value


def _is_keepable(value: Any) -> bool:
    match value:
        case str():
            return is_keepable(value)
        case dict():
            return all(_is_keepable(part) for pair in value.items() for part in pair)
        case list() | tuple():
            return all(map(_is_keepable, value))
    return True


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC moment. SQLite keeps it as text without a zone, which compares in order of time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone does not go into the database")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


NEVER_REUSED = {"sqlite_autoincrement": True}
"""For tables whose ids people hold on old buttons, caches or keys: SQLite gives an id once and never again."""


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, int: Whole}  # noqa: RUF012 - the declarative API asks for a plain dict
