"""The profile and what a person may do with their data."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData


class OpenProfile(CallbackData, prefix="pr"):
    pass


class EditAnswer(CallbackData, prefix="pe"):
    """``question``: a value of ``domain.registration.Question``."""

    question: str


class SendMyData(CallbackData, prefix="pd"):
    pass


class AskToWithdraw(CallbackData, prefix="pw"):
    pass


class Withdraw(CallbackData, prefix="pw2"):
    pass


class AskToDelete(CallbackData, prefix="px"):
    pass


class DeleteMe(CallbackData, prefix="px2"):
    pass
