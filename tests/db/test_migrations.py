"""The stored schema is the one that the models describe, and every step to it can be undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, inspect, select
from sqlalchemy.orm import Session

from db.migrate import downgrade, migration_engine, upgrade
from db.models import Base, MunicipalityRow
from scripts import freeze_migrations


def tables(url: str) -> set[str]:
    engine = migration_engine(url)
    with engine.connect() as connection:
        names = set(inspect(connection).get_table_names())
    engine.dispose()
    return names - {"alembic_version"}


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'new folder' / 'bot.sqlite3'}"


def test_migrations_and_models_agree(database_url: str) -> None:
    engine = migration_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_partial_indexes_and_checks_are_there_too(database_url: str) -> None:
    """What the comparison of the migration tool does not look at."""
    if not database_url.startswith("sqlite"):
        pytest.skip("compared as SQLite writes it down")
    engine = migration_engine(database_url)
    with engine.connect() as connection:
        stored = inspect(connection)
        for table in Base.metadata.tables.values():
            checks = {found["name"] for found in stored.get_check_constraints(table.name)}
            assert checks == {c.name for c in table.constraints if isinstance(c, CheckConstraint)}
            indexes = {
                found["name"]: str(found.get("dialect_options", {}).get("sqlite_where"))
                for found in stored.get_indexes(table.name)
            }
            assert indexes == {i.name: str(i.dialect_options["sqlite"]["where"]) for i in table.indexes}
    engine.dispose()


def test_up_down_and_up_again(url: str) -> None:
    upgrade(url)
    full = tables(url)
    assert full == set(Base.metadata.tables)
    downgrade(url, "base")
    assert tables(url) == set()
    upgrade(url)
    assert tables(url) == full


def test_bringing_an_up_to_date_database_up_to_date_changes_nothing(url: str) -> None:
    upgrade(url)
    upgrade(url)
    engine = migration_engine(url)
    with Session(engine) as session:
        assert len(session.scalars(select(MunicipalityRow)).all()) == 44
    engine.dispose()


def test_reference_data_is_refreshed_and_nothing_else_is_touched(url: str) -> None:
    upgrade(url)
    engine = migration_engine(url)
    with Session(engine) as session:
        row = session.get_one(MunicipalityRow, "sochi")
        row.name = "Сочинский"
        session.commit()
    upgrade(url)
    with Session(engine) as session:
        assert session.get_one(MunicipalityRow, "sochi").name == "Сочи"
    engine.dispose()


def test_a_migration_that_fails_leaves_no_trace(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_session: Session) -> None:
        raise RuntimeError

    monkeypatch.setattr("db.migrate.load_municipalities", broken)
    with pytest.raises(RuntimeError):
        upgrade(url)
    assert tables(url) == set()


def test_nobody_else_may_read_a_new_database(url: str) -> None:
    upgrade(url)
    assert Path(url.removeprefix("sqlite:///")).stat().st_mode & 0o077 == 0


def test_a_committed_migration_is_never_edited() -> None:
    """It has made databases: one of another text would make others under the same number."""
    frozen, present = freeze_migrations.frozen(), freeze_migrations.present()
    edited = sorted(name for name, digest in frozen.items() if present.get(name) != digest)
    assert edited == [], f"{edited} were committed as they were: put them back and write another migration"
    new = [freeze_migrations.line(name, digest) for name, digest in present.items() if name not in frozen]
    assert new == [], (
        "A new migration needs its line in db/migrations/hashes.txt: run `python -m scripts.freeze_migrations`, or add\n"
        + "\n".join(new)
    )
