"""Who is in a chat and who blocked the bot: each change queues the update that tells the bot."""

from __future__ import annotations

from sandbox.methods.chats import bot_as_member
from sandbox.refusal import Impossible
from sandbox.state import Chat, World
from sandbox.wire import Json


class Membership:
    """Comings and goings in the chats of one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def _membership(self, chat: Chat, person: int, old: Json, new: Json) -> None:
        change = {
            "chat": chat.card,
            "from": self._world.people[person],
            "date": int(self._world.now()),
            "old_chat_member": old,
            "new_chat_member": new,
        }
        self._world.updates.push("my_chat_member", change)

    def block(self, chat: Chat, *, unheard: bool = False) -> None:
        self._set_blocked(chat, blocked=True, unheard=unheard)

    def unblock(self, chat: Chat) -> None:
        self._set_blocked(chat, blocked=False)

    def _set_blocked(self, chat: Chat, *, blocked: bool, unheard: bool = False) -> None:
        if chat.blocked is not blocked:
            old = bot_as_member(self._world, chat)
            chat.blocked = blocked
            chat.touch()
            if not unheard:
                self._membership(chat, chat.id, old, bot_as_member(self._world, chat))

    def make_group(
        self, title: str, members: list[int], *, topics: bool = False, kind: str = "supergroup"
    ) -> Chat:
        """A group (or a channel) into which its first member takes the bot as an administrator."""
        for member in members:
            if member not in self._world.people:
                raise Impossible(f"no person {member}")
        chat = self._world.add_group(title, kind, members, topics=topics)
        if members:
            left = {"status": "left", "user": self._world.bot}
            self._membership(chat, members[0], left, bot_as_member(self._world, chat))
        return chat

    def remove_bot(self, chat: Chat, person: int) -> None:
        """Puts the bot out of a group."""
        old = bot_as_member(self._world, chat)
        chat.with_bot = False
        self._membership(chat, person, old, bot_as_member(self._world, chat))
