"""A run: all that the sources of one refresh share while they are read."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from assistant.index.fetch_state import FetchState
from assistant.ingest.files import Sandbox, SandboxError
from assistant.ingest.items import Known
from assistant.ingest.web.client import Client, Fetched
from assistant.ingest.web.decompress import unpacked_file
from assistant.ingest.web.errors import WebError
from assistant.settings import Settings
from assistant.utils.urls import safe_to_show

T = TypeVar("T")
_AT_ONCE = 12  # articles of one source that are under way


@dataclass(frozen=True, slots=True)
class WebSession:
    """What reading needs: the client, what is known of earlier visits, and threads for what takes the processor.

    The threads are the run's own, as those of the loop are needed to look up names.
    """

    client: Client
    known: Known
    settings: Settings
    threads: ThreadPoolExecutor
    now: datetime
    sandbox: Sandbox

    async def in_thread(self, function: Callable[..., T], *args: Any, **named: Any) -> T:
        """What `function` gives, without holding up the loop."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, partial(function, *args, **named))

    async def apart(self, function: Callable[..., T], *args: Any) -> T:
        """What `function` gives in a process of its own. Raises WebError when it hangs or breaks."""
        try:
            found: T = await self.in_thread(self.sandbox.call, function, *args)
        except SandboxError as error:
            raise WebError(f"cannot be read: {error}") from None
        return found

    def unpacked(self, fetched: Fetched) -> bytes:
        """Its bytes, also where it is a .gz file. Raises WebError."""
        return unpacked_file(fetched.body, self.settings.web_max_mb * 1_000_000, self.client.shown_limit)


def visited(place: str, fetched: Fetched, now: datetime, digest: str, articles: tuple[str, ...] = ()) -> FetchState:
    """The visit that an answer makes."""
    return FetchState(
        place=place,
        articles=articles,
        digest=digest,
        etag=fetched.etag,
        modified=fetched.modified,
        checked=now,
        final=fetched.final,
    )


def time_now() -> datetime:
    """Now, with its zone."""
    return datetime.now(UTC)


def moved(fetched: Fetched, name: str) -> list[str]:
    """What a maintainer should know when an address has moved for good."""
    if fetched.moved is None:
        return []
    return [f"{name}: {safe_to_show(fetched.url)} has moved to {safe_to_show(fetched.moved)} for good; list it there"]


async def in_order(makers: Iterable[Callable[[], Coroutine[Any, Any, T]]]) -> AsyncIterator[T]:
    """What the coroutines give, in their order, some of them under way at once."""
    waiting: deque[asyncio.Task[T]] = deque()
    try:
        for make in makers:
            waiting.append(asyncio.create_task(make()))
            if len(waiting) >= _AT_ONCE:
                yield await waiting.popleft()
        while waiting:
            yield await waiting.popleft()
    finally:
        for task in waiting:
            task.cancel()
