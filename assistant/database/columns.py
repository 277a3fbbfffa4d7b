"""What the tables of all stores are made of, and the two ways to put a row in."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Connection, Integer, RowMapping, Table, Text, select
from sqlalchemy.dialects import postgresql, sqlite

# By code points, as SQLite compares: times and ids sort the same wherever they are.
TEXT = Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")

_BATCH = 100  # rows; one may have some hundred thousand characters

Row = RowMapping | Mapping[str, Any]
"""A row by the names of its columns."""

NUMBER = BigInteger().with_variant(Integer, "sqlite")
"""Of a key that is counted up; SQLite does that for an INTEGER alone."""


def put(db: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Put a row in, in place of the one with the same primary key."""
    adding = _insert(db, table).values(row)
    keys = {column.name for column in table.primary_key}
    others = {name: adding.excluded[name] for name in row if name not in keys}
    db.execute(adding.on_conflict_do_update(index_elements=sorted(keys), set_=others))


def insert_new(db: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Put a row in, unless there is one with the same key or with what only one may have; whether it was put in."""
    return db.execute(_insert(db, table).values(row).on_conflict_do_nothing()).rowcount > 0


def batches_of(db: Connection, table: Table) -> Iterator[Sequence[RowMapping]]:
    """All rows of a table by its key, a few at a time, so that they need not all be in memory."""
    (key,) = table.primary_key
    ordered = select(table).order_by(key).limit(_BATCH)
    rows = db.execute(ordered).mappings().all()
    while rows:
        yield rows
        rows = db.execute(ordered.where(key > rows[-1][key.name])).mappings().all()


def _insert(db: Connection, table: Table) -> "postgresql.Insert | sqlite.Insert":
    return postgresql.insert(table) if db.dialect.name == "postgresql" else sqlite.insert(table)
