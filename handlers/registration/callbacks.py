"""Answers of the registration. Each button carries its answer, so that an old one still means the same."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from domain.people import Role
from handlers.fields import Few, Page


class Agree(CallbackData, prefix="ra"):
    pass


class ReadConsent(CallbackData, prefix="rt"):
    """``full`` 1: the whole text, 0: the short one."""

    full: Few = 1


class ChooseRole(CallbackData, prefix="rr"):
    role: Role


class ConfirmAge(CallbackData, prefix="rg"):
    """A student who is fourteen, or somebody who is not."""

    old_enough: bool


class ConfirmGrade(CallbackData, prefix="rgk"):
    """Fourteen, although in this ``grade``."""

    grade: Few


class ChooseMunicipality(CallbackData, prefix="rm"):
    code: str


class BrowseMunicipalities(CallbackData, prefix="rmp"):
    page: Page


class ShareLocation(CallbackData, prefix="rl"):
    pass


class ChooseGrade(CallbackData, prefix="rk"):
    grade: Few


class StepBack(CallbackData, prefix="rb"):
    """Open the question before ``question`` again."""

    question: str
