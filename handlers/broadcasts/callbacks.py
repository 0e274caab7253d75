"""Announcing. Every button names its broadcast: it works for ever, and says so when the time for it is over."""

from __future__ import annotations

from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from handlers.fields import Id, OptionalId, Page

Minute = Annotated[int, Field(ge=0, le=2**31 - 1)]
"""Minutes since 1970, UTC: when to send."""


class BeginBroadcast(CallbackData, prefix="bd0"):
    """«Новая рассылка»."""


class OpenBroadcasts(CallbackData, prefix="bdl"):
    """«Рассылки»: drafts and what was sent, the latest first."""

    page: Page = 0


class OpenBroadcast(CallbackData, prefix="bd"):
    """A draft, or how it goes."""

    broadcast: Id


class AskContent(CallbackData, prefix="bdt"):
    """Write it anew, or correct what was sent."""

    broadcast: Id


class AskLink(CallbackData, prefix="bdk"):
    """Which activity a button opens."""

    broadcast: Id


class LinkTo(CallbackData, prefix="bdk1"):
    """``activity`` 0: no button."""

    broadcast: Id
    activity: OptionalId = 0


class SwitchReceipt(CallbackData, prefix="bdr"):
    """«Просить подтверждение»: says what is wanted, so that a second tap changes nothing."""

    broadcast: Id
    wanted: bool


class AskTopic(CallbackData, prefix="bdo"):
    broadcast: Id


class SetTopic(CallbackData, prefix="bdo1"):
    """``topic`` empty: about everything."""

    broadcast: Id
    topic: Annotated[str, Field(max_length=20)] = ""


class AskUrgent(CallbackData, prefix="bdu"):
    broadcast: Id


class NotUrgent(CallbackData, prefix="bdu0"):
    broadcast: Id


class ShowToMe(CallbackData, prefix="bdp"):
    broadcast: Id


class AskWhen(CallbackData, prefix="bdw"):
    broadcast: Id


class SendAt(CallbackData, prefix="bds"):
    """``minute`` 0: now."""

    broadcast: Id
    minute: Minute = 0


class ThrowAway(CallbackData, prefix="bdd"):
    broadcast: Id
    sure: bool = False


class Confirm(CallbackData, prefix="bdc"):
    """The second coordinator says yes to what they have seen."""

    broadcast: Id
    revision: OptionalId


class TakeBack(CallbackData, prefix="bdb"):
    """What waits for its time or for a second coordinator is a draft again."""

    broadcast: Id


class Pause(CallbackData, prefix="bdh"):
    broadcast: Id


class Resume(CallbackData, prefix="bdg"):
    broadcast: Id


class Stop(CallbackData, prefix="bdx"):
    broadcast: Id


class Recall(CallbackData, prefix="bdz"):
    broadcast: Id
    sure: bool = False


class OpenReport(CallbackData, prefix="bdf"):
    """Who read it, who was not reached: as files."""

    broadcast: Id


class CallSheet(CallbackData, prefix="bdf1"):
    broadcast: Id


class RemindUnread(CallbackData, prefix="bdn"):
    """A new draft for those who have not confirmed."""

    broadcast: Id
