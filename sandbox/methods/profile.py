"""What a bot says of itself: commands by scope and language, names, descriptions, menu button."""

from __future__ import annotations

import re
from typing import Any

from sandbox.decode import Uploads
from sandbox.methods.registry import method
from sandbox.refusal import bad_request
from sandbox.state import World
from sandbox.wire import Json

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_MOST_COMMANDS = 100
_LONGEST_DESCRIPTION = 256
_TEXTS = {
    "Name": ("name", 64),
    "Description": ("description", 512),
    "ShortDescription": ("short_description", 120),
}


@method("getMe")
def get_me(world: World, _: Json, __: Uploads) -> Json:
    return {
        **world.bot,
        "can_join_groups": True,
        "can_read_all_group_messages": True,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
    }


def _key(params: Json) -> tuple[str, str, int | str, int, str]:
    scope = params.get("scope") or {"type": "default"}
    return (
        "commands",
        scope["type"],
        scope.get("chat_id", 0),
        scope.get("user_id", 0),
        params.get("language_code", ""),
    )


def _commands(world: World) -> dict[tuple[str, str, int | str, int, str], list[Json]]:
    commands: dict[tuple[str, str, int | str, int, str], list[Json]]
    commands = world.settings.setdefault("commands", {})
    return commands


@method("setMyCommands")
def set_commands(world: World, params: Json, _: Uploads) -> bool:
    commands: list[Json] = params["commands"]
    if len(commands) > _MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not _COMMAND.fullmatch(command["command"].removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= _LONGEST_DESCRIPTION:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    scope = params.get("scope") or {}
    if "chat_id" in scope:
        world.chat(scope["chat_id"])
    _commands(world)[_key(params)] = commands
    return True


@method("getMyCommands")
def get_commands(world: World, params: Json, _: Uploads) -> list[Json]:
    return _commands(world).get(_key(params), [])


@method("deleteMyCommands")
def delete_commands(world: World, params: Json, _: Uploads) -> bool:
    _commands(world).pop(_key(params), None)
    return True


def commands_for(world: World, chat_id: int = 0, language: str = "ru") -> list[Json]:
    """The commands a person sees in their private chat: the narrowest scope and language that has any.

    Source of the order: https://core.telegram.org/bots/api#determining-list-of-commands
    """
    scopes: list[tuple[str, int]] = [("chat", chat_id)] if chat_id else []
    for scope, chat in [*scopes, ("all_private_chats", 0), ("default", 0)]:
        for spoken in (language, ""):
            found = _commands(world).get(("commands", scope, chat, 0, spoken))
            if found:
                return found
    return []


def chats_with_commands(world: World) -> list[int]:
    """Chats with a list of commands of their own."""
    chats = {key[2] for key in _commands(world) if key[1] == "chat"}
    return sorted(chat for chat in chats if isinstance(chat, int))


def _text_setter(field: str, longest: int) -> Any:
    def handler(world: World, params: Json, _: Uploads) -> bool:
        text = params.get(field, "")
        if len(text) > longest:
            raise bad_request(f"bot {field.replace('_', ' ')} is too long")
        world.settings[f"{field}/{params.get('language_code', '')}"] = text
        return True

    return handler


def _text_getter(field: str) -> Any:
    def handler(world: World, params: Json, _: Uploads) -> Json:
        default = world.settings.get(f"{field}/", world.bot["first_name"] if field == "name" else "")
        return {field: world.settings.get(f"{field}/{params.get('language_code', '')}") or default}

    return handler


for _name, (_field, _longest) in _TEXTS.items():
    method(f"setMy{_name}")(_text_setter(_field, _longest))
    method(f"getMy{_name}")(_text_getter(_field))


@method("setChatMenuButton")
def set_menu_button(world: World, params: Json, _: Uploads) -> bool:
    world.settings[f"menu_button/{params.get('chat_id', '')}"] = params.get("menu_button") or {
        "type": "default"
    }
    return True


@method("getChatMenuButton")
def get_menu_button(world: World, params: Json, _: Uploads) -> Any:
    default = world.settings.get("menu_button/", {"type": "commands"})
    return world.settings.get(f"menu_button/{params.get('chat_id', '')}", default)


@method("setMyDefaultAdministratorRights")
def set_rights(world: World, params: Json, _: Uploads) -> bool:
    world.settings[f"rights/{bool(params.get('for_channels'))}"] = params.get("rights") or {}
    return True
