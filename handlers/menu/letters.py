"""What the menu says late: an answer that did not arrive when it was asked for."""

from __future__ import annotations

from domain.delivery import Outgoing
from domain.letters import Letter
from domain.payloads import LateScreen
from handlers.menu.callbacks import OpenMenu
from handlers.view import View

ROOM_FOR_A_WORD = 3_900
"""Letters of an answer that leave room for a word about the delay, of the 4,096 of a message."""


def late_screen(view: View, letter: Letter) -> Outgoing:
    """The answer as it was, or only the news that it was lost."""
    if not isinstance(late := letter.parts[0].delivery.payload, LateScreen):
        raise ValueError(f"{letter.kind} without words")
    if not late.text:
        menu = view.label("common-button-menu"), OpenMenu().pack()
        return Outgoing(view.text("error-lost"), ((menu,),))
    words = late.text
    if len(words) <= ROOM_FOR_A_WORD:
        words = f"{view.text('error-late')}\n\n{words}"
    return Outgoing(words, tuple(row for row in late.rows if row))
