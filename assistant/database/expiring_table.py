"""What several servers keep for a while under keys, in a table of PostgreSQL: it outlives each of them."""

import hashlib
import time
from collections.abc import Callable
from contextlib import nullcontext
from itertools import count
from typing import ClassVar

from sqlalchemy import Column as Col
from sqlalchemy import ColumnElement, Connection, Double, Index, LargeBinary, MetaData, Table, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from assistant.database.columns import TEXT, Row
from assistant.database.opening import open_tables
from assistant.database.place import Database

FILE = "remembered.sqlite"  # the name of the store; the server of a home keeps such things in memory
TABLES = MetaData()
_kept = Table(
    "remembered",
    TABLES,
    Col("key", TEXT, primary_key=True),
    Col("kind", TEXT, nullable=False),
    Col("until", Double, nullable=False),
    Col("content", LargeBinary, nullable=False),
    Index("remembered_of_kind", "kind", "until"),
)
_SWEPT = 100  # so often that is put in, what is over is removed


class ExpiringTable:
    """The contents of one `kind`, `most` at most, for all servers of a database; `clock` gives seconds since 1970.

    Of keys there are hashes only: who reads the table can use none of them.
    """

    is_remote: ClassVar[bool] = True

    def __init__(self, place: Database, kind: str, most: int, clock: Callable[[], float] = time.time) -> None:
        self.tables = open_tables(place, FILE, TABLES, _read)
        self._kind, self._most, self._clock = kind, most, clock
        self._puts = count()

    def get(self, key: str, seconds: float | None = None) -> bytes | None:
        """What is kept under `key`."""
        with self.tables.reading(select(_kept.c.content).where(*self._still(key))) as rows:
            found = next((bytes(row["content"]) for row in rows), None)
        if found is not None and seconds is not None:
            with self.tables.writing(self._hashed(key)) as db:
                db.execute(update(_kept).where(*self._still(key)).values(until=self._clock() + seconds))
        return found

    def put(self, key: str, content: bytes, seconds: float) -> None:
        """Keep `content` under `key`."""
        row = self._row(key, content, seconds)
        with self.tables.writing(self._hashed(key)) as db:
            db.execute(insert(_kept).values(row).on_conflict_do_update(index_elements=["key"], set_=row))
        self._sweep()

    def swap(
        self, key: str, old: bytes | None, new: bytes | None, seconds: float = 0.0, within: Connection | None = None
    ) -> bool:
        """Have `new` in place of `old`; `within` is the connection of a transaction that this becomes part of."""
        with nullcontext(within) if within is not None else self.tables.writing(self._hashed(key)) as db:
            done = self._swapped(db, key, old, new, seconds)
        if old is None:
            self._sweep()
        return done

    def _swapped(self, db: Connection, key: str, old: bytes | None, new: bytes | None, seconds: float) -> bool:
        same = *self._still(key), _kept.c.content == old
        if new is None:
            return old is None or db.execute(delete(_kept).where(*same)).rowcount > 0
        row = self._row(key, new, seconds)
        if old is not None:
            return db.execute(update(_kept).where(*same).values(row)).rowcount > 0
        is_over = _kept.c.until <= self._clock()
        adding = insert(_kept).values(row).on_conflict_do_update(index_elements=["key"], set_=row, where=is_over)
        return db.execute(adding).rowcount > 0

    def _row(self, key: str, content: bytes, seconds: float) -> dict[str, object]:
        return {"key": self._hashed(key), "kind": self._kind, "until": self._clock() + seconds, "content": content}

    def _still(self, key: str) -> tuple[ColumnElement[bool], ...]:
        return _kept.c.key == self._hashed(key), _kept.c.until > self._clock()

    def _hashed(self, key: str) -> str:
        return hashlib.sha256(f"{self._kind}\0{key}".encode("utf-8", "surrogatepass")).hexdigest()

    def _sweep(self) -> None:
        """Remove what is over, and what there is too much of, now and then."""
        if next(self._puts) % _SWEPT:
            return
        ours = _kept.c.kind == self._kind
        beyond = select(_kept.c.until).where(ours).order_by(_kept.c.until.desc()).offset(self._most).limit(1)
        gone = (_kept.c.until <= self._clock()) | (ours & (_kept.c.until <= beyond.scalar_subquery()))
        # What another server removes or changes at this moment is no matter of ours.
        keys = select(_kept.c.key).where(gone).with_for_update(skip_locked=True)
        with self.tables.writing("sweeping") as db:
            db.execute(delete(_kept).where(_kept.c.key.in_(keys)))


def _read(table: str, row: Row) -> bytes:
    return bytes(row["content"])
