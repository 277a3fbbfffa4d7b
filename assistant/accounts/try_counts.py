"""Where tries of passwords are counted: in memory for the server of a home, in PostgreSQL for several servers."""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Lock
from typing import Protocol

MOST = 10_000  # addresses and names that are remembered of each kind
FORGOTTEN_AFTER = 3600.0  # seconds without a wrong try
ENTERED = "entered"  # the kind of who has entered under a name from an address
NO_TRIES = (0, 0.0)

Key = tuple[str, ...]
"""What is counted: its kind, and addresses or names."""


class Tries(Protocol):
    """What was counted under each key, and when last, in seconds of one clock."""

    def get(self, key: Key) -> tuple[int, float]:
        """What was counted; NO_TRIES where that is nothing."""

    def put(self, key: Key, count: int, at: float) -> None:
        """Have it be so many; the oldest of the kind is forgotten when there are too many."""

    def drop(self, key: Key) -> tuple[int, float]:
        """Forget it; what was counted."""


class TryCounts(Protocol):
    """Gives tries to whoever changes them, to one at a time."""

    def changing(self) -> AbstractContextManager[Tries]:
        """The tries, for as long as the block; what is changed in it is kept unless it raises."""


class InMemory:
    """Tries of this process. What is changed in a block stays, even when it raises."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kinds: dict[str, OrderedDict[Key, tuple[int, float]]] = {}

    @contextmanager
    def changing(self) -> Iterator[Tries]:
        """The tries."""
        with self._lock:
            yield self

    def get(self, key: Key) -> tuple[int, float]:
        """What was counted."""
        return self._kind(key).get(key, NO_TRIES)

    def put(self, key: Key, count: int, at: float) -> None:
        """Have it be so many."""
        kind = self._kind(key)
        kind[key] = (count, at)
        kind.move_to_end(key)
        if len(kind) > MOST:
            kind.popitem(last=False)

    def drop(self, key: Key) -> tuple[int, float]:
        """Forget it."""
        return self._kind(key).pop(key, NO_TRIES)

    def _kind(self, key: Key) -> OrderedDict[Key, tuple[int, float]]:
        return self._kinds.setdefault(key[0], OrderedDict())
