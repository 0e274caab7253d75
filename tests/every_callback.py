"""All kinds of buttons there are, found by importing every feature."""

from __future__ import annotations

import importlib

from aiogram.filters.callback_data import CallbackData

from tests.source_tree import name_of, python_files


def every_callback() -> list[type[CallbackData]]:
    for path in python_files("handlers"):
        importlib.import_module(name_of(path).removesuffix(".py").replace("/", ".").removesuffix(".__init__"))
    found = [kind for kind in CallbackData.__subclasses__() if kind.__module__.startswith("handlers.")]
    return sorted(found, key=lambda kind: (kind.__module__, kind.__name__))
