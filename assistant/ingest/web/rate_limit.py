"""Taking turns: one request at a time to a host, with a pause between two, and few hosts at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from assistant.ingest.web.errors import ClosedError
from assistant.ingest.web.ssrf_guard import same_host

MOST_HOSTS = 8
_MOST_SILENT = 3


class _Host:
    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.free_at = 0.0  # in the time of the loop
        self.silent = 0
        self.closed: str | None = None


class HostQueue:
    """Who may ask which host when. `pause` is in seconds, from the end of a request to the start of the next."""

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._hosts: dict[str, _Host] = {}
        self._at_once = asyncio.Semaphore(MOST_HOSTS)

    def _host(self, name: str) -> _Host:
        return self._hosts.setdefault(same_host(name), _Host())

    @asynccontextmanager
    async def turn(self, name: str, pause: float = 0.0) -> AsyncIterator[None]:
        """One's turn at a host, after at least `pause` seconds. Raises ClosedError when it is asked no more."""
        host = self._host(name)
        async with host.lock:
            self.check(name)
            loop = asyncio.get_running_loop()
            longer = max(0.0, pause - self._pause) if host.free_at else 0.0
            wait = host.free_at + longer - loop.time()
            if wait > 0:
                await asyncio.sleep(wait)
            async with self._at_once:
                try:
                    yield
                finally:
                    host.free_at = max(host.free_at, loop.time() + self._pause)

    def check(self, name: str) -> None:
        """Raises ClosedError when a host is asked no more."""
        closed = self._host(name).closed
        if closed is not None:
            raise ClosedError(closed)

    def hold(self, name: str, seconds: float) -> None:
        """Nobody asks the host for so long, as it wishes."""
        host = self._host(name)
        host.free_at = max(host.free_at, asyncio.get_running_loop().time() + seconds)

    def close(self, name: str, why: str) -> None:
        """The host is asked no more in this run."""
        self._host(name).closed = why

    def answered(self, name: str) -> None:
        """The host gave an answer, of whatever kind."""
        self._host(name).silent = 0

    def silent(self, name: str) -> None:
        """The host gave no answer; after some of those in a row it is asked no more, so that a run ends."""
        host = self._host(name)
        host.silent += 1
        if host.silent >= _MOST_SILENT:
            host.closed = f"{name} gave no answer {_MOST_SILENT} times in a row"
