"""Run a command beside a private PostgreSQL: ``python -m scripts.with_postgres COMMAND …``.

The server lives in a temporary folder, listens on a socket there and nowhere else, and is gone with the command, whose
exit status is returned. The command finds it in ``TEST_DATABASE_URL``. PostgreSQL refuses to run as root: then it runs
as the user ``postgres``, whom its package made.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OWNER = "bot"
PATIENCE = 60
"""Seconds for the start, and for the end."""
# The data is gone with the tests: nothing waits for the disk.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
}


@contextmanager
def private_postgres() -> Iterator[str]:
    """The URL of a server that runs until the end of the block."""
    user = "postgres" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        if user:
            shutil.chown(folder, user)
        data = Path(folder) / "data"
        subprocess.run(
            [program("initdb"), "-A", "trust", "-U", OWNER, "-E", "UTF8", "--no-sync", "-D", data],
            check=True,
            user=user,
            cwd=folder,
            stdout=subprocess.DEVNULL,
        )
        options = [f"-c{name}={value}" for name, value in SETTINGS.items()]
        with (
            (Path(folder) / "log").open("wb") as log,
            subprocess.Popen(
                [program("postgres"), "-D", data, "-k", folder, *options],
                user=user,
                cwd=folder,
                stdout=log,
                stderr=log,
            ) as server,
        ):
            try:
                wait_for(server, Path(folder))
                yield f"postgresql://{OWNER}@/postgres?host={folder}"
            finally:
                # Fast: whoever is connected is sent away.
                server.send_signal(signal.SIGINT)
                server.wait(PATIENCE)


def wait_for(server: subprocess.Popen[bytes], folder: Path) -> None:
    """Until the server takes connections.

    Raises:
        RuntimeError: it ended, or is not ready in time; with what it wrote.
    """
    end = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < end:
        ready = subprocess.run([program("pg_isready"), "-q", "-h", folder, "-U", OWNER], check=False)
        if ready.returncode == 0:
            return
        time.sleep(0.1)
    raise RuntimeError((folder / "log").read_text(encoding="utf-8", errors="replace"))


def program(name: str) -> str:
    """The path of one of PostgreSQL's programs: the newest that Debian keeps beside each other, or that of the path.

    Raises:
        RuntimeError: PostgreSQL is not installed.
    """
    kept = Path("/usr/lib/postgresql")
    found = sorted(kept.glob(f"*/bin/{name}"), key=lambda path: int(path.parent.parent.name))
    if found:
        return str(found[-1])
    path = shutil.which(name)
    if path is None:
        raise RuntimeError(f"{name} is missing: sh scripts/install-postgres.sh")
    return path


def main() -> int:
    with private_postgres() as url:
        return subprocess.run(
            sys.argv[1:], env={**os.environ, "TEST_DATABASE_URL": url}, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
