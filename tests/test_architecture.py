"""The rules that keep the house in order, read from the code itself. Each grows with the tree by itself.

Who may import whom is one table, `LAYERS`; a new top-level folder with code must find its place there.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.source_tree import PRODUCT_PACKAGES, ROOT, name_of, python_files, syntax_tree


@dataclass(frozen=True)
class Layer:
    """What the modules of a top-level folder may import besides the standard library and their own folder."""

    modules: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()


LAYERS = {
    "domain": Layer(),
    "db": Layer(modules=("domain",), libraries=("aiosqlite", "sqlalchemy", "alembic", "structlog")),
    "services": Layer(
        modules=("domain", "db"),
        libraries=(
            "Stemmer",
            "defusedxml",
            "icalendar",
            "openpyxl",
            "rapidfuzz",
            "structlog",
        ),
    ),
    # The engine's `Database` is how a handler asks for a unit of work; queries and models stay behind services.
    "handlers": Layer(
        modules=("domain", "services", "db.engine", "bot.texts", "bot.dates", "bot.import_report"),
        libraries=("aiogram", "pydantic", "structlog"),
    ),
    "bot": Layer(
        modules=("domain", "db", "services"),
        libraries=(
            "aiogram",
            "aiohttp",
            "apscheduler",
            "dotenv",
            "fluent",
            "matplotlib",
            "pydantic",
            "pydantic_settings",
            "structlog",
        ),
    ),
    "demo": Layer(
        modules=("domain", "db", "services", "bot.clock", "bot.texts", "handlers.registration.consent"),
        libraries=("openpyxl",),
    ),
    "sandbox": Layer(libraries=("aiogram", "aiohttp", "pydantic")),
}
OUTSIDE_THE_TABLE = {"tests", "benchmarks", "scripts"}

# The exceptions, each with its reason: who (a pattern) may import what.
EXCEPTIONS = {
    # The composition root puts everything together.
    "bot/application.py": ("handlers",),
    "bot/dispatcher.py": ("handlers",),
    # What every update passes on its way in, and on its way out when something broke: they answer with screens.
    "bot/errors.py": ("handlers",),
    "bot/middleware.py": ("handlers",),
    # Which buttons are a form's own, the form says.
    "bot/open_forms.py": ("handlers",),
    # It writes into the coordinators' group by itself, in the words of their screens.
    "bot/question_group.py": ("handlers",),
    # The queue through which screens leave.
    "bot/screens.py": ("handlers",),
    # The demonstration brings its own messenger.
    "bot/demo*.py": ("handlers", "sandbox", "demo"),
    "bot/commands/demo.py": ("handlers", "sandbox", "demo"),
}

CLOCK = "bot/clock.py"
SETTINGS = "bot/settings.py"
READS_THE_CLOCK = {
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
    "sqlalchemy.func.now",
    "sqlalchemy.func.current_timestamp",
}
READS_THE_ENVIRONMENT = {"os.environ", "os.environb", "os.getenv", "os.putenv"}
MADE_IN_FUNCTIONS = {"aiogram.Bot", "aiogram.Dispatcher", "aiogram.Router", "db.engine.Database"}
DUMPING_GROUNDS = {"utils", "util", "helpers", "helper", "manager", "common", "misc", "tools"}


def imported_modules(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every module imported anywhere in a module, in functions and for type checking too, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node.lineno


def is_within(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def forbidden_imports(name: str, tree: ast.Module) -> list[str]:
    """What the module of this path imports against the table."""
    top = name.partition("/")[0]
    layer = LAYERS[top]
    allowed = (top, *layer.modules, *layer.libraries)
    for pattern, extra in EXCEPTIONS.items():
        if fnmatch(name, pattern):
            allowed += extra
    return [
        f"{name}:{line}: {module}"
        for module, line in imported_modules(tree)
        if module.partition(".")[0] not in sys.stdlib_module_names and not is_within(module, allowed)
    ]


def full_names(tree: ast.AST, imports: dict[str, str]) -> Iterator[tuple[str, int]]:
    """Dotted names used in a tree, spelt out from the imports: `dt.now` is `datetime.datetime.now`."""
    for node in ast.walk(tree):
        parts: list[str] = []
        inner: ast.AST = node
        while isinstance(inner, ast.Attribute):
            parts.insert(0, inner.attr)
            inner = inner.value
        if isinstance(inner, ast.Name) and isinstance(node, ast.Attribute | ast.Name) and inner.id in imports:
            yield ".".join([imports[inner.id], *parts]), node.lineno


def names_of_imports(tree: ast.Module) -> dict[str, str]:
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                local = alias.asname or alias.name.partition(".")[0]
                names[local] = alias.name if alias.asname else local
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def uses(tree: ast.Module, wanted: set[str]) -> list[int]:
    """Lines that use one of the wanted names."""
    imports = names_of_imports(tree)
    return sorted({line for name, line in full_names(tree, imports) if name in wanted})


def made_at_import(tree: ast.Module) -> list[int]:
    """Lines where a module makes, while it is imported, what belongs to one running process."""
    imports = names_of_imports(tree)
    return [
        statement.lineno
        for statement in tree.body
        if isinstance(statement, ast.Assign | ast.AnnAssign) and isinstance(statement.value, ast.Call)
        for name, _ in full_names(statement.value.func, imports)
        if name in MADE_IN_FUNCTIONS
    ]


def waits(tree: ast.AST) -> Iterator[int]:
    """Lines that wait for something; what a protocol promises of others is no waiting of its own."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base) == "Protocol" for base in node.bases):
            continue
        if isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith):
            yield node.lineno
        yield from waits(node)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_imports_only_what_the_table_allows(layer: str) -> None:
    found = [
        line for path in python_files(layer) for line in forbidden_imports(name_of(path), syntax_tree(path))
    ]
    assert found == [], "\n" + "\n".join(found)


def test_every_folder_with_code_has_its_place_in_the_table() -> None:
    folders = {path.parent.name for path in ROOT.glob("[!.]*/*.py")}
    assert folders - LAYERS.keys() - OUTSIDE_THE_TABLE == set()


def test_only_the_clock_reads_the_clock() -> None:
    assert offenders(READS_THE_CLOCK, "demo", except_for=CLOCK) == []


def test_only_the_settings_read_the_environment() -> None:
    assert offenders(READS_THE_ENVIRONMENT, "demo", "sandbox", except_for=SETTINGS) == []


def test_nothing_that_runs_is_made_while_importing() -> None:
    found = [
        f"{name_of(path)}:{line}"
        for path in python_files(*PRODUCT_PACKAGES)
        for line in made_at_import(syntax_tree(path))
    ]
    assert found == [], "\n" + "\n".join(found)


@pytest.mark.parametrize("folder", ["domain", "services", "db/queries", "db/models"])
def test_rules_and_units_of_work_are_plain_functions(folder: str) -> None:
    found = [f"{name_of(path)}:{line}" for path in python_files(folder) for line in waits(syntax_tree(path))]
    assert found == [], "\n" + "\n".join(found)


def test_no_module_is_a_dumping_ground() -> None:
    packages = [*LAYERS, "tests"]
    found = [name_of(path) for path in python_files(*packages) if path.stem in DUMPING_GROUNDS]
    assert found == [], "\n" + "\n".join(found)


def offenders(wanted: set[str], *more_packages: str, except_for: str) -> list[str]:
    return [
        f"{name_of(path)}:{line}"
        for path in python_files(*PRODUCT_PACKAGES, *more_packages)
        if name_of(path) != except_for
        for line in uses(syntax_tree(path), wanted)
    ]


# The rules themselves are tried on code that breaks them.


@pytest.mark.parametrize(
    ("path", "source", "forbidden"),
    [
        ("domain/x.py", "import json\nfrom domain.people import Person", []),
        ("domain/x.py", "import sqlalchemy", ["sqlalchemy"]),
        ("domain/x.py", "from db import engine", ["db.engine"]),
        ("domain/x.py", "def f():\n    import aiogram.types", ["aiogram.types"]),
        ("services/x.py", "from sqlalchemy.orm import Session", ["sqlalchemy.orm.Session"]),
        ("services/x.py", "from db.engine import Session", []),
        ("handlers/x.py", "from db.engine import Database\nfrom bot.texts import Texts", []),
        ("handlers/x.py", "from db.queries import people", ["db.queries.people"]),
        ("handlers/x.py", "from bot import settings", ["bot.settings"]),
        ("bot/pacer.py", "from handlers.menu import routes", ["handlers.menu.routes"]),
        ("bot/application.py", "from handlers.menu import routes", []),
        ("bot/application.py", "import sandbox.server", ["sandbox.server"]),
        ("bot/demo.py", "import sandbox.server", []),
        ("sandbox/x.py", "from bot.texts import Texts", ["bot.texts.Texts"]),
    ],
)
def test_the_table_catches(path: str, source: str, forbidden: list[str]) -> None:
    found = [line.rpartition(": ")[2] for line in forbidden_imports(path, ast.parse(source))]
    assert found == forbidden


@pytest.mark.parametrize(
    "source",
    [
        "import datetime\ndatetime.datetime.now()",
        "from datetime import datetime as moment\nf(key=moment.now)",
        "import datetime as dt\ndt.date.today()",
        "from time import time\ntime()",
        "import time\nx = time.time",
        "from sqlalchemy import func\nfunc.now()",
    ],
)
def test_reading_the_clock_is_seen_through_any_name(source: str) -> None:
    assert uses(ast.parse(source), READS_THE_CLOCK) == [2]


def test_reading_the_environment_is_seen() -> None:
    assert uses(ast.parse("import os\nos.environ['A']\nos.getenv('A')"), READS_THE_ENVIRONMENT) == [2, 3]


def test_a_router_made_at_import_is_seen() -> None:
    source = "from aiogram import Router\nrouter = Router()\ndef build():\n    router = Router()\n"
    assert made_at_import(ast.parse(source)) == [2]


def test_paths_are_read_from_the_root() -> None:
    assert name_of(Path(__file__)) == "tests/test_architecture.py"
