"""Keeping open forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from db.engine import Session
from db.queries import forms


@dataclass(frozen=True, slots=True)
class Form:
    """The state a form is in and what it has been told so far."""

    state: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


EMPTY = Form()


def open_forms(session: Session) -> dict[str, Form]:
    """All of them by the name of their conversation."""
    return {key: Form(state, data) for key, state, data in forms.everything(session)}


def keep(session: Session, key: str, form: Form, now: datetime) -> None:
    """Keep a form as it is now; an empty one is forgotten."""
    if form == EMPTY:
        forms.delete_form(session, key)
    else:
        forms.save_form(session, key, form.state, form.data, now)


def forget_stale(session: Session, before: datetime) -> int:
    """Delete forms nobody has touched since ``before``. How many."""
    return forms.delete_older(session, before)
