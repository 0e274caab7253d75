"""Fixtures of the use cases."""

from __future__ import annotations

import pytest

from db.engine import Database
from tests.services.desk import Desk
from tests.town import HandClock


@pytest.fixture
def desk(database: Database, clock: HandClock) -> Desk:
    return Desk(database, clock)
