"""The answers that were given, for a while: a client sends back their text only, and a follow-up needs the rest."""

import asyncio
import hashlib
import zlib
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from pydantic import TypeAdapter

from assistant.accounts import Principal
from assistant.answers import Answer, CorpusInfo
from assistant.database import Database, Expiring, ExpiringMemory, open_expiring
from assistant.errors import QuestionError
from assistant.server.openai_protocol.requests import Turn
from assistant.utils import once

_MOST, _MOST_BYTES, _MOST_SHARED = 2000, 32_000_000, 20_000
_SECONDS = 3600.0  # since an answer was last used
_NO_CORPUS = CorpusInfo("", datetime.min.replace(tzinfo=UTC), 0, None, None)

_adapter = once(lambda: TypeAdapter(Answer))


class RememberedAnswers:
    """The last answers, each for an hour since it was last used. May be used from several threads.

    They are kept under a digest of who asked and of the text that was given, so that nobody meets with those of others.
    Those of the server of a home are in memory; those of several servers in their database.
    """

    def __init__(self, kept: Expiring | None = None) -> None:
        self._kept = kept or ExpiringMemory(_MOST, _MOST_BYTES)

    @classmethod
    def of(cls, place: Database) -> "RememberedAnswers":
        """Those of all servers of that database, or of the server of a home."""
        return cls(open_expiring(place, "chat", most=_MOST, most_bytes=_MOST_BYTES, most_shared=_MOST_SHARED))

    def keep(self, who: Principal, text: str, answer: Answer) -> None:
        """Remember that `answer` was given to `who` as `text`."""
        self._kept.put(_key(who, text), zlib.compress(_adapter().dump_json(answer), 1), _SECONDS)

    def find(self, who: Principal, text: str | None) -> Answer | None:
        """The answer that was given to `who` as `text`; None where that is not known any more."""
        packed = self._kept.get(_key(who, text or ""), _SECONDS)
        return None if packed is None else _adapter().validate_json(zlib.decompress(packed))


def _key(who: Principal, text: str) -> str:
    # Clients take spaces off the ends of what they show.
    parts = [who.by if who.owner is None else f"owner {who.owner}", text.strip()]
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


async def history_of(
    turns: Sequence[Turn],
    who: Principal,
    answers: RememberedAnswers,
    ask_again: Callable[[str, Sequence[Answer]], Awaitable[Answer]],
) -> list[Answer]:
    """The answers of earlier turns. `ask_again` is called for the last one only, where it is not known any more."""
    found = await asyncio.to_thread(lambda: [answers.find(who, turn.said) for turn in turns])
    history = [answer or _without_answer(turn) for answer, turn in zip(found, turns, strict=True)]
    if turns and not history[-1].corpus.generation:
        with suppress(QuestionError):  # it was something else, such as a page that was pasted
            history[-1] = await ask_again(turns[-1].question, history[:-1])
            await asyncio.to_thread(answers.keep, who, turns[-1].said or "", history[-1])
    return history


def _without_answer(turn: Turn) -> Answer:
    """A turn of which only the question is known."""
    return Answer(turn.question, turn.said or "", False, "quotes", (), (), (), _NO_CORPUS, 0.0)
