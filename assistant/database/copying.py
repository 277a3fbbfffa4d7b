"""Copies people's things out of PostgreSQL into the files of a home, and back, as backups have them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import Connection, Table, func, insert, select
from sqlalchemy.schema import CreateSchema

from assistant.database.columns import NUMBER, batches_of, insert_new
from assistant.database.fact_table import FACTS, fact_tables, facts
from assistant.database.place import SCHEMA, shown
from assistant.database.postgres import connected
from assistant.database.postgres_tables import lock, make_tables, note_change, tables_present
from assistant.database.sqlite_tables import SqliteTables
from assistant.database.stores import Stores
from assistant.database.tables import Tables
from assistant.errors import AssistantError


def copied_to_file(tables: Tables, path: Path) -> Path:
    """`path`, a new SQLite file that has all rows of `tables` as of one moment."""
    file = SqliteTables(path, tables.metadata, tables.read)
    with tables.reading_all() as source, file.writing() as target:
        if source is not None:
            _copy(source, target, tables)
    return path


def small_contents(stores: Stores) -> dict[str, bytes]:
    """What is kept beside the tables of `stores`, by name."""
    if stores.place.address is not None:
        return facts(stores.place.address)
    paths = (stores.place.home / name for name in stores.small_files)
    return {path.name: path.read_bytes() for path in paths if path.is_file()}


def row_count(tables: Tables) -> int:
    """How many rows there are."""
    with tables.reading_all() as db:
        counted = (select(func.count()).select_from(table) for table in tables.metadata.sorted_tables)
        return 0 if db is None else sum(db.execute(query).scalar_one() for query in counted)


def refuse_full(stores: Stores) -> None:
    """Raise AssistantError where PostgreSQL has rows of one of `stores`."""
    for each in stores.tables if stores.place.address is not None else ():
        with each.reading_all() as db:
            tables = each.metadata.sorted_tables if db is not None else ()
            if db is not None and any(db.execute(select(table).limit(1)).first() for table in tables):
                raise AssistantError(
                    f"{shown(_address(stores))} has people's things already ({Path(each.name).stem}); with --force "
                    f"they are set aside, in a schema {SCHEMA}_before_DATE_TIME"
                )


@contextmanager
def put_back(stores: Stores, home: Path) -> Iterator[str | None]:
    """Put what the files in `home` have into PostgreSQL, when the block ends, at once.

    The files are removed from `home`. What was there is in a schema of its own then, whose name is given.
    """
    address = _address(stores)
    all_tables = (*stores.tables, fact_tables(address))
    with connected(address) as db:
        db.execute(select(func.pg_advisory_xact_lock(lock("schema"))))
        aside = _set_aside(db, {name for each in all_tables for name in each.metadata.tables})
        for each in all_tables:
            make_tables(db, each.metadata)
            note_change(db, Path(each.name).stem)
        for each in stores.tables:
            _put_back_file(db, each, home / each.name)
        for name in stores.small_files:
            if (path := home / name).is_file():
                insert_new(db, FACTS.tables["facts"], {"name": name, "content": path.read_bytes()})
                path.unlink()
        yield aside
        db.commit()


def _address(stores: Stores) -> SecretStr:
    assert stores.place.address is not None
    return stores.place.address


def _set_aside(db: Connection, names: set[str]) -> str | None:
    """Move the tables with these names out of the way; the schema that has them then."""
    present = sorted(names & tables_present(db))
    if not any(db.exec_driver_sql(f"SELECT 1 FROM {SCHEMA}.{name} LIMIT 1").first() for name in present):
        return None
    aside = f"{SCHEMA}_before_{datetime.now(UTC):%Y%m%d_%H%M%S_%f}"
    db.execute(CreateSchema(aside))
    for name in present:
        db.exec_driver_sql(f"ALTER TABLE {SCHEMA}.{name} SET SCHEMA {aside}")
    return aside


def _put_back_file(db: Connection, tables: Tables, path: Path) -> None:
    file = SqliteTables(path, tables.metadata, tables.read)
    with file.reading_all() as source:
        if source is not None:
            _copy(source, db, tables)
    for table in tables.metadata.sorted_tables:
        _count_on(db, table)
    path.unlink(missing_ok=True)


def _copy(source: Connection, target: Connection, tables: Tables) -> None:
    for table in tables.metadata.sorted_tables:
        for rows in batches_of(source, table):
            target.execute(insert(table), [dict(row) for row in rows])


def _count_on(db: Connection, table: Table) -> None:
    """Have a counted key go on above those that were put in."""
    (key,) = table.primary_key
    if key.type is NUMBER:
        sequence = func.pg_get_serial_sequence(f"{SCHEMA}.{table.name}", key.name)
        highest = select(func.setval(sequence, func.max(key))).select_from(table).having(func.max(key).is_not(None))
        db.execute(highest)
