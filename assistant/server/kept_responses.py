"""Responses to requests with an idempotency key, which are given again where the request comes again."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.responses import Response

from assistant.server.problems import Refusal

KEPT_FOR = 86_400.0  # seconds
_MOST, _MOST_BYTES = 10_000, 16_000_000  # of all responses

Key = tuple[str, ...]
"""Who made the request, what they asked for, and the idempotency key."""


@dataclass
class _Kept:
    digest: bytes
    until: float
    response: Response | None = None  # None while it is being made

    @property
    def size(self) -> int:
        return len(self.response.body) if self.response is not None else 0


class KeptResponses:
    """What was responded to each key, in memory for a day; when there are too many, the oldest are forgotten.

    All happens in one event loop.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()
        self._bytes = 0

    def begin(self, key: Key, body: bytes) -> Response | None:
        """The response of before; None where there is none, and one is made now: then call `finish` or `drop`.

        Raises Refusal for another body than before, and while the response of before is still being made.
        """
        digest, kept = hashlib.sha256(body).digest(), self._kept.get(key)
        if kept is None or (kept.response is not None and kept.until < self._clock()):
            self.drop(key)
            self._kept[key] = _Kept(digest, self._clock() + KEPT_FOR)
            return None
        if kept.digest != digest:
            text = "This Idempotency-Key was sent with another body before; take a new key for another request."
            raise Refusal(422, text, code="idempotency_key_reused")
        if kept.response is None:
            text = "The request with this Idempotency-Key is being served; try again in a moment."
            raise Refusal(409, text, [(b"retry-after", b"1")], code="idempotency_key_in_progress")
        return kept.response

    def finish(self, key: Key, response: Response) -> None:
        """Keep what was made."""
        self._kept[key].response = response
        self._bytes += len(response.body)
        done = [key for key, kept in self._kept.items() if kept.response is not None] if self._is_full else []
        for oldest in done:
            if not self._is_full:
                break
            self.drop(oldest)

    @property
    def _is_full(self) -> bool:
        return len(self._kept) > _MOST or self._bytes > _MOST_BYTES

    def drop(self, key: Key) -> None:
        """Forget that key."""
        kept = self._kept.pop(key, None)
        self._bytes -= kept.size if kept is not None else 0
