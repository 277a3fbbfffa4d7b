"""Reads the entries of a feed or sitemap as articles: from their text in the feed, else from their pages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from assistant.articles import Article, article_id
from assistant.index import FetchState
from assistant.ingest.files import build_article
from assistant.ingest.items import Failure, Item, Loaded, ParseError
from assistant.ingest.sources import Source
from assistant.ingest.web.errors import HostClosedError, RobotsForbiddenError, StatusError, WebError
from assistant.ingest.web.feed_files import FeedFile
from assistant.ingest.web.pages import FetchedPage, Pages
from assistant.ingest.web.session import WebSession, state_of
from assistant.ingest.web.url_list import Entry
from assistant.utils import one_line, safe_to_show, same_site

EntryStatus = Literal["new", "changed", "due", "unchanged"]
Note = Literal["forbidden", "now_forbidden", "feed_longer", "page_cut", "gone", "host_closed"]
_NOTICES: dict[Note, tuple[str, str]] = {
    "forbidden": (
        "of {count} articles the feed's text was taken, as robots.txt does not allow their pages",
        "of {one} the feed's text was taken, as robots.txt does not allow the page",
    ),
    "now_forbidden": (
        "{count} pages may not be read any more, by robots.txt; their articles stay as they were",
        "{one} may not be read any more, by robots.txt; its article stays as it was",
    ),
    "feed_longer": (
        "of {count} articles the feed's text was taken, as their pages show less",
        "of {one} the feed's text was taken, as the page shows less",
    ),
    "page_cut": (
        "{count} pages show less than the feed says and may want consent or a log-in; their articles stay as they were",
        "{one} shows less than the feed says and may want consent or a log-in; its article stays as it was",
    ),
    "gone": (
        "{count} pages are not there any more; their articles are kept",
        "{one} is not there any more ({because}); its article is kept",
    ),
    "host_closed": (
        "{count} pages are left for next time ({because})",
        "{one} is left for next time ({because})",
    ),
}
_FULL_TEXT = 1000  # characters from which on a text in a feed is taken for the whole article
_TITLE = 80  # characters of the text that stand in for a missing title


@dataclass(frozen=True, slots=True)
class EntryResult:
    """What came of an entry. `done`: it is not read again before it changes. `note`: the notice that counts it."""

    entry: Entry
    items: tuple[Item, ...] = ()
    done: bool = True
    note: Note | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class EntryTask:
    """An entry with the feed file that lists it, its previous state, and whether it is to be read."""

    entry: Entry
    feed_file: FeedFile
    previous: FetchState | None
    status: EntryStatus


def entry_status(has_changed: bool, previous: FetchState | None, source: Source, session: WebSession) -> EntryStatus:
    """Whether an entry is to be read; it is "due" when its page may have been corrected since it was last fetched."""
    if previous is None:
        return "new"
    if has_changed:
        return "changed"
    # An article read from the feed has no page to fetch again: the feed says when it changes.
    if previous.final is None or previous.checked is None:
        return "unchanged"
    return "due" if session.now - previous.checked >= source.recheck else "unchanged"


class EntryReader:
    """Reads the entries of one source."""

    def __init__(self, session: WebSession, pages: Pages, source: Source, pages_only: bool) -> None:
        self._session, self._pages, self._source, self._pages_only = session, pages, source, pages_only

    async def read(self, task: EntryTask) -> EntryResult:
        """The articles of an entry; whatever goes wrong on the web is in the result."""
        entry, previous = task.entry, task.previous
        if task.status == "unchanged":
            return EntryResult(entry, (previous,) if previous else ())
        try:
            return await self._read(task)
        except HostClosedError as error:
            return EntryResult(entry, done=False, note="host_closed", because=str(error))
        except StatusError as error:
            if error.is_gone and previous is not None:
                return EntryResult(entry, (self._checked_now(previous),), note="gone", because=str(error))
            return self._failed(entry, str(error))
        except WebError as error:
            return self._failed(entry, str(error))

    async def _read(self, task: EntryTask) -> EntryResult:
        entry = await task.feed_file.complete(task.entry) if task.status != "due" else task.entry
        if self._feed_suffices(entry):
            return self._from_feed(entry)
        if entry.url is None:
            return self._from_feed(entry) if entry.text else self._failed(entry, "has no address and no text")
        if self._source.follow == "never":
            return self._failed(entry, "the feed has no text of it, and it is not to be followed to its page")
        # The page may be unchanged while the entry in the feed is not: then the whole page is needed.
        condition = None if task.status == "changed" and not self._pages_only else task.previous
        try:
            page = await self._pages.get(entry.url, condition)
        except RobotsForbiddenError as error:
            return self._forbidden(await task.feed_file.complete(entry), task.previous, str(error))
        if page.unchanged and task.previous is not None:
            return EntryResult(entry, (self._page_state(entry, page, task.previous.articles),))
        return self._from_page(await task.feed_file.complete(entry), page, task.previous)

    def _forbidden(self, entry: Entry, previous: FetchState | None, reason: str) -> EntryResult:
        if previous is not None and previous.final is not None:
            return EntryResult(entry, (self._checked_now(previous),), note="now_forbidden")
        if not entry.text:
            return self._failed(entry, reason)
        return replace(self._from_feed(entry), note="forbidden")

    def _is_own(self, entry: Entry) -> bool:
        """Whether the feed may decide on the article at the URL; a feed of another site may not."""
        return entry.url is None or same_site(self._source.location, entry.url)

    def _feed_suffices(self, entry: Entry) -> bool:
        if not self._is_own(entry) and self._source.follow != "never":
            return False
        if self._source.follow == "auto":
            return len(entry.text) >= _FULL_TEXT and not entry.is_cut
        return self._source.follow == "never" and bool(entry.text)

    def _from_feed(self, entry: Entry) -> EntryResult:
        title = entry.title or one_line(entry.text, _TITLE)
        key = f"{self._source.location}\n{entry.key}"
        values = {
            **{"title": title, "source": entry.publication, "url": entry.url, "author": entry.author},
            **{"category": entry.category, "published": entry.published, "updated": _updated(entry)},
            **({} if self._is_own(entry) else {"id": article_id(key=key)}),
        }
        try:
            made = build_article(values, key=key, text=entry.text)
        except ParseError as error:
            return self._failed(entry, str(error))
        state = FetchState(key=entry.key, articles=(made.id,), digest=entry.digest, checked=self._session.now)
        return EntryResult(entry, (Loaded(made, entry.key, entry.key), state))

    def _from_page(self, entry: Entry, page: FetchedPage, previous: FetchState | None) -> EntryResult:
        articles = [outcome.article for outcome in page.outcomes if isinstance(outcome, Loaded)]
        failures = [outcome for outcome in page.outcomes if isinstance(outcome, Failure)]
        if not articles or failures:
            return self._failed(entry, failures[0].reason if failures else "no article was found in it")
        if len(articles) == 1 and len(articles[0].text) < len(entry.text) and self._is_own(entry):
            return self._page_too_short(entry, previous)
        loaded = [Loaded(_completed(article, entry), entry.key, entry.key) for article in articles]
        ids = tuple(item.article.id for item in loaded)
        return EntryResult(entry, (*loaded, self._page_state(entry, page, ids)))

    def _page_too_short(self, entry: Entry, previous: FetchState | None) -> EntryResult:
        """The page has less text than the feed. If it had more before, the article from then is better than either."""
        if previous is not None and previous.final is not None:
            return EntryResult(entry, (self._checked_now(previous),), note="page_cut")
        return replace(self._from_feed(entry), note="feed_longer")

    def _page_state(self, entry: Entry, page: FetchedPage, articles: tuple[str, ...]) -> FetchState:
        return state_of(entry.key, page.fetched, self._session.now, page.digest, articles)

    def _checked_now(self, previous: FetchState) -> FetchState:
        return replace(previous, checked=self._session.now)

    def _failed(self, entry: Entry, reason: str) -> EntryResult:
        return EntryResult(entry, (Failure(entry.key, safe_to_show(entry.url or entry.key), reason),), done=False)


def _updated(entry: Entry) -> datetime | None:
    """When it was updated, if that is after it was published."""
    if entry.published is None or entry.updated is None:
        return entry.updated
    return entry.updated if entry.updated > entry.published else None


def _completed(article: Article, entry: Entry) -> Article:
    """The article of a page, with what the feed says where the page says nothing."""
    published = _published(article.published, entry.published)
    updated = article.updated or _updated(entry)
    if published is not None and updated is not None and updated <= published:
        updated = None
    return replace(
        article,
        published=published,
        updated=updated,
        author=article.author or entry.author,
        source=article.source or entry.publication,
        category=article.category or entry.category,
    )


def _published(page: datetime | None, feed: datetime | None) -> datetime | None:
    if page is None or feed is None:
        return page or feed
    # A page often gives the day alone; the feed knows the hour.
    is_day = (page.hour, page.minute, page.second) == (0, 0, 0)
    return feed if is_day and abs(feed - page) < timedelta(days=1, hours=14) else page


def notices(source: Source, results: Sequence[EntryResult]) -> list[str]:
    """What a maintainer should know of many entries, one line for each kind of note."""
    lines = []
    for note, (several, single) in _NOTICES.items():
        noted = [result for result in results if result.note == note]
        if noted:
            line = several if len(noted) > 1 else single
            values = {"count": len(noted), "one": safe_to_show(noted[0].entry.key), "because": noted[0].because}
            lines.append(f"{source.name}: {line.format(**values)}")
    return lines
