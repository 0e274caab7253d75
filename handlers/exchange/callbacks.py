"""«Программа из файла», «Выгрузить»."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

FINGERPRINT_LENGTH = 16
"""Characters of a preview's fingerprint that a button carries."""


class Output(StrEnum):
    """As what the programme goes out."""

    WORKBOOK = "xlsx"
    SCHEDULE = "json"


class OpenExchange(CallbackData, prefix="ex"):
    pass


class SendTemplate(CallbackData, prefix="ext"):
    pass


class OpenExport(CallbackData, prefix="exo"):
    pass


class SendExport(CallbackData, prefix="exf"):
    output: Output


class ApplyFile(CallbackData, prefix="exa"):
    """The file itself is the message that the preview replies to."""

    fingerprint: Annotated[str, Field(max_length=FINGERPRINT_LENGTH)]


class DropFile(CallbackData, prefix="exd"):
    pass
