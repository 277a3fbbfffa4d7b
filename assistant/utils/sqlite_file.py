"""A SQLite file beside the index, for data that no refresh and no rollback touches."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from assistant.errors import AssistantError

from .private import private_file, private_folder

_BUSY_TIMEOUT = 30.0  # seconds for other processes to finish writing; each takes some milliseconds

DAMAGED = "it is damaged; move it away, and a new one is created"
_CURES = {
    sqlite3.SQLITE_ERROR: "it is another kind of file; move it away, and a new one is created",
    sqlite3.SQLITE_FULL: "the disk is full; free some space and try again",
    sqlite3.SQLITE_READONLY: "it may not be written to; allow writing to it and to its folder",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; allow reading and writing in its folder",
    sqlite3.SQLITE_PERM: "it cannot be opened; allow reading and writing in its folder",
    sqlite3.SQLITE_BUSY: "others are writing to it all the time; try again",
    sqlite3.SQLITE_NOTADB: DAMAGED,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
}


class SqliteFile:
    """One file with its tables, for any number of threads and processes at once.

    `tables` are CREATE statements separated by semicolons. Rows have their columns by name. All methods raise
    AssistantError when the file cannot be used, also for a ValueError or TypeError over a row that is read.
    """

    def __init__(self, path: Path, tables: str) -> None:
        self.path = path
        self._tables = tables

    @contextmanager
    def reading(self, query: str) -> Iterator[Iterable[sqlite3.Row]]:
        """The rows of `query`, to be read in the block; none when nothing was ever written to the file."""
        if not self.exists():
            yield ()
            return
        # Read-write where permitted: only then can what a killed writer left half done be rolled back on opening.
        with self._open("rw") as db:
            has_tables = db.execute("SELECT 1 FROM sqlite_master WHERE type = 'table'").fetchone()
            yield db.execute(query) if has_tables else ()

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
        try:
            with closing(sqlite3.connect(uri, uri=True, timeout=_BUSY_TIMEOUT, isolation_level=None)) as db:
                db.row_factory = sqlite3.Row
                yield db
        except (ValueError, TypeError) as error:
            raise AssistantError(f"{self.path}: {DAMAGED} ({str(error).splitlines()[0]})") from None
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            cure = _CURES.get(code, "it cannot be used; see that the disk works and has space")
            raise AssistantError(f"{self.path}: {cure} ({error})") from None
