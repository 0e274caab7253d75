"""Documents that point somewhere must point at something."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.source_tree import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_every_link_within_the_project_leads_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    targets = [
        target for target in LINK.findall(text) if "://" not in target and not target.startswith("mailto:")
    ]
    assert [target for target in targets if not (document.parent / target).exists()] == []


def test_every_dependency_is_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lists = [
        project["project"]["dependencies"],
        *project["project"]["optional-dependencies"].values(),
        project["dependency-groups"]["dev"],
    ]
    names = {re.split(r"[^a-z0-9-]", wanted)[0] for group in lists for wanted in group}
    explained = (ROOT / "docs" / "decisions" / "dependencies.md").read_text(encoding="utf-8")
    assert sorted(name for name in names if f"`{name}`" not in explained) == []


def test_every_setting_is_in_the_operators_page() -> None:
    page = (ROOT / "docs" / "operator.md").read_text(encoding="utf-8")
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    names = re.findall(r"^#?([A-Z_]+)=", example, flags=re.MULTILINE)
    assert [name for name in names if f"`{name}`" not in page] == []


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "0000-index.md").read_text(encoding="utf-8")
    assert [
        page.name for page in folder.glob("*.md") if page.name not in {"0000-index.md", *LINK.findall(index)}
    ] == []
