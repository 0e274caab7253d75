"""What coordinators are told of each other's broadcasts."""

from __future__ import annotations

from bot.texts import html_join
from domain.broadcast import LARGE
from domain.facts import OfBroadcast
from domain.letters import Letter
from domain.payloads import ToConfirm
from handlers.broadcasts.callbacks import OpenBroadcast
from handlers.screen import Button, Screen, button, rows
from handlers.view import View

LONGEST_QUOTE = 80


def _facts(letter: Letter) -> OfBroadcast:
    """Raises ValueError for a letter about no broadcast."""
    facts = letter.parts[0].facts
    if not isinstance(facts, OfBroadcast):
        raise ValueError(f"{letter.kind} about no broadcast")
    return facts


def _look(view: View, letter: Letter) -> Button:
    return button(view.label("broadcasts-button-look"), OpenBroadcast(broadcast=_facts(letter).broadcast.id))


def to_confirm(view: View, letter: Letter) -> Screen:
    payload, author = letter.parts[0].delivery.payload, _facts(letter).author
    if not isinstance(payload, ToConfirm):
        raise ValueError(f"{letter.kind} without a number")
    parts = [view.text("broadcasts-to-confirm", count=payload.count)]
    if author:
        parts.append(view.text("broadcasts-to-confirm-author", author=author))
    parts.append(view.text("broadcasts-to-confirm-whom"))
    return Screen(html_join(parts), rows(_look(view, letter)))


def confirmed(view: View, letter: Letter) -> Screen:
    return Screen(view.text("broadcasts-confirmed", said=_said(view, letter)), rows(_look(view, letter)))


def sent_back(view: View, letter: Letter) -> Screen:
    return Screen(view.text("broadcasts-sent-back", said=_said(view, letter)), rows(_look(view, letter)))


def handed_over(view: View, letter: Letter) -> Screen:
    return Screen(view.text("broadcasts-handed-over"), rows(_look(view, letter)))


def grew(view: View, letter: Letter) -> Screen:
    return Screen(
        view.text("broadcasts-grew", said=_said(view, letter), large=LARGE), rows(_look(view, letter))
    )


def _said(view: View, letter: Letter) -> str:
    return _facts(letter).broadcast.content.text[:LONGEST_QUOTE] or view.label("broadcasts-wordless")
