"""Answers that were given to programs, each by an id: only what was made here is rated, shared and collected."""

import secrets
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from pydantic import TypeAdapter

from assistant.answers import Answer
from assistant.articles import Filters
from assistant.utils import once

KEPT_FOR = 86_400.0  # seconds
_MOST_BYTES = 32_000_000  # of all of them, packed; one has some 6,000


class Given(NamedTuple):
    """An answer with the filters that it was asked with."""

    answer: Answer
    filters: Filters


class _Kept(NamedTuple):
    until: float
    owner: str | None
    packed: bytes
    filters: Filters


_adapter = once(lambda: TypeAdapter(Answer))


class GivenAnswers:
    """The last answers of this process, in memory, each for whom it was given to. May be used from several threads."""

    def __init__(self, most_bytes: int = _MOST_BYTES, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most_bytes
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._bytes = 0

    def put(self, owner: str | None, answer: Answer, filters: Filters) -> str:
        """The id by which `owner` has that answer for a day, unless very many are given meanwhile."""
        identity = secrets.token_hex(16)
        packed = zlib.compress(_adapter().dump_json(answer), 1)
        with self._lock:
            self._kept[identity] = _Kept(self._clock() + KEPT_FOR, owner, packed, filters)
            self._bytes += len(packed)
            while self._kept and (self._bytes > self._most or self._first.until < self._clock()):
                self._bytes -= len(self._kept.popitem(last=False)[1].packed)
        return identity

    @property
    def _first(self) -> _Kept:
        return next(iter(self._kept.values()))

    def get(self, owner: str | None, identity: str) -> Given | None:
        """The answer of that id; None where it is not known any more, or is not `owner`'s."""
        with self._lock:
            kept = self._kept.get(identity)
        if kept is None or kept.owner != owner or kept.until < self._clock():
            return None
        return Given(_adapter().validate_json(zlib.decompress(kept.packed)), kept.filters)
