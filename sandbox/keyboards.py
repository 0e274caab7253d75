"""Keyboards under messages: what Telegram refuses in them, and finding a button in them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sandbox.refusal import bad_request
from sandbox.wire import Json

MOST_BUTTONS = 100
_ACTIONS = (
    "callback_data",
    "url",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
_LEADING_SIGNS = re.compile(r"^[^\w(«\"+-]+")
_URL = re.compile(
    r"^(?:(?:https?://)?[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:[/?#].*)?|https?://localhost.*|tg://.+)$"
)


def checked_markup(markup: Json | None, *, inline_only: bool = False) -> Json | None:
    """The markup as Telegram keeps it, None when it is empty; refuses what Telegram refuses."""
    if not markup:
        return None
    if "inline_keyboard" in markup:
        return _inline(markup)
    if inline_only:
        raise bad_request("inline keyboard expected")
    if "keyboard" in markup:
        rows = [row for row in markup["keyboard"] if row]
        if not rows:
            raise bad_request("reply markup is invalid: keyboard is empty")
        for button in buttons(rows):
            if not button["text"].strip():
                raise bad_request("can't parse keyboard button: button text must be non-empty")
        return {**markup, "keyboard": rows}
    return markup


def _inline(markup: Json) -> Json | None:
    rows = [row for row in markup["inline_keyboard"] if row]
    if not rows:
        return None
    count = 0
    for button in buttons(rows):
        count += 1
        _check_inline_button(button)
    if count > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": rows}


def _check_inline_button(button: Json) -> None:
    if not button["text"].strip():
        raise bad_request("can't parse inline keyboard button: button text must be non-empty")
    if sum(action in button for action in _ACTIONS) != 1:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    data = button.get("callback_data")
    if data is not None and not 1 <= len(data.encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")
    url = button.get("url")
    if url is not None and not _URL.match(url):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    copied = button.get("copy_text")
    if copied is not None and not 1 <= len(copied.get("text", "")) <= 256:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")


def buttons(rows: list[list[Json]]) -> Iterator[Json]:
    """All buttons, row by row."""
    for row in rows:
        yield from row


def label(text: str) -> str:
    """A button's words without the signs before them: what a person says they tap."""
    return _LEADING_SIGNS.sub("", text).strip()


def find_button(rows: list[list[Json]], wanted: str) -> Json | None:
    """The button whose words are the wanted ones; failing that, the first that contains them."""
    found = list(buttons(rows))
    words = label(wanted)
    for button in found:
        if button["text"] == wanted or (words and label(button["text"]) == words):
            return button
    for button in found:
        if wanted in button["text"]:
            return button
    return None
