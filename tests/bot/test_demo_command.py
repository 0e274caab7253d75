"""`python -m bot demo` where it cannot start."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from bot.commands import demo
from bot.settings import Settings
from bot.texts import Texts
from sandbox.guard import made_up
from tests.town import MOSCOW


def test_a_port_that_is_taken_gets_a_sentence_and_the_database_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    database = tmp_path / "demo.sqlite3"
    monkeypatch.setattr(demo, "DATABASE", database)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert demo.run(Settings(), Texts.load(), port=port, fresh=True) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"Порт {port} занят")
    assert told.endswith(f"make demo PORT={port + 1}\n")
    assert not database.exists()


def test_every_demonstration_has_a_token_that_no_other_page_can_guess(tmp_path: Path) -> None:
    tokens = {
        demo.Demonstration(Texts.load(), MOSCOW, tmp_path / "demo.sqlite3", 0, fresh=True)._token
        for _ in range(3)
    }
    assert len(tokens) == 3
    assert all(len(token) >= len("1:demo-") + 16 and made_up(token) == token for token in tokens)
