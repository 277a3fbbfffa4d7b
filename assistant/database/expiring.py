"""What is kept for a while under keys: in memory for the server of a home, in PostgreSQL for several servers."""

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import ClassVar, Protocol

from assistant.database.place import Database


class Expiring(Protocol):
    """Contents under keys, each until its time is over; may be used from several threads.

    `is_remote`: others have them, too, so that it takes a moment to ask, and may raise StorageError.
    """

    is_remote: ClassVar[bool]

    def get(self, key: str, seconds: float | None = None) -> bytes | None:
        """What is kept under `key`, with `seconds` for so long from now on; None where there is nothing."""

    def put(self, key: str, content: bytes, seconds: float) -> None:
        """Keep `content` under `key` for so many seconds; what was put in longest ago goes when there is too much."""

    def swap(self, key: str, old: bytes | None, new: bytes | None, seconds: float = 0.0) -> bool:
        """Have `new` in place of `old`, each of which may be None for nothing; False where there is something else."""


class ExpiringMemory:
    """Contents in the memory of this process: so many, with so many bytes, at most."""

    is_remote: ClassVar[bool] = False

    def __init__(self, most: int, most_bytes: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._most_bytes, self._clock = most, most_bytes, clock
        self._lock = Lock()
        self._kept: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self._bytes = 0

    def get(self, key: str, seconds: float | None = None) -> bytes | None:
        """What is kept under `key`."""
        with self._lock:
            content = self._of(key)
            if content is not None and seconds is not None:
                self._set(key, content, seconds)
            return content

    def put(self, key: str, content: bytes, seconds: float) -> None:
        """Keep `content` under `key`."""
        with self._lock:
            self._set(key, content, seconds)

    def swap(self, key: str, old: bytes | None, new: bytes | None, seconds: float = 0.0) -> bool:
        """Have `new` in place of `old`."""
        with self._lock:
            if self._of(key) != old:
                return False
            if new is None:
                self._drop(key)
            else:
                self._set(key, new, seconds)
            return True

    def _of(self, key: str) -> bytes | None:
        until, content = self._kept.get(key, (0.0, None))
        return content if self._clock() < until else None

    def _set(self, key: str, content: bytes, seconds: float) -> None:
        self._drop(key)
        self._kept[key] = (self._clock() + seconds, content)
        self._bytes += len(content)
        while self._kept and (len(self._kept) > self._most or self._bytes > self._most_bytes or self._is_first_over):
            self._drop(next(iter(self._kept)))

    @property
    def _is_first_over(self) -> bool:
        return next(iter(self._kept.values()))[0] <= self._clock()

    def _drop(self, key: str) -> None:
        _, content = self._kept.pop(key, (0.0, b""))
        self._bytes -= len(content)


def open_expiring(place: Database, kind: str, *, most: int, most_bytes: int, most_shared: int) -> Expiring:
    """What is kept for a while of that kind: in memory, or at most `most_shared` in the database of several servers."""
    if place.address is None:
        return ExpiringMemory(most, most_bytes)
    from assistant.database.expiring_table import ExpiringTable

    return ExpiringTable(place, kind, most_shared)
