"""Locks between processes on all machines: advisory locks of PostgreSQL, which the end of a session frees."""

import os
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from assistant.errors import AssistantError, LockedError, StoppedError
from assistant.index.server.postgres_sessions import Rows

_POLL = 0.2  # seconds
_PATIENCE = 10.0  # seconds for questions to be answered from a generation that was gone back from
_KEY = "hashtextextended('article-assistant/index/' || :lock, 0)"


class GoneError(AssistantError):
    """The generation that was read is not kept any more, as its session was lost or took too long."""


def take_refresh_lock(ask: Rows, wait: float, on_wait: Callable[[str], None], stopped: Callable[[], bool]) -> None:
    """Take the refresh lock for the session of `ask`; see `locks.refresh_lock`. It is held until the session ends."""
    ends = time.monotonic() + wait
    if not _taken(ask):
        on_wait(_holder(ask))
        while not _taken(ask):
            if stopped():
                raise StoppedError("the refresh was stopped before it began; the index is as it was")
            if time.monotonic() >= ends:
                raise LockedError(
                    f"{_holder(ask)} is still refreshing this index after {wait:g} s; try again when it has finished"
                )
            time.sleep(min(_POLL, max(ends - time.monotonic(), 0.0)))
    since = datetime.now(UTC).isoformat(timespec="seconds")
    holder = f"process {os.getpid()} on {socket.gethostname()} (since {since})"
    ask("UPDATE index_state SET holder = :holder", {"holder": holder})


def _taken(ask: Rows) -> bool:
    return bool(ask(f"SELECT pg_try_advisory_lock({_KEY})", {"lock": "refresh"})[0][0])


def _holder(ask: Rows) -> str:
    return str(ask("SELECT holder FROM index_state", {})[0][0] or "another process")


class Hold:
    """Keeps a generation in each session that reads it: none of them can read without."""

    def __init__(self, number: int) -> None:
        self._number, self._is_open = number, False

    def __call__(self, cursor: Any) -> None:
        """Take the lock. Raises FileNotFoundError for a generation that is not kept, later GoneError."""
        key = _KEY.replace(":lock", f"'{self._number:d}'")
        cursor.execute(f"SELECT pg_advisory_lock_shared({key})")
        cursor.execute(f"SELECT 1 FROM index_generations WHERE number = {self._number:d}")
        if cursor.fetchone() is None:
            gone = f"generation {self._number:06d} is no longer kept"
            raise GoneError(f"{gone}; ask again") if self._is_open else FileNotFoundError(gone)

    def opened(self) -> None:
        """It was found to be there: a later loss is an error of the question that meets it."""
        self._is_open = True


def remove_generation(ask: Rows, number: int) -> bool:
    """Remove a generation from those that are kept unless somebody reads it; whether it is removed."""
    removed = ask(
        "WITH free AS MATERIALIZED (SELECT pg_try_advisory_xact_lock("
        f"{_KEY}) AS free) DELETE FROM index_generations WHERE number = :number AND (SELECT free FROM free) "
        "RETURNING number",
        {"lock": str(number), "number": number},
    )
    return bool(removed)


def take_back(ask: Rows, number: int) -> None:
    """Remove a generation that was gone back from, so that the next one can be made without it.

    Questions to it get some time; who then still has it has only not let go of it, and opens the published one at its
    next question.
    """
    ends = time.monotonic() + _PATIENCE
    while not remove_generation(ask, number):
        if time.monotonic() >= ends:
            _end_readers(ask, number)
        time.sleep(_POLL)


def _end_readers(ask: Rows, number: int) -> None:
    ask(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
        f"AND (CAST(classid AS bigint) << 32) | CAST(objid AS bigint) = {_KEY} AND pid <> pg_backend_pid()",
        {"lock": str(number)},
    )
