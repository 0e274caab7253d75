"""Texts, copies, forwards, deletions, pins, reactions, chat actions."""

from __future__ import annotations

import asyncio

from sandbox.decode import Uploads
from sandbox.methods.registry import method
from sandbox.methods.sending import caption_of, send, text_of
from sandbox.refusal import Refusal, bad_request
from sandbox.state import TYPING_SECONDS, Chat, World
from sandbox.wire import Json, load

MOST_AT_ONCE = 100
DELETABLE_SECONDS = 48 * 3600
SERVICE_FIELDS = (
    "message_id", "date", "chat", "from", "sender_chat", "reply_markup", "reply_to_message", "edit_date", "via_bot",
    "message_thread_id", "is_topic_message", "media_group_id", "has_protected_content", "forward_origin", "effect_id",
)  # fmt: skip


@method("sendMessage")
def send_message(world: World, params: Json, _: Uploads) -> bytes:
    return send(world, params, text_of(params))


@method("sendChatAction")
def send_chat_action(world: World, params: Json, _: Uploads) -> bool:
    chat = world.writable(params["chat_id"])
    loop = asyncio.get_running_loop()
    chat.typing_until = loop.time() + TYPING_SECONDS
    chat.touch()
    loop.call_later(TYPING_SECONDS + 0.05, chat.touch)
    return True


def source_message(world: World, params: Json, message_id: int, doing: str) -> Json:
    """The message to copy or forward; refuses as Telegram does."""
    message = world.chat(params["from_chat_id"]).message(message_id)
    if message is None:
        raise bad_request(f"message to {doing} not found")
    if message.get("has_protected_content") or is_service(message):
        raise bad_request(f"message can't be {'copied' if doing == 'copy' else 'forwarded'}")
    return message


def is_service(message: Json) -> bool:
    """Whether it tells of an event (a topic was made, a message pinned) and says nothing itself."""
    return any(key in message for key in ("pinned_message", "forum_topic_created", "new_chat_members"))


def content_of(message: Json) -> Json:
    """What a message says, without where and by whom."""
    return {key: value for key, value in message.items() if key not in SERVICE_FIELDS}


def origin_of(message: Json) -> Json:
    """Where a forwarded message came from."""
    if "forward_origin" in message:
        origin: Json = message["forward_origin"]
        return origin
    if "sender_chat" in message:
        return {
            "type": "channel",
            "date": message["date"],
            "chat": message["chat"],
            "message_id": message["message_id"],
        }
    return {"type": "user", "date": message["date"], "sender_user": message["from"]}


@method("copyMessage")
def copy_message(world: World, params: Json, _: Uploads) -> Json:
    content = content_of(source_message(world, params, params["message_id"], "copy"))
    if "caption" in params and "text" not in content:
        content = {key: value for key, value in content.items() if not key.startswith("caption")}
        content.update(caption_of(params))
    return _number(send(world, params, content))


@method("forwardMessage")
def forward_message(world: World, params: Json, _: Uploads) -> bytes:
    message = source_message(world, params, params["message_id"], "forward")
    return send(world, params, {**content_of(message), "forward_origin": origin_of(message)})


@method("copyMessages")
def copy_messages(world: World, params: Json, _: Uploads) -> list[Json]:
    sources = [source_message(world, params, message_id, "copy") for message_id in _ids(params)]
    return [_number(send(world, params, content_of(message))) for message in sources]


@method("forwardMessages")
def forward_messages(world: World, params: Json, _: Uploads) -> list[Json]:
    sources = [source_message(world, params, message_id, "forward") for message_id in _ids(params)]
    return [
        _number(send(world, params, {**content_of(message), "forward_origin": origin_of(message)}))
        for message in sources
    ]


def _number(message: bytes) -> Json:
    return {"message_id": load(message)["message_id"]}


def _ids(params: Json) -> list[int]:
    ids: list[int] = params["message_ids"]
    if not ids:
        raise bad_request("message identifiers are not specified")
    if len(ids) > MOST_AT_ONCE:
        raise bad_request("too many messages to process")
    return ids


@method("deleteMessage")
def delete_message(world: World, params: Json, _: Uploads) -> bool:
    _delete(world, world.chat(params["chat_id"]), params["message_id"])
    return True


def _delete(world: World, chat: Chat, message_id: int) -> None:
    message = chat.message(message_id)
    if message is None:
        raise bad_request("message to delete not found")
    if world.now() - message["date"] > DELETABLE_SECONDS:
        raise bad_request("message can't be deleted for everyone")
    world.delete(chat, message_id)


@method("deleteMessages")
def delete_messages(world: World, params: Json, _: Uploads) -> bool:
    chat = world.chat(params["chat_id"])
    for message_id in _ids(params):
        try:
            _delete(world, chat, message_id)
        except Refusal:
            continue  # Telegram skips those it cannot find
    return True


@method("pinChatMessage")
def pin(world: World, params: Json, _: Uploads) -> bool:
    chat = world.writable(params["chat_id"])
    message = chat.message(params["message_id"])
    if message is None:
        raise bad_request("message to pin not found")
    if message["message_id"] not in chat.pinned:
        chat.pinned.append(message["message_id"])
        world.post(chat, world.bot, {"pinned_message": message})
    return True


@method("unpinChatMessage")
def unpin(world: World, params: Json, _: Uploads) -> bool:
    chat = world.writable(params["chat_id"])
    message_id = params.get("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if message_id not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(message_id)
    chat.touch()
    return True


@method("unpinAllChatMessages")
def unpin_all(world: World, params: Json, _: Uploads) -> bool:
    chat = world.writable(params["chat_id"])
    chat.pinned.clear()
    chat.touch()
    return True


@method("setMessageReaction")
def react(world: World, params: Json, _: Uploads) -> bool:
    chat = world.writable(params["chat_id"])
    message = chat.message(params["message_id"])
    if message is None:
        raise bad_request("message to react not found")
    message["sandbox_reactions"] = params.get("reaction", [])
    world.keep(chat, message)
    return True
