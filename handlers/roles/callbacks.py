"""«Роли», invitations and their acceptance. Each button carries every answer given so far."""

from __future__ import annotations

from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from domain.people import Role
from handlers.fields import Id, Page

Few = Annotated[int, Field(ge=1, le=99)]


class OpenRoles(CallbackData, prefix="ho"):
    pass


class OpenHolders(CallbackData, prefix="hol"):
    """Who holds a role."""

    role: Role
    page: Page = 0


class OpenHolder(CallbackData, prefix="hoo"):
    grant: Id


class AskToTakeBack(CallbackData, prefix="hoq"):
    grant: Id


class TakeBack(CallbackData, prefix="hox"):
    grant: Id


class TakeBackAll(CallbackData, prefix="hoxa"):
    """With everybody whom they brought in."""

    grant: Id


class OpenNewcomer(CallbackData, prefix="nc"):
    """Who came by an invitation."""

    invitation: Id


class LetIn(CallbackData, prefix="ncy"):
    invitation: Id


class TurnAway(CallbackData, prefix="ncn"):
    invitation: Id


class AskUses(CallbackData, prefix="in"):
    """«Пригласить …»: for how many people?"""

    role: Role


class AskDays(CallbackData, prefix="ind"):
    """For how long?"""

    role: Role
    uses: Few


class AskWhere(CallbackData, prefix="inw"):
    """Where?"""

    role: Role
    uses: Few
    days: Few
    page: Page = 0


class Invite(CallbackData, prefix="inm"):
    """``where``: the code of a municipality, or "" for all."""

    role: Role
    uses: Few
    days: Few
    where: str = ""


class OpenInvitations(CallbackData, prefix="inl"):
    page: Page = 0


class OpenInvitation(CallbackData, prefix="ino"):
    invitation: Id


class SendForward(CallbackData, prefix="inf"):
    """The message to forward, once more."""

    invitation: Id


class RevokeInvitation(CallbackData, prefix="inx"):
    invitation: Id


class AcceptInvitation(CallbackData, prefix="ina"):
    """The code and never an id: who does not know it accepts nothing."""

    code: str
