"""Settings: defaults, what wins, and clear words for what is wrong."""

import os
import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.settings import (
    LogFormat,
    LogLevel,
    Settings,
    SettingsError,
    exposed_secrets,
    misspelt_names,
    settings_or_exit,
)
from bot.texts import Texts
from tests.source_tree import ROOT

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"
TEXTS = Texts.load()


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.lower() in Settings.model_fields:
            monkeypatch.delenv(name)


def load(tmp_path: Path, content: str, *, need_token: bool = False) -> Settings:
    file = tmp_path / ".env"
    file.write_text(content, encoding="utf-8")
    return Settings.load(need_token=need_token, env_file=file)


def complaints(tmp_path: Path, content: str, *, need_token: bool = False) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, content, need_token=need_token)
    return caught.value.lines(TEXTS)


def test_everything_but_the_token_has_a_default(tmp_path: Path) -> None:
    settings = load(tmp_path, f"BOT_TOKEN={TOKEN}\n", need_token=True)
    assert settings.token == TOKEN
    assert settings.telegram_api_url == "https://api.telegram.org"
    assert settings.database_url == f"sqlite:///{ROOT}/var/bot.sqlite3"
    assert settings.coordinator_ids == frozenset()
    assert settings.timezone == ZoneInfo("Europe/Moscow")
    assert (settings.log_level, settings.log_format) == (LogLevel.INFO, LogFormat.CONSOLE)


def test_each_setting_is_read(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        "TELEGRAM_API_URL=http://127.0.0.1:8081/\nDATABASE_URL=postgresql://bot@db/bot\n"
        "COORDINATOR_IDS=1001, 1002,\nTIMEZONE=Asia/Omsk\nLOG_LEVEL=debug\nLOG_FORMAT=JSON\n",
    )
    assert settings.telegram_api_url == "http://127.0.0.1:8081"
    assert settings.database_url == "postgresql://bot@db/bot"
    assert settings.coordinator_ids == {1001, 1002}
    assert settings.timezone == ZoneInfo("Asia/Omsk")
    assert (settings.log_level, settings.log_format) == (LogLevel.DEBUG, LogFormat.JSON)


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COORDINATOR_IDS", "7")
    assert load(tmp_path, "COORDINATOR_IDS=1\n").coordinator_ids == {7}


def test_the_example_is_complete_and_valid_but_for_the_token(tmp_path: Path) -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert load(tmp_path, example) == load(tmp_path, "")
    uncommented = [
        line.removeprefix("#") for line in example.splitlines() if "=" in line and line[:2] != "# "
    ]
    assert {line.partition("=")[0].lower() for line in uncommented} == set(Settings.model_fields)
    load(tmp_path, "\n".join(uncommented))


def test_no_token_is_told_only_to_who_needs_one(tmp_path: Path) -> None:
    assert load(tmp_path, "BOT_TOKEN=\n").bot_token is None
    assert complaints(tmp_path, "BOT_TOKEN=\n", need_token=True) == [
        "BOT_TOKEN не задан. Получите токен у @BotFather и впишите его в файл .env строкой BOT_TOKEN=…"
    ]


@pytest.mark.parametrize(
    ("line", "beginning"),
    [
        ("BOT_TOKEN=hello", "BOT_TOKEN не похож на токен"),
        ("BOT_TOKEN=x:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0", "BOT_TOKEN не похож на токен"),
        ("TELEGRAM_API_URL=api.telegram.org", "TELEGRAM_API_URL: «api.telegram.org» – не адрес"),
        ("DATABASE_URL=mysql://root:hunter2@db/x", "DATABASE_URL: нужен адрес базы SQLite или PostgreSQL"),
        ("DATABASE_URL=bot.sqlite3", "DATABASE_URL: нужен адрес базы"),
        ("COORDINATOR_IDS=1,@anya", "COORDINATOR_IDS: «1,@anya» – нужны номера"),
        ("TIMEZONE=Moscow", "TIMEZONE: часового пояса «Moscow» нет"),
        ("TIMEZONE=../../etc/passwd", "TIMEZONE: часового пояса"),
        ("LOG_LEVEL=LOUD", "LOG_LEVEL: «LOUD» – нужно одно из слов DEBUG, INFO, WARNING, ERROR."),
        ("LOG_FORMAT=xml", "LOG_FORMAT: «xml» – нужно console или json."),
    ],
)
def test_a_wrong_setting_gets_one_clear_line(tmp_path: Path, line: str, beginning: str) -> None:
    (complaint,) = complaints(tmp_path, line + "\n")
    assert complaint.startswith(beginning)
    assert "\n" not in complaint


def test_every_wrong_setting_is_told_at_once(tmp_path: Path) -> None:
    assert len(complaints(tmp_path, "LOG_LEVEL=LOUD\nTIMEZONE=x\nCOORDINATOR_IDS=1;2\n")) == 3


def test_secrets_are_never_shown(tmp_path: Path) -> None:
    settings = load(tmp_path, f"BOT_TOKEN={TOKEN}\nDATABASE_URL=postgresql://bot:hunter2@db/bot\n")
    shown = f"{settings!r} {settings} {settings.model_dump_json(include={'bot_token'})}"
    assert TOKEN.partition(":")[2] not in shown
    assert "hunter2" not in shown
    wrong = complaints(tmp_path, "BOT_TOKEN=12:tooshort-but-secret\nDATABASE_URL=mysql://root:hunter2@db/x\n")
    assert "secret" not in "".join(wrong)
    assert "hunter2" not in "".join(wrong)


def test_unknown_names_are_fine_and_near_misses_are_reported(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("BOT_TOKN=1\nCOMPOSE_PROJECT=x\nBOT_TOKEN=2\n", encoding="utf-8")
    assert misspelt_names(file, {"COORDINATORS_IDS": "1", "HOME": "/", "LOG_LEVEL": "INFO"}) == {
        "BOT_TOKN": "BOT_TOKEN",
        "COORDINATORS_IDS": "COORDINATOR_IDS",
    }


def test_a_start_with_wrong_settings_ends_with_status_2(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOG_FORMAT", "xml")
    with pytest.raises(SystemExit) as ended:
        settings_or_exit(TEXTS, need_token=False)
    assert ended.value.code == 2
    assert capfd.readouterr().err == "LOG_FORMAT: «xml» – нужно console или json.\n"


def test_reading_settings_loads_no_messenger() -> None:
    code = "import sys, bot.settings; sys.exit('aiogram' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize(
    "line",
    [
        "TELEGRAM_API_URL=ftp://user:hunter2@files.example/",
        "TELEGRAM_API_URL=user:hunter2@api.example",
        "TELEGRAM_API_URL=ftp://user:hun@ter2@files.example/",
        "DATABASE_URL=mysql://user:hunter2@db/x",
        "DATABASE_URL=postgresql://user:hunter2@db:port/x",
    ],
)
def test_a_wrong_address_never_shows_its_password(tmp_path: Path, line: str) -> None:
    (complaint,) = complaints(tmp_path, line + "\n")
    assert "hunter2" not in complaint
    assert "ter2" not in complaint


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "postgresql://u@h:port/x"])
def test_a_database_must_outlive_the_process(tmp_path: Path, url: str) -> None:
    (complaint,) = complaints(tmp_path, f"DATABASE_URL={url}\n")
    assert complaint.startswith("DATABASE_URL:")


@pytest.mark.parametrize(
    ("mode", "url", "found"),
    [
        (0o600, "https://api.telegram.org", []),
        (0o600, "http://localhost:8081", []),
        (0o600, "http://127.0.0.1:8081", []),
        (0o600, "http://[::1]:8081", []),
        (0o644, "https://api.telegram.org", [".env"]),
        (0o640, "http://api.example", [".env", "TELEGRAM_API_URL"]),
        (0o600, "http://127.0.0.1.api.example", ["TELEGRAM_API_URL"]),
    ],
)
def test_a_token_that_others_may_read_is_named(tmp_path: Path, mode: int, url: str, found: list[str]) -> None:
    file = tmp_path / ".env"
    file.touch()
    file.chmod(mode)
    settings = Settings(_env_file=None, telegram_api_url=url)  # type: ignore[call-arg]
    assert exposed_secrets(settings, file) == found


def test_the_token_may_come_from_systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token = "123456:" + "x" * 35
    (tmp_path / "BOT_TOKEN").write_text(token + "\n", encoding="utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert Settings.load(need_token=True, env_file=None).token == token
