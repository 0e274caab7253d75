"""The coordinator's menu. A feature that a coordinator uses adds its button here, and nothing else."""

from __future__ import annotations

from bot.texts import Html
from handlers.broadcasts import screens as broadcasts
from handlers.editing.callbacks import OpenFinding
from handlers.exchange import screens as exchange
from handlers.journal.callbacks import OpenJournal
from handlers.questions.callbacks import OpenWaiting
from handlers.roles.callbacks import OpenRoles
from handlers.roster import screens as roster
from handlers.screen import Button, Row, Screen, button, rows
from handlers.summary import screens as summary
from handlers.view import View


def hub(view: View) -> Screen:
    scope = view.actor.scope
    where = view.label("coordination-everywhere")
    if not scope.everywhere:
        names = sorted(view.municipality(code).name for code in scope.municipalities)
        where = ", ".join(names)
    entries: list[Row | Button] = [
        broadcasts.entries(view),
        button(view.label("questions-button-waiting"), OpenWaiting()),
        button(view.label("editing-button-open"), OpenFinding()),
        summary.entry(view),
        exchange.import_entry(view),
        exchange.export_entry(view),
        roster.entry(view),
        button(view.label("roles-button-open"), OpenRoles()),
        button(view.label("journal-button-open"), OpenJournal()),
    ]
    return Screen(
        Html(view.text("coordination-title", where=where)),
        rows(*entries, view.menu_button()),
    )
