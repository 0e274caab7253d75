"""Documents that point somewhere must point at something, and name what is there."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.__main__ import MODULES
from tests.source_tree import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PICTURES = ROOT / "docs" / "screenshots"
LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)")
IMAGE = re.compile(r'<img src="([^"]*)"[^>]*? alt="([^"]*)"')
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
CODE_BLOCK = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
PATH = re.compile(
    r"`((?:benchmarks|bot|db|demo|docs|domain|handlers|locales|sandbox|scripts|services|tests)/[\w/.-]*)`"
)
QUOTED = re.compile(r"«([^«»]+)»")
FOR_PEOPLE = ("README.md", "docs/organisers.md")
"""They name buttons, screens, sheets and people's workshops by their words."""
TYPED = {"сварщики", "робототехнка", "Сварку"}
"""What people type, and what they find by it."""
WORDS = ("locales/ru/*.ftl", "locales/ru/*.toml", "demo/data/*.toml")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _links(document: Path) -> Iterator[tuple[Path, str]]:
    """File and anchor of every link within the project."""
    for target, anchor in LINK.findall(_read(document)):
        if "://" not in target and not target.startswith("mailto:"):
            yield (document.parent / target if target else document), anchor


def _anchors(document: Path) -> set[str]:
    """As code hosts make them of headings: https://docs.github.com/get-started/writing-on-github."""
    headings = HEADING.findall(CODE_BLOCK.sub("", _read(document)))
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_every_link_within_the_project_leads_somewhere(document: Path) -> None:
    links = list(_links(document))
    assert [target for target, _ in links if not target.exists()] == []
    assert [(target, anchor) for target, anchor in links if anchor and anchor not in _anchors(target)] == []


def test_every_picture_is_there_described_and_used() -> None:
    used = [(document, *found) for document in DOCUMENTS for found in IMAGE.findall(_read(document))]
    assert [path for document, path, _ in used if not (document.parent / path).exists()] == []
    assert [path for _, path, words in used if not words] == []
    assert sum(_read(document).count("<img ") for document in DOCUMENTS) == len(used)
    assert {picture.name for picture in PICTURES.iterdir()} == {Path(path).name for _, path, _ in used}


def test_every_picture_is_taken_by_a_script() -> None:
    stories = "".join(map(_read, (ROOT / "scripts" / "screenshots").glob("*.py")))
    taken = re.findall(r"\.picture\(\s*\"([\w-]+)\"", stories)
    assert sorted(taken) == sorted(picture.stem for picture in PICTURES.iterdir())


@pytest.mark.parametrize("page", FOR_PEOPLE)
def test_words_on_buttons_and_screens_are_quoted_as_they_are(page: str) -> None:
    words = " ".join(_read(path) for pattern in WORDS for path in ROOT.glob(pattern))
    known = re.sub(r"[\s«»]+", " ", words)
    said = set(map(_plain, QUOTED.findall(_read(ROOT / page)))) - TYPED
    assert sorted(words for words in said if words not in known) == []


def _plain(said: str) -> str:
    return re.sub(r"\s+", " ", said).rstrip(".")


def test_commands_that_documents_name_exist() -> None:
    targets = set(re.findall(r"^([\w-]+):", _read(ROOT / "Makefile"), re.MULTILINE))
    for document in DOCUMENTS:
        text = _read(document)
        assert set(re.findall(r"python -m bot (\w+)", text)) <= set(MODULES), document
        assert set(re.findall(r"`make ([\w-]+)", text)) <= targets, document


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_files_that_documents_name_exist(document: Path) -> None:
    assert [path for path in PATH.findall(_read(document)) if not (ROOT / path).exists()] == []


def test_every_benchmark_is_in_the_measurements_and_the_other_way_round() -> None:
    named = set(re.findall(r"`benchmarks\.(\w+)", _read(ROOT / "docs" / "measurements.md")))
    assert named == {path.stem for path in (ROOT / "benchmarks").glob("[!_]*.py")}


def test_every_dependency_is_explained() -> None:
    project = tomllib.loads(_read(ROOT / "pyproject.toml"))
    lists = [
        project["project"]["dependencies"],
        *project["project"]["optional-dependencies"].values(),
        project["dependency-groups"]["dev"],
    ]
    names = {re.split(r"[^a-z0-9-]", wanted)[0] for group in lists for wanted in group}
    explained = _read(ROOT / "docs" / "decisions" / "dependencies.md")
    assert sorted(name for name in names if f"`{name}`" not in explained) == []


def test_every_setting_is_in_the_operators_page() -> None:
    page = _read(ROOT / "docs" / "operator.md")
    names = re.findall(r"^#?([A-Z_]+)=", _read(ROOT / ".env.example"), flags=re.MULTILINE)
    assert [name for name in names if f"`{name}`" not in page] == []


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    known = {target.name for target, _ in _links(folder / "0000-index.md")}
    assert [page.name for page in folder.glob("*.md") if page.name not in {"0000-index.md", *known}] == []
