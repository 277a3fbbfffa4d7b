"""Reads one web source: a feed, a sitemap, a page, or a URL that only reading shows to be one of them."""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

from assistant.index import FetchState
from assistant.ingest.files import left_text
from assistant.ingest.items import Failure, Item, Loaded, Notice
from assistant.ingest.sources import Source
from assistant.ingest.web.client import FetchResult
from assistant.ingest.web.entries import (
    MAX_MISSING,
    EntryReader,
    EntryResult,
    EntryTask,
    entry_status,
    missing_once_more,
    notices,
)
from assistant.ingest.web.errors import StatusError, WebError
from assistant.ingest.web.feed_files import FeedFile, condition, feed_file, with_sitemaps
from assistant.ingest.web.session import FetchedPage, WebSession, in_order, moved_notices, state_of
from assistant.ingest.web.url_list import EARLIEST, Entry, is_allowed

_AT_ONCE_IN_BUDGET = 2  # so that few pages are still under way when the time is used up


async def read_items(session: WebSession, source: Source) -> AsyncGenerator[Item, None]:
    """All items of a source; when it cannot be read at all, one Failure that is `whole`."""
    end = None if source.budget is None else asyncio.get_running_loop().time() + source.budget.total_seconds()
    previous = session.known(source.location, source.location)
    if previous is not None and previous.missing >= MAX_MISSING:
        yield previous
        return
    try:
        read = await _page_or_feed(session, source, previous)
        if isinstance(read, FetchedPage):
            for item in _page_items(session, source, read, previous):
                yield item
            return
    except WebError as error:
        for item in _failed(session, source, previous, error):
            yield item
        return
    async with aclosing(_listed_items(session, source, read, end)) as items:
        async for item in items:
            yield item


def _failed(session: WebSession, source: Source, previous: FetchState | None, error: WebError) -> Iterator[Item]:
    """That the source cannot be read at all; a page that is not there for some refreshes is told once, and left."""
    failure = Failure("", source.location, str(error), whole=True)
    is_page = source.kind == "page" or (previous is not None and previous.articles)
    if not (is_page and isinstance(error, StatusError) and error.is_gone):
        yield failure
        return
    state = missing_once_more(previous, source.location, session.now)
    yield state
    if state.missing < MAX_MISSING:
        yield failure
    else:
        yield from map(Notice, notices(source, [EntryResult(Entry(source.location), note="left", because=str(error))]))


async def _page_or_feed(session: WebSession, source: Source, previous: FetchState | None) -> FetchedPage | FeedFile:
    if source.kind == "page":
        return await session.page(source.location, previous)
    fetched = await session.client.fetch(source.location, condition(session, source, previous))
    if source.kind == "web" and _is_page(fetched, previous):
        if not fetched.not_modified and urlsplit(fetched.final_url).path in {"", "/"}:
            advice = await session.feed_advice(fetched)
            raise WebError(f"is the front page of a site, not an article; {advice}")
        return await session.parse_page(fetched, previous)
    return await feed_file(session, source.location, previous, fetched)


def _page_items(session: WebSession, source: Source, page: FetchedPage, previous: FetchState | None) -> Iterator[Item]:
    url = source.location
    yield from moved_notices(page.fetched, source)
    if page.unchanged and previous is not None:
        ids, texts = previous.articles, previous.texts
    else:
        articles = page.articles()
        yield from (Loaded(article, url, url) for article in articles)
        ids, texts = tuple(article.id for article in articles), ()
    yield replace(state_of(url, page.fetched, session.now, page.digest, ids), texts=texts)


def _is_page(fetched: FetchResult, previous: FetchState | None) -> bool:
    # The state of a page has articles, that of a feed has links.
    if fetched.not_modified:
        return previous is not None and bool(previous.articles)
    if previous is not None and previous.links and not previous.articles:
        return False  # it was a feed or sitemap; a page in its place is a fault
    is_listing = "sitemap" in urlsplit(fetched.final_url).path
    return fetched.kind in {"page", "pdf"} or (fetched.kind == "text" and not is_listing)


async def _listed_items(
    session: WebSession, source: Source, top: FeedFile, end: float | None
) -> AsyncGenerator[Item, None]:
    """The articles that the feed or sitemap lists, then the states of its files, with notices and failures.

    What is not begun at `end`, a time of the loop, is left for next time.
    """
    files, items = await with_sitemaps(session, source, top)
    for item in items:
        yield item
    is_sitemap = source.kind == "sitemap" or any(file.url_list.sitemaps for file in files)
    reader = EntryReader(session, source, pages_only=is_sitemap)
    tasks, left_over = _select(session, source, files, newest_first=is_sitemap)
    noted: list[EntryResult] = []
    late: list[EntryTask] = []
    begun = (partial(reader.read, task) for task in _in_time(tasks, end, late))
    async with aclosing(in_order(begun) if end is None else in_order(begun, _AT_ONCE_IN_BUDGET)) as results:
        async for result in results:
            for item in result.items:
                yield item
            if result.note or not result.done:
                noted.append(replace(result, items=()))
    pending = {result.entry.key for result in noted if not result.done} | {
        task.entry.key for task in (*left_over, *late)
    }
    for file in files:
        # Without a digest for entries still to be read, so that they are fetched even if the file does not change.
        yield file.fetch_state({entry.key: entry.digest for entry in file.url_list.entries if entry.key not in pending})
    for line in notices(source, noted):
        yield Notice(line)
    if late and source.budget is not None:
        yield Notice(f"{source.name}: {left_text(len(late), 'page', source.budget)}")
    if left_over:
        yield Notice(f"{source.name}: {len(left_over)} more are left for next time (at most {source.most} at a time)")


def _in_time(tasks: Iterable[EntryTask], end: float | None, late: list[EntryTask]) -> Iterator[EntryTask]:
    """The tasks that come up before `end`, and those for which nothing is fetched; the others go into `late`."""
    for task in tasks:
        if end is None or task.status == "unchanged" or asyncio.get_running_loop().time() < end:
            yield task
        else:
            late.append(task)


def _select(
    session: WebSession, source: Source, files: Sequence[FeedFile], newest_first: bool
) -> tuple[list[EntryTask], list[EntryTask]]:
    """The entries to handle now, in order, and those over `source.most` that are left for next time."""
    by_key: dict[str, EntryTask] = {}
    for file in files:
        digests = dict(file.previous.links) if file.previous is not None else {}
        for entry in file.url_list.entries:
            if entry.key in by_key or not is_allowed(source, entry.key):
                continue
            previous = session.known(source.location, entry.key)
            has_changed = not file.fetched.not_modified and digests.get(entry.key) != entry.digest
            status = entry_status(has_changed, previous, source, session)
            by_key[entry.key] = EntryTask(entry, file, previous, status)
    tasks = list(by_key.values())
    if newest_first:
        tasks.sort(key=lambda task: task.entry.published or task.entry.lastmod or EARLIEST, reverse=True)
    to_read = sorted((task for task in tasks if task.status != "unchanged"), key=lambda task: task.status == "due")
    left_over = to_read[source.most :]
    left_keys = {task.entry.key for task in left_over}
    return [task for task in tasks if task.entry.key not in left_keys], left_over
