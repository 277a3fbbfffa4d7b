"""Sessions with the database of an index: those that ask, those that read a generation, and the one that refreshes.

A generation is not removed while a session holds its lock. Whoever reads one does so in sessions that each hold it, so
that the lock cannot be lost without the reader: the end of a process, or of the server, ends both.
"""

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Connection, Engine, event, func, insert, select, text
from sqlalchemy.exc import DBAPIError

from assistant.database import SCHEMA, make_tables, new_engine, shown, telling
from assistant.errors import StorageError
from assistant.index.server.postgres_schema import TABLES

# Several questions are asked at once, each on one core; what is added up is added in one order.
_SET = {
    **{"search_path": SCHEMA, "work_mem": "64MB", "jit": "off", "max_parallel_workers_per_gather": "0"},
    **{"tcp_keepalives_idle": "60", "tcp_keepalives_interval": "10"},
}
# What a draft writes need not last before it is published; the index of words takes in all of it at once then.
_OF_REFRESH = {"statement_timeout": "0", "synchronous_commit": "off", "gin_pending_list_limit": "512MB"}
_NEWEST = "index_loose"  # of the tables: where it is, all are
_ENDED = "57P"  # the session was ended by the server, as when it stops

Row = Sequence[Any]
Rows = Callable[[str, Mapping[str, Any]], list[Row]]
"""Gives the rows of a query with its values."""
Statement = tuple[str, Mapping[str, Any]]
OnConnect = Callable[[Any], None]
"""Gets the cursor of each new session."""


class Sessions:
    """Sessions of one kind, made when they are needed; one that is lost is replaced.

    Each statement is a transaction of its own. `on_connect` may refuse a session by an exception.
    """

    def __init__(self, address: SecretStr, on_connect: OnConnect = lambda cursor: None, size: int = 4) -> None:
        self._address, self._on_connect, self._size = address, on_connect, size
        self._engines: dict[int, Engine] = {}
        self._lock = threading.Lock()

    def rows(self, query: str, values: Mapping[str, Any]) -> list[Row]:
        """The rows of a query, which is sent again where the session turned out to be lost."""
        with telling(self._address):
            try:
                return self._rows(query, values)
            except DBAPIError as error:
                if not is_lost(error):
                    raise
            return self._rows(query, values)

    def _rows(self, query: str, values: Mapping[str, Any]) -> list[Row]:
        with self._engine().connect() as db:
            try:
                return _rows_of(db, query, values)
            except DBAPIError as error:
                if is_lost(error):
                    db.invalidate()
                    self._engine().dispose()  # the others are lost, too
                raise

    def _engine(self) -> Engine:
        with self._lock:
            made = self._engines.get(os.getpid())
            if made is None:
                made = self._engines[os.getpid()] = self._new()
            return made

    def _new(self) -> Engine:
        made = new_engine(
            self._address,
            pool_size=self._size,
            pool_pre_ping=False,  # a lost session is noticed by what is asked of it, which takes no time of its own
            isolation_level="AUTOCOMMIT",
            skip_autocommit_rollback=True,
        )
        event.listen(made, "connect", lambda raw, record: prepare(raw, self._on_connect))
        return made

    def close(self) -> None:
        """End them."""
        with self._lock:
            made = self._engines.pop(os.getpid(), None)
        if made is not None:
            made.dispose()


def _rows_of(db: Connection, query: str, values: Mapping[str, Any]) -> list[Row]:
    found = db.execute(text(query), values)
    return list(map(tuple, found)) if found.returns_rows else []


def prepare(raw: Any, on_connect: OnConnect) -> None:
    """Make a new session one of the index; it is closed where `on_connect` refuses it."""
    try:
        raw.autocommit = True
        cursor = raw.cursor()
        cursor.execute(_setting(_SET))
        on_connect(cursor)
        cursor.close()
    except OSError as error:
        raw.close()
        if isinstance(error, FileNotFoundError):  # what it is for is gone
            raise
        raise raw.InterfaceError("network error") from error  # pg8000 raises the system's own
    except BaseException:
        raw.close()
        raise


def is_lost(error: DBAPIError) -> bool:
    """Whether the session has ended."""
    fields = error.orig.args[0] if error.orig is not None and error.orig.args else None
    return error.connection_invalidated or (isinstance(fields, dict) and str(fields.get("C", "")).startswith(_ENDED))


def make_index_tables(address: SecretStr) -> None:
    """Make the tables of the index that are missing."""
    engine = new_engine(address, pool_size=1)
    try:
        with telling(address), engine.connect() as db:
            if db.execute(select(func.to_regclass(f"{SCHEMA}.{_NEWEST}"))).scalar_one() is not None:
                return
            make_tables(db, TABLES)
            state = TABLES.tables["index_state"]
            if db.execute(select(state.c.one)).first() is None:
                db.execute(insert(state).values(one=1, last=0))
            db.commit()
    finally:
        engine.dispose()


class Writer:
    """The session of the refresh, which holds its lock. All that is written goes through it: nothing without the lock.

    Any thread may read by it, one at a time. Once it is lost, nothing can be done by it any more.
    """

    def __init__(self, address: SecretStr, db: Connection) -> None:
        self._address, self._db = address, db
        self._lock = threading.RLock()

    def rows(self, query: str, values: Mapping[str, Any]) -> list[Row]:
        """The rows of a query."""
        with self._lock, telling(self._address):
            self._require()
            return _rows_of(self._db, query, values)

    def run(self, *statements: Statement) -> None:
        """Carry out statements as one transaction."""
        with self._lock, telling(self._address):
            self._require()
            self._db.exec_driver_sql("BEGIN")
            try:
                for query, values in statements:
                    self._db.execute(text(query), values)
                self._db.exec_driver_sql("COMMIT")
            except BaseException:
                if not self._db.invalidated:  # else all of it is undone already
                    with suppress(DBAPIError):
                        self._db.exec_driver_sql("ROLLBACK")
                raise

    def _require(self) -> None:
        if self._db.invalidated:
            raise StorageError(f"{shown(self._address)}: the session of the refresh was lost; refresh again")


@contextmanager
def writer(address: SecretStr, lock: Callable[[Rows], None]) -> Iterator[Writer]:
    """The session of a refresh until the end of the block, once `lock` has taken the lock by it."""
    sessions = list[Any]()

    def only_once(raw: Any, record: Any) -> None:
        if sessions:  # another session would not have the lock
            raw.close()
            raise raw.InterfaceError("the session of the refresh was lost")
        sessions.append(raw)
        prepare(raw, _without_limits)

    engine = new_engine(address, silence=None, pool_size=1, pool_pre_ping=False, isolation_level="AUTOCOMMIT")
    event.listen(engine, "connect", only_once)
    try:
        with telling(address):
            db = engine.connect()
        with db:
            session = Writer(address, db)
            lock(session.rows)
            yield session
    finally:
        engine.dispose()


def _without_limits(cursor: Any) -> None:
    cursor.execute(_setting(_OF_REFRESH))


def _setting(values: Mapping[str, str]) -> str:
    return "; ".join(f"SET {name} = '{value}'" for name, value in values.items())
