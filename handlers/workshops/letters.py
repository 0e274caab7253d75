"""«Сообщить, когда появится»: the message when it has."""

from __future__ import annotations

from domain.facts import OfActivity
from domain.letters import Letter
from domain.payloads import Found
from handlers.card.callbacks import OpenCard
from handlers.screen import Screen, button, rows
from handlers.view import View


def watch_fulfilled(view: View, letter: Letter) -> Screen:
    payload, facts = letter.parts[0].delivery.payload, letter.parts[0].facts
    if not isinstance(payload, Found) or not isinstance(facts, OfActivity):
        raise ValueError(f"{letter.kind} about no activity")
    return Screen(
        view.text("workshops-appeared", title=facts.activity.title, count=payload.count),
        rows(
            button(view.label("workshops-button-look"), OpenCard(activity=payload.activity_id, origin="n")),
            view.menu_button(),
        ),
    )
