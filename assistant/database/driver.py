"""pg8000 for SQLAlchemy, with a broken connection told in one way, whether it breaks in writing or in reading.

pg8000 1.31 raises the system's own OSError where it reads, which SQLAlchemy would take for no error of the database:
the connection would stay among those in use, and the error would be none of ours.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.pg8000 import PGDialect_pg8000

NAME = "postgresql+told_pg8000"


class ToldDialect(PGDialect_pg8000):
    """The dialect by the name in addresses that SQLAlchemy is given."""

    supports_statement_cache = True

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            # By these words it is known for one after which the connection is no good.
            raise self.loaded_dbapi.InterfaceError("network error") from error

    def connect(self, *arguments: Any, **named: Any) -> Any:
        """A new connection, over a socket that is closed when nothing comes of it, which pg8000 leaves open."""
        with self._told():
            found = _socket(named.get("host"), named.get("port"), named.pop("unix_sock", None), named.get("timeout"))
            try:
                return self.loaded_dbapi.Connection(*arguments, sock=found, **named)
            except BaseException:
                found.close()
                raise

    def do_execute(self, cursor: Any, statement: Any, parameters: Any, context: Any = None) -> None:
        """Execute a statement."""
        with self._told():
            super().do_execute(cursor, statement, parameters, context)  # type: ignore[no-untyped-call]

    def do_executemany(self, cursor: Any, statement: Any, parameters: Any, context: Any = None) -> None:
        """Execute a statement for each of many rows."""
        with self._told():
            super().do_executemany(cursor, statement, parameters, context)  # type: ignore[no-untyped-call]

    def do_execute_no_params(self, cursor: Any, statement: Any, context: Any = None) -> None:
        """Execute a statement as it is."""
        with self._told():
            super().do_execute_no_params(cursor, statement, context)  # type: ignore[no-untyped-call]

    def do_commit(self, dbapi_connection: Any) -> None:
        """End a transaction."""
        with self._told():
            super().do_commit(dbapi_connection)  # type: ignore[no-untyped-call]

    def do_rollback(self, dbapi_connection: Any) -> None:
        """Undo a transaction."""
        with self._told():
            super().do_rollback(dbapi_connection)  # type: ignore[no-untyped-call]

    def do_ping(self, dbapi_connection: Any) -> bool:
        """See whether a connection is still good."""
        with self._told():
            return super().do_ping(dbapi_connection)


def _socket(host: str | None, port: int | None, path: str | None, timeout: float | None) -> socket.socket:
    if path is None:
        found = socket.create_connection((host, port), timeout)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        return found
    found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    found.settimeout(timeout)
    try:
        found.connect(path)
    except OSError:
        found.close()
        raise
    return found


registry.register("postgresql.told_pg8000", __name__, ToldDialect.__name__)
