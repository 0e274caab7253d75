"""Answers to taps and to inline queries."""

from __future__ import annotations

import re

from sandbox.decode import Uploads
from sandbox.entities import formatted, utf16_length
from sandbox.keyboards import checked_markup
from sandbox.methods.media import contact_of, location_of, venue_of
from sandbox.methods.registry import method
from sandbox.methods.sending import LONGEST_CAPTION, text_of
from sandbox.refusal import bad_request
from sandbox.state import World
from sandbox.wire import Json

LONGEST_TOAST = 200
MOST_RESULTS = 50
_LONGEST_ID = 64
_START_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}")


@method("answerCallbackQuery")
def answer_callback(world: World, params: Json, _: Uploads) -> bool:
    text, url = params.get("text", ""), params.get("url", "")
    if utf16_length(text) > LONGEST_TOAST:
        raise bad_request("MESSAGE_TOO_LONG")
    if url and f"t.me/{world.bot['username']}" not in url:
        raise bad_request("URL_INVALID")
    alert = bool(params.get("show_alert"))
    query = world.close_query(params["callback_query_id"], {"text": text, "alert": alert, "url": url})
    world.toast(query.chat, text, alert=alert)
    return True


@method("answerInlineQuery")
def answer_inline(world: World, params: Json, _: Uploads) -> bool:
    results: list[Json] = params["results"]
    if len(results) > MOST_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    if len({result["id"] for result in results}) != len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    if len(params.get("next_offset", "").encode()) > _LONGEST_ID:
        raise bad_request("NEXT_OFFSET_INVALID")
    button = params.get("button")
    if button and "start_parameter" in button and not _START_PARAMETER.fullmatch(button["start_parameter"]):
        raise bad_request("START_PARAM_INVALID")
    for result in results:
        if not 1 <= len(result["id"].encode()) <= _LONGEST_ID:
            raise bad_request("RESULT_ID_INVALID")
        inline_content(world, result)
        checked_markup(result.get("reply_markup"), inline_only=True)
    answer: Json = {"results": results, "next_offset": params.get("next_offset", "")}
    if button:
        answer["button"] = button
    world.close_query(params["inline_query_id"], answer)
    return True


def inline_content(world: World, result: Json) -> Json:
    """What the message of a chosen inline result says; refuses what Telegram refuses."""
    given: Json | None = result.get("input_message_content")
    if given is None:
        if result["type"] == "article":
            raise bad_request("can't parse inline query result: message content is not specified")
        return _media_result(world, result)
    if "message_text" in given:
        content = text_of({**given, "text": given["message_text"]})
        if "link_preview_options" in given:
            content["link_preview_options"] = given["link_preview_options"]
        return content
    if "phone_number" in given:
        return contact_of(given)
    if "title" in given and "address" in given:
        return venue_of(given)
    return {"location": location_of(given)}


def _media_result(world: World, result: Json) -> Json:
    kind = result["type"]
    if kind == "venue":
        return venue_of(result)
    if kind == "location":
        return {"location": location_of(result)}
    if kind == "contact":
        return contact_of(result)
    text, entities = formatted(
        result.get("caption", ""), result.get("parse_mode"), result.get("caption_entities")
    )
    if utf16_length(text) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    file_id = result.get(f"{kind}_file_id")
    if file_id is not None:
        world.files.get(file_id)
    content: Json = {"caption": text} if text else {"text": result.get("title") or kind}
    return {**content, "caption_entities": entities} if text and entities else content
