"""What buttons may carry: anything else was never on a button of ours and is answered as an unknown button."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field

Id = Annotated[int, Field(ge=1, le=2**31 - 1)]
"""A row of the database: PostgreSQL refuses even to look for a larger number."""
OptionalId = Annotated[int, Field(ge=0, le=2**31 - 1)]
"""The same, or 0 for none."""
Page = Annotated[int, Field(ge=0, le=99_999)]
Few = Annotated[int, Field(ge=0, le=9_999)]
"""Minutes, a grade, a choice: never a number of the database."""
Places = Annotated[int, Field(ge=0, le=99)]
CALENDAR = range(2000, 2100)
"""Years of the days that buttons name: near the ends of the calendar a day has no moment in every zone."""
Origin = Annotated[str, Field(max_length=30)]
"""Where somebody came from; with an id beside it, it fits into the 64 bytes of a button."""

SeenSequence = Annotated[int | None, Field(ge=0, le=999_999)]
"""The sequence of the slot that the message shows; None in buttons older than this field."""
Mark = Annotated[str, Field(max_length=8)]
"""``domain.seen.mark_of`` what a swap gives up."""


class OlderToo:
    """For kinds of buttons that got fields at their end later: buttons without these still work, with the defaults."""

    @classmethod
    def unpack(cls, value: str) -> Self:
        missing = len(cls.model_fields) - value.count(cls.__separator__)  # type: ignore[attr-defined]
        padded = value + cls.__separator__ * missing  # type: ignore[attr-defined]
        return super().unpack(padded)  # type: ignore[misc, no-any-return]
