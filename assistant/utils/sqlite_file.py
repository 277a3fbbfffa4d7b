"""A SQLite file beside the index, for data that no refresh and no rollback touches."""

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from assistant.errors import AssistantError, DamagedError
from assistant.utils.private import private_file, private_folder
from assistant.utils.salvage import readable_rows, set_aside

_BUSY_TIMEOUT = 30.0  # seconds for other processes to finish writing; each takes some milliseconds

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
_TABLE = re.compile(r"CREATE TABLE IF NOT EXISTS (\w+)")


class SqliteFile:
    """One file with its tables, for any number of threads and processes at once.

    `tables` are CREATE statements separated by semicolons. Rows have their columns by name. All methods raise
    AssistantError when the file cannot be used, also for a ValueError or TypeError over a row that is read. `read`
    gets each row with its table, and raises one of these, or KeyError, for one that cannot be used.
    """

    def __init__(self, path: Path, tables: str, read: Callable[[str, Mapping[str, Any]], object]) -> None:
        self.path = path
        self._tables = tables
        self._read = read

    @contextmanager
    def reading(self, query: str, values: Sequence[object] = ()) -> Iterator[Iterable[sqlite3.Row]]:
        """The rows of `query` with `values` for its question marks, to be read in the block.

        None when nothing was ever written to the file.
        """
        if not self.exists():
            yield ()
            return
        # Read-write where permitted: only then can what a killed writer left half done be rolled back on opening.
        with self._open("rw") as db:
            has_tables = db.execute("SELECT 1 FROM sqlite_master WHERE type = 'table'").fetchone()
            yield db.execute(query, values) if has_tables else ()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection in a transaction that is rolled back when the block raises."""
        try:
            private_folder(self.path.parent)
            with suppress(OSError):  # opening it says what is wrong
                private_file(self.path)
        except OSError as error:
            raise AssistantError(f"the folder {self.path.parent} cannot be made ({error.strerror}); make it") from None
        with self._open("rwc") as db:
            # Else what was deleted stays in the file, unseen, until something takes its place.
            db.execute("PRAGMA secure_delete = ON")
            # Not deferred: two that read first and then want to write would deadlock.
            db.execute("BEGIN IMMEDIATE")
            for table in self._tables.split(";"):
                db.execute(table)
            yield db
            db.execute("COMMIT")

    def exists(self) -> bool:
        """Whether there is a file, even one that cannot be used."""
        try:
            return self.path.exists()
        except OSError:
            return True  # opening it says what is wrong

    @contextmanager
    def _open(self, mode: str) -> Iterator[sqlite3.Connection]:
        # A connection for each use: it serves one thread, and one inherited by a child process would break the file.
        uri = f"{self.path.absolute().as_uri()}?mode={mode}"
        if self.path.is_dir():
            raise DamagedError(f"{self.path}: {DAMAGED} (it is a folder)")
        try:
            with closing(sqlite3.connect(uri, uri=True, timeout=_BUSY_TIMEOUT, isolation_level=None)) as db:
                db.row_factory = sqlite3.Row
                yield db
        except (ValueError, TypeError, KeyError) as error:
            raise DamagedError(f"{self.path}: {DAMAGED} ({str(error).splitlines()[0]})") from None
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            cure = _CURES.get(code, "it cannot be used; see that the disk works and has space")
            raise (DamagedError if code in _OF_DAMAGE else AssistantError)(f"{self.path}: {cure} ({error})") from None

    def check(self) -> None:
        """Raise DamagedError, in one line with the cure, unless the file is sound and all of it can be read."""
        if not self.exists():
            return
        with self._open("rw") as db:
            if (found := db.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
                raise ValueError(found)
            for table in self._tables_in(db):
                for row in db.execute(f"SELECT * FROM {table}"):
                    self._read(table, dict(row))

    def mend(self) -> tuple[Path, int]:
        """Set the damaged file aside and make a new one of all rows that can be used; its path, and how many."""
        aside, kept = set_aside(self.path), 0
        with self.writing() as new:
            for table, row in self._usable_rows(aside):
                columns = ", ".join(row)
                values = ", ".join(f":{name}" for name in row)
                new.execute(f"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({values})", row)
                kept += 1
        return aside, kept

    def _usable_rows(self, path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
        with suppress(sqlite3.Error), closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            for table in _TABLE.findall(self._tables):
                for row in readable_rows(db, table):
                    with suppress(ValueError, TypeError, KeyError):
                        self._read(table, row)
                        yield table, row

    def _tables_in(self, db: sqlite3.Connection) -> list[str]:
        present = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        return [table for table in _TABLE.findall(self._tables) if table in present]
