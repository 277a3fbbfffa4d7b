"""The tables of one store in the schema `assistant` of a PostgreSQL database, which several servers share."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import PurePath
from weakref import WeakKeyDictionary

from pydantic import SecretStr
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Executable,
    MetaData,
    RowMapping,
    Table,
    func,
    select,
    text,
)
from sqlalchemy import inspect as inspected
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.schema import CreateSchema

from assistant.database.columns import TEXT, batches_of
from assistant.database.completing import Names, complete, names_of
from assistant.database.place import SCHEMA, shown
from assistant.database.postgres import connected, engine
from assistant.database.tables import ReadRow, Tables
from assistant.errors import AssistantError
from assistant.utils import one_line

_shared = MetaData()
_changes = Table(
    "store_changes", _shared, Column("store", TEXT, primary_key=True), Column("number", BigInteger, nullable=False)
)
_made: WeakKeyDictionary[Engine, set[str]] = WeakKeyDictionary()
"""The stores whose tables were seen over these connections."""
_also: ContextVar[Callable[[str, Connection], None] | None] = ContextVar("also", default=None)


@contextmanager
def within_changes(also: Callable[[str, Connection], None]) -> Iterator[None]:
    """Have each change that is made in the block, and in threads with its context, do `also` in its transaction.

    It gets the name of the store that is changed and the connection; what it raises undoes the change.
    """
    before = _also.set(also)
    try:
        yield
    finally:
        _also.reset(before)


class PostgresTables(Tables):
    """The tables of one store in the database at `address`."""

    is_remote = True

    def __init__(self, address: SecretStr, name: str, tables: MetaData, read: ReadRow) -> None:
        super().__init__(name, tables, read)
        self.address = address
        self._store = PurePath(name).stem

    @contextmanager
    def reading(self, query: Executable) -> Iterator[Iterable[RowMapping]]:
        """The rows of `query`."""
        with self._open() as db:
            yield db.execute(query).mappings()

    @contextmanager
    def reading_all(self) -> Iterator[Connection | None]:
        """A connection that sees all tables as of one moment."""
        with self._open() as db:
            db.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield db

    @contextmanager
    def writing(self, of: str | None = None) -> Iterator[Connection]:
        """A connection in a transaction; what it concerns nobody else writes meanwhile, on any server."""
        with self._open() as db:
            if of is None:
                db.execute(select(func.pg_advisory_xact_lock(lock(self._store))))
            else:  # first all of it, then what is of them: in one order, so that no two wait for each other
                both = f"{self._store}/{of}"
                db.execute(select(func.pg_advisory_xact_lock_shared(lock(self._store))))
                db.execute(select(func.pg_advisory_xact_lock(lock(both))))
            yield db
            if (also := _also.get()) is not None:
                also(self._store, db)
            db.commit()

    def exists(self) -> bool:
        """Always: they are made when they are first opened."""
        return True

    def state(self) -> tuple[object, bool]:
        """The number of changes, which is written with each of them."""
        with self.reading(select(_changes.c.number).where(_changes.c.store == self._store)) as rows:
            return next((row["number"] for row in rows), 0), True

    def note_change(self, db: Connection) -> None:
        """Count a change."""
        note_change(db, self._store)

    @contextmanager
    def _open(self) -> Iterator[Connection]:
        try:
            with connected(self.address) as db:
                self._make(db)
                yield db
        except (ValueError, TypeError, KeyError) as error:
            raise AssistantError(
                f"{shown(self.address)}: a row of the store {self._store} cannot be read "
                f"({one_line(str(error), 200)}); put a backup back: assistant restore"
            ) from None

    def _make(self, db: Connection) -> None:
        """Make the tables, once in each process; of several that do this at once the others wait."""
        made = _made.setdefault(engine(self.address), set())
        if self._store in made:
            return
        if not set(self._names()) <= set(_present(db)):
            make_tables(db, self.metadata)
        db.commit()
        made.add(self._store)

    def _names(self) -> Names:
        return [*names_of(self.metadata), *names_of(_shared)]

    def check(self) -> None:
        """Raise AssistantError unless the database can be used and all rows can be read."""
        with self.reading_all() as db:
            for table in self.metadata.sorted_tables if db is not None else ():
                for rows in batches_of(db, table) if db is not None else ():
                    for row in rows:
                        self.read(table.name, row)

    def mend(self) -> str:
        """Nothing can be mended here: the database has its own means, and there are backups."""
        raise AssistantError(f"{shown(self.address)}: it is not mended from here; put a backup back: assistant restore")


def make_tables(db: Connection, tables: MetaData) -> None:
    """Make what is missing of these tables in the schema of the transaction's database."""
    if db.execute(text("SHOW server_encoding")).scalar_one() != "UTF8":
        raise AssistantError("the database named by index has another encoding; make it with ENCODING 'UTF8'")
    db.execute(select(func.pg_advisory_xact_lock(lock("schema"))))
    if not inspected(db).has_schema(SCHEMA):
        db.execute(CreateSchema(SCHEMA))
    for each in (_shared, tables):
        complete(db, each, _present(db))


def _present(db: Connection) -> Names:
    """What the schema has, to those who may use it."""
    columns = db.execute(
        text("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = :schema"),
        {"schema": SCHEMA},
    )
    indexes = db.execute(text("SELECT indexname FROM pg_indexes WHERE schemaname = :schema"), {"schema": SCHEMA})
    return {(row[0], row[1]) for row in columns} | {(row[0], None) for row in indexes}


def tables_present(db: Connection) -> set[str]:
    """The names of the tables that the schema has."""
    return {name for name, column in _present(db) if column is not None}


def note_change(db: Connection, store: str) -> None:
    """Count a change of that store."""
    counted = insert(_changes).values(store=store, number=1)
    more = {"number": _changes.c.number + 1}
    db.execute(counted.on_conflict_do_update(index_elements=["store"], set_=more))


def lock(name: str) -> ColumnElement[int]:
    """The number of the lock that is called so."""
    return func.hashtextextended(f"article-assistant/{name}", 0)
