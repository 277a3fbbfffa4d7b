"""Retries of failed requests, and the time budget of a request."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_random_exponential

from assistant.ingest.files import parse_timestamp
from assistant.ingest.web.errors import StatusError, WebError
from assistant.settings import Settings

_MAX_BACKOFF = 30.0  # seconds


def retrying(settings: Settings) -> AsyncRetrying:
    """Retry what is retryable, after Retry-After or else exponential backoff with jitter."""
    backoff = wait_random_exponential(multiplier=settings.web_delay, max=_MAX_BACKOFF)

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        retry_after = error.retry_after if isinstance(error, StatusError) else None
        return retry_after if retry_after is not None else backoff(state)

    return AsyncRetrying(
        retry=retry_if_exception(lambda error: isinstance(error, WebError) and error.is_retryable),
        stop=stop_after_attempt(1 + settings.web_retries),
        wait=wait,
        reraise=True,
    )


def parse_retry_after(value: str | None) -> float | None:
    """The seconds that a Retry-After header asks to wait; it has seconds or a date."""
    text = (value or "").strip()
    if text.isdecimal():
        return float(text[:9])
    stamp = parse_timestamp(text)
    return max(0.0, (stamp.moment - datetime.now(UTC)).total_seconds()) if stamp else None


class TimeBudget:
    """The seconds in which a URL must have been read whole, not counting the waits for a turn at its host."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Count the time of the block. Raises TimeoutError when the budget is used up."""
        started = time.monotonic()
        try:
            async with asyncio.timeout(max(0.0, self._left)):
                yield
        finally:
            self._left -= time.monotonic() - started
