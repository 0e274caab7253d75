"""Topics of a forum group."""

from __future__ import annotations

from sandbox.decode import Uploads
from sandbox.methods.registry import method
from sandbox.refusal import bad_request
from sandbox.state import Chat, World
from sandbox.wire import Json

_DEFAULT_COLOR = 7322096
_LONGEST_NAME = 128


def add_topic(world: World, chat: Chat, sender: Json, name: str, color: int = _DEFAULT_COLOR) -> Json:
    """A new topic; its id is the id of the message that tells of it."""
    created = {"name": name, "icon_color": color}
    message = world.post(chat, sender, {"forum_topic_created": created, "is_topic_message": True})
    message["message_thread_id"] = message["message_id"]
    world.keep(chat, message)
    topic: Json = {"message_thread_id": message["message_id"], "name": name, "icon_color": color}
    chat.topics[message["message_id"]] = topic
    return topic


def _forum(world: World, params: Json) -> Chat:
    chat = world.writable(params["chat_id"])
    if not chat.card.get("is_forum"):
        raise bad_request("the chat is not a forum")
    return chat


def _topic(chat: Chat, params: Json) -> Json:
    topic = chat.topics.get(params["message_thread_id"])
    if topic is None:
        raise bad_request("message thread not found")
    return topic


def _name(params: Json) -> str:
    name: str = params["name"]
    if not 1 <= len(name) <= _LONGEST_NAME:
        raise bad_request("TOPIC_NAME_INVALID")
    return name


@method("createForumTopic")
def create_topic(world: World, params: Json, _: Uploads) -> Json:
    chat = _forum(world, params)
    return dict(add_topic(world, chat, world.bot, _name(params), params.get("icon_color", _DEFAULT_COLOR)))


@method("editForumTopic")
def edit_topic(world: World, params: Json, _: Uploads) -> bool:
    chat = _forum(world, params)
    topic = _topic(chat, params)
    if topic["name"] == params.get("name", topic["name"]) and "icon_custom_emoji_id" not in params:
        raise bad_request("TOPIC_NOT_MODIFIED")
    if "name" in params:
        topic["name"] = _name(params)
    chat.touch()
    return True


@method("closeForumTopic")
def close_topic(world: World, params: Json, _: Uploads) -> bool:
    return _set_closed(_forum(world, params), params, closed=True)


@method("reopenForumTopic")
def reopen_topic(world: World, params: Json, _: Uploads) -> bool:
    return _set_closed(_forum(world, params), params, closed=False)


def _set_closed(chat: Chat, params: Json, *, closed: bool) -> bool:
    topic = _topic(chat, params)
    if bool(topic.get("closed")) is closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic["closed"] = closed
    chat.touch()
    return True


@method("deleteForumTopic")
def delete_topic(world: World, params: Json, _: Uploads) -> bool:
    chat = _forum(world, params)
    _topic(chat, params)
    del chat.topics[params["message_thread_id"]]
    for message in list(chat.newest_first()):
        if message.get("message_thread_id") == params["message_thread_id"]:
            world.delete(chat, message["message_id"])
    return True
