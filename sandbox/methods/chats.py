"""Asking about chats and their members."""

from __future__ import annotations

from aiogram.types import ChatMemberAdministrator

from sandbox.catalog import CATALOG, plain_answer
from sandbox.decode import Uploads
from sandbox.methods.registry import method
from sandbox.refusal import bad_request
from sandbox.state import Chat, World
from sandbox.wire import Json

_RIGHTS = [name for name in ChatMemberAdministrator.model_fields if name.startswith(("can_", "is_"))]
_RIGHTS_NOT_HAD = ("can_be_edited", "is_anonymous")


@method("getChat")
def get_chat(world: World, params: Json, _: Uploads) -> Json:
    chat = world.chat(params["chat_id"])
    answer: Json = {**plain_answer(CATALOG["getchat"].returns), **chat.card}
    if chat.pinned:
        answer["pinned_message"] = chat.message(chat.pinned[-1])
    return answer


@method("getChatMemberCount")
def count_members(world: World, params: Json, _: Uploads) -> int:
    return len(world.chat(params["chat_id"]).members) + 1


@method("getChatMember")
def get_member(world: World, params: Json, _: Uploads) -> Json:
    chat = world.chat(params["chat_id"])
    user_id = params["user_id"]
    if user_id == world.bot["id"]:
        return bot_as_member(world, chat)
    if user_id not in world.people:
        raise bad_request("member not found")
    return person_as_member(world, chat, user_id)


def person_as_member(world: World, chat: Chat, user_id: int) -> Json:
    """ChatMember JSON: who is first in a group has made it."""
    user = world.people[user_id]
    if user_id not in chat.members:
        return {"status": "left", "user": user}
    if not chat.is_private and chat.members[0] == user_id:
        return {"status": "creator", "user": user, "is_anonymous": False}
    return {"status": "member", "user": user}


def bot_as_member(world: World, chat: Chat) -> Json:
    """ChatMember JSON of the bot: an administrator wherever it is."""
    if chat.is_private:
        return {"status": "kicked" if chat.blocked else "member", "user": world.bot} | (
            {"until_date": 0} if chat.blocked else {}
        )
    if not chat.with_bot:
        return {"status": "left", "user": world.bot}
    rights = {right: right not in _RIGHTS_NOT_HAD for right in _RIGHTS}
    return {"status": "administrator", "user": world.bot, **rights}


@method("getChatAdministrators")
def get_administrators(world: World, params: Json, _: Uploads) -> list[Json]:
    chat = world.chat(params["chat_id"])
    if chat.is_private:
        raise bad_request("there are no administrators in the private chat")
    return [person_as_member(world, chat, chat.members[0])] if chat.members else []


@method("leaveChat")
def leave(world: World, params: Json, _: Uploads) -> bool:
    chat = world.writable(params["chat_id"])
    if chat.is_private:
        raise bad_request("chat member status can't be changed in private chats")
    chat.with_bot = False
    chat.touch()
    return True


@method("getUserProfilePhotos")
def get_photos(world: World, params: Json, _: Uploads) -> Json:
    if params["user_id"] not in world.people:
        raise bad_request("user not found")
    return {"total_count": 0, "photos": []}
