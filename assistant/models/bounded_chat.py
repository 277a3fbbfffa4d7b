"""Calls a chat model: within its time, retried where that may help, each failure as one plain line."""

import asyncio
import re
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Any

import httpx
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
from assistant.models.chat import Model, without_key
from assistant.settings import Settings
from assistant.utils import AsyncToSyncStream, CancelToken, parse_retry_after

_RETRIED = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
_BACK_OFF = wait_random_exponential(multiplier=0.5, max=8)
_WHOLE = frozenset({"stop", "end_turn", "stop_sequence", "eos", "complete", "finish_reason_unspecified"})
# How an answer ends that is whole, for models that do not say why they stopped.
_CLOSING = r"\"”’')\]】］\s`*"
_ENDED = re.compile(
    rf"(?:[!?…:]|{NOT_ANSWERED}|[\[【［][\d,\s]++[\]】］])[{_CLOSING}.]*+\Z"
    rf"|(?<![{_CLOSING}.])[{_CLOSING}]*+\.[{_CLOSING}.]*+\Z",
    re.IGNORECASE,
)
_CUT = dict.fromkeys(("length", "max_tokens", "max_output_tokens"), "its longest length, max_answer_tokens, is reached")

_Send = Callable[[BaseMessageChunk], Awaitable[None]]


class CutError(ModelError):
    """The answer ended before its end, for its length or by a filter; what came before is whole."""


class BoundedModel(Runnable[LanguageModelInput, BaseMessageChunk]):
    """A chat model whose answer, all tries together, comes within `settings.model_timeout` seconds or not at all.

    Until its first words come it is tried again after a passing fault: a refused connection, a time-out of the server,
    a rate limit (its Retry-After is heeded when there is time), an empty answer. Raises ModelError, in one line; an
    answer that was cut for its length is given as far as it came and then raises CutError. `stop` ends it, with the
    connection.
    """

    def __init__(self, model: Model, settings: Settings, stop: CancelToken | None = None) -> None:
        self._model = model
        self._settings = settings
        self._stop = stop

    def invoke(self, input: LanguageModelInput, config: RunnableConfig | None = None, **kwargs: Any) -> AIMessageChunk:
        """The whole message."""
        whole = AIMessageChunk(content="")
        for chunk in self.stream(input, config, **kwargs):
            whole += chunk  # type: ignore[assignment]
        return whole

    def stream(
        self, input: LanguageModelInput, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Iterator[BaseMessageChunk]:
        """The message piece by piece, as the model writes it."""
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
        limit = self._settings.model_timeout
        try:
            async with asyncio.timeout(limit):
                await self._answer(input, config, more, send)
        except TimeoutError:
            raise ModelError(f"the model {self._model.name} did not finish within {limit:g} s") from None
        except ModelError as error:
            raise type(error)(without_key(str(error), self._settings)) from None
        except Exception as error:
            # Each provider's client has errors of its own; what matters of them is the status.
            raise ModelError(f"the model {self._model.name} {problem_of(error, self._settings)}") from None

    async def _answer(
        self, input: LanguageModelInput, config: RunnableConfig | None, more: dict[str, Any], send: _Send
    ) -> None:
        """Send the chunks of the answer, after as many tries as it takes to the first with text."""
        text = ""
        tries = AsyncRetrying(
            retry=retry_if_exception(lambda error: not text.strip() and is_retryable(error)),
            stop=stop_any(
                stop_after_attempt(1 + self._settings.model_retries), stop_before_delay(self._settings.model_timeout)
            ),
            wait=_wait,
            reraise=True,
        )
        async for attempt in tries:
            with attempt:
                text, reason, held = "", None, deque[BaseMessageChunk]()
                async for chunk in self._model.chat.astream(input, config, **more):
                    text, reason = f"{text}{chunk.text}", _reason(chunk) or reason
                    held.append(chunk)
                    while held and text.strip():
                        await send(held.popleft())
                if not text.strip():
                    raise _EmptyError(f"the model {self._model.name} gave an empty answer")
                _check_whole(text, reason)


class _EmptyError(ModelError):
    pass


def _check_whole(text: str, reason: str | None) -> None:
    """Raises ModelError when an answer, which ended for this reason, is not whole."""
    if reason is not None and reason.lower() not in _WHOLE:
        raise CutError(f"the model's answer was cut short ({_CUT.get(reason.lower(), reason)})")
    if reason is None and not _ENDED.search(text):
        raise ModelError("the model's answer broke off in the middle")


def _reason(chunk: BaseMessageChunk) -> str | None:
    metadata = chunk.response_metadata
    return metadata.get("finish_reason") or metadata.get("stop_reason") or metadata.get("done_reason")


def is_retryable(error: BaseException) -> bool:
    """Whether another try may help."""
    status = _status(error)
    if status is not None:
        return status in _RETRIED
    return isinstance(error, _EmptyError) or _is_connection(error)


def _is_connection(error: BaseException) -> bool:
    if isinstance(error, httpx.TransportError | ConnectionError):
        return True
    return bool(re.search(r"Connect|Timeout", type(error).__name__)) and not isinstance(error, TimeoutError)


def _status(error: BaseException) -> int | None:
    response = getattr(error, "response", None)
    for holder, name in ((error, "status_code"), (response, "status_code"), (error, "code")):
        value = getattr(holder, name, None)
        if isinstance(value, int):
            return value
    return None


def _wait(state: RetryCallState) -> float:
    """Seconds until the next try: what the server asks for, else longer each time."""
    error = state.outcome.exception() if state.outcome else None
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    requested = parse_retry_after(headers.get("retry-after"))
    return requested if requested is not None else _BACK_OFF(state)


_PROBLEMS = {
    400: "does not accept the request",
    401: "refuses the key; set model_key or the provider's variable",
    403: "refuses the key; set model_key or the provider's variable",
    404: "is not known at its address; look at model and model_url",
    408: "took too long",
    413: "cannot take in so much; lower model_context",
    429: "is asked too often just now",
}


def problem_of(error: BaseException, settings: Settings) -> str:
    """What went wrong, as "is asked too often just now (429)"; the provider's own words only for 400."""
    status = _status(error)
    if status is not None:
        more = f": {without_key(' '.join(str(error).split()), settings)[:200]}" if status == 400 else ""
        return f"{_PROBLEMS.get(status, 'failed at its side')} ({status}){more}"
    if _is_connection(error):
        broken = isinstance(error, httpx.RemoteProtocolError | httpx.ReadError)
        return "broke off the connection" if broken else "cannot be reached; look at model_url and the network"
    return f"gave what is no answer ({type(error).__name__})"
