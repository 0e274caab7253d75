"""«Сообщить, когда появится»: the message when it has."""

from __future__ import annotations

from domain.letters import Letter
from handlers.card.callbacks import OpenCard
from handlers.screen import Screen, button, rows
from handlers.view import View


def watch_fulfilled(view: View, letter: Letter) -> Screen:
    payload = letter.parts[0].delivery.payload
    return Screen(
        view.text("workshops-appeared", title=payload["title"], count=payload["count"]),
        rows(
            button(
                view.label("workshops-button-look"), OpenCard(activity=payload["activity_id"], origin="n")
            ),
            view.menu_button(),
        ),
    )
