"""The answers that were given, for a while: a client sends back their text only, and a follow-up needs the rest."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from assistant.accounts import Principal
from assistant.answers import Answer, CorpusInfo
from assistant.errors import QuestionError
from assistant.server.openai_protocol.requests import Turn

_NO_CORPUS = CorpusInfo("", datetime.min.replace(tzinfo=UTC), 0, None, None)


class RememberedAnswers:
    """The last `most` answers, each for `seconds` since it was last used; all happens in one event loop.

    They are kept under a digest of who asked and of the text that was given, so that nobody meets with those of others.
    """

    def __init__(self, most: int = 2000, seconds: float = 3600.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._kept: OrderedDict[bytes, tuple[float, Answer]] = OrderedDict()

    def keep(self, who: Principal, text: str, answer: Answer) -> None:
        """Remember that `answer` was given to `who` as `text`."""
        key = _digest(who, text)
        self._kept[key] = (self._clock(), answer)
        self._kept.move_to_end(key)
        while len(self._kept) > self._most or self._is_over(next(iter(self._kept))):
            self._kept.popitem(last=False)

    def find(self, who: Principal, text: str | None) -> Answer | None:
        """The answer that was given to `who` as `text`; None where that is not known any more."""
        key = _digest(who, text or "")
        if key not in self._kept or self._is_over(key):
            return None
        answer = self._kept[key][1]
        self.keep(who, text or "", answer)
        return answer

    def _is_over(self, key: bytes) -> bool:
        return self._clock() - self._kept[key][0] > self._seconds


def _digest(who: Principal, text: str) -> bytes:
    # Clients take spaces off the ends of what they show.
    parts = [who.by if who.owner is None else f"owner {who.owner}", text.strip()]
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).digest()


async def history_of(
    turns: Sequence[Turn],
    who: Principal,
    answers: RememberedAnswers,
    ask_again: Callable[[str, Sequence[Answer]], Awaitable[Answer]],
) -> list[Answer]:
    """The answers of earlier turns. `ask_again` is called for the last one only, where it is not known any more."""
    history = [answers.find(who, turn.said) or _without_answer(turn) for turn in turns]
    if turns and not history[-1].corpus.generation:
        with suppress(QuestionError):  # it was something else, such as a page that was pasted
            history[-1] = await ask_again(turns[-1].question, history[:-1])
            answers.keep(who, turns[-1].said or "", history[-1])
    return history


def _without_answer(turn: Turn) -> Answer:
    """A turn of which only the question is known."""
    return Answer(turn.question, turn.said or "", False, "quotes", (), (), (), _NO_CORPUS, 0.0)
