"""Reads web sources, and says what is at a URL, in the shared event loop for synchronous callers."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Literal

from assistant.errors import AssistantError, RefreshError
from assistant.ingest.files import Sandbox
from assistant.ingest.items import Failure, Item, KnownState
from assistant.ingest.sources import Source
from assistant.ingest.web.client import Client
from assistant.ingest.web.errors import WebError
from assistant.ingest.web.feed_files import parse
from assistant.ingest.web.read_source import read_items
from assistant.ingest.web.session import WebSession
from assistant.ingest.web.ssrf_guard import Resolve, system_resolve, validated_url
from assistant.settings import Settings
from assistant.utils import AsyncToSyncStream, CancelToken, one_line, safe_to_show, shared_loop

_PARSER_THREADS = 2

_Send = Callable[[tuple[str, Item]], Awaitable[None]]


def read(
    sources: Sequence[Source],
    known: KnownState,
    settings: Settings,
    *,
    stop: CancelToken | None = None,
    log: Callable[..., None] = lambda event, **values: None,
    resolve: Resolve = system_resolve,
    sandbox: Sandbox | None = None,
) -> Iterator[tuple[str, Item]]:
    """Read web sources, as pairs of the location of a source and an item of it.

    Errors on the web are Failures, never raised. The items of a source come in its order: of each URL its articles,
    then its fetch state; last the states of the feed or sitemaps. A URL that has not changed since its `known` state
    gives only its state. Ends soon after `stop` is cancelled, and when it is closed.

    `known` and `log` are called from another thread, `log` for each request with the name of an event and its values.
    `resolve` replaces the resolver of the system. Documents and feeds are parsed in `sandbox`, or in a new one.
    """
    with nullcontext(sandbox) if sandbox else Sandbox() as used:
        client = Client(settings, resolve=resolve, log=log)
        items = AsyncToSyncStream(partial(_read_all, sources, client, known, used))
        try:
            with nullcontext() if stop is None else stop.listening(items.cancel):
                yield from items
        finally:
            items.close()


async def _read_all(
    sources: Sequence[Source], client: Client, known: KnownState, sandbox: Sandbox, send: _Send
) -> None:
    threads = ThreadPoolExecutor(_PARSER_THREADS, thread_name_prefix="assistant-web")
    session = WebSession(client, known, threads, datetime.now(UTC), sandbox)
    try:
        async with client, asyncio.TaskGroup() as group:
            for source in sources:
                group.create_task(_read_source(session, source, send))
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    finally:
        threads.shutdown(wait=False, cancel_futures=True)


async def _read_source(session: WebSession, source: Source, send: _Send) -> None:
    try:
        async with aclosing(read_items(session, source)) as items:
            async for item in items:
                await send((source.location, item))
    except AssistantError:
        raise
    except Exception as error:
        # Whatever a site makes a library raise, the other sources go on.
        session.client.log("broken", source=source.name, error="".join(traceback.format_exception(error)))
        reason = one_line(f"could not be read ({type(error).__name__}: {error})", 200)
        await send((source.location, Failure("", source.location, reason, whole=True)))


@dataclass(frozen=True, slots=True)
class SourceCandidate:
    """A possible source: a URL, or what the page there links to."""

    kind: Literal["feed", "sitemap", "page"]
    location: str


def discover(url: str, settings: Settings) -> list[SourceCandidate]:
    """What is at `url`; for a page then its feeds and its site's sitemaps. Raises RefreshError if it cannot be read."""
    # In the shared loop, as the caller's thread may have a running loop.
    reading = asyncio.run_coroutine_threadsafe(_discover(url, settings), shared_loop())
    try:
        return reading.result()
    except WebError as error:
        raise RefreshError(f"{one_line(safe_to_show(url), 200)}: {error}") from None
    finally:
        reading.cancel()


async def _discover(url: str, settings: Settings) -> list[SourceCandidate]:
    with ThreadPoolExecutor(1) as threads, Sandbox() as sandbox:
        async with Client(settings) as client:
            session = WebSession(client, lambda location, key: None, threads, datetime.now(UTC), sandbox)
            return await _candidates(session, url)


async def _candidates(session: WebSession, url: str) -> list[SourceCandidate]:
    fetched = await session.client.fetch(url)
    kind = fetched.kind
    if kind == "other":
        raise WebError(f"is {fetched.description}, not a feed, a sitemap or a page")
    if kind not in {"page", "pdf"}:
        try:
            await parse(session, fetched)
            return [SourceCandidate("feed" if kind == "feed" else "sitemap", url)]
        except WebError:
            if kind != "text":
                raise
    found = [SourceCandidate("page", url)]
    if kind == "page":
        found += [SourceCandidate("feed", feed) for feed in await session.feed_links(fetched)]
        sitemaps = await session.client.robots.sitemaps(validated_url(fetched.final_url))
        found += [SourceCandidate("sitemap", sitemap) for sitemap in sitemaps]
    return found
