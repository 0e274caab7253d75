"""All kinds of buttons that the bot answers."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from bot import dispatcher


def every_callback() -> list[type[CallbackData]]:
    """Those of every feature that has routes, in a steady order."""
    assert dispatcher.routers(), "every feature is imported there"
    found = [kind for kind in CallbackData.__subclasses__() if kind.__module__.startswith("handlers.")]
    return sorted(found, key=lambda kind: (kind.__module__, kind.__name__))
