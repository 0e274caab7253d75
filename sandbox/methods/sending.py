"""What all messages of the bot have in common: where they go, what they answer, their text and keyboard."""

from __future__ import annotations

from sandbox.entities import formatted, utf16_length
from sandbox.keyboards import checked_markup
from sandbox.refusal import bad_request
from sandbox.state import Chat, World
from sandbox.wire import Json

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024


def text_of(params: Json) -> Json:
    """``text`` and ``entities`` from the parameters; refuses an empty and a long one."""
    text, entities = formatted(params.get("text", ""), params.get("parse_mode"), params.get("entities"))
    if not text:
        raise bad_request("message text is empty")
    if utf16_length(text) > LONGEST_TEXT:
        raise bad_request("message is too long")
    return {"text": text, "entities": entities} if entities else {"text": text}


def caption_of(params: Json) -> Json:
    """``caption`` and ``caption_entities`` from the parameters, nothing when there is no caption."""
    if not params.get("caption"):
        return {}
    text, entities = formatted(params["caption"], params.get("parse_mode"), params.get("caption_entities"))
    if utf16_length(text) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    if not text:
        return {}
    content: Json = {"caption": text}
    if entities:
        content["caption_entities"] = entities
    if params.get("show_caption_above_media"):
        content["show_caption_above_media"] = True
    return content


def send(world: World, params: Json, content: Json) -> bytes:
    """Posts the bot's message with this content; the rest is in the parameters. Returns the message's JSON."""
    chat = world.writable(params["chat_id"])
    fields = {**_thread(chat, params.get("message_thread_id")), **_reply(chat, params), **content}
    if params.get("protect_content"):
        fields["has_protected_content"] = True
    if "text" in fields and "link_preview_options" in params:
        fields["link_preview_options"] = params["link_preview_options"]
    if "message_effect_id" in params:
        fields["effect_id"] = params["message_effect_id"]
    markup = checked_markup(params.get("reply_markup"))
    if markup is not None and "inline_keyboard" in markup:
        fields["reply_markup"] = markup
    message = world.post(chat, world.bot, fields)
    if markup is not None and "inline_keyboard" not in markup:
        _set_reply_keyboard(chat, markup, message["message_id"])
    return chat.messages[message["message_id"]]


def _set_reply_keyboard(chat: Chat, markup: Json, message_id: int) -> None:
    if "keyboard" in markup:
        chat.reply_keyboard = markup
        chat.uneditable.add(message_id)
    elif markup.get("remove_keyboard"):
        chat.reply_keyboard = None


def _thread(chat: Chat, thread: int | None) -> Json:
    if not thread:
        return {}
    topic = chat.topics.get(thread)
    if topic is None:
        raise bad_request("message thread not found")
    if topic.get("closed"):
        raise bad_request("TOPIC_CLOSED")
    return {"message_thread_id": thread, "is_topic_message": True}


def _reply(chat: Chat, params: Json) -> Json:
    given = params.get("reply_parameters") or {}
    message_id = given.get("message_id") or params.get("reply_to_message_id")
    if not message_id:
        return {}
    replied = chat.message(message_id)
    if replied is None:
        if given.get("allow_sending_without_reply") or params.get("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")
    replied.pop("reply_to_message", None)
    return {"reply_to_message": replied}
