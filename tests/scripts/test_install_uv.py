"""Only what was checked when the list was written is installed, whoever answers for the index."""

from __future__ import annotations

import http.server
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import install_uv

WHEEL = f"pip-{install_uv.PIP_VERSION}-py3-none-any.whl"


class LyingIndex(http.server.BaseHTTPRequestHandler):
    """Offers a wheel of its own, with the right hash of the wrong file."""

    def do_GET(self) -> None:
        page = {
            "files": [{"filename": WHEEL, "url": "/evil.whl", "hashes": {"sha256": install_uv.PIP_SHA256}}]
        }
        content = b"evil" if self.path == "/evil.whl" else json.dumps(page).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def index() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), LyingIndex) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/simple"
        server.shutdown()
        thread.join()


def test_a_wheel_that_nobody_checked_is_not_run(index: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not the file that was checked"):
        install_uv.fetch_pip(tmp_path, {"PIP_INDEX_URL": index})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"])
def test_an_index_in_the_clear_is_refused(name: str) -> None:
    install_uv.refuse_open_indexes({name: "https://pypi.org/simple"})
    with pytest.raises(ValueError, match=name):
        install_uv.refuse_open_indexes({name: "https://pypi.org/simple http://mirror.example/simple"})


def test_one_version_of_uv_with_hashes_and_nothing_else() -> None:
    lines = [line for line in install_uv.WANTED.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    assert re.fullmatch(r"uv==[\d.]+ \\", lines[0])
    assert all(re.fullmatch(r" {4}--hash=sha256:[0-9a-f]{64}( \\)?", line) for line in lines[1:])
    assert len(lines) > 10
