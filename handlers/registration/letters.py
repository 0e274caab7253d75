"""What somebody is told who is too young to be stored and was, by an older release."""

from __future__ import annotations

from domain.letters import Letter
from domain.payloads import LetGo
from domain.people import MINIMUM_AGE
from handlers.screen import Screen, rows
from handlers.view import View


def child_let_go(view: View, letter: Letter) -> Screen:
    """To a family, in the chat of a child of whom nothing is known any more."""
    payload = letter.parts[0].delivery.payload
    if not isinstance(payload, LetGo):
        raise ValueError(f"{letter.kind} of nobody")
    text = view.text("registration-child-let-go", age=MINIMUM_AGE, bookings=payload.bookings)
    return Screen(text, rows(view.menu_button()))
