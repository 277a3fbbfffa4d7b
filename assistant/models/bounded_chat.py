"""Calls a chat model: within its time, retried where that may help, each failure as one plain line."""

import asyncio
import re
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import Any

from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import AIMessageChunk, BaseMessageChunk
from langchain_core.runnables import Runnable, RunnableConfig
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_attempt,
    stop_any,
    stop_before_delay,
    wait_random_exponential,
)

from assistant.answers import NOT_ANSWERED
from assistant.errors import ModelError
from assistant.models.chat import Model
from assistant.models.guarded_http import GuardError
from assistant.models.model_failures import (
    BrokenOffError,
    CutError,
    EmptyError,
    SilentError,
    failure_kind,
    guarded,
    is_of_server,
    is_retryable,
    problem_of,
    requested_wait,
)
from assistant.models.pool import Call, Pool, Route, Server
from assistant.models.providers import without_key
from assistant.models.spoken import THOUGHT, Spoken
from assistant.settings import Settings
from assistant.text import WordPattern
from assistant.utils import AsyncToSyncStream, CancelToken, ModelCall, Observer, storable

_BACK_OFF = wait_random_exponential(multiplier=0.5, max=8)
_WHOLE = frozenset({"stop", "end_turn", "stop_sequence", "eos", "eos_token", "complete", "finish_reason_unspecified"})
# Of these kinds are the reasons to cut an answer. Whether it is whole with any other reason, only its end tells.
_CUTS = re.compile(
    r"length|max|limit|filter|safety|context|refus|recitation|block|prohibited|spii|malformed|error|abort|cancel|incomplete"
)
_CLOSING = r"\"”’“»«›‹」』')\]】］〕）\s`*_~"
_STOP = r"[.。．।။።۔｡]"
# The end of a sentence, of a marker of any kind, [S1], 【1†source】 or ¹, of a row of a table, or of a text in JSON.
_ENDED = re.compile(
    rf"(?:[!?…:！？؟]|{NOT_ANSWERED}|[\[【［〔][^\[\]【】［］〔〕\n]{{0,60}}\d[^\[\]【】［］〔〕\n]{{0,60}}[\]】］〕]|[⁰¹²³⁴-⁹|}}]|</\w{{1,8}}>)"
    rf"[{_CLOSING}.。]*+\Z|(?<![{_CLOSING}.])[{_CLOSING}]*+{_STOP}[{_CLOSING}.。]*+\Z",
    re.IGNORECASE,
)
# Where what follows is no part of the answer: the head of a list of sources, or a footnote.
_SOURCES_LISTED = WordPattern(
    r"\n[ \t#*_>•-]{0,12}(?:{*press.lists_of_sources}[ \t*_]{0,8}(?::|(?=\n))|\[\^?\d{1,4}\^?\]:\s)", re.IGNORECASE
)
_CUT = dict.fromkeys(("length", "max_tokens", "max_output_tokens"), "its longest length, max_answer_tokens, is reached")
_LETTERS_A_TOKEN = 8  # at most, over a whole answer, for servers that do not heed its longest length
_CHUNKS, _CHUNKS_A_TOKEN = 50_000, 4  # pieces of one answer, with those of thoughts and those that are empty

_Send = Callable[[BaseMessageChunk], Awaitable[None]]
_Chunks = Callable[[Call], AsyncGenerator[BaseMessageChunk, None]]


class BoundedModel(Runnable[LanguageModelInput, BaseMessageChunk]):
    """A chat model whose answer, all tries together, comes within `settings.model_timeout` seconds or not at all.

    Until its first words come it is tried again after a passing fault: a refused connection, a time-out of the server,
    a rate limit (its Retry-After is heeded when there is time), an empty answer. Raises ModelError, in one line; an
    answer that was cut for its length is given as far as it came and then raises CutError. `stop` ends it, with the
    connection. Of a model on several servers each is tried before that, at once, whatever the fault of another.
    """

    def __init__(
        self, model: Model, settings: Settings, stop: CancelToken | None = None, observer: Observer | None = None
    ) -> None:
        self._model = model
        self._pool = model.pool or Pool([Server(model.chat)])
        self._settings = settings
        self._stop = stop
        self._observer = observer or Observer()

    def invoke(self, input: LanguageModelInput, config: RunnableConfig | None = None, **kwargs: Any) -> AIMessageChunk:
        """The whole message."""
        whole = ""
        for chunk in self.stream(input, config, **kwargs):
            whole = "" if chunk.text == THOUGHT else whole + chunk.text
        return AIMessageChunk(content=whole)

    def stream(
        self, input: LanguageModelInput, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Iterator[BaseMessageChunk]:
        """The message piece by piece, as the model writes it; after a piece THOUGHT it begins anew."""
        feed = AsyncToSyncStream(partial(self._write, input, config, kwargs))
        if self._stop is not None:
            self._stop.listen(feed.cancel)
        try:
            yield from feed
        finally:
            feed.cancel()

    async def _write(
        self, input: LanguageModelInput, config: RunnableConfig | None, more: dict[str, Any], send: _Send
    ) -> None:
        started, tokens, route = time.perf_counter(), Tokens(), self._pool.route()
        failure: str | None = None
        try:
            async with asyncio.timeout(self._settings.model_timeout):
                await self._answer(partial(self._chunks, input, config, more), send, tokens, route)
        except BaseException as error:
            failure = failure_kind(error)
            if not isinstance(error, Exception):
                raise
            raise self._plain(error, route.tried) from None
        finally:
            seconds = time.perf_counter() - started
            self._observer.model_called(ModelCall(seconds, failure, tokens.read, tokens.written))

    def _plain(self, error: Exception, tried: int) -> ModelError:
        """What went wrong, in one line without the key."""
        at = f" ({tried} addresses tried)" if tried > 1 else ""
        if isinstance(error, TimeoutError):
            limit = self._settings.model_timeout
            return ModelError(f"the model {self._model.name} did not finish within {limit:g} s{at}")
        if isinstance(error, SilentError):
            return SilentError(f"the model {self._model.name} sent nothing{at}")
        if isinstance(error, ModelError):
            return type(error)(without_key(str(error), self._settings))
        if stopped := guarded(error):
            return ModelError(without_key(str(stopped), self._settings))
        # Each provider's client has errors of its own; what matters of them is the status.
        return ModelError(f"the model {self._model.name} {problem_of(error, self._settings)}{at}")

    async def _answer(self, chunks_of: _Chunks, send: _Send, tokens: "Tokens", route: Route) -> None:
        """Send the answer, after as many tries as it takes to its first words."""
        spoken, limit, began = Spoken(), self._settings.model_timeout, time.monotonic()
        most = len(self._pool.servers) + self._settings.model_retries

        def may_help(error: BaseException) -> bool:
            return not spoken.said.strip() and (is_retryable(error) or (is_of_server(error) and route.goes_on))

        tries = AsyncRetrying(
            retry=retry_if_exception(may_help),
            stop=stop_any(stop_after_attempt(most), stop_before_delay(limit)),
            wait=lambda state: 0 if route.goes_on else _wait(state),
            reraise=True,
        )
        async for attempt in tries:
            with attempt:
                spoken = Spoken()
                async with route.call(limit + began - time.monotonic()) as call, aclosing(chunks_of(call)) as chunks:
                    await self._say(chunks, spoken, send, tokens)

    async def _chunks(
        self, input: LanguageModelInput, config: RunnableConfig | None, more: dict[str, Any], call: Call
    ) -> AsyncGenerator[BaseMessageChunk, None]:
        """What the model sends, as long as it may go on. Raises ModelError for a stream that has no end."""
        most = _CHUNKS + _CHUNKS_A_TOKEN * self._settings.max_answer_tokens
        async with aclosing(_generator(call.chat.astream(input, config, **call.more, **more))) as stream:
            async for chunk in stream:
                call.hear()
                # However fast it comes: the loop is to see to its clock and to who stops it.
                await asyncio.sleep(0)
                _check_cancelled()
                most -= 1
                if most < 0:
                    raise GuardError(f"the model {self._model.name} sent pieces without end")
                yield chunk

    async def _say(
        self, chunks: AsyncGenerator[BaseMessageChunk, None], spoken: Spoken, send: _Send, tokens: "Tokens"
    ) -> None:
        reason: str | None = None
        limited = _Limited(send, _LETTERS_A_TOKEN * self._settings.max_answer_tokens)
        async for chunk in chunks:
            reason = _reason(chunk) or reason
            tokens.add(chunk)
            await limited.send(spoken.feed(storable(chunk.text)))
        await limited.send(spoken.end())
        if not spoken.said.strip():
            raise EmptyError(f"the model {self._model.name} gave an empty answer")
        _check_whole(spoken.said, reason)


@dataclass
class Tokens:
    """The tokens that a call has read and written, as far as the model tells them."""

    read: int | None = None
    written: int | None = None

    def add(self, chunk: BaseMessageChunk) -> None:
        """Add what a piece tells of them."""
        usage = getattr(chunk, "usage_metadata", None)
        if usage:
            self.read = (self.read or 0) + int(usage.get("input_tokens") or 0)
            self.written = (self.written or 0) + int(usage.get("output_tokens") or 0)


class _Limited:
    """Sends what is said, up to `most` characters of it; then it raises CutError."""

    def __init__(self, send: _Send, most: int) -> None:
        self._send = send
        self._most = self._left = most

    async def send(self, pieces: Sequence[str]) -> None:
        for piece in pieces:
            if piece == THOUGHT:
                self._left = self._most
                await self._send(AIMessageChunk(content=piece))
                continue
            await self._send(AIMessageChunk(content=piece[: self._left]))
            if len(piece) > self._left:
                raise CutError(_cut_for("max_tokens"))
            self._left -= len(piece)


async def _generator(stream: AsyncIterator[BaseMessageChunk]) -> AsyncGenerator[BaseMessageChunk, None]:
    """`stream` as what can be closed."""
    try:
        async for chunk in stream:
            yield chunk
    finally:
        close = getattr(stream, "aclose", None)
        if close is not None:
            await close()


def _check_cancelled() -> None:
    """Raises CancelledError again where a client has swallowed it, as asyncio.wait_for may do in Python 3.11."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _check_whole(text: str, reason: str | None) -> None:
    """Raises ModelError when an answer, which ended for this reason, is not whole."""
    reason = reason and reason.lower()
    listed = _SOURCES_LISTED.search(text)
    if reason in _WHOLE or (
        not _CUTS.search(reason or "") and _ENDED.search(text[: listed.start()] if listed else text)
    ):
        return
    if reason is None:
        raise BrokenOffError("the model's answer broke off in the middle")
    raise CutError(_cut_for(reason))


def _cut_for(reason: str) -> str:
    return f"the model's answer was cut short ({_CUT.get(reason, reason)})"


def _reason(chunk: BaseMessageChunk) -> str | None:
    metadata = chunk.response_metadata
    return metadata.get("finish_reason") or metadata.get("stop_reason") or metadata.get("done_reason")


def _wait(state: RetryCallState) -> float:
    """Seconds until the next try: what the server asks for, else longer each time."""
    requested = requested_wait(state.outcome.exception() if state.outcome else None)
    return requested if requested is not None else _BACK_OFF(state)
