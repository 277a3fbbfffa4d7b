"""Sheets: the files in which sources list their articles, a feed or some sitemaps, as they are now."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from assistant.index.fetch_state import FetchState
from assistant.ingest.items import Failure
from assistant.ingest.sources.source import Source
from assistant.ingest.web import content_type, feed_links, feeds, sitemaps
from assistant.ingest.web.client import Fetched
from assistant.ingest.web.errors import WebError
from assistant.ingest.web.session import WebSession, moved, visited
from assistant.ingest.web.url_list import Entry, UrlList

MOST_SHEETS = 50
_DEPTH = 2
_EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Sheet:
    """A feed or sitemap. It is `bare` when it has not changed: of its entries only their places are known then.

    `before` is the visit before, `fetched` how it was found now.
    """

    run: WebSession
    place: str
    fetched: Fetched
    before: FetchState | None
    listing: UrlList
    digest: str
    bare: bool = False
    _whole: asyncio.Task[UrlList] | None = field(default=None, init=False)

    async def whole(self, entry: Entry) -> Entry:
        """The entry with all that the sheet says of it, asked for now where that is not known."""
        if not self.bare:
            return entry
        if self._whole is None:
            self._whole = asyncio.create_task(self._again())
        listing = await self._whole
        return next((one for one in listing.entries if one.place == entry.place), entry)

    async def _again(self) -> UrlList:
        fetched = await self.run.client.fetch(self.place)
        return await parsed(self.run, fetched)

    def visit(self, said: Mapping[str, str]) -> FetchState:
        """How it was found, with what was `said` of each entry when it was last taken in."""
        links = tuple((entry.place, said.get(entry.place, "")) for entry in self.listing.entries)
        return replace(visited(self.place, self.fetched, self.run.now, self.digest), links=links)


@dataclass(slots=True)
class Sheets:
    """All sheets of a source, and what a maintainer is to know of them."""

    found: list[Sheet] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


async def parsed(run: WebSession, fetched: Fetched) -> UrlList:
    """What a feed or sitemap lists. Raises WebError when it is neither."""
    body = run.unpacked(fetched)
    sort = content_type.sort_of(body, fetched.media)
    if not body.strip():
        raise WebError("is empty")
    listing = None
    if sort in {"feed", "other"}:
        listing = await run.apart(feeds.parse, body, fetched.final, fetched.charset)
    if listing is None and sort in {"sitemap", "text", "other"}:
        listing = await run.apart(sitemaps.parse, body, fetched.final)
    if listing is None:
        raise WebError(await _no_listing(run, fetched, body, sort))
    return listing


async def _no_listing(run: WebSession, fetched: Fetched, body: bytes, sort: content_type.ContentType) -> str:
    if sort in {"feed", "sitemap"}:
        return f"is too broken a {sort} to be read"
    named = f"is {content_type.named(sort, fetched.media)}, not a feed or sitemap"
    if sort != "page":
        return named
    pointed = await run.apart(feed_links.feeds_named, body, fetched.charset, fetched.final)
    return f"{named}; {feed_links.cure(pointed)}"


def condition(
    run: WebSession, source: Source, before: FetchState | None, wanted: Callable[[str], bool]
) -> FetchState | None:
    """The visit on which a sheet may be asked for, None when what it says is needed though it has not changed.

    It is for entries that were never taken in, or not since they changed.
    """
    if before is None:
        return None
    for place, said in before.links:
        if wanted(place) and (not said or run.known(source.location, place) is None):
            return None
    return before


async def sheet(run: WebSession, place: str, before: FetchState | None, fetched: Fetched) -> Sheet:
    """The sheet that an answer is. Raises WebError."""
    digest = hashlib.sha256(fetched.body).hexdigest()
    if before is not None and fetched.unchanged:
        bare = UrlList(tuple(Entry(place=one, url=_url(one), said=said) for one, said in before.links))
        return Sheet(run, place, fetched, before, bare, before.digest, bare=True)
    return Sheet(run, place, fetched, before, await parsed(run, fetched), digest)


def _url(place: str) -> str | None:
    return place if place.startswith(("http://", "https://")) else None


async def sheets_below(run: WebSession, source: Source, top: Sheet, wanted: Callable[[str], bool]) -> Sheets:
    """The sheet itself, and those that it names, newest first and bounded in number."""
    found = Sheets(notices=[*moved(top.fetched, source.name), *_said(source, top)])
    waiting = [(one, 1) for one in _newest(top.listing.sheets)]
    found.found.append(top)
    seen, count = {top.place}, 0
    for entry, depth in waiting:
        if entry.place in seen or count >= MOST_SHEETS:
            continue
        seen.add(entry.place)
        count += 1
        try:
            below = await _below(run, source, entry, wanted)
        except WebError as error:
            found.failures.append(Failure(entry.place, entry.place, str(error)))
            continue
        found.found.append(below)
        found.notices += _said(source, below)
        if depth < _DEPTH:
            waiting += [(one, depth + 1) for one in _newest(below.listing.sheets)]
    named = {entry.place for entry, _ in waiting} - {top.place}
    if len(named) > count:
        found.notices.append(f"{source.name}: names {len(named)} sitemaps; the newest {count} of them were read")
    return found


async def _below(run: WebSession, source: Source, entry: Entry, wanted: Callable[[str], bool]) -> Sheet:
    before = run.known(source.location, entry.place)
    asked = condition(run, source, before, wanted)
    return await sheet(run, entry.place, before, await run.client.fetch(entry.place, asked))


def _said(source: Source, one: Sheet) -> list[str]:
    return [f"{source.name}: {notice}" for notice in one.listing.notices]


def _newest(entries: tuple[Entry, ...]) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry.changed or _EARLIEST, reverse=True)
