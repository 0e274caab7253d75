"""Settings: read once, from the environment and `.env`, and from nowhere else in the product.

Every setting has a default but the token. What is wrong is told all at once, one clear line each.
"""

import difflib
import os
import re
import sys
from collections.abc import Mapping
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.texts import Texts
from domain.consent import Operator

__all__ = [
    "LogFormat",
    "LogLevel",
    "Settings",
    "SettingsError",
    "exposed_secrets",
    "misspelt_names",
    "settings_or_exit",
]

ROOT = Path(__file__).resolve().parent.parent
ENV_FILE = ROOT / ".env"
CREDENTIALS = "CREDENTIALS_DIRECTORY"
"""Where systemd puts what a unit's `LoadCredential=BOT_TOKEN:…` names: a file for each."""
WRONG_SETTINGS = 2
"""Exit status of a start with wrong settings."""

PROBLEM_KEYS = "settings-"

_LIKE_OURS = 0.84
OTHERS = 0o077
"""Rights of the group and of everybody."""


class LogLevel(StrEnum):
    """How much is logged."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class LogFormat(StrEnum):
    """For whom is logged: people or machines."""

    CONSOLE = "console"
    JSON = "json"


class SettingsError(ValueError):
    """Settings the bot cannot start with: (text key, the value as it was given) for each."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__(", ".join(key for key, _ in problems))
        self.problems = problems

    def lines(self, texts: Texts) -> list[str]:
        """One sentence for each problem; secrets are never repeated."""
        return [
            texts.plain(key, **({"value": value} if "value" in texts.variables(key) else {}))
            for key, value in self.problems
        ]


class Settings(BaseSettings):
    """Settings of one process. Secrets stay out of `repr` and of logs."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",
        env_ignore_empty=True,
        env_file_encoding="utf-8",
        hide_input_in_errors=True,
    )

    bot_token: SecretStr | None = None
    telegram_api_url: str = "https://api.telegram.org"
    database_url: str = Field(default=f"sqlite:///{ROOT / 'var' / 'bot.sqlite3'}", repr=False)
    coordinator_ids: Annotated[frozenset[int], NoDecode] = frozenset()
    coordinators_chat: int | None = Field(default=None, lt=0)
    """A group of the messenger has a number below zero."""
    operator_name: str = ""
    operator_address: str = ""
    operator_contact: str = ""
    timezone: Annotated[ZoneInfo, NoDecode] = ZoneInfo("Europe/Moscow")
    log_level: LogLevel = LogLevel.INFO
    log_format: LogFormat = LogFormat.CONSOLE

    @classmethod
    def load(cls, *, need_token: bool, env_file: Path | None = ENV_FILE) -> Self:
        """Read the environment, then `env_file`, then systemd's credentials. `SettingsError` names all problems."""
        try:
            settings = cls(_env_file=env_file, _secrets_dir=os.environ.get(CREDENTIALS))  # type: ignore[call-arg]
        except ValidationError as error:
            wrong = [str(problem["loc"][0]) for problem in error.errors()]
            given = _given_values(env_file)
            problems = [(_problem_key(name, "wrong"), _shown(name, given)) for name in wrong]
            raise SettingsError(problems) from None
        if need_token and settings.bot_token is None:
            raise SettingsError([(_problem_key("bot_token", "missing"), "")])
        return settings

    @property
    def token(self) -> str:
        """The token in clear, for the one place that speaks to Telegram."""
        if self.bot_token is None:
            raise SettingsError([(_problem_key("bot_token", "missing"), "")])
        return self.bot_token.get_secret_value()

    @property
    def operator(self) -> Operator | None:
        """Who answers for people's data; None until all of it is said."""
        name, address, contact = (
            said.strip() for said in (self.operator_name, self.operator_address, self.operator_contact)
        )
        return Operator(name, address, contact) if name and address and contact else None

    @field_validator("bot_token")
    @classmethod
    def _token_has_the_right_shape(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None:
            number, colon, secret = token.get_secret_value().partition(":")
            if not (
                colon and number.isascii() and number.isdigit() and len(secret) >= 30 and secret.isascii()
            ):
                raise ValueError("not the shape of a token")
        return token

    @field_validator("telegram_api_url")
    @classmethod
    def _server_has_an_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("not an address")
        return url.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _database_is_one_we_run_on(cls, url: str) -> str:
        scheme, separator, rest = url.partition("://")
        if not separator or not rest or scheme.partition("+")[0] not in {"sqlite", "postgresql"}:
            raise ValueError("neither SQLite nor PostgreSQL")
        from db.failures import is_address

        if not is_address(url):
            raise ValueError("no address of a database")
        return url

    @field_validator("coordinator_ids", mode="before")
    @classmethod
    def _numbers_between_commas(cls, ids: object) -> object:
        return [part.strip() for part in ids.split(",") if part.strip()] if isinstance(ids, str) else ids

    @field_validator("timezone", mode="before")
    @classmethod
    def _zone_exists(cls, zone: object) -> object:
        if not isinstance(zone, str):
            return zone
        try:
            return ZoneInfo(zone)
        except (ZoneInfoNotFoundError, OSError) as error:
            raise ValueError("no such zone") from error

    @field_validator("log_level", mode="before")
    @classmethod
    def _level_in_any_case(cls, level: object) -> object:
        return level.upper() if isinstance(level, str) else level

    @field_validator("log_format", mode="before")
    @classmethod
    def _format_in_any_case(cls, name: object) -> object:
        return name.lower() if isinstance(name, str) else name


def settings_or_exit(texts: Texts, *, need_token: bool) -> Settings:
    """The settings, or one line for each problem on the error stream and exit status 2."""
    try:
        return Settings.load(need_token=need_token)
    except SettingsError as error:
        sys.stderr.write("".join(f"{line}\n" for line in error.lines(texts)))
        raise SystemExit(WRONG_SETTINGS) from None


def exposed_secrets(settings: Settings, env_file: Path | None = ENV_FILE) -> list[str]:
    """Names of the settings whose secrets others may read: in the file, or on the way to the messenger."""
    found = []
    if env_file is not None and env_file.is_file() and env_file.stat().st_mode & OTHERS:
        found.append(env_file.name)
    api = urlsplit(settings.telegram_api_url)
    if api.scheme == "http" and not _is_this_machine(api.hostname or ""):
        found.append("TELEGRAM_API_URL")
    return found


def misspelt_names(
    env_file: Path | None = ENV_FILE, environment: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Names that look like one of our settings and are none, each with the setting it was meant to be."""
    ours = [name.upper() for name in Settings.model_fields]
    suspects = {}
    for name in {*environment, *_values_of_file(env_file)}:
        near = difflib.get_close_matches(name.upper(), ours, n=1, cutoff=_LIKE_OURS)
        if near and name.upper() not in ours:
            suspects[name] = near[0]
    return dict(sorted(suspects.items()))


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _shown(name: str, given: Mapping[str, str]) -> str:
    """The value as it was given, but for the name and the password that an address may hold before its last @."""
    value = given.get(name.upper(), "")
    if not name.endswith("_url"):
        return value
    return re.sub(r"^(.*?//)?.*@", r"\1***@", value, flags=re.DOTALL)


def _problem_key(name: str, problem: str) -> str:
    return f"{PROBLEM_KEYS}{name.replace('_', '-')}-{problem}"


def _given_values(env_file: Path | None) -> dict[str, str]:
    from_file = {name.upper(): value for name, value in _values_of_file(env_file).items()}
    return from_file | {name.upper(): value for name, value in os.environ.items() if value}


def _values_of_file(env_file: Path | None) -> dict[str, str]:
    if env_file is None or not env_file.is_file():
        return {}
    return {name: value for name, value in dotenv_values(env_file, encoding="utf-8").items() if value}
