"""Every screen is drawn without a bot or a database, and is one that Telegram takes and a person can leave."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiogram.types import InlineKeyboardButton

from bot.application import LETTERS
from domain.letters import Letter
from domain.people import Role
from domain.registration import Draft
from handlers.notices.letters import SCREENS as SCREENS_OF_NOTICES
from handlers.screen import Screen
from sandbox.entities import parse_html, utf16_length
from tests.handlers.previews import TEXTS, Preview, Style, hints_of
from tests.source_tree import ROOT

LONGEST_TEXT = 4096
LONGEST_DATA = 64
LONGEST_LABEL = 60
TURNS = 8

SHOWN_ELSEWHERE = {
    "broadcasts": "an aim is made of choices that belong together",
    "editing": "an edit names columns and values that belong together",
    "exchange": "a preview is made from a whole programme",
    "journal": "an entry has a word for each action",
    "roles": "only some roles are given",
}
KINDS = {draw: kind for kind, draw in {**SCREENS_OF_NOTICES, **LETTERS}.items()}
"""By the screen of a letter, a kind that it is for."""
VALUES: dict[tuple[str, str], Any] = {
    ("registration.screens.organisation", "draft"): Draft(consent=True, role=Role.TEACHER),
}
"""Where the type alone says too little: students have no organisation."""
WAYS_OUT = {TEXTS.plain("common-button-back"), TEXTS.plain("common-button-menu")}
MY_BOOKINGS = {TEXTS.plain("notices-button-my")}
"""A notice stands for itself and leads to what the person is signed up for; other letters to what they are about."""
BELOW_A_PICTURE = {"summary.screens.below_picture"}
NO_WAY_OUT_NEEDED = {
    "menu.screens.menu": "it is the way out",
    "booking.screens.child_forward": "a message to pass on",
    "roles.screens.forward": "a message to pass on",
    "questions.screens.group_card": "it stands in a group",
    "booking.screens.ask_to_cancel": "yes or no",
}

Draw = Callable[..., Screen]


def screens() -> Iterator[tuple[str, Draw]]:
    """Every public function of handlers that draws a screen, by its name under ``handlers``."""
    kinds = ("screens", "letters", "changes", "party")
    for path in (path for kind in kinds for path in sorted(ROOT.glob(f"handlers/*/{kind}.py"))):
        feature = path.parent.name
        module = importlib.import_module(f"handlers.{feature}.{path.stem}")
        for name, draw in inspect.getmembers(module, inspect.isfunction):
            if draw.__module__ != module.__name__ or name.startswith("_") or feature in SHOWN_ELSEWHERE:
                continue
            hints = hints_of(draw)
            if hints["return"] is not Screen:
                continue
            yield f"{feature}.{path.stem}.{name}", draw


def drawn(name: str, draw: Draw, style: Style, turn: int) -> Screen:
    preview = Preview(style, turn)
    values: dict[str, Any] = {}
    for argument, hint in hints_of(draw).items():
        if argument in ("view", "return"):
            continue
        if (name, argument) in VALUES:
            values[argument] = VALUES[name, argument]
        elif hint is Letter:
            values[argument] = preview.letter(KINDS[draw])
        else:
            values[argument] = preview.of(hint, argument)
    return draw(preview.view(), **values)


SCREENS = dict(screens())


@pytest.mark.parametrize("style", list(Style))
@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_is_one_that_telegram_takes_and_a_person_can_leave(name: str, style: Style) -> None:
    for turn in range(TURNS):
        screen = drawn(name, SCREENS[name], style, turn)
        text, _ = parse_html(screen.text)
        assert utf16_length(text) <= LONGEST_TEXT, screen.text
        assert text or name in BELOW_A_PICTURE
        assert text == text.strip()
        assert "\n\n\n" not in text
        keys = [key for row in screen.rows for key in row]
        for key in keys:
            check_button(key)
        assert all(0 < len(row) <= 8 for row in screen.rows)
        assert len(keys) <= 100
        if name not in NO_WAY_OUT_NEEDED and ".letters." not in name:
            ways = MY_BOOKINGS if name.startswith("notices.") else WAYS_OUT
            assert any(key.text in ways for key in keys), screen


def check_button(key: InlineKeyboardButton) -> None:
    assert 0 < len(key.text) <= LONGEST_LABEL, key.text
    assert key.text == key.text.strip()
    if key.callback_data is not None:
        assert len(key.callback_data.encode()) <= LONGEST_DATA, key.callback_data
