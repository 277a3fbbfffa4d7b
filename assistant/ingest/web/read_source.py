"""Reading one source of the web: a feed, a sitemap, a page, or an address of which only reading it tells which."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlsplit

from assistant.index.fetch_state import FetchState
from assistant.ingest.items import Failure, Item, Loaded, Notice
from assistant.ingest.sources.source import Source
from assistant.ingest.web import content_type, feed_links
from assistant.ingest.web.client import Fetched
from assistant.ingest.web.entries import Entries, FeedEntry, Taken, told, why
from assistant.ingest.web.errors import WebError
from assistant.ingest.web.feed_files import Sheets, condition, sheet, sheets_below
from assistant.ingest.web.pages import FetchedPage, Pages, page_of
from assistant.ingest.web.session import WebSession, in_order, moved, visited
from assistant.ingest.web.url_list import is_wanted

_FIRST = {"new": 0, "changed": 0, "due": 1}
_EARLIEST = datetime.min.replace(tzinfo=UTC)


async def items_of(run: WebSession, pages: Pages, source: Source) -> AsyncIterator[Item]:
    """All that a source gives; what goes wrong with all of it is a whole Failure."""
    try:
        if source.kind == "page":
            found = await _page(run, pages, source)
            for item in found:
                yield item
            return
        before = run.known(source.location, source.location)
        asked = condition(run, source, before, partial(is_wanted, source))
        # Of a page at an address that could be anything, the visit has its article; of a feed its links.
        known = before if source.kind == "web" and before is not None and before.articles else asked
        fetched = await run.client.fetch(source.location, known)
        if source.kind == "web" and _is_page(run, fetched, before):
            for item in await _web_page(run, source, fetched, before):
                yield item
            return
        top = await sheet(run, source.location, before, fetched)
        sheets = await sheets_below(run, source, top, partial(is_wanted, source))
    except WebError as error:
        yield Failure("", source.location, str(error), whole=True)
        return
    async for item in _listed(run, pages, source, sheets):
        yield item


async def _page(run: WebSession, pages: Pages, source: Source) -> list[Item]:
    before = run.known(source.location, source.location)
    page = await pages.get(source.location, before)
    return _page_items(run, source, page, before)


def _page_items(run: WebSession, source: Source, page: FetchedPage, before: FetchState | None) -> list[Item]:
    place = source.location
    notices: list[Item] = [Notice(line) for line in moved(page.fetched, source.name)]
    if page.unchanged and before is not None:
        again = visited(place, page.fetched, run.now, page.digest, before.articles)
        return [*notices, again]
    failed = [replace(one, file="", where=place, whole=True) for one in page.outcomes if isinstance(one, Failure)]
    if failed:
        return [*notices, failed[0]]
    loaded = [replace(one, file=place, where=place) for one in page.outcomes if isinstance(one, Loaded)]
    names = tuple(one.article.id for one in loaded)
    return [*notices, *loaded, visited(place, page.fetched, run.now, page.digest, names)]


def _is_page(run: WebSession, fetched: Fetched, before: FetchState | None) -> bool:
    if fetched.unchanged:
        return before is not None and bool(before.articles)
    if before is not None and before.links and not before.articles:
        return False  # it was a feed or sitemap; a page in its place is a fault
    body = run.unpacked(fetched)
    sort = content_type.sort_of(body, fetched.media)
    return sort in {"page", "pdf"} or (sort == "text" and "sitemap" not in urlsplit(fetched.final).path)


async def _web_page(run: WebSession, source: Source, fetched: Fetched, before: FetchState | None) -> list[Item]:
    if not fetched.unchanged and urlsplit(fetched.final).path in {"", "/"}:
        named = await run.apart(feed_links.feeds_named, fetched.body, fetched.charset, fetched.final)
        raise WebError(f"is the front page of a site, not an article; {feed_links.cure(named)}")
    return _page_items(run, source, await page_of(run, fetched, before), before)


async def _listed(run: WebSession, pages: Pages, source: Source, sheets: Sheets) -> AsyncIterator[Item]:
    """The articles of all sheets, then how the sheets were found, then what there is to know."""
    is_map = any(one.listing.sheets for one in sheets.found) or source.kind == "sitemap"
    entries = Entries(run, pages, source, pages_only=is_map)
    chosen, left = _chosen(run, source, sheets, newest=is_map)
    for failure in sheets.failures:
        yield failure
    taken: list[Taken] = []
    async for one in in_order(partial(entries.take, listed) for listed in chosen):
        for item in one.items:
            yield item
        if one.note or not one.done:
            taken.append(replace(one, items=()))
    undone = {one.entry.place for one in taken if not one.done} | {one.entry.place for one in left}
    for one_sheet in sheets.found:
        # Nothing of what was not taken in, so that it is asked for again whatever the server says.
        said = {one.place: one.said for one in one_sheet.listing.entries if one.place not in undone}
        yield one_sheet.visit(said)
    lines = [*sheets.notices, *told(source, taken)]
    if left:
        lines.append(f"{source.name}: {len(left)} more are left for next time (at most {source.most} at a time)")
    for line in lines:
        yield Notice(line)


def _chosen(run: WebSession, source: Source, sheets: Sheets, newest: bool) -> tuple[list[FeedEntry], list[FeedEntry]]:
    """The entries to look at in their order, and those that are over `most` and left for next time."""
    listed: dict[str, FeedEntry] = {}
    for one in sheets.found:
        before = dict(one.before.links) if one.before is not None else {}
        for entry in one.listing.entries:
            if entry.place in listed or not is_wanted(source, entry.place):
                continue
            visit = run.known(source.location, entry.place)
            reason = why(entry, before, visit, source, run, one.bare)
            listed[entry.place] = FeedEntry(entry, one, visit, reason)
    found = list(listed.values())
    if newest:
        found.sort(key=lambda one: one.entry.published or one.entry.changed or _EARLIEST, reverse=True)
    work = sorted((one for one in found if one.why != "stands"), key=lambda one: _FIRST[one.why])
    left = work[source.most :]
    over = {one.entry.place for one in left}
    return [one for one in found if one.entry.place not in over], left
