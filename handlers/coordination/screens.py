"""The coordinator's menu. A feature that a coordinator uses adds its button here, and nothing else."""

from __future__ import annotations

from bot.texts import Html
from handlers.screen import Button, Screen, rows
from handlers.view import View


def hub(view: View) -> Screen:
    scope = view.actor.scope
    where = view.label("coordination-everywhere")
    if not scope.everywhere:
        names = sorted(view.municipality(code).name for code in scope.municipalities)
        where = ", ".join(names)
    entries: list[Button] = []
    return Screen(
        Html(view.text("coordination-title", where=where)),
        rows(*entries, view.menu_button()),
    )
