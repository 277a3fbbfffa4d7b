"""What is at a URL, before it is listed as a source."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from assistant.errors import RefreshError
from assistant.ingest.files import Sandbox
from assistant.ingest.web.client import Client
from assistant.ingest.web.errors import WebError
from assistant.ingest.web.feed_files import parse
from assistant.ingest.web.session import WebSession
from assistant.ingest.web.ssrf_guard import validated_url
from assistant.settings import Settings
from assistant.utils import one_line, safe_to_show, shared_loop


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
    if kind == "page":
        feed_urls = await session.feed_links(fetched)
        sitemap_urls = await session.client.robots.sitemaps(validated_url(fetched.final_url))
        return [
            SourceCandidate("page", url),
            *(SourceCandidate("feed", feed_url) for feed_url in feed_urls),
            *(SourceCandidate("sitemap", sitemap_url) for sitemap_url in sitemap_urls),
        ]
    if kind == "pdf":
        return [SourceCandidate("page", url)]
    if kind == "other":
        raise WebError(f"is {fetched.description}, not a feed, a sitemap or a page")
    try:
        await parse(session, fetched)
    except WebError:
        if kind != "text":
            raise
        return [SourceCandidate("page", url)]
    return [SourceCandidate("feed" if kind == "feed" else "sitemap", url)]
