"""Discovering: what an address is, before it is listed as a source."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

from assistant.errors import RefreshError
from assistant.ingest.files import Sandbox
from assistant.ingest.web import content_type, feed_links, feeds, sitemaps
from assistant.ingest.web.client import Client
from assistant.ingest.web.errors import WebError
from assistant.ingest.web.session import WebSession, time_now
from assistant.ingest.web.ssrf_guard import Resolve, checked, system_resolve
from assistant.settings import Settings
from assistant.utils.strings import one_line
from assistant.utils.urls import safe_to_show


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A possible source: what is at an address, or what a page there names."""

    kind: Literal["feed", "sitemap", "page"]
    location: str
    title: str | None = None


def discover(url: str, settings: Settings, resolve: Resolve = system_resolve) -> list[FoundFeed]:
    """What is at `url`; of a page also the feeds that it names, and the sitemaps of its site.

    Raises RefreshError, in one line, when it cannot be read.
    """
    outcome: list[list[FoundFeed] | BaseException] = []

    def work() -> None:
        try:
            outcome.append(asyncio.run(_discover(url, settings, resolve)))
        except BaseException as error:
            outcome.append(error)

    # In a thread of its own, as the caller's may have a loop running.
    thread = threading.Thread(target=work, name="assistant-web", daemon=True)
    thread.start()
    thread.join()
    found = outcome[0]
    if isinstance(found, WebError):
        raise RefreshError(f"{one_line(safe_to_show(url), 200)}: {found}") from None
    if isinstance(found, BaseException):
        raise found
    return found


async def _discover(url: str, settings: Settings, resolve: Resolve) -> list[FoundFeed]:
    with ThreadPoolExecutor(1) as threads, Sandbox() as sandbox:
        async with Client(settings, resolve=resolve) as client:
            session = WebSession(client, lambda origin, place: None, settings, threads, time_now(), sandbox)
            return await _found(session, url)


async def _found(run: WebSession, url: str) -> list[FoundFeed]:
    fetched = await run.client.fetch(url)
    body = run.unpacked(fetched)
    sort = content_type.sort_of(body, fetched.media)
    if sort == "page":
        named = await run.apart(feed_links.feeds_named, body, fetched.charset, fetched.final)
        maps = await run.client.robots.sitemaps(checked(fetched.final))
        return [
            FoundFeed("page", url),
            *(FoundFeed("feed", one.url, one.title) for one in named),
            *(FoundFeed("sitemap", one) for one in maps),
        ]
    if sort == "feed" and await run.apart(feeds.parse, body, fetched.final, fetched.charset) is not None:
        return [FoundFeed("feed", url)]
    if sort in {"sitemap", "text"} and await run.apart(sitemaps.parse, body, fetched.final) is not None:
        return [FoundFeed("sitemap", url)]
    if sort in {"pdf", "text"}:
        return [FoundFeed("page", url)]
    if sort in {"feed", "sitemap"}:
        raise WebError(f"is too broken a {sort} to be read")
    raise WebError(f"is {content_type.named(sort, fetched.media)}, not a feed, a sitemap or a page")
