"""Tries of passwords that several servers count together, in a table of PostgreSQL."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Column, Connection, Double, Index, Integer, MetaData, Table, delete, func, select

from assistant.accounts.try_counts import ENTERED, FORGOTTEN_AFTER, MOST, NO_TRIES, Key, Tries
from assistant.database import TEXT, Database, Row, open_tables, put

FILE = "tries.sqlite"  # the name of the store; in a home tries are counted in memory
TABLES = MetaData()
_tries = Table(
    "tries",
    TABLES,
    Column("key", TEXT, primary_key=True),
    Column("kind", TEXT, nullable=False),
    Column("count", Integer, nullable=False),
    Column("at", Double, nullable=False),
    Index("tries_of_kind", "kind", "at"),
)


class TryTable:
    """The tries of all servers of one database."""

    def __init__(self, place: Database) -> None:
        self.tables = open_tables(place, FILE, TABLES, _read)

    @contextmanager
    def changing(self) -> Iterator[Tries]:
        """The tries, which no other server changes meanwhile."""
        with self.tables.writing() as db:
            yield _Rows(db)


class _Rows:
    """The rows of the table, in a transaction."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def get(self, key: Key) -> tuple[int, float]:
        found = self._db.execute(select(_tries.c.count, _tries.c.at).where(_tries.c.key == _text(key))).first()
        return NO_TRIES if found is None else (found[0], found[1])

    def put(self, key: Key, count: int, at: float) -> None:
        put(self._db, _tries, {"key": _text(key), "kind": key[0], "count": count, "at": at})
        of_kind = _tries.c.kind == key[0]
        if key[0] != ENTERED:
            self._db.execute(delete(_tries).where(of_kind, _tries.c.at < at - FORGOTTEN_AFTER))
        if self._db.execute(select(func.count()).select_from(_tries).where(of_kind)).scalar_one() > MOST:
            newest = select(_tries.c.key).where(of_kind).order_by(_tries.c.at.desc(), _tries.c.key).limit(MOST)
            self._db.execute(delete(_tries).where(of_kind, _tries.c.key.not_in(newest)))

    def drop(self, key: Key) -> tuple[int, float]:
        found = self.get(key)
        self._db.execute(delete(_tries).where(_tries.c.key == _text(key)))
        return found


def _text(key: Key) -> str:
    # A password that was typed as the name must not be readable.
    return hashlib.sha256(json.dumps(key).encode()).hexdigest()


def _read(table: str, row: Row) -> tuple[int, float]:
    return int(row["count"]), float(row["at"])
