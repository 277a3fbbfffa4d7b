"""Answers that were given to programs, each by an id: only what was made here is rated, shared and collected."""

import json
import secrets
import zlib
from typing import NamedTuple

from pydantic import TypeAdapter

from assistant.answers import Answer
from assistant.articles import Filters
from assistant.database import Database, Expiring, ExpiringMemory, open_expiring
from assistant.utils import once

KEPT_FOR = 86_400.0  # seconds
_MOST, _MOST_BYTES, _MOST_SHARED = 1_000_000, 32_000_000, 50_000  # of all of them, packed; one has some 6,000 bytes


class Given(NamedTuple):
    """An answer with the filters that it was asked with."""

    answer: Answer
    filters: Filters


_adapter = once(lambda: TypeAdapter(Given))


class GivenAnswers:
    """The last answers, each for whom it was given to. May be used from several threads.

    Those of the server of a home are in memory, at most `most_bytes`; those of several servers in their database.
    """

    def __init__(self, kept: Expiring | None = None) -> None:
        self._kept = kept or ExpiringMemory(_MOST, _MOST_BYTES)

    @classmethod
    def of(cls, place: Database) -> "GivenAnswers":
        """Those of all servers of that database, or of the server of a home."""
        return cls(open_expiring(place, "answer", most=_MOST, most_bytes=_MOST_BYTES, most_shared=_MOST_SHARED))

    def put(self, owner: str | None, answer: Answer, filters: Filters) -> str:
        """The id by which `owner` has that answer for a day, unless very many are given meanwhile."""
        identity = secrets.token_hex(16)
        packed = zlib.compress(_adapter().dump_json(Given(answer, filters)), 1)
        self._kept.put(_key(owner, identity), packed, KEPT_FOR)
        return identity

    def get(self, owner: str | None, identity: str) -> Given | None:
        """The answer of that id; None where it is not known any more, or is not `owner`'s."""
        packed = self._kept.get(_key(owner, identity))
        return None if packed is None else _adapter().validate_json(zlib.decompress(packed))


def _key(owner: str | None, identity: str) -> str:
    return json.dumps([owner, identity])
