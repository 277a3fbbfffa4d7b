"""The tables of one store in a SQLite file of a home, which no refresh and no rollback touches."""

import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Executable, MetaData, NullPool, RowMapping, create_engine
from sqlalchemy.exc import DBAPIError

from assistant.database.columns import insert_new
from assistant.database.completing import Names, complete, fill, names_of
from assistant.database.tables import ReadRow, Tables
from assistant.errors import AssistantError, DamagedError
from assistant.utils import once, private_file, private_folder, readable_rows, set_aside

_BUSY_TIMEOUT = 30.0  # seconds for other processes to finish writing; each takes some milliseconds
# Seconds after a change in which another one may not show in the file's times; of some disks those are whole seconds.
_SETTLED, _SETTLED_IN_SECONDS = 0.05, 2.5

DAMAGED = "it is damaged; run: assistant check --repair, which keeps what can be read"
_CURES = {
    sqlite3.SQLITE_ERROR: "it is another kind of file; run: assistant check --repair, which sets it aside",
    sqlite3.SQLITE_FULL: "the disk is full; free some space and try again",
    sqlite3.SQLITE_READONLY: "it may not be written to; allow writing to it and to its folder",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; allow reading and writing in its folder",
    sqlite3.SQLITE_PERM: "it cannot be opened; allow reading and writing in its folder",
    sqlite3.SQLITE_BUSY: "others are writing to it all the time; try again",
    sqlite3.SQLITE_NOTADB: DAMAGED,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
}
_OF_DAMAGE = {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}
_NAMES = "SELECT m.name, p.name FROM sqlite_master m LEFT JOIN pragma_table_info(m.name) p"


class SqliteTables(Tables):
    """The tables of one store in the file at `path`."""

    def __init__(self, path: Path, tables: MetaData, read: ReadRow) -> None:
        super().__init__(path.name, tables, read)
        self.path = path
        self._engine = once(self._new_engine)
        self._known = once(lambda: set(names_of(tables)))

    def _new_engine(self) -> Engine:
        # A connection for each use: it serves one thread, and one inherited by a child process would break the file.
        return create_engine("sqlite://", creator=self._connect, poolclass=NullPool)

    def _connect(self) -> sqlite3.Connection:
        # Read-write where permitted: only then can what a killed writer left half done be rolled back on opening.
        uri = f"{self.path.absolute().as_uri()}?mode=rw"
        return sqlite3.connect(uri, uri=True, timeout=_BUSY_TIMEOUT, isolation_level=None)

    @contextmanager
    def reading(self, query: Executable) -> Iterator[Iterable[RowMapping]]:
        """The rows of `query`."""
        with self.reading_all() as db:
            yield () if db is None else db.execute(query).mappings()

    @contextmanager
    def reading_all(self) -> Iterator[Connection | None]:
        """A connection that sees all tables as of one moment."""
        if not self.exists():
            yield None
            return
        with self._open() as db:
            present = _names(db)
            if self._is_old(present):
                self._begin(db)
                db.commit()
            db.exec_driver_sql("BEGIN")
            yield db if present else None

    def _is_old(self, present: Names) -> bool:
        """Whether the tables are those of an older version."""
        ours = {table.name for table in self.metadata.sorted_tables}
        return not self._known() <= set(present) and any(name in ours for name, _ in present)

    @contextmanager
    def writing(self, of: str | None = None) -> Iterator[Connection]:
        """A connection in a transaction; nobody else writes to the file meanwhile."""
        try:
            private_folder(self.path.parent)
            with suppress(OSError):  # opening it says what is wrong
                private_file(self.path)
        except OSError as error:
            raise AssistantError(f"the folder {self.path.parent} cannot be made ({error.strerror}); make it") from None
        with self._open() as db:
            self._begin(db)
            yield db
            db.commit()

    def _begin(self, db: Connection) -> None:
        # Else what was deleted stays in the file, unseen, until something takes its place.
        db.exec_driver_sql("PRAGMA secure_delete = ON")
        # Not deferred: two that read first and then want to write would deadlock.
        db.exec_driver_sql("BEGIN IMMEDIATE")
        present = _names(db)
        if not self._known() <= set(present):
            complete(db, self.metadata, present)

    def exists(self) -> bool:
        """Whether there is a file, even one that cannot be used."""
        try:
            return self.path.exists()
        except OSError:
            return True  # opening it says what is wrong

    def state(self) -> tuple[object, bool]:
        """The file's times and size; one that has only just changed may change again without showing it."""
        try:
            found = self.path.stat()
        except OSError:
            return None, True
        return (found.st_ino, found.st_mtime_ns, found.st_size), _is_settled(found.st_mtime_ns)

    def note_change(self, db: Connection) -> None:
        """Nothing: the file shows it."""

    @contextmanager
    def _open(self) -> Iterator[Connection]:
        if self.path.is_dir():
            raise DamagedError(f"{self.path}: {DAMAGED} (it is a folder)")
        try:
            with self._engine().connect() as db:
                yield db
        except (ValueError, TypeError, KeyError) as error:
            raise DamagedError(f"{self.path}: {DAMAGED} ({str(error).splitlines()[0]})") from None
        except (sqlite3.Error, DBAPIError) as error:
            raise self._told(error.orig if isinstance(error, DBAPIError) else error) from None

    def _told(self, error: BaseException | None) -> AssistantError:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        cure = _CURES.get(code, "it cannot be used; see that the disk works and has space")
        return (DamagedError if code in _OF_DAMAGE else AssistantError)(f"{self.path}: {cure} ({error})")

    def check(self) -> None:
        """Raise DamagedError, in one line with the cure, unless the file is sound and all of it can be read."""
        if not self.exists():
            return
        with self._open() as db:
            if (found := db.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()) != "ok":
                raise ValueError(found)
            present = {name for name, _ in _names(db)}
            for table in self.metadata.tables:
                # With the columns that are there: those of an older version are sound, too.
                for row in db.exec_driver_sql(f"SELECT * FROM {table}").mappings() if table in present else ():
                    self.read(table, row)

    def mend(self) -> str:
        """Set the damaged file aside and make a new one of all rows that can be used."""
        aside, kept = set_aside(self.path), 0
        with self.writing() as new:
            for table, row in self._usable_rows(aside):
                found = self.metadata.tables[table]
                kept += insert_new(new, found, {name: row[name] for name in row if name in found.columns})
            for table in self.metadata.tables:
                fill(new, list(self.metadata.tables[table].columns))
        return f"{self.name}: it was set aside as {aside.name}; a new one has the {kept:,} rows that could be read"

    def _usable_rows(self, path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
        with suppress(sqlite3.Error), closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            for table in self.metadata.tables:
                for row in readable_rows(db, table):
                    with suppress(ValueError, TypeError, KeyError):
                        self.read(table, row)
                        yield table, row


def _names(db: Connection) -> Names:
    return {(row[0], row[1]) for row in db.exec_driver_sql(_NAMES)}


def _is_settled(changed: int) -> bool:
    """Whether a file that was changed then, in nanoseconds since 1970, would show another change now."""
    least = _SETTLED if changed % 1_000_000_000 else _SETTLED_IN_SECONDS
    return time.time() - changed / 1e9 > least
