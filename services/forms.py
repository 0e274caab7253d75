"""Keeping open forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from db.contained import readable
from db.engine import Session
from db.queries import forms
from domain.people import Address

WAITS = timedelta(minutes=30)
"""How long a form waits for its next answer; then it lets go, and any text is a search again."""


@dataclass(frozen=True, slots=True)
class Form:
    """The state a form is in and what it has been told so far."""

    state: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    typed: bool = False
    """Something that the person typed is in it, and in nothing else yet."""
    touched_at: datetime | None = None
    """When it was last asked or answered."""

    @property
    def is_empty(self) -> bool:
        return self.state is None and not self.data

    def waits(self, now: datetime) -> bool:
        return self.touched_at is not None and now < self.touched_at + WAITS


EMPTY = Form()


def open_forms(session: Session) -> dict[str, Form]:
    """All of them by the name of their conversation, also those that wait no longer: who typed hears of the loss."""
    return dict(readable(session, "form_state", forms.everything(session), _form_of, _number_of))


def _number_of(row: forms.Kept) -> int:
    """A name for the log: the key holds the number of a chat."""
    return crc32(row[0].encode())


def _form_of(row: forms.Kept) -> tuple[str, Form]:
    """Raises TypeError."""
    key, state, data, typed, touched_at = row
    return key, Form(state, dict(data), typed, touched_at)


def keep(session: Session, key: str, form: Form) -> None:
    """Keep a form as it is now; an empty one is forgotten."""
    if form.is_empty or form.touched_at is None:
        forms.delete_form(session, key)
    else:
        forms.save_form(session, key, form.state, form.data, form.touched_at, typed=form.typed)


def name_for(address: Address) -> str:
    """The name of the private conversation with a person."""
    return f"{address.messenger}:{address.user_id}"


def forget(session: Session, address: Address) -> None:
    """Forget what a person who leaves had open."""
    forms.delete_form(session, name_for(address))


def forget_stale(session: Session, before: datetime) -> int:
    """Delete forms nobody has touched since ``before``. How many."""
    return forms.delete_older(session, before)
