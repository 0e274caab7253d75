"""Who blocks the bot cannot be written to; who unblocks it can, without a word of their own."""

from __future__ import annotations

from aiogram import Router
from aiogram.enums import ChatMemberStatus
from aiogram.types import ChatMemberUpdated

from db.engine import Database
from domain.people import Address
from handlers.ports import People, Wakeable
from handlers.view import View
from services import people as acquaintances

PRIVATE = "private"
TELEGRAM = "telegram"


def router() -> Router:
    router = Router(name="membership")

    @router.my_chat_member()
    async def changed(
        event: ChatMemberUpdated, view: View, db: Database, people: People, outbox: Wakeable
    ) -> None:
        if event.chat.type != PRIVATE:
            return
        address = Address(TELEGRAM, str(event.from_user.id))
        if event.new_chat_member.status == ChatMemberStatus.KICKED:
            await db.write(acquaintances.lose, address, view.now)
        elif await db.write(acquaintances.come_back, address, view.now):
            outbox.kick()
        # Whoever is remembered as reachable would not be met anew at their next tap.
        people.forget(address)

    return router
