"""Everything people read, by key: Project Fluent behind one small class.

    texts = Texts.load()
    texts("booking-card", title="<b>", count=3)        -> Html, arguments escaped, ready for a message
    texts.plain("booking-button-cancel")               -> str, for buttons, toasts, calendars, file names

The module knows neither Telegram nor the current update, so a reminder renders outside any update.
Layout (which parts, in which order) belongs to screens; messages hold words only.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from threading import Lock

import structlog
from fluent.runtime import FluentBundle, FluentResource, resolver
from fluent.runtime.types import FluentFloat, FluentType
from fluent.syntax import ast
from fluent.syntax.visitor import Visitor

__all__ = ["Argument", "BadTextFileError", "Html", "TextError", "Texts", "html_escape", "html_join"]

RUSSIAN = Path(__file__).resolve().parent.parent / "locales" / "ru"

# fluent.runtime answers "{???}" for any part over 2,500 characters, a guard against hostile translations;
# ours are trusted, and a screen may nest up to 4,096 characters of ready HTML.
resolver.MAX_PART_LENGTH = 100_000

_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
_THREE_LINE_BREAKS = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")
_LOST = "…"
_MOST_REMEMBERED = 4_000
_LONGEST_REMEMBERED = 300
"""Characters: with `_MOST_REMEMBERED`, a few megabytes."""

log = structlog.get_logger(__name__)


class Html(str):
    """Ready-made HTML: the only kind of text argument that is not escaped."""

    __slots__ = ()


Argument = str | int | float
"""What a message takes: text (escaped unless `Html`), or a number (which chooses plural forms)."""


class TextError(LookupError):
    """Code and text files disagree: a missing key, a missing or unknown argument, a wrong type."""


class BadTextFileError(ValueError):
    """A text file that cannot be trusted: a syntax error or a key defined twice. Says file and line."""


def html_escape(text: str) -> str:
    """Make `text` safe between tags and inside a double-quoted attribute of Telegram's HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def html_join(parts: Iterable[str], separator: str = "\n") -> Html:
    """Join parts into one `Html`; parts that are plain text are escaped, the separator is taken as it is."""
    return Html(separator.join(part if isinstance(part, Html) else html_escape(part) for part in parts))


class Texts:
    """All messages of one language.

    Strict (the default, for tests and tools): a disagreement between code and files raises `TextError`.
    Not strict (production): it is logged as an error, and people get the best text there is, never a crash.
    """

    def __init__(self, messages: FluentBundle, variables: dict[str, frozenset[str]], *, strict: bool) -> None:
        self._messages = messages
        self._variables = variables
        self._strict = strict
        self._lately: dict[tuple[object, ...], str] = {}
        self._remembering = Lock()

    @classmethod
    def load(cls, folder: Path = RUSSIAN, *, strict: bool = True) -> "Texts":
        """Read every `*.ftl` of a folder named after its language. Raises `BadTextFileError`."""
        bundle = FluentBundle([folder.name], use_isolating=False)
        entries: dict[str, ast.Message | ast.Term] = {}
        for file in sorted(folder.glob("*.ftl")):
            source = file.read_text(encoding="utf-8")
            resource = FluentResource(source)
            for entry in _trusted_entries(file, source, resource):
                name = _name_of(entry)
                if name in entries:
                    raise BadTextFileError(f"{file.name}: {name} is defined twice")
                entries[name] = entry
            bundle.add_resource(resource)
        if not entries:
            raise BadTextFileError(f"{folder}: no texts found")
        return cls(bundle, _variables_by_message(entries), strict=strict)

    def __call__(self, key: str, /, **arguments: Argument) -> Html:
        """The message as Telegram HTML. Outer blanks go, and empty lines never come in twos."""
        return Html(self._remembered(key, arguments, html_escape))

    def plain(self, key: str, /, **arguments: Argument) -> str:
        """The message without any escaping, for places that show no HTML (buttons, toasts, calendars)."""
        return self._remembered(key, arguments, _refuse_html)

    def apart(self) -> "Texts":
        """The same texts with a memory of their own: what is said once, by thousands, pushes out nothing."""
        return Texts(self._messages, self._variables, strict=self._strict)

    def __contains__(self, key: str) -> bool:
        return key in self._variables

    def __iter__(self) -> Iterator[str]:
        return iter(self._variables)

    def variables(self, key: str) -> frozenset[str]:
        """The names of the arguments that a message takes, those of messages it refers to included."""
        return self._variables[key]

    def _remembered(self, key: str, arguments: dict[str, Argument], escape: Callable[[str], str]) -> str:
        """Buttons, days and numbers of places are the same on every screen: what was said lately is kept."""
        # Types count: 1 == 1.0 == True, and text equals ready HTML.
        said = (key, escape, *((name, type(value), value) for name, value in arguments.items()))
        text = self._lately.get(said)
        if text is None:
            text = self._render(key, arguments, escape)
            if len(text) <= _LONGEST_REMEMBERED:
                # Long reports are written in threads.
                with self._remembering:
                    self._lately[said] = text
                    if len(self._lately) > _MOST_REMEMBERED:
                        del self._lately[next(iter(self._lately))]
        return text

    def _render(self, key: str, arguments: dict[str, Argument], escape: Callable[[str], str]) -> str:
        expected = self._variables.get(key)
        if expected is None:
            return self._broken(key, "no such text")
        values: dict[str, FluentType | str] = {}
        for name, value in arguments.items():
            if name not in expected:
                self._broken(key, f"unknown argument {name}")
                continue
            try:
                values[name] = _fluent_value(value, escape)
            except TypeError as error:
                values[name] = self._broken(key, f"argument {name}: {error}")
        for name in expected - values.keys():
            values[name] = self._broken(key, f"missing argument {name}")

        environment = resolver.ResolverEnvironment(
            context=self._messages, errors=[], current=resolver.CurrentEnvironment(args=values)
        )
        pattern = self._messages.get_message(key).value
        text = str(pattern(environment)) if pattern is not None else self._broken(key, "no value")
        if environment.errors:
            self._broken(key, "; ".join(str(error) for error in environment.errors))
        return _tidy(text)

    def _broken(self, key: str, problem: str) -> str:
        if self._strict:
            raise TextError(f"{key}: {problem}")
        log.error("text_broken", key=key, problem=problem)
        return _LOST


class _Number(FluentType, int):
    """An integer that chooses plural forms and is written without Babel's slow formatting."""

    def format(self, locale: object) -> str:  # noqa: ARG002
        return str(int(self)) if -10_000 < self < 10_000 else f"{int(self):,}".replace(",", _NO_BREAK_SPACE)


def _fluent_value(value: Argument, escape: Callable[[str], str]) -> FluentType | str:
    if isinstance(value, str):
        # StrEnum members are strings by type and by value, but not by str.__str__ in every Python.
        return str.__str__(value) if isinstance(value, Html) and escape is html_escape else escape(value)
    if isinstance(value, bool):
        raise TypeError('a truth value; pass a word such as "yes" to select by')
    if isinstance(value, int):
        return _Number(value)
    if isinstance(value, float):
        return FluentFloat(value)
    raise TypeError(f"{type(value).__name__} is neither text nor a number")


def _refuse_html(text: str) -> str:
    if isinstance(text, Html):
        raise TypeError("ready HTML in a plain text")
    return str(text)


def _tidy(text: str) -> str:
    """Optional parts are passed as empty text; the holes they leave close here, and nowhere else."""
    text = text.strip()
    return _THREE_LINE_BREAKS.sub("\n\n", text) if "\n" in text else text


def _trusted_entries(file: Path, source: str, resource: ast.Resource) -> Iterator[ast.Message | ast.Term]:
    for entry in resource.body:
        if isinstance(entry, ast.Junk):
            line = source.count("\n", 0, entry.span.start if entry.span else 0) + 1
            reason = entry.annotations[0].message if entry.annotations else "not Fluent"
            raise BadTextFileError(f"{file.name}:{line}: {reason}")
        if isinstance(entry, ast.Message | ast.Term):
            yield entry


def _name_of(entry: ast.Message | ast.Term) -> str:
    return f"-{entry.id.name}" if isinstance(entry, ast.Term) else entry.id.name


class _References(Visitor):
    """Variables and messages named in a message. A term's variables are its own parameters, not ours."""

    def __init__(self) -> None:
        self.variables: set[str] = set()
        self.messages: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:
        self.variables.add(node.id.name)

    def visit_MessageReference(self, node: ast.MessageReference) -> None:
        self.messages.add(node.id.name)


def _variables_by_message(entries: dict[str, ast.Message | ast.Term]) -> dict[str, frozenset[str]]:
    references: dict[str, _References] = {}
    for name, entry in entries.items():
        if isinstance(entry, ast.Message):
            references[name] = _References()
            references[name].visit(entry)

    def variables(name: str, seen: frozenset[str]) -> frozenset[str]:
        found = references.get(name)
        if found is None or name in seen:
            return frozenset()
        seen |= {name}
        return frozenset(found.variables).union(*(variables(other, seen) for other in found.messages))

    return {name: variables(name, frozenset()) for name in references}
