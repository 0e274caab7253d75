"""What coordinators are told of each other's broadcasts."""

from __future__ import annotations

from bot.texts import html_join
from domain.broadcast import LARGE
from domain.letters import Letter
from handlers.broadcasts.callbacks import OpenBroadcast
from handlers.screen import Button, Screen, button, rows
from handlers.view import View


def _broadcast_id(letter: Letter) -> int:
    """Raises ValueError for a letter about no broadcast."""
    broadcast_id = letter.parts[0].delivery.broadcast_id
    if broadcast_id is None:
        raise ValueError(f"{letter.kind} about no broadcast")
    return broadcast_id


def _look(view: View, letter: Letter) -> Button:
    return button(view.label("broadcasts-button-look"), OpenBroadcast(broadcast=_broadcast_id(letter)))


def to_confirm(view: View, letter: Letter) -> Screen:
    payload = letter.parts[0].delivery.payload
    parts = [view.text("broadcasts-to-confirm", count=payload["count"])]
    if payload["author"]:
        parts.append(view.text("broadcasts-to-confirm-author", author=payload["author"]))
    parts.append(view.text("broadcasts-to-confirm-whom"))
    return Screen(html_join(parts), rows(_look(view, letter)))


def confirmed(view: View, letter: Letter) -> Screen:
    return Screen(view.text("broadcasts-confirmed", said=_said(view, letter)), rows(_look(view, letter)))


def sent_back(view: View, letter: Letter) -> Screen:
    return Screen(view.text("broadcasts-sent-back", said=_said(view, letter)), rows(_look(view, letter)))


def grew(view: View, letter: Letter) -> Screen:
    return Screen(
        view.text("broadcasts-grew", said=_said(view, letter), large=LARGE), rows(_look(view, letter))
    )


def _said(view: View, letter: Letter) -> str:
    text: str = letter.parts[0].delivery.payload["text"]
    return text or view.label("broadcasts-wordless")
