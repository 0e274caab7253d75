"""Who leaves is gone from the disk at once: from the file, from its log and from everything beside it."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from db.models import PersonRow
from domain.question import Importance
from handlers.profile.callbacks import DeleteMe
from handlers.questions.callbacks import AskAs
from tests import town
from tests.e2e.stage import Stage

NAME, COMPANION, SEARCH, QUESTION = "Уникальнова", "Компаньонкина", "неповторимое", "Сокровенное слово"


def on_disk(stage: Stage) -> list[tuple[str, str]]:
    """File and word, as text and as JSON writes it."""
    return [
        (path.name, word)
        for path in sorted(stage.path.parent.iterdir())
        for word in (NAME, COMPANION, SEARCH, QUESTION)
        for content in [path.read_bytes()]
        if word.encode() in content or json.dumps(word)[1:-1].encode() in content
    ]


async def test_nothing_of_a_parent_who_left_is_on_the_disk(stage: Stage) -> None:
    if not stage.url.startswith("sqlite"):
        pytest.skip("a server looks after its files itself")
    slot = await stage.slot(await stage.workshop("Сварка"), "13 10:00")
    mother = await stage.registered(NAME, role="parent")
    person = await stage.read(lambda session: session.scalar(select(PersonRow.id)))
    assert person is not None
    await stage.write(town.add_booking, slot, person, places=2, companions=[COMPANION])
    await mother.send(SEARCH)
    await mother.send("/ask")
    await mother.hack(AskAs(importance=Importance.USUAL).pack())
    await mother.send(QUESTION)
    assert {word for _, word in on_disk(stage)} == {NAME, COMPANION, SEARCH, QUESTION}
    await mother.send("/profile")
    await mother.hack(DeleteMe().pack())
    await stage.settle()
    assert on_disk(stage) == []
