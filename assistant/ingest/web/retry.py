"""Trying again, where that is worth it, and within what time."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_random_exponential

from assistant.ingest.web.errors import StatusError, WebError
from assistant.settings import Settings

_LONGEST = 30.0


def tries(settings: Settings) -> AsyncRetrying:
    """The tries at one address: longer apart each time, by chance, so that many readers do not come back at once."""
    back_off = wait_random_exponential(multiplier=settings.web_delay, max=_LONGEST)

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.wait if isinstance(error, StatusError) else None
        return asked if asked is not None else back_off(state)

    return AsyncRetrying(
        retry=retry_if_exception(lambda error: isinstance(error, WebError) and error.worth),
        stop=stop_after_attempt(1 + settings.web_retries),
        wait=wait,
        reraise=True,
    )


def wait_asked(retry_after: str | None) -> float | None:
    """Seconds that a Retry-After asks to wait, given in seconds or as a date."""
    text = (retry_after or "").strip()
    if text.isdecimal():
        return float(text[:9])
    try:
        asked = parsedate_to_datetime(text)
        return max(0.0, ((asked if asked.tzinfo else asked.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


class Clock:
    """The seconds in which an address must have come whole; it stands still while we wait for our turn."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Raises TimeoutError when the time is over."""
        begun = time.monotonic()
        try:
            async with asyncio.timeout(max(0.0, self._left)):
                yield
        finally:
            self._left -= time.monotonic() - begun
