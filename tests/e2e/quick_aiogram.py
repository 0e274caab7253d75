"""Imported before ``sending_process`` by the process that is forked for it: aiogram in half the time."""

from bot.quick_import import import_aiogram

import_aiogram()
