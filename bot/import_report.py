"""What an import would change, as lines of text: grouped, old → new, and nothing that floods a screen."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.texts import Texts
from domain.programme_import import Changed, Named, Preview, Problem
from services.spreadsheet import Words, load_words

INDENT = "  "


@dataclass(frozen=True, slots=True)
class Shown:
    """How many lines of each kind a report has room for; the rest are counted."""

    new: int = 10
    """Of each sheet."""
    changed: int = 100
    vanished: int = 50
    problems: int = 200
    warnings: int = 20

    def hides(self, preview: Preview) -> bool:
        """Whether a report of so many lines leaves anything out."""
        sheets = Counter(named.sheet for named in preview.new)
        return (
            max(sheets.values(), default=0) > self.new
            or len(preview.changed) > self.changed
            or len(preview.vanished) > self.vanished
            or len(preview.problems) > self.problems
            or len(preview.warnings) > self.warnings
        )


TERMINAL = Shown()
WHOLE = Shown(*[sys.maxsize] * 5)


class ImportReport:
    """Sentences about one import. Plain text without markup."""

    def __init__(self, texts: Texts, shown: Shown = TERMINAL, words: Words | None = None) -> None:
        self._texts = texts
        self._shown = shown
        self._words = words or load_words()

    def lines(self, preview: Preview) -> Iterator[str]:
        """The whole preview; what is wrong comes last, where a terminal shows it."""
        plain = self._texts.plain
        if preview.is_empty:
            yield plain("import-report-nothing")
        if preview.new:
            yield plain("import-report-new", count=len(preview.new))
            yield from self._new(preview.new)
        if preview.changed:
            yield plain("import-report-changed", count=len(preview.changed))
            for change in preview.changed[: self._shown.changed]:
                yield from self._changed(change)
            yield from self._rest(preview.changed, self._shown.changed)
        if preview.unchanged:
            yield plain("import-report-unchanged", count=preview.unchanged)
        if preview.vanished:
            yield plain("import-report-vanished", count=len(preview.vanished))
            yield from map(self._with_sheet, preview.vanished[: self._shown.vanished])
            yield from self._rest(preview.vanished, self._shown.vanished)
        if preview.warnings:
            yield plain("import-report-warnings", count=len(preview.warnings))
            yield from self._problems(preview.warnings, self._shown.warnings)
        if preview.problems:
            yield plain("import-report-problems", count=len(preview.problems))
            yield from self._problems(preview.problems, self._shown.problems)
        if not preview.is_empty:
            people = preview.people
            yield plain("import-report-people", count=people) if people else plain("import-report-nobody")

    def problem(self, problem: Problem) -> str:
        """Where and what, such as a sheet, its row, the heading and the sentence."""
        plain = self._texts.plain
        what = plain(problem.key, **problem.args)
        if problem.sheet is None:
            return what
        sheet = self._words.titles[problem.sheet]
        if problem.row is None:
            return plain("import-place-sheet", sheet=sheet, what=what)
        row = str(problem.row)
        if problem.column is None:
            return plain("import-place-row", sheet=sheet, row=row, what=what)
        column = self._words.headings[problem.sheet][problem.column]
        return plain("import-place-cell", sheet=sheet, row=row, column=column, what=what)

    def _new(self, new: Sequence[Named]) -> Iterator[str]:
        for sheet in dict.fromkeys(named.sheet for named in new):
            of_sheet = [named for named in new if named.sheet is sheet]
            title = self._words.titles[sheet]
            yield INDENT + self._texts.plain("import-report-sheet", sheet=title, count=len(of_sheet))
            yield from (2 * INDENT + self._named(named) for named in of_sheet[: self._shown.new])
            yield from self._rest(of_sheet, self._shown.new, indent=2 * INDENT)

    def _changed(self, change: Changed) -> Iterator[str]:
        yield self._with_sheet(change.what)
        blank = self._texts.plain("import-report-blank")
        for cell in change.fields:
            yield 2 * INDENT + self._texts.plain(
                "import-report-field",
                column=self._words.headings[change.what.sheet][cell.column],
                old=cell.old or blank,
                new=cell.new or blank,
            )

    def _with_sheet(self, named: Named) -> str:
        title = self._words.titles[named.sheet]
        return INDENT + self._texts.plain("import-place-sheet", sheet=title, what=self._named(named))

    def _named(self, named: Named) -> str:
        if named.title == named.code:
            return named.code
        return self._texts.plain("import-report-named", code=named.code, title=named.title)

    def _problems(self, problems: Sequence[Problem], limit: int) -> Iterator[str]:
        yield from (INDENT + self.problem(problem) for problem in problems[:limit])
        yield from self._rest(problems, limit)

    def _rest(self, items: Sequence[object], limit: int, *, indent: str = INDENT) -> Iterator[str]:
        """A line with how many more there are, when there are."""
        if len(items) > limit:
            yield indent + self._texts.plain("import-report-more", count=len(items) - limit)
