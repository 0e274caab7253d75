"""``python -m bot COMMAND``. Every command brings the database up to date first.

Modules of commands are imported when they are asked for: a running bot carries no spreadsheet reader.
"""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType

import structlog

from bot.clock import SystemClock
from bot.logs import configure_logs
from bot.quick_import import import_aiogram
from bot.settings import Settings, exposed_secrets, misspelt_names, settings_or_exit
from bot.texts import Texts

MODULES = {
    "run": "bot.commands.run",
    "demo": "bot.commands.demo",
    "import": "bot.commands.import_programme",
    "export": "bot.commands.export_programme",
    "template": "bot.commands.template",
    "backup": "bot.commands.backup",
    "check": "bot.commands.check",
}

SPEAKING = {"run", "demo"}
"""Those that speak to the messenger."""

CAREFUL = {"run", "check"}
"""Those that bring the database up to date themselves: one when no other bot runs, one to tell what is wrong."""

TRY_AGAIN, HELP_IS_NEEDED = 1, 2

log = structlog.get_logger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    texts = Texts.load(strict=False)
    wanted = words[:1] if words and words[0] in MODULES else list(MODULES)
    modules = _imported(wanted)
    parsed = _parse(words, modules, texts)
    settings = settings_or_exit(texts, need_token=parsed.command == "run")
    configure_logs(settings.log_level, settings.log_format)
    for name in exposed_secrets(settings):
        log.warning("secret_exposed", setting=name)
    for name, meant in misspelt_names().items():
        log.warning("setting_misspelt", setting=name, meant=meant)
    try:
        return _execute(parsed, modules[parsed.command], settings, texts)
    except Exception as error:  # noqa: BLE001 - whatever is not about the database is raised again
        return _explained(error, settings, texts)


def _explained(error: Exception, settings: Settings, texts: Texts) -> int:
    """Say in a sentence what is wrong with the database. 1: it may be over soon, 2: somebody must do something."""
    from bot.database_failures import sentence
    from db.failures import PASSING, failure_of

    failure = failure_of(error)
    if failure is None:
        raise error
    sys.stderr.write(sentence(failure, settings.database_url, texts) + "\n")
    return TRY_AGAIN if failure in PASSING else HELP_IS_NEEDED


def _imported(names: Sequence[str]) -> dict[str, ModuleType]:
    """Modules of commands by name. What they define stays: looking for garbage in it takes a sixth of the start."""
    gc.disable()
    try:
        if SPEAKING.intersection(names):
            import_aiogram()
        return {name: import_module(MODULES[name]) for name in names}
    finally:
        gc.freeze()
        gc.enable()


def _parse(words: Sequence[str], modules: dict[str, ModuleType], texts: Texts) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot", description=texts.plain("command-description"))
    commands = parser.add_subparsers(dest="command", required=True)
    for module in modules.values():
        module.add_parser(commands, texts)
    return parser.parse_args(words)


def _execute(parsed: argparse.Namespace, module: ModuleType, settings: Settings, texts: Texts) -> int:
    if parsed.command == "demo":
        return int(module.run(settings, texts, port=parsed.port, fresh=parsed.fresh))
    if parsed.command not in CAREFUL:
        _bring_up_to_date(settings.database_url)
    match parsed.command:
        case "import":
            status = module.run(
                settings.database_url,
                settings.timezone,
                texts,
                parsed.file,
                dry_run=parsed.dry_run,
                now=SystemClock().now(),
            )
        case "export":
            status = module.run(settings.database_url, settings.timezone, texts, parsed.file)
        case "backup" | "template":
            status = module.run(settings.database_url, texts, parsed.file)
        case "run":
            status = module.run(settings, texts, standby=parsed.standby)
        case _:
            status = module.run(settings, texts)
    return int(status)


def _bring_up_to_date(database_url: str) -> None:
    from db.migrate import upgrade

    upgrade(database_url)


if __name__ == "__main__":
    sys.exit(main())
