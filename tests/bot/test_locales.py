"""The text files and the code that names their keys: each knows exactly what the other has."""

import ast
import html.parser
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as fluent
from fluent.syntax.visitor import Visitor

from bot.texts import Argument, Html, Texts
from tests.source_tree import PRODUCT_PACKAGES, ROOT, name_of, python_files, syntax_tree

LOCALE = ROOT / "locales" / "ru"
FILES = sorted(LOCALE.glob("*.ftl"))
TEXTS = Texts.load(LOCALE)

PLURALS = {"zero", "one", "two", "few", "many"}
TAGS = {"a", "b", "blockquote", "code", "i", "pre", "s", "tg-spoiler", "u"}

# Words with a hyphen that begin like a key and are none, each with the reason.
NOT_KEYS: dict[str, str] = {}

# Code that cannot do without Cyrillic letters, each with the reason.
CYRILLIC_ALLOWED: dict[str, str] = {
    "services/search/normal.py": "letters that count as one when searching",
    "domain/names.py": "positions that nobody may give as a name",
}
QUOTED = re.compile(r"«[^»]*»")
CODE_SUFFIXES = {
    ".py",
    ".sh",
    ".toml",
    ".ini",
    ".mako",
    ".js",
    ".css",
    ".html",
    ".yml",
    ".yaml",
    ".ftl",
    ".example",
}
CODE_NAMES = {"Makefile", "run", ".editorconfig"}
CYRILLIC_FOLDERS = ("locales/", "tests/", "sandbox/page/", "demo/data/")
CYRILLIC_DATA = re.compile(r"(demo|services/search|benchmarks)/[^/]+\.(toml|csv|json|txt)")
NOT_OURS = {".git", ".venv", ".tools", "var", "node_modules", "__pycache__"}


@dataclass(frozen=True)
class Use:
    """A key named in code: by whom, how, and with which arguments when that can be seen."""

    key: str
    where: str
    plain: bool = False
    arguments: frozenset[str] | None = None


def test_keys_with_one_first_word_live_in_one_file() -> None:
    homes: dict[str, set[str]] = {}
    for file in FILES:
        for entry in entries(file):
            if isinstance(entry, fluent.Message):
                homes.setdefault(entry.id.name.partition("-")[0], set()).add(file.name)
    scattered = [f"{word}: {', '.join(sorted(files))}" for word, files in homes.items() if len(files) > 1]
    assert scattered == [], "\n" + "\n".join(scattered)


def test_messages_have_a_value_and_no_attributes() -> None:
    odd = [name for name, entry in ENTRIES.items() if entry.value is None or entry.attributes]
    assert odd == [], "\n" + "\n".join(odd)


def test_every_key_in_code_exists() -> None:
    missing = sorted(f"{use.where}: {use.key}" for use in USES if use.key not in TEXTS)
    assert missing == [], "\n" + "\n".join(missing)


def test_every_key_in_files_is_used() -> None:
    used = {use.key for use in USES} | REFERRED
    beginnings = tuple(BEGINNINGS)
    unused = [key for key in TEXTS if key not in used and not key.startswith(beginnings)]
    assert unused == [], "\n" + "\n".join(unused)


def test_every_call_passes_the_arguments_its_message_takes() -> None:
    wrong = [
        f"{use.where}: {use.key} takes {sorted(TEXTS.variables(use.key))}, got {sorted(use.arguments)}"
        for use in USES
        if use.arguments is not None and use.key in TEXTS and use.arguments != TEXTS.variables(use.key)
    ]
    assert wrong == [], "\n" + "\n".join(wrong)


def test_keys_built_while_running_begin_with_a_constant_named_keys() -> None:
    hidden = [
        f"{name_of(path)}:{line}"
        for path in python_files(*PRODUCT_PACKAGES)
        for line in built_keys(syntax_tree(path))
    ]
    assert hidden == [], "\n" + "\n".join(hidden)


def test_every_declared_beginning_begins_something() -> None:
    idle = [beginning for beginning in BEGINNINGS if not any(key.startswith(beginning) for key in TEXTS)]
    assert idle == [], "\n" + "\n".join(idle)


def test_plain_texts_and_buttons_hold_no_markup() -> None:
    plain = {use.key for use in USES if use.plain} | {key for key in TEXTS if "-button-" in key}
    marked_up = sorted(key for key in plain if key in TEXTS and "<" in source_of(ENTRIES[key]))
    assert marked_up == [], "\n" + "\n".join(marked_up)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_plural_has_the_three_russian_forms(file: Path) -> None:
    poor = [
        entry.id.name
        for entry in entries(file)
        for select in selections(entry)
        if (names := variant_names(select)) & PLURALS
        and not (names >= {"one", "few", "many"} and default_name(select) in {"many", "other"})
    ]
    assert poor == [], "\n" + "\n".join(poor)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_message_renders_in_every_variant(file: Path) -> None:
    broken = []
    for entry in entries(file):
        if not isinstance(entry, fluent.Message):
            continue
        for arguments in samples(entry.id.name):
            text = TEXTS(entry.id.name, **arguments)
            complaint = telegram_html_complaint(text)
            if not text or len(text) > 4096 or complaint:
                broken.append(f"{entry.id.name}: {complaint or len(text)}")
    assert broken == [], "\n" + "\n".join(broken)


def test_no_cyrillic_outside_its_places() -> None:
    cyrillic = re.compile("[А-Яа-яЁё]")
    found = []
    for path in code_files():
        name = name_of(path)
        if name.startswith(CYRILLIC_FOLDERS) or CYRILLIC_DATA.fullmatch(name) or name in CYRILLIC_ALLOWED:
            continue
        source = path.read_text(encoding="utf-8")
        lines = without_quoted_words(source) if path.suffix == ".py" else source.splitlines()
        found += [
            f"{name}:{number}: {line.strip()[:80]}"
            for number, line in enumerate(lines, 1)
            if cyrillic.search(line)
        ]
    assert found == [], "\n" + "\n".join(found)


def without_quoted_words(source: str) -> list[str]:
    """A module's lines without the «words of a button» that its comments and docstrings quote.

    Quoting them is welcome: it is how one finds the code behind a button.
    """
    lines = source.splitlines()
    spoken: list[tuple[int, int]] = [
        (node.lineno, node.end_lineno or node.lineno)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    ]
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column] + QUOTED.sub("", token.string)
    for first, last in spoken:
        text = QUOTED.sub(lambda quoted: "\n" * quoted[0].count("\n"), "\n".join(lines[first - 1 : last]))
        lines[first - 1 : last] = text.split("\n")
    return lines


def test_only_quotes_in_comments_and_docstrings_may_be_cyrillic() -> None:
    source = 'x = 1  # leads to «Назад»\n"""«В\nменю»"""\ny = "«Назад»"\n# Назад\n'
    assert without_quoted_words(source) == ["x = 1  # leads to ", '"""', '"""', 'y = "«Назад»"', "# Назад"]


# How code names keys.


def uses_in(path: Path) -> Iterator[Use]:
    """Keys in a module: literals given to texts or plain, and any literal that looks like one of ours."""
    tree = syntax_tree(path)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and (name := renderer(node.func)):
            for literal in literals(node.args[0]):
                seen = not any(keyword.arg is None for keyword in node.keywords)
                given = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
                yield Use(literal, f"{name_of(path)}:{node.lineno}", name == "plain", given if seen else None)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and looks_like_a_key(node.value):
            yield Use(node.value, f"{name_of(path)}:{node.lineno}")


def renderer(function: ast.expr) -> str | None:
    """`texts` or `plain` for what renders a key: texts(…), texts.plain(…), view.text(…), view.label(…)."""
    if isinstance(function, ast.Attribute) and function.attr in {"text", "plain", "label"}:
        return "texts" if function.attr == "text" else "plain"
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return "texts" if name.lstrip("_") == "texts" else None


def literals(argument: ast.expr) -> Iterator[str]:
    """The keys of a first argument: a literal, or the literals of both branches of a condition."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        if HYPHENATED.fullmatch(argument.value):
            yield argument.value
    elif isinstance(argument, ast.IfExp):
        yield from literals(argument.body)
        yield from literals(argument.orelse)


def looks_like_a_key(word: str) -> bool:
    return bool(HYPHENATED.fullmatch(word)) and word.partition("-")[0] in FIRST_WORDS and word not in NOT_KEYS


def declared_beginnings(tree: ast.Module) -> Iterator[str]:
    """Values of constants such as `REFUSAL_KEYS = "booking-refused-"`: code completes such keys while running."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            value = node.value.value if isinstance(node.value, ast.Constant) else None
            if node.targets[0].id.endswith("_KEYS") and isinstance(value, str) and value.endswith("-"):
                yield value


def built_keys(tree: ast.Module) -> Iterator[int]:
    """Lines with the beginning of a key that no such constant declares, as an f-string or to be added to."""
    for node in ast.walk(tree):
        literal = node.values[0] if isinstance(node, ast.JoinedStr) and node.values else node
        if isinstance(literal, ast.Constant) and isinstance(literal.value, str):
            word = literal.value
            if BEGINNING.fullmatch(word) and word.partition("-")[0] in FIRST_WORDS and word not in BEGINNINGS:
                yield literal.lineno


# How files define them.


def entries(file: Path) -> list[fluent.Message | fluent.Term]:
    resource = FluentParser(with_spans=True).parse(file.read_text(encoding="utf-8"))
    return [entry for entry in resource.body if isinstance(entry, fluent.Message | fluent.Term)]


class _Selections(Visitor):
    def __init__(self) -> None:
        self.found: list[fluent.SelectExpression] = []
        self.referred: set[str] = set()

    def visit_SelectExpression(self, node: fluent.SelectExpression) -> None:
        self.found.append(node)
        self.generic_visit(node)

    def visit_MessageReference(self, node: fluent.MessageReference) -> None:
        self.referred.add(node.id.name)


def selections(entry: fluent.Message | fluent.Term) -> list[fluent.SelectExpression]:
    visitor = _Selections()
    visitor.visit(entry)
    return visitor.found


def referred_messages(entry: fluent.Message | fluent.Term) -> set[str]:
    visitor = _Selections()
    visitor.visit(entry)
    return visitor.referred


def variant_name(variant: fluent.Variant) -> str:
    return variant.key.name if isinstance(variant.key, fluent.Identifier) else variant.key.value


def variant_names(select: fluent.SelectExpression) -> set[str]:
    return {variant_name(variant) for variant in select.variants}


def default_name(select: fluent.SelectExpression) -> str:
    return next(variant_name(variant) for variant in select.variants if variant.default)


def samples(key: str) -> Iterator[dict[str, Argument]]:
    """Arguments that make every variant of a message appear at least once."""
    choices: dict[str, list[Argument]] = {name: ["Проба <&>"] for name in TEXTS.variables(key)}
    for name in [key, *all_referred(key)]:
        for select in selections(ENTRIES[name]):
            if isinstance(select.selector, fluent.VariableReference):
                names = variant_names(select)
                numeric = bool(names & PLURALS) or all(other.isdigit() for other in names - {"other"})
                words: list[Argument] = sorted(names)
                choices[select.selector.id.name] = [0, 1, 2, 5] if numeric else words
    for number in range(max((len(values) for values in choices.values()), default=1)):
        yield {name: values[number % len(values)] for name, values in choices.items()}


def all_referred(key: str) -> set[str]:
    found: set[str] = set()
    waiting = [key]
    while waiting:
        for name in referred_messages(ENTRIES[waiting.pop()]) - found:
            found.add(name)
            waiting.append(name)
    return found


def source_of(entry: fluent.Message | fluent.Term) -> str:
    class Collector(Visitor):
        def __init__(self) -> None:
            self.words: list[str] = []

        def visit_TextElement(self, node: fluent.TextElement) -> None:
            self.words.append(node.value)

    collector = Collector()
    collector.visit(entry)
    return "".join(collector.words)


class _Balance(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.complaint = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in TAGS:
            self.complaint = f"<{tag}> is not Telegram's"
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.complaint = f"</{tag}> closes nothing"


def telegram_html_complaint(text: Html) -> str:
    """What Telegram would say against the markup, or nothing."""
    parser = _Balance()
    parser.feed(text)
    parser.close()
    return parser.complaint or (f"<{parser.open[0]}> stays open" if parser.open else "")


def code_files() -> Iterator[Path]:
    tops = [path for path in sorted(ROOT.iterdir()) if path.name not in NOT_OURS]
    paths = [path for top in tops for path in (sorted(top.rglob("*")) if top.is_dir() else [top])]
    for path in paths:
        known = path.suffix in CODE_SUFFIXES or path.name in CODE_NAMES
        if known and NOT_OURS.isdisjoint(path.parts) and path.is_file():
            yield path


ENTRIES = {entry.id.name: entry for file in FILES for entry in entries(file)}
REFERRED = {name for entry in ENTRIES.values() for name in referred_messages(entry)}
FIRST_WORDS = {key.partition("-")[0] for key in TEXTS}
HYPHENATED = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
BEGINNING = re.compile(r"(?:[a-z0-9]+-)+")
BEGINNINGS = {
    beginning
    for path in python_files(*PRODUCT_PACKAGES)
    for beginning in declared_beginnings(syntax_tree(path))
}
USES = [use for path in python_files(*PRODUCT_PACKAGES) for use in uses_in(path)]
