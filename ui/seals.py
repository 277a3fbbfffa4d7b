"""Seals: they tell an answer that this server made from one that a browser made up."""

import hmac
import secrets
from pathlib import Path

from pydantic import TypeAdapter

from assistant import Answer, AssistantError, StorageError
from assistant.database import WINDOW_KEY, Database, create_once
from assistant.utils import once

_KEY_BYTES = 32
NOT_MADE_HERE = "only an answer that was made here can be rated, shared or kept on the server; ask the question again"

_answers = once(lambda: TypeAdapter(Answer))


class Seals:
    """Signs answers with a key of the home or database, so that those of an earlier run, and of other servers, count.

    Without a place for it, or where it cannot be written, the key is that of this run alone.
    """

    def __init__(self, where: Database | Path | None = None) -> None:
        self._own = secrets.token_bytes(_KEY_BYTES)
        self._kept = once(lambda: self._own if where is None else _key(where, self._own))

    def _key(self) -> bytes:
        try:
            return self._kept()
        except StorageError:  # it may answer again
            return self._own

    def seal(self, name: str, answer: Answer) -> str:
        """The seal of `answer` under `name`, what its rating is kept as."""
        # Written, read and written: a browser gives back what was read once.
        read = _answers().validate_json(_answers().dump_json(answer))
        # Answers that were sealed before they named their model count still.
        text = _answers().dump_json(read, exclude={"model"} if read.model is None else None)
        return hmac.digest(self._key(), name.encode() + b"\0" + text, "sha256").hex()

    def check(self, seal: str, name: str, answer: Answer) -> None:
        """Raise AssistantError for what was not sealed here."""
        if not hmac.compare_digest(seal.encode(), self.seal(name, answer).encode()):
            raise AssistantError(NOT_MADE_HERE)


def _key(where: Database | Path, own: bytes) -> bytes:
    try:
        key = create_once(where, WINDOW_KEY, own)
    except OSError:
        key = b""
    return key if len(key) == _KEY_BYTES else own
