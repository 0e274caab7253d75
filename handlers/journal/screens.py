"""The log in plain words: when, who, what, where."""

from __future__ import annotations

from collections.abc import Sequence

from bot.texts import Html, html_join
from domain.log import Action, Entry
from handlers.coordination.callbacks import OpenCoordination
from handlers.journal.callbacks import OpenJournal, SendJournalFile
from handlers.paging import pager
from handlers.screen import Screen, button, columns, rows
from handlers.view import View

ON_PAGE = 6
ACTION_KEYS = "journal-action-"
ROLE_KEYS = "journal-role-"


def _what(view: View, entry: Entry) -> str:
    """What was done, in words; role, number and person come from the details, all else from the subject."""
    what = view.label(ACTION_KEYS + entry.action.replace("_", "-"))
    more = []
    role = entry.details.get("role")
    if role is not None:
        more.append(view.label(ROLE_KEYS + str(role)))
    if entry.action is Action.ROLE_REVOKED:
        more.append(entry.about_name or view.label("journal-somebody"))
    elif entry.about_name:
        more.append(entry.about_name)
    if entry.action is Action.INVITED:
        more.append(view.label("journal-uses", count=int(entry.details.get("uses", 1))))
        more.append(view.label("journal-days", count=int(entry.details.get("days", 1))))
    if entry.subject:
        more.append(entry.subject)
    return f"{what}: {', '.join(more)}" if more else what


def _who(view: View, entry: Entry) -> str:
    if entry.actor_id is None:
        return view.label("journal-nobody")
    return entry.actor_name or view.label("journal-nameless")


def line(view: View, number: int, entry: Entry) -> Html:
    where = view.label("journal-everywhere")
    if entry.municipality is not None:
        where = view.municipality(entry.municipality).name
    return view.text(
        "journal-entry",
        number=number,
        moment=view.dates.moment(entry.at, now=view.now),
        who=_who(view, entry),
        what=_what(view, entry),
        where=where,
    )


def journal(view: View, entries: Sequence[Entry], page: int, *, more: bool) -> Screen:
    """``more``: there are older entries on the next page."""
    first = page * ON_PAGE + 1
    numbered = list(enumerate(entries, first))
    parts = [view.text("journal-title" if entries else "journal-empty")]
    parts += [line(view, number, entry) for number, entry in numbered]
    files = [
        button(view.label("journal-button-file", number=number), SendJournalFile(entry=entry.id))
        for number, entry in numbered
        if entry.has_file
    ]
    return Screen(
        html_join(parts, "\n\n"),
        rows(
            *columns(files, 3),
            pager(view, page, page + 1 if more else page, lambda to: OpenJournal(page=to)),
            button(view.label("common-button-back"), OpenCoordination()),
            view.menu_button(),
        ),
    )
