"""Responses to requests with an idempotency key, which are given again where the request comes again."""

import hashlib
import json
import logging
import math
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from threading import Event
from typing import Any

from sqlalchemy import Connection
from starlette.responses import Response

from assistant.database import Database, Expiring, ExpiringMemory, ExpiringTable, open_expiring, within_changes
from assistant.errors import AssistantError
from assistant.server.problems import Refusal

_log = logging.getLogger(__name__)

KEPT_FOR = 86_400.0  # seconds
MOST, MOST_BYTES, MOST_SHARED = 10_000, 16_000_000, 50_000  # of all responses
# Seconds in which another server does not take over what one has begun; that one may have been killed.
LEASE = 15.0
# The stores of what requests make. What is counted or noted beside it does not tell that it was made.
_OF_PEOPLE = frozenset({"feedback", "watches", "shared_answers", "collections", "conversations"})

Key = tuple[str, ...]
"""Who made the request, what they asked for, and the idempotency key."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """What became of a request; `claim` is of who serves it, until `leased` as long as nothing else is heard of it."""

    digest: str
    claim: str
    leased: float
    is_made: bool = False
    status: int = 0  # while there is no response
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def packed(self) -> bytes:
        fields = {name: value for name, value in asdict(self).items() if name != "body"}
        return json.dumps(fields).encode() + b"\n" + self.body

    @classmethod
    def unpacked(cls, content: bytes) -> "_Kept":
        fields, _, body = content.partition(b"\n")
        read: dict[str, Any] = json.loads(fields)
        return cls(**read, body=body)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to serve the request with that key."""

    name: str
    begun: _Kept

    @property
    def made(self) -> _Kept:
        """What is kept once it has changed something."""
        return replace(self.begun, is_made=True)


class KeptResponses:
    """What was responded to each key, for a day; when there are too many, the oldest are forgotten.

    On servers of one database nothing is made twice whichever of them is asked, and whenever one of them is killed:
    that something was made is noted in the transaction that makes it.
    """

    def __init__(self, kept: Expiring | None = None, clock: Callable[[], float] = time.time) -> None:
        self._kept = kept or ExpiringMemory(MOST, MOST_BYTES)
        self._clock = clock
        self._lease = LEASE if self._kept.is_remote else math.inf  # memory is gone with who serves

    @classmethod
    def of(cls, place: Database) -> "KeptResponses":
        """Those of all servers of that database, or of the server of a home."""
        return cls(open_expiring(place, "response", most=MOST, most_bytes=MOST_BYTES, most_shared=MOST_SHARED))

    @property
    def is_remote(self) -> bool:
        """Whether it takes a moment to ask."""
        return self._kept.is_remote

    def begin(self, key: Key, body: bytes) -> Response | Claim:
        """The response of before; a claim where there is none, and one is made now: then call `finish` or `drop`.

        Raises Refusal for another body than before, while the response of before is still being made, and where the
        server ended that was making it.
        """
        claim = Claim(json.dumps(key), _Kept(_digest(body), secrets.token_hex(8), self._clock() + self._lease))
        if self._kept.swap(claim.name, None, claim.begun.packed, KEPT_FOR):
            return claim
        found = self._kept.get(claim.name)
        before = _Kept.unpacked(found) if found is not None else claim.begun
        if before.digest != claim.begun.digest:
            raise _refused(422, _OTHER_BODY, "idempotency_key_reused")
        if before.status:
            return Response(before.body, before.status, before.headers)
        if found is None or before.leased > self._clock():
            raise _refused(409, _IN_PROGRESS, "idempotency_key_in_progress", [(b"retry-after", b"1")])
        if before.is_made:
            raise _refused(409, _MADE, "idempotency_key_made")
        if self._kept.swap(claim.name, found, claim.begun.packed, KEPT_FOR):
            return claim
        raise _refused(409, _IN_PROGRESS, "idempotency_key_in_progress", [(b"retry-after", b"1")])

    @contextmanager
    def noting(self, claim: Claim) -> Iterator[None]:
        """Have what is made in the block noted as it is made. What another server took over is not made in it."""
        if not isinstance(kept := self._kept, ExpiringTable):
            yield
            return

        is_over = Event()

        def note(store: str, db: Connection) -> None:
            if store not in _OF_PEOPLE or is_over.is_set():
                return
            moves = ((old, claim.made.packed) for old in (claim.begun.packed, claim.made.packed))
            is_ours = any(kept.swap(claim.name, old, new, KEPT_FOR, within=db) for old, new in moves)
            # What goes on after the response, as a refresh does, is no part of it.
            if not is_ours and not is_over.is_set():
                raise _refused(409, _IN_PROGRESS, "idempotency_key_in_progress", [(b"retry-after", b"1")])

        try:
            with within_changes(note):
                yield
        finally:
            is_over.set()

    def finish(self, claim: Claim, response: Response) -> None:
        """Keep what was responded."""
        headers = {name: value for name, value in response.headers.items() if name != "content-length"}
        done = replace(claim.made, status=response.status_code, headers=headers, body=bytes(response.body))
        self._end(claim, done)

    def drop(self, claim: Claim) -> None:
        """Forget that key, unless something was made before the request failed."""
        self._end(claim, None)

    def _end(self, claim: Claim, done: _Kept | None) -> None:
        lost = replace(claim.made, leased=0.0)
        try:
            if not self._kept.swap(claim.name, claim.begun.packed, done.packed if done else None, KEPT_FOR):
                self._kept.swap(claim.name, claim.made.packed, (done or lost).packed, KEPT_FOR)
        except AssistantError as error:
            _log.error("the response to an idempotency key could not be kept: %s", error)


_OTHER_BODY = "This Idempotency-Key was sent with another body before; take a new key for another request."
_IN_PROGRESS = "The request with this Idempotency-Key is being served; try again in a moment."
_MADE = (
    "The request with this Idempotency-Key was carried out, but its response is lost; look for what it made, and take "
    "a new key for another request."
)


def _refused(status: int, text: str, code: str, headers: list[tuple[bytes, bytes]] | None = None) -> Refusal:
    return Refusal(status, text, headers or [], code=code)


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
