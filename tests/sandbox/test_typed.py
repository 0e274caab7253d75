"""What a person types with marks arrives as the messenger's own apps would send it."""

from __future__ import annotations

import pytest

from sandbox.people import ONE_PIXEL
from sandbox.server import Sandbox
from sandbox.typed import as_typed


def shown(text: str) -> tuple[str, list[tuple[str, int, int]]]:
    plain, entities = as_typed(text)
    return plain, [(entity["type"], entity["offset"], entity["length"]) for entity in entities]


@pytest.mark.parametrize(
    ("text", "plain", "entities"),
    [
        ("Сбор в **пятницу**", "Сбор в пятницу", [("bold", 7, 7)]),
        ("😀 **а** и __б__", "😀 а и б", [("bold", 3, 1), ("italic", 7, 1)]),
        ("**жирный и __наклонный__**", "жирный и наклонный", [("bold", 0, 18), ("italic", 9, 9)]),
        ("`**код**`", "**код**", [("code", 0, 7)]),
        ("~~нет~~ ||тайна||", "нет тайна", [("strikethrough", 0, 3), ("spoiler", 4, 5)]),
        ("_" * 300, "_" * 300, []),
        ("2 ** 3 ** 4 и a__b__c", "2 ** 3 ** 4 и a__b__c", []),
        ("**/menu** сюда", "/menu сюда", [("bold", 0, 5)]),
    ],
)
def test_marks_become_entities(text: str, plain: str, entities: list[tuple[str, int, int]]) -> None:
    assert shown(text) == (plain, entities)


async def test_an_album_is_a_message_for_each_picture(sandbox: Sandbox) -> None:
    anya = sandbox.person("Anya")
    first, second, third = await anya.send_album([ONE_PIXEL] * 3, caption="**Look**")
    assert [message.text for message in (first, second, third)] == ["Look", "", ""]
    assert [entity["type"] for entity in first.entities] == ["bold"]
    assert len({message.raw["media_group_id"] for message in (first, second, third)}) == 1
    alone = await anya.send_photo()
    assert "media_group_id" not in alone.raw
