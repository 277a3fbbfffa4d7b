"""Where people's things are in a test: `place` is the home in tmp_path, then an empty database of PostgreSQL."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from assistant.database import Database

Place = Database
PlaceMaker = Callable[[], Database]


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """An empty place; the body of the test holds for both."""
    if request.param == "sqlite":
        return Database(tmp_path)
    return Database(tmp_path, SecretStr(request.getfixturevalue("postgres_url")))


def settings_of(place: Database) -> dict[str, Any]:
    """The settings by which people's things are at `place`."""
    return {"home": place.home, **({} if place.address is None else {"index": place.address})}
