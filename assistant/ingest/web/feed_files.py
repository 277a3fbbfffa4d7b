"""The feed of a source, or its sitemaps, as they are now."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from assistant.index import FetchState
from assistant.ingest.items import Failure, Item, Notice
from assistant.ingest.sources import Source
from assistant.ingest.web import feeds, sitemaps
from assistant.ingest.web.client import FetchResult
from assistant.ingest.web.errors import WebError
from assistant.ingest.web.session import WebSession, moved_notices, state_of
from assistant.ingest.web.url_list import EARLIEST, Entry, UrlList, absolute_url, is_allowed

MAX_SITEMAPS = 50
_MAX_DEPTH = 2


@dataclass(slots=True)
class FeedFile:
    """A feed or sitemap; when it was not modified since `previous`, only keys and digests of its entries are known."""

    session: WebSession
    url: str
    fetched: FetchResult
    previous: FetchState | None
    url_list: UrlList
    digest: str
    _full_list: asyncio.Task[UrlList] | None = field(default=None, init=False)

    async def complete(self, entry: Entry) -> Entry:
        """The entry with all its fields, for which an unchanged file is fetched again."""
        if not self.fetched.not_modified:
            return entry
        self._full_list = self._full_list or asyncio.create_task(self._fetch_again())
        full_list = await self._full_list
        return next((full for full in full_list.entries if full.key == entry.key), entry)

    async def _fetch_again(self) -> UrlList:
        return await parse(self.session, await self.session.client.fetch(self.url))

    def fetch_state(self, digests: Mapping[str, str]) -> FetchState:
        """The state to store, with the digest that each entry had when it was last read."""
        links = tuple((entry.key, digests.get(entry.key, "")) for entry in self.url_list.entries)
        return replace(state_of(self.url, self.fetched, self.session.now, self.digest), links=links)


async def parse(session: WebSession, fetched: FetchResult) -> UrlList:
    """The entries of a feed or sitemap. Raises WebError when it is neither."""
    body, kind = fetched.body, fetched.kind
    if not body.strip():
        raise WebError("is empty")
    url_list = None
    if kind in {"feed", "other"}:
        url_list = await session.in_sandbox(feeds.parse, body, fetched.final_url, fetched.charset)
    if url_list is None and kind in {"sitemap", "text", "other"}:
        url_list = await session.in_sandbox(sitemaps.parse, body, fetched.final_url)
    if url_list is not None:
        return url_list
    if kind in {"feed", "sitemap"}:
        raise WebError(f"is too broken a {kind} to be read")
    cure = f"; {await session.feed_advice(fetched)}" if kind == "page" else ""
    raise WebError(f"is {fetched.description}, not a feed or sitemap{cure}")


def condition(session: WebSession, source: Source, previous: FetchState | None) -> FetchState | None:
    """The state for a conditional request; None when entries were never read, or not since they changed."""
    links = [] if previous is None else [link for link in previous.links if is_allowed(source, link[0])]
    is_complete = all(digest and session.known(source.location, key) is not None for key, digest in links)
    return previous if is_complete else None


async def feed_file(session: WebSession, url: str, previous: FetchState | None, fetched: FetchResult) -> FeedFile:
    """The feed file in a response. Raises WebError when it is none."""
    if previous is not None and fetched.not_modified:
        # Not all keys are URLs.
        links = UrlList(tuple(Entry(key, absolute_url(key, ""), digest=digest) for key, digest in previous.links))
        return FeedFile(session, url, fetched, previous, links, previous.digest)
    digest = hashlib.sha256(fetched.body).hexdigest()
    return FeedFile(session, url, fetched, previous, await parse(session, fetched), digest)


async def with_sitemaps(session: WebSession, source: Source, top: FeedFile) -> tuple[list[FeedFile], list[Item]]:
    """The feed file itself and the newest MAX_SITEMAPS that it lists, with what went wrong and what is to be known."""
    files, items = [top], moved_notices(top.fetched, source)
    queue = [(entry, 1) for entry in _newest_first(top.url_list.sitemaps)]
    seen = {top.url}
    for entry, depth in queue:
        if entry.key in seen or len(seen) > MAX_SITEMAPS:
            continue
        seen.add(entry.key)
        try:
            previous = session.known(source.location, entry.key)
            fetched = await session.client.fetch(entry.key, condition(session, source, previous))
            sitemap = await feed_file(session, entry.key, previous, fetched)
        except WebError as error:
            items.append(Failure(entry.key, entry.key, str(error)))
            continue
        files.append(sitemap)
        if depth < _MAX_DEPTH:
            queue += [(nested, depth + 1) for nested in _newest_first(sitemap.url_list.sitemaps)]
    items += [Notice(f"{source.name}: {notice}") for file in files for notice in file.url_list.notices]
    left, count = len({entry.key for entry, _ in queue} - seen), len(seen) - 1
    if left:
        items.append(Notice(f"{source.name}: names {count + left} sitemaps; the newest {count} of them were read"))
    return files, items


def _newest_first(entries: tuple[Entry, ...]) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry.lastmod or EARLIEST, reverse=True)
