"""One PostgreSQL database: its address, connections to it, and what its errors mean."""

import os
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, TimeoutError

from assistant.database.driver import NAME
from assistant.database.place import PORT, SCHEMA, query_of, shown
from assistant.errors import AssistantError, StorageError
from assistant.utils import one_line

_LONGEST_WAIT = 30  # seconds for others to finish writing, and for one statement
_SILENCE = 45.0  # seconds after which a server that says nothing is given up
# Of a transaction whose process hangs, so that it keeps nobody waiting for good.
_WAITS = {"lock_timeout": _LONGEST_WAIT, "statement_timeout": _LONGEST_WAIT, "idle_in_transaction_session_timeout": 60}
_CONNECTIONS, _MORE = 5, 15  # kept, and others while there is much to do

_MODES = "disable", "prefer", "require", "verify-ca"
_START = "start it, or correct the setting index"
_AGAIN = "try again in a moment"
_OPTIONS: dict[str, Any] = {
    "pool_pre_ping": True,
    "pool_size": _CONNECTIONS,
    "max_overflow": _MORE,
    "pool_timeout": _LONGEST_WAIT,
    "pool_recycle": 1800,
    "hide_parameters": True,
    "execution_options": {"schema_translate_map": {None: SCHEMA}},
}
_CURES = {
    "28": "correct user and password in the setting index",
    "3D000": "make it: createdb, with the encoding UTF8",
    "3F000": "its tables are gone; start the server anew",
    "42P01": "its tables are gone; start the server anew",
    "42501": "allow the user to make and use the schema: GRANT CREATE ON DATABASE",
    "53100": "its disk is full; free some space there",
    "53300": "it has no connection left; raise its max_connections",
    "25006": "it may only be read; give the address of the one that is written to",
    "57": f"it is being started or stopped; {_AGAIN}",
    "55P03": "others are writing to it all the time; try again",
    "40": "others changed the same at the same time; try again",
}
_engines: dict[tuple[int, str], Engine] = {}
_lock = threading.Lock()


def engine(address: SecretStr) -> Engine:
    """The connections of this process to that database, made when they are needed; all stores share them."""
    key = os.getpid(), address.get_secret_value()  # a connection inherited by a child process would break both
    with _lock:
        if key not in _engines:
            _engines[key] = new_engine(address)
        return _engines[key]


def forget_connections(address: SecretStr) -> None:
    """Close the connections of this process to that database."""
    with _lock:
        found = _engines.pop((os.getpid(), address.get_secret_value()), None)
    if found is not None:
        event.listen(found.pool, "checkin", _close)  # what is in use meanwhile comes back later
        found.dispose()


def _close(connection: Any, record: Any) -> None:
    if connection is not None:
        with suppress(Exception):  # one that is broken is closed all the same
            connection.close()


def new_engine(address: SecretStr, silence: float | None = _SILENCE, **more: Any) -> Engine:
    """Connections to that database for one purpose alone; `more` are options of `create_engine` for it.

    A server that says nothing for so many seconds of `silence` is given up.
    """
    found = urlsplit(address.get_secret_value())
    url = URL.create(
        NAME,
        username=unquote(found.username) if found.username else None,
        password=unquote(found.password) if found.password else None,
        host=found.hostname,
        port=found.port or PORT,
        database=unquote(found.path[1:]) or None,
    )
    try:
        made = create_engine(url, connect_args={**_arguments(address), "timeout": silence}, **{**_OPTIONS, **more})
    except ImportError:
        raise AssistantError(
            "index is a PostgreSQL database, and its driver is missing; pip install 'article-assistant[postgres]'"
        ) from None
    event.listen(made, "connect", _set_waits)
    return made


def _set_waits(connection: Any, record: Any) -> None:
    connection.autocommit = True
    cursor = connection.cursor()
    for name, seconds in _WAITS.items():
        cursor.execute(f"SET {name} = '{seconds}s'")
    cursor.close()
    connection.autocommit = False


def _arguments(address: SecretStr) -> dict[str, Any]:
    given = query_of(address)
    found: dict[str, Any] = {"application_name": "article-assistant"}
    if (folder := given.pop("host", None)) is not None:
        found["unix_sock"] = f"{folder}/.s.PGSQL.{urlsplit(address.get_secret_value()).port or given.pop('port', PORT)}"
    found["ssl_context"] = _ssl_context(given.pop("sslmode", "prefer"), given.pop("sslrootcert", None))
    if given:
        raise AssistantError(f"index has {', '.join(sorted(given))} in it; known are host, sslmode and sslrootcert")
    return found


def _ssl_context(mode: str, root: str | None) -> ssl.SSLContext | bool | None:
    """How the connection is encrypted, by the names that PostgreSQL has for it; None is where the server can."""
    if mode in ("disable", "prefer"):
        return None if mode == "prefer" else False
    if mode not in ("require", "verify-ca", "verify-full"):
        raise AssistantError(f"index has sslmode={mode[:30]!r}; use {', '.join(_MODES)} or verify-full")
    try:
        context = ssl.create_default_context(cafile=root)
    except OSError as error:
        raise AssistantError(f"the sslrootcert in index cannot be read ({error.strerror or error})") from None
    context.check_hostname = mode == "verify-full"
    if mode == "require" and root is None:
        context.verify_mode = ssl.CERT_NONE
    return context


@contextmanager
def connected(address: SecretStr) -> Iterator[Connection]:
    """A connection in a transaction, which is rolled back unless it is committed.

    Raises AssistantError, in one line with the cure, for all that goes wrong with the database in the block.
    """
    with telling(address), engine(address).connect() as db:
        yield db


@contextmanager
def telling(address: SecretStr) -> Iterator[None]:
    """Raise AssistantError, in one line with the cure, for all that goes wrong with that database in the block."""
    try:
        yield
    except TimeoutError:
        raise StorageError(f"{shown(address)}: all connections are in use; {_AGAIN}") from None
    except DBAPIError as error:
        raise _told(address, error) from None


def _told(address: SecretStr, error: DBAPIError) -> StorageError:
    fields = error.orig.args[0] if error.orig is not None and error.orig.args else None
    if not isinstance(fields, dict):  # not the server's own words
        return StorageError(f"{shown(address)}: it cannot be reached ({_reason(error.orig)}); {_START}")
    code = str(fields.get("C", ""))
    cure = next((cure for start, cure in _CURES.items() if code.startswith(start)), "see what it logs")
    return StorageError(f"{shown(address)}: {cure} ({one_line(str(fields.get('M', code)), 200)})")


def _reason(error: BaseException | None) -> str:
    """Why there is no connection, by what the system says of it where it does: that has no addresses in it."""
    cause = error.__cause__ if error is not None else None
    return getattr(cause, "strerror", None) or one_line(str(cause or error), 200)
