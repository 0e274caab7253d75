"""«Роли», invitations and their acceptance. Each button carries every answer given so far."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from domain.people import Role
from handlers.fields import Id, Page


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


class AskUses(CallbackData, prefix="in"):
    """«Пригласить …»: for how many people?"""

    role: Role


class AskDays(CallbackData, prefix="ind"):
    """For how long?"""

    role: Role
    uses: int


class AskWhere(CallbackData, prefix="inw"):
    """Where?"""

    role: Role
    uses: int
    days: int
    page: Page = 0


class Invite(CallbackData, prefix="inm"):
    """``where``: the code of a municipality, or "" for all."""

    role: Role
    uses: int
    days: int
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
