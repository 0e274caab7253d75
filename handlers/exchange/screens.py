"""The programme in and out as screens: what a file would change, on one screen of a phone."""

from __future__ import annotations

from bot.import_report import WHOLE, ImportReport, Shown
from bot.texts import Html, html_join
from domain.four_eyes import MANY
from domain.programme_import import Applied, Preview, Problem
from handlers.coordination.callbacks import OpenCoordination
from handlers.exchange.callbacks import (
    FINGERPRINT_LENGTH,
    ApplyFile,
    DropFile,
    OpenExchange,
    OpenExport,
    Output,
    SendExport,
    SendTemplate,
)
from handlers.screen import Button, Screen, button, rows
from handlers.view import View

LONGEST_TEXT = 1_500
"""Characters of a preview: a turn of the thumb on a phone; the rest is in the file below it."""
ROOMS = (
    Shown(3, 5, 5, 8, 4),
    Shown(2, 3, 3, 5, 3),
    Shown(1, 1, 2, 3, 2),
    Shown(0, 0, 0, 1, 1),
    Shown(0, 0, 0, 0, 0),
)
"""How much of a preview is shown: as much as there is room for."""


def import_entry(view: View) -> Button:
    """The way in from the coordinator's menu."""
    return button(view.label("exchange-button-open"), OpenExchange())


def export_entry(view: View) -> Button:
    """The way out from the coordinator's menu."""
    return button(view.label("exchange-button-export"), OpenExport())


def _back(view: View) -> Button:
    return button(view.label("common-button-back"), OpenCoordination())


def invitation(view: View, note: Html | None = None) -> Screen:
    """What to send, and where to begin without a file."""
    text = view.text("exchange-title")
    return Screen(
        f"{note}\n\n{text}" if note else text,
        rows(
            button(view.label("exchange-button-template"), SendTemplate()),
            export_entry(view),
            _back(view),
            view.menu_button(),
        ),
    )


def outputs(view: View) -> Screen:
    return Screen(
        view.text("exchange-export"),
        rows(
            button(view.label("exchange-button-workbook"), SendExport(output=Output.WORKBOOK)),
            button(view.label("exchange-button-schedule"), SendExport(output=Output.SCHEDULE)),
            _back(view),
            view.menu_button(),
        ),
    )


def reading(view: View) -> Screen:
    return Screen(view.text("exchange-reading"))


def checking(view: View) -> Screen:
    return Screen(view.text("exchange-checking"))


def applying(view: View) -> Screen:
    return Screen(view.text("exchange-applying"))


def unusable(view: View, problem: Problem) -> Screen:
    """Nothing can be taken from the file; why, and what to do."""
    sentence = ImportReport(view.texts).problem(problem)
    return Screen(
        view.text("exchange-unusable", problem=sentence),
        rows(button(view.label("exchange-button-template"), SendTemplate()), view.menu_button()),
    )


def no_file(view: View) -> Screen:
    """The preview is there, its file is not."""
    return Screen(view.text("exchange-no-file"), rows(import_entry(view), view.menu_button()))


def preview(view: View, name: str, value: Preview, *, changed_since: bool = False) -> Screen:
    """What the file would change. ``changed_since``: not what an earlier preview said, because others were at work."""
    parts = [view.text("exchange-preview", name=name)]
    if changed_since:
        parts.insert(0, view.text("exchange-changed-since"))
    body, shown = _fitted(view, value)
    parts.append(body)
    if shown.hides(value):
        parts.append(view.text("exchange-whole-below"))
    fingerprint = value.fingerprint[:FINGERPRINT_LENGTH]
    apply = button(view.label("exchange-button-apply"), ApplyFile(fingerprint=fingerprint))
    drop = button(view.label("exchange-button-drop"), DropFile())
    if value.is_empty:
        return Screen(html_join(parts, "\n\n"), rows(import_entry(view), view.menu_button()))
    return Screen(html_join(parts, "\n\n"), rows(apply, drop))


def _fitted(view: View, value: Preview) -> tuple[Html, Shown]:
    """The report with as much as there is room for."""
    for shown in ROOMS[:-1]:
        text = html_join(ImportReport(view.texts, shown).lines(value))
        if len(text) <= LONGEST_TEXT:
            return text, shown
    return html_join(ImportReport(view.texts, ROOMS[-1]).lines(value)), ROOMS[-1]


def hides_some(view: View, value: Preview) -> bool:
    """Whether the screen leaves something out, so that the whole report must come as a file."""
    return _fitted(view, value)[1].hides(value)


def whole_report(view: View, value: Preview) -> bytes:
    """Everything that the preview says, as a text file that opens right anywhere."""
    return "\r\n".join(ImportReport(view.texts.apart(), WHOLE).lines(value)).encode("utf-8-sig")


def applied(view: View, value: Applied) -> Screen:
    seen = value.preview
    parts = [
        view.text("exchange-applied", new=len(seen.new), changed=len(seen.changed)),
        view.text("exchange-told", count=seen.people) if seen.people else "",
        view.text("exchange-left-out", count=len(seen.problems)) if seen.problems else "",
    ]
    return Screen(
        html_join(filter(None, parts), "\n\n"), rows(export_entry(view), _back(view), view.menu_button())
    )


def needs_second(view: View, people: int) -> Screen:
    """Nothing is written yet: a colleague must want the same. The file stays where it is."""
    return Screen(
        view.text("exchange-needs-second", count=people, large=MANY),
        rows(import_entry(view), _back(view), view.menu_button()),
    )


def applied_before(view: View, seen: Preview) -> Screen:
    """Nothing of the file is left to write: somebody applied it, perhaps this person a moment ago."""
    parts = [
        view.text("exchange-applied-before"),
        view.text("exchange-left-out", count=len(seen.problems)) if seen.problems else "",
    ]
    return Screen(
        html_join(filter(None, parts), "\n\n"), rows(export_entry(view), _back(view), view.menu_button())
    )


def dropped(view: View) -> Screen:
    return Screen(view.text("exchange-dropped"), rows(import_entry(view), _back(view), view.menu_button()))
