"""The pace of requests: one at a time to a host, with a pause in between, and retries."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_random_exponential

from assistant.ingest.web.errors import HostClosedError, NoAnswerError, StatusError, WebError
from assistant.ingest.web.ssrf_guard import normalize_host
from assistant.settings import Settings

MAX_HOSTS = 8
_MAX_SILENT = 3
_MAX_BACKOFF = 30.0  # seconds
_BUSY_STATUSES = frozenset({429, 503})  # a host that keeps sending these would hold up all the others


class _Host:
    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.free_at = 0.0  # in the time of the loop
        self.silent = 0
        self.closed: str | None = None


class HostQueue:
    """Schedules requests by host. `pause` is the seconds from the end of a request to the start of the next."""

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._hosts: dict[str, _Host] = {}
        self._concurrency = asyncio.Semaphore(MAX_HOSTS)

    def _host(self, name: str) -> _Host:
        return self._hosts.setdefault(normalize_host(name), _Host())

    @asynccontextmanager
    async def turn(self, name: str, pause: float = 0.0) -> AsyncIterator[None]:
        """Wait for a turn at the host, at least `pause` seconds after the last. Raises HostClosedError."""
        host = self._host(name)
        async with host.lock:
            if host.closed is not None:
                raise HostClosedError(host.closed)
            loop = asyncio.get_running_loop()
            extra = max(0.0, pause - self._pause) if host.free_at else 0.0
            wait = host.free_at + extra - loop.time()
            if wait > 0:
                await asyncio.sleep(wait)
            async with self._concurrency:
                try:
                    yield
                finally:
                    host.free_at = max(host.free_at, loop.time() + self._pause)

    def hold(self, name: str, seconds: float) -> None:
        """Send the host no requests for `seconds`."""
        host = self._host(name)
        host.free_at = max(host.free_at, asyncio.get_running_loop().time() + seconds)

    def note(self, name: str, error: WebError | None) -> None:
        """Note how the host answered; after some requests in a row without an answer it is closed, to get on."""
        host = self._host(name)
        is_busy = isinstance(error, StatusError) and error.status in _BUSY_STATUSES
        host.silent = host.silent + 1 if is_busy or isinstance(error, NoAnswerError) else 0
        if host.silent >= _MAX_SILENT:
            host.closed = f"{name} gave no answer {_MAX_SILENT} times in a row"
        if isinstance(error, StatusError) and error.closes_host:
            host.closed = f"{name} answered {error}"


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
