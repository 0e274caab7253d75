"""Changing messages that are there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.decode import Uploads
from sandbox.keyboards import checked_markup
from sandbox.methods.media import media_content
from sandbox.methods.registry import method
from sandbox.methods.sending import caption_of, text_of
from sandbox.refusal import bad_request
from sandbox.state import Chat, World
from sandbox.wire import Json

_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
_MEDIA = ("photo", "document", "video", "audio", "animation", "voice")
_CAPTION = ("caption", "caption_entities", "show_caption_above_media")


def _target(world: World, params: Json) -> tuple[Chat, Json]:
    """The chat and the message that is to be edited; refuses as Telegram does."""
    inline = params.get("inline_message_id")
    if inline is not None:
        if inline not in world.inline_messages:
            raise bad_request("MESSAGE_ID_INVALID")
        chat_id, message_id = world.inline_messages[inline]
        chat = world.chat(chat_id)
    else:
        if "chat_id" not in params:
            raise bad_request("chat_id is empty")
        chat, message_id = world.writable(params["chat_id"]), params.get("message_id", 0)
    message = chat.message(message_id)
    if message is None:
        raise bad_request("message to edit not found")
    ours = message.get("from") is not None and message["from"]["id"] == world.bot["id"]
    if not (ours or inline) or message_id in chat.uneditable:
        raise bad_request("message can't be edited")
    return chat, message


def _edit(world: World, params: Json, change: Callable[[Json], Json]) -> Any:
    """Applies a change to a copy; without ``reply_markup`` in the parameters the keyboard goes."""
    chat, message = _target(world, params)
    edited = change(dict(message))
    edited.pop("reply_markup", None)
    markup = checked_markup(params.get("reply_markup"), inline_only=True)
    if markup is not None:
        edited["reply_markup"] = markup
    if edited == message:
        raise bad_request(_NOT_MODIFIED)
    edited["edit_date"] = int(world.now())
    data = world.keep(chat, edited)
    return True if "inline_message_id" in params else data


@method("editMessageText")
def edit_text(world: World, params: Json, _: Uploads) -> Any:
    content = text_of(params)

    def change(message: Json) -> Json:
        if "text" not in message:
            raise bad_request("there is no text in the message to edit")
        for key in ("text", "entities", "link_preview_options"):
            message.pop(key, None)
        if "link_preview_options" in params:
            message["link_preview_options"] = params["link_preview_options"]
        return {**message, **content}

    return _edit(world, params, change)


@method("editMessageCaption")
def edit_caption(world: World, params: Json, _: Uploads) -> Any:
    content = caption_of(params)

    def change(message: Json) -> Json:
        if not any(kind in message for kind in _MEDIA):
            raise bad_request("there is no caption in the message to edit")
        for key in _CAPTION:
            message.pop(key, None)
        return {**message, **content}

    return _edit(world, params, change)


@method("editMessageReplyMarkup")
def edit_markup(world: World, params: Json, _: Uploads) -> Any:
    return _edit(world, params, lambda message: message)


@method("editMessageMedia")
def edit_media(world: World, params: Json, uploads: Uploads) -> Any:
    media: Json = params["media"]
    content = {**media_content(world, media["type"], media["media"], media, uploads), **caption_of(media)}

    def change(message: Json) -> Json:
        if not any(kind in message for kind in _MEDIA) and "text" not in message:
            raise bad_request("message can't be edited")
        for key in (*_MEDIA, *_CAPTION, "text", "entities", "link_preview_options"):
            message.pop(key, None)
        return {**message, **content}

    return _edit(world, params, change)


@method("editMessageLiveLocation")
def edit_location(world: World, params: Json, _: Uploads) -> Any:
    location = {"latitude": params["latitude"], "longitude": params["longitude"]}
    return _edit(world, params, lambda message: {**message, "location": {**message["location"], **location}})


@method("stopMessageLiveLocation")
def stop_location(world: World, params: Json, _: Uploads) -> Any:
    return _edit(world, params, lambda message: message)
