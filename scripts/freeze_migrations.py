"""Write down the hash of each new migration: ``python -m scripts.freeze_migrations``.

Lines that are there already are never changed: a migration that was committed has made databases, and is edited no
more. While yours is not committed yet, delete its line and run this again.
"""

from __future__ import annotations

import hashlib

from db.migrate import MIGRATIONS

HASHES = MIGRATIONS / "hashes.txt"


def frozen() -> dict[str, str]:
    """Hash by name of file, as it was written down."""
    lines = HASHES.read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split() for line in lines)}


def present() -> dict[str, str]:
    """Hash by name of file, as the files are."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((MIGRATIONS / "versions").glob("[0-9]*.py"))
    }


def line(name: str, digest: str) -> str:
    """One line of the list, as ``sha256sum`` writes it."""
    return f"{digest}  {name}"


def main() -> None:
    known = frozen()
    lines = [line(name, known.get(name, digest)) for name, digest in present().items()]
    HASHES.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
