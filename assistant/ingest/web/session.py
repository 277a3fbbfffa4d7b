"""What the web sources of one refresh share while they are read."""

import asyncio
import hashlib
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import urlsplit

from assistant.articles import Article
from assistant.index import FetchState
from assistant.ingest.files import Sandbox, SandboxError, read_bytes
from assistant.ingest.items import Failure, Item, KnownState, Loaded, Notice
from assistant.ingest.sources import Source
from assistant.ingest.web.client import Client, FetchResult
from assistant.ingest.web.content_type import SUFFIXES
from assistant.ingest.web.errors import WebError
from assistant.ingest.web.feeds import find_feed_links
from assistant.utils import safe_to_show

T = TypeVar("T")
_MAX_CONCURRENT = 12  # articles of one source


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """The articles of a page and what failed in it; neither when it is `unchanged` since the previous fetch."""

    fetched: FetchResult
    digest: str
    unchanged: bool = False
    outcomes: tuple[Loaded | Failure, ...] = ()

    def articles(self) -> list[Article]:
        """Its articles. Raises WebError when there is none, or one that failed."""
        failed = next((outcome.reason for outcome in self.outcomes if isinstance(outcome, Failure)), None)
        if failed or not self.outcomes:
            raise WebError(failed or "no article was found in it")
        return [outcome.article for outcome in self.outcomes if isinstance(outcome, Loaded)]


@dataclass(frozen=True, slots=True)
class WebSession:
    """The client, the previous fetch states, and threads and a sandbox for parsing.

    Each page is fetched once, however many sources ask for it. `threads` is not the executor of the loop, which is
    needed for name resolution.
    """

    client: Client
    known: KnownState
    threads: ThreadPoolExecutor
    now: datetime
    sandbox: Sandbox
    _pages: dict[tuple[str, FetchState | None], asyncio.Task[FetchedPage]] = field(default_factory=dict)

    async def page(self, url: str, previous: FetchState | None) -> FetchedPage:
        """The page at `url`, requested on the condition that it changed since `previous`. Raises WebError."""
        # The other fields do not matter for the request, and differ between sources.
        condition = (
            None
            if previous is None
            else replace(previous, key="", articles=(), checked=None, links=(), texts=(), missing=0)
        )
        key = (url.partition("#")[0], condition)
        if key not in self._pages:
            self._pages[key] = asyncio.create_task(self._fetch_page(url, condition))
        return await self._pages[key]

    async def _fetch_page(self, url: str, previous: FetchState | None) -> FetchedPage:
        fetched = await self.client.fetch(url, previous)
        if _is_front_page(fetched.final_url) and not _is_front_page(url):
            raise WebError("leads to the front page of the site; the article is not there")
        return await self.parse_page(fetched, previous)

    async def parse_page(self, fetched: FetchResult, previous: FetchState | None) -> FetchedPage:
        """The articles of a fetched page. Raises WebError when it is not an article."""
        if fetched.not_modified and previous is not None:
            return FetchedPage(fetched, previous.digest, unchanged=True)
        digest = hashlib.sha256(fetched.body).hexdigest()
        if previous is not None and previous.digest == digest:
            return FetchedPage(fetched, digest, unchanged=True)
        if not fetched.body.strip():
            raise WebError("is empty")
        suffix = SUFFIXES.get(fetched.kind)
        if suffix is None:
            raise WebError(f"is {fetched.description}, not an article")
        parse = partial(read_bytes, url=fetched.final_url, encoding=fetched.charset)
        outcomes = await self._in_thread(parse, fetched.body, suffix, self.sandbox)
        return FetchedPage(fetched, digest, outcomes=tuple(outcomes))

    async def _in_thread(self, function: Callable[..., T], *args: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.threads, function, *args)

    async def in_sandbox(self, function: Callable[..., T], *args: Any) -> T:
        """Call `function` in the sandbox process. Raises WebError when it hangs or crashes."""
        try:
            return await self._in_thread(self.sandbox.call, function, *args)
        except SandboxError as error:
            raise WebError(f"cannot be read: {error}") from None

    async def feed_links(self, fetched: FetchResult) -> list[str]:
        """The URLs of the feeds that a page links to. Raises WebError."""
        return await self.in_sandbox(find_feed_links, fetched.body, fetched.charset, fetched.final_url)

    async def feed_advice(self, fetched: FetchResult) -> str:
        """What to do about a listed page that is not an article. Raises WebError."""
        links = await self.feed_links(fetched)
        if not links:
            return "it names no feed; look on the site for one, or for its sitemap"
        return f"list one of the feeds that it names: {', '.join(map(safe_to_show, links))}"


def state_of(key: str, fetched: FetchResult, now: datetime, digest: str, articles: tuple[str, ...] = ()) -> FetchState:
    """The state of a URL after a response."""
    return FetchState(key, articles, digest, fetched.etag, fetched.last_modified, checked=now, final=fetched.final_url)


def moved_notices(fetched: FetchResult, source: Source) -> list[Item]:
    """A notice when the URL of a source redirects permanently."""
    if fetched.moved_to is None:
        return []
    old, new = safe_to_show(source.location), safe_to_show(fetched.moved_to)
    return [Notice(f"{source.name}: {old} has moved to {new} for good; list it there")]


async def in_order(
    starters: Iterable[Callable[[], Coroutine[Any, Any, T]]], at_once: int = _MAX_CONCURRENT
) -> AsyncGenerator[T, None]:
    """The results of the coroutines in their order, at most `at_once` of them running at the same time."""
    waiting = iter(starters)
    running = deque(asyncio.create_task(start()) for start in islice(waiting, at_once))
    try:
        while running:
            yield await running.popleft()
            running.extend(asyncio.create_task(start()) for start in islice(waiting, 1))
    finally:
        for task in running:
            task.cancel()


def _is_front_page(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path.strip("/") in {"", "index.html", "index.php"} and not parts.query
