"""What is at a URL, before it is listed as a source."""

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
from assistant.ingest.web.session import WebSession, utc_now
from assistant.ingest.web.ssrf_guard import Resolve, system_resolve, validated_url
from assistant.settings import Settings
from assistant.utils import one_line, safe_to_show


@dataclass(frozen=True, slots=True)
class SourceCandidate:
    """A possible source: a URL, or what the page there links to."""

    kind: Literal["feed", "sitemap", "page"]
    location: str
    title: str | None = None


def discover(url: str, settings: Settings, resolve: Resolve = system_resolve) -> list[SourceCandidate]:
    """What is at `url`, first; for a page also the feeds that it links to and the sitemaps of its site.

    Raises RefreshError when it cannot be read.
    """
    outcome: list[list[SourceCandidate] | BaseException] = []

    def work() -> None:
        try:
            outcome.append(asyncio.run(_discover(url, settings, resolve)))
        except BaseException as error:
            outcome.append(error)

    # In its own thread, as the caller's may have a running loop.
    thread = threading.Thread(target=work, name="assistant-web", daemon=True)
    thread.start()
    thread.join()
    result = outcome[0]
    if isinstance(result, WebError):
        raise RefreshError(f"{one_line(safe_to_show(url), 200)}: {result}") from None
    if isinstance(result, BaseException):
        raise result
    return result


async def _discover(url: str, settings: Settings, resolve: Resolve) -> list[SourceCandidate]:
    with ThreadPoolExecutor(1) as threads, Sandbox() as sandbox:
        async with Client(settings, resolve=resolve) as client:
            session = WebSession(client, lambda location, key: None, settings, threads, utc_now(), sandbox)
            return await _candidates(session, url)


async def _candidates(session: WebSession, url: str) -> list[SourceCandidate]:
    fetched = await session.client.fetch(url)
    body = session.decompressed(fetched)
    kind = content_type.content_type_of(body, fetched.media_type)
    if kind == "page":
        links = await session.in_sandbox(feed_links.find_feed_links, body, fetched.charset, fetched.final_url)
        sitemap_urls = await session.client.robots.sitemaps(validated_url(fetched.final_url))
        return [
            SourceCandidate("page", url),
            *(SourceCandidate("feed", link.url, link.title) for link in links),
            *(SourceCandidate("sitemap", sitemap_url) for sitemap_url in sitemap_urls),
        ]
    if kind == "feed" and await session.in_sandbox(feeds.parse, body, fetched.final_url, fetched.charset) is not None:
        return [SourceCandidate("feed", url)]
    if kind in {"sitemap", "text"} and await session.in_sandbox(sitemaps.parse, body, fetched.final_url) is not None:
        return [SourceCandidate("sitemap", url)]
    if kind in {"pdf", "text"}:
        return [SourceCandidate("page", url)]
    if kind in {"feed", "sitemap"}:
        raise WebError(f"is too broken a {kind} to be read")
    raise WebError(f"is {content_type.describe(kind, fetched.media_type)}, not a feed, a sitemap or a page")
