"""Write the next migration: what the models say and no migration does yet.

``python -m scripts.new_migration "what it adds"`` makes ``db/migrations/versions/<number>_<words>.py``, to be read and
corrected: it sees tables and columns, not what should become of the rows that are there.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

from db.migrate import config, migration_engine, upgrade


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.new_migration", description=__doc__)
    parser.add_argument("message", help="a few words: they name the file")
    message: str = parser.parse_args().message
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'new.sqlite3'}"
        upgrade(url)
        engine = migration_engine(url)
        with engine.begin() as connection:
            settings = config(connection)
            newest = ScriptDirectory.from_config(settings).get_current_head() or "0"
            command.revision(settings, message, autogenerate=True, rev_id=f"{int(newest) + 1:04}")
        engine.dispose()


if __name__ == "__main__":
    main()
