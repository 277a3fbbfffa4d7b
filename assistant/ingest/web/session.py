"""What the web sources of one refresh share while they are read."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from assistant.index import FetchState
from assistant.ingest.files import Sandbox, SandboxError
from assistant.ingest.items import KnownState
from assistant.ingest.sources import Source
from assistant.ingest.web.client import Client, FetchResult
from assistant.ingest.web.errors import WebError
from assistant.ingest.web.feed_links import find_feed_links
from assistant.utils import safe_to_show

T = TypeVar("T")
_MAX_CONCURRENT = 12  # articles of one source


@dataclass(frozen=True, slots=True)
class WebSession:
    """The client, the previous fetch states, and threads and a sandbox for parsing.

    `threads` is not the executor of the loop, which is needed for name resolution.
    """

    client: Client
    known: KnownState
    threads: ThreadPoolExecutor
    now: datetime
    sandbox: Sandbox

    async def in_thread(self, function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Call `function` in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, partial(function, *args, **kwargs))

    async def in_sandbox(self, function: Callable[..., T], *args: Any) -> T:
        """Call `function` in the sandbox process. Raises WebError when it hangs or crashes."""
        try:
            result: T = await self.in_thread(self.sandbox.call, function, *args)
        except SandboxError as error:
            raise WebError(f"cannot be read: {error}") from None
        return result

    async def feed_links(self, fetched: FetchResult) -> list[str]:
        """The URLs of the feeds that a page links to. Raises WebError."""
        return await self.in_sandbox(find_feed_links, fetched.body, fetched.charset, fetched.final_url)


def state_of(key: str, fetched: FetchResult, now: datetime, digest: str, articles: tuple[str, ...] = ()) -> FetchState:
    """The state of a URL after a response."""
    return FetchState(
        key=key,
        articles=articles,
        digest=digest,
        etag=fetched.etag,
        modified=fetched.last_modified,
        checked=now,
        final=fetched.final_url,
    )


def moved_notices(fetched: FetchResult, source: Source) -> list[str]:
    """A notice when the URL of a source redirects permanently."""
    if fetched.moved_to is None:
        return []
    old, new = safe_to_show(source.location), safe_to_show(fetched.moved_to)
    return [f"{source.name}: {old} has moved to {new} for good; list it there"]


async def in_order(starters: Iterable[Callable[[], Coroutine[Any, Any, T]]]) -> AsyncIterator[T]:
    """The results of the coroutines in their order, at most _MAX_CONCURRENT of them running at once."""
    running: deque[asyncio.Task[T]] = deque()
    try:
        for start in starters:
            running.append(asyncio.create_task(start()))
            if len(running) >= _MAX_CONCURRENT:
                yield await running.popleft()
        while running:
            yield await running.popleft()
    finally:
        for task in running:
            task.cancel()
