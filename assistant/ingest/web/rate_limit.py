"""Rate limiting: one request at a time to a host, with a pause in between, and few hosts at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from assistant.ingest.web.errors import HostClosedError
from assistant.ingest.web.ssrf_guard import normalize_host

MAX_HOSTS = 8
_MAX_SILENT = 3


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
            self.check(name)
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

    def check(self, name: str) -> None:
        """Raise HostClosedError when the host gets no more requests."""
        closed = self._host(name).closed
        if closed is not None:
            raise HostClosedError(closed)

    def hold(self, name: str, seconds: float) -> None:
        """Send the host no requests for `seconds`."""
        host = self._host(name)
        host.free_at = max(host.free_at, asyncio.get_running_loop().time() + seconds)

    def close(self, name: str, reason: str) -> None:
        """Send the host no more requests."""
        self._host(name).closed = reason

    def answered(self, name: str) -> None:
        """Note that the host gave a response, of whatever kind."""
        self._host(name).silent = 0

    def silent(self, name: str) -> None:
        """Note that the host gave no response; after some of those in a row it is closed, so that a refresh ends."""
        host = self._host(name)
        host.silent += 1
        if host.silent >= _MAX_SILENT:
            host.closed = f"{name} gave no answer {_MAX_SILENT} times in a row"
