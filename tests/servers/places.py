"""Where people's things are in a test: `place` is a home first, then an empty database of PostgreSQL."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from assistant import Assistant
from assistant.database import SCHEMA, Database, connected
from tests.support import open_assistant


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """An empty place; the body of the test holds for both."""
    if request.param == "sqlite":
        return Database(tmp_path / "home")
    return Database(tmp_path / "home", SecretStr(request.getfixturevalue("postgres_url")))


def settings_at(place: Database) -> dict[str, Any]:
    """The settings by which people's things are there."""
    return {"home": place.home, **({} if place.address is None else {"index": place.address})}


def opened(place: Database) -> Assistant:
    """An assistant whose people's things are there, with the quick embedder."""
    return open_assistant(**settings_at(place))


def change(place: Database, file: str, statement: str, **values: object) -> None:
    """Change what is kept, as no store would; `file` is its name in a home."""
    if place.address is None:
        with closing(sqlite3.connect(place.home / file)) as db, db:
            db.execute(statement, values)
        return
    with connected(place.address) as remote:
        remote.execute(text(f"SET LOCAL search_path = {SCHEMA}"))
        remote.execute(text(statement), values)
        remote.commit()


def all_words(place: Database) -> str:
    """Everything that is kept there, to see what is not."""
    if place.address is None:
        return "\n".join(path.read_bytes().decode("latin-1") for path in place.home.glob("*.sqlite*"))
    tables = text("SELECT table_name FROM information_schema.tables WHERE table_schema = :schema")
    with connected(place.address) as db:
        names = db.execute(tables, {"schema": SCHEMA}).scalars().all()
        return "\n".join(str(row) for name in names for row in db.execute(text(f"SELECT * FROM {SCHEMA}.{name}")))
