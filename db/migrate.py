"""Bring a database up to date: schema by Alembic, reference data from the files beside it.

Alembic is imported when there is something to migrate: a bot that starts on a database that is up to date carries
none of it.
"""

from __future__ import annotations

import csv
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session

from db.dialect import insert_or_update
from db.engine.postgres import writer_of
from db.failures import Failure, UnusableDatabase, failure_of_file
from db.models import MunicipalityRow

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
MUNICIPALITIES = Path(__file__).parent / "data" / "municipalities.csv"
"""44 municipalities of Krasnodar Krai; coordinates of their centres from GeoNames, CC BY 4.0."""


def upgrade(url: str, revision: str = "head") -> None:
    """Create the database if need be, apply every migration up to ``revision``, refresh reference data.

    Raises:
        UnusableDatabase: a newer version of the program has worked with it, or its folder cannot be made.
    """
    engine = migration_engine(url)
    try:
        with engine.begin() as connection:
            stored = stored_revision(connection)
            if stored is not None and stored > newest_revision():
                raise UnusableDatabase(Failure.NEWER)
            if revision != "head" or stored != newest_revision():
                from alembic import command

                from db.early_databases import complete

                if stored is not None:
                    complete(connection, stored)
                command.upgrade(config(connection), revision)
            if revision == "head":
                with Session(connection, join_transaction_mode="rollback_only") as session:
                    load_municipalities(session)
    finally:
        engine.dispose()


def downgrade(url: str, revision: str) -> None:
    """Undo migrations down to ``revision`` (``base`` for an empty database)."""
    from alembic import command

    engine = migration_engine(url)
    try:
        with engine.begin() as connection:
            command.downgrade(config(connection), revision)
    finally:
        engine.dispose()


def newest_revision() -> str:
    """Of the migrations here: their files begin with their numbers."""
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def stored_revision(connection: Connection) -> str | None:
    """None for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)


def config(connection: Connection) -> Config:
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    settings.attributes["connection"] = connection
    return settings


def migration_engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            try:
                file = Path(parsed.database)
                file.parent.mkdir(parents=True, exist_ok=True)
                # Nobody else may read what people say of themselves; SQLite gives its log the same rights.
                if not file.exists():
                    file.touch(0o600)
            except OSError as error:
                raise UnusableDatabase(failure_of_file(error)) from error
        engine = create_engine(parsed.set(drivername="sqlite"))

        @event.listens_for(engine, "connect")
        def on_connect(connection: DBAPIConnection, _record: object) -> None:
            assert isinstance(connection, sqlite3.Connection)  # noqa: S101 - the driver name above says so
            connection.isolation_level = None

        @event.listens_for(engine, "begin")
        def on_begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

        return engine
    return writer_of(parsed)


def load_municipalities(session: Session) -> None:
    with MUNICIPALITIES.open(encoding="utf-8", newline="") as file:
        rows = [
            {**row, "latitude": float(row["latitude"]), "longitude": float(row["longitude"])}
            for row in csv.DictReader(file)
        ]
    insert_or_update(session, MunicipalityRow, rows, key=("code",))
