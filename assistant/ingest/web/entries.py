"""Reads the entries of a feed or sitemap as articles: from their text in the feed, else from their pages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from assistant.articles import Article, article_id, is_possible_date
from assistant.index import FetchState
from assistant.ingest.files import build_article, first_possible, if_later
from assistant.ingest.items import Failure, Item, Loaded, ParseError
from assistant.ingest.sources import Source
from assistant.ingest.web.errors import HostClosedError, RobotsForbiddenError, StatusError, WebError
from assistant.ingest.web.feed_files import FeedFile
from assistant.ingest.web.session import FetchedPage, WebSession, state_of
from assistant.ingest.web.url_list import Entry
from assistant.utils import one_line, safe_to_show, same_site

EntryStatus = Literal["new", "changed", "due", "unchanged"]
Note = Literal["forbidden", "now_forbidden", "feed_longer", "page_cut", "gone", "left", "host_closed"]
MAX_MISSING = 3  # refreshes in a row in which a page is not there, after which it is left
_NOTICES: dict[Note, str] = {
    "forbidden": "of {pages} the feed's text was taken, as robots.txt does not allow reading there",
    "now_forbidden": "by robots.txt, {pages} may not be read any more; what was read before is kept",
    "feed_longer": "of {pages} the feed's text was taken, as less is shown there",
    "page_cut": "{pages}: less is shown than in the feed, perhaps for want of a log-in; what was read before is kept",
    "gone": "not there any more: {pages} ({because}); what was read before is kept",
    "left": f"not there for {MAX_MISSING} refreshes, so left: {{pages}} ({{because}}); what was read before is kept; "
    "to have them tried again, run: assistant refresh --reread",
    "host_closed": "left for next time: {pages} ({because})",
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
    if previous.missing and not previous.articles and previous.missing < MAX_MISSING:
        return "new"
    if has_changed:
        return "changed"
    # An article read from the feed has no page to fetch again: the feed says when it changes.
    if previous.final is None or previous.checked is None or previous.missing >= MAX_MISSING:
        return "unchanged"
    return "due" if session.now - previous.checked >= source.recheck else "unchanged"


def missing_once_more(previous: FetchState | None, key: str, now: datetime) -> FetchState:
    """The state of a page that answered once more that it is not there."""
    state = previous or FetchState(key)
    return replace(state, checked=now, missing=state.missing + 1)


class EntryReader:
    """Reads the entries of one source."""

    def __init__(self, session: WebSession, source: Source, pages_only: bool) -> None:
        self._session, self._source, self._pages_only = session, source, pages_only

    async def read(self, task: EntryTask) -> EntryResult:
        """The articles of an entry; whatever goes wrong on the web is in the result."""
        entry, previous = task.entry, task.previous
        if task.status == "unchanged":
            return EntryResult(entry, (previous,) if previous else ())
        try:
            return await self._read(task)
        except HostClosedError as error:
            return EntryResult(entry, done=False, note="host_closed", because=str(error))
        except WebError as error:
            failure = Failure(entry.key, safe_to_show(entry.url or entry.key), str(error))
            if isinstance(error, StatusError) and error.is_gone:
                return self._gone(entry, previous, failure)
            return EntryResult(entry, (failure,), done=False)

    def _gone(self, entry: Entry, previous: FetchState | None, failure: Failure) -> EntryResult:
        """A page that is not there: told at first, told to be left after some refreshes, and then left."""
        state = missing_once_more(previous, entry.key, self._session.now)
        if state.missing < MAX_MISSING:
            if state.articles:
                return EntryResult(entry, (state,), note="gone", because=failure.reason)
            return EntryResult(entry, (failure, state), done=False)
        return EntryResult(
            entry, (state,), note="left" if state.missing == MAX_MISSING else None, because=failure.reason
        )

    async def _read(self, task: EntryTask) -> EntryResult:
        entry = await task.feed_file.complete(task.entry) if task.status != "due" else task.entry
        if entry.url is None or self._feed_suffices(entry):
            return self._from_feed(entry)
        if self._source.follow == "never":
            raise WebError("the feed has no text of it, and it is not to be followed to its page")
        # The page may be unchanged while the entry in the feed is not: then the whole page is needed.
        condition = None if task.status == "changed" and not self._pages_only else task.previous
        try:
            page = await self._session.page(entry.url, condition)
        except RobotsForbiddenError:
            entry = await task.feed_file.complete(entry)
            if entry.text or (task.previous is not None and task.previous.final is not None):
                return self._without_page(entry, task.previous, "now_forbidden", "forbidden")
            raise
        if page.unchanged and task.previous is not None:
            state = self._page_state(entry, page, task.previous.articles)
            return EntryResult(entry, (replace(state, texts=task.previous.texts),))
        return self._from_page(await task.feed_file.complete(entry), page, task.previous)

    def _without_page(self, entry: Entry, previous: FetchState | None, kept: Note, taken: Note) -> EntryResult:
        """The article as it was on its page before, else as it is in the feed."""
        if previous is not None and previous.final is not None:  # it was read from its page, and not from the feed
            return EntryResult(entry, (self._checked_now(previous),), note=kept)
        return replace(self._from_feed(entry), note=taken)

    def _is_own(self, entry: Entry) -> bool:
        """Whether the feed may decide on the article at the URL; a feed of another site may not."""
        return entry.url is None or same_site(self._source.location, entry.url)

    def _feed_suffices(self, entry: Entry) -> bool:
        if self._source.follow == "never":
            return bool(entry.text)
        is_full = len(entry.text) >= _FULL_TEXT and not entry.is_cut
        return self._source.follow == "auto" and is_full and self._is_own(entry)

    def _from_feed(self, entry: Entry) -> EntryResult:
        if not (entry.url or entry.text):
            raise WebError("has no address and no text")
        key = f"{self._source.location}\n{entry.key}"
        values = {
            "title": entry.title or one_line(entry.text, _TITLE),
            "source": entry.publication,
            "url": entry.url,
            "author": entry.author,
            "category": entry.category,
            "published": entry.published,
            "updated": if_later(entry.updated, entry.published),
            "id": None if self._is_own(entry) else article_id(key=key),
        }
        try:
            made = build_article(values, key=key, text=entry.text)
        except ParseError as error:
            raise WebError(str(error)) from None
        state = FetchState(key=entry.key, articles=(made.id,), digest=entry.digest, checked=self._session.now)
        return EntryResult(entry, (Loaded(made, entry.key, entry.key), state))

    def _from_page(self, entry: Entry, page: FetchedPage, previous: FetchState | None) -> EntryResult:
        articles = page.articles()
        if len(articles) == 1 and len(articles[0].text) < len(entry.text) and self._is_own(entry):
            # If the page had more text before, the article from then is better than either.
            return self._without_page(entry, previous, "page_cut", "feed_longer")
        loaded = [Loaded(_completed(article, entry), entry.key, entry.key) for article in articles]
        ids = tuple(item.article.id for item in loaded)
        return EntryResult(entry, (*loaded, self._page_state(entry, page, ids)))

    def _page_state(self, entry: Entry, page: FetchedPage, articles: tuple[str, ...]) -> FetchState:
        return state_of(entry.key, page.fetched, self._session.now, page.digest, articles)

    def _checked_now(self, previous: FetchState) -> FetchState:
        return replace(previous, checked=self._session.now)


def _completed(article: Article, entry: Entry) -> Article:
    """The article of a page, with what the feed says where the page says nothing."""
    published = _published(article.published, entry.published)
    updated = first_possible(article.updated, if_later(entry.updated, entry.published))
    return replace(
        article,
        published=published,
        updated=if_later(updated, published),
        author=article.author or entry.author,
        source=article.source or entry.publication,
        category=article.category or entry.category,
    )


def _published(page: datetime | None, feed: datetime | None) -> datetime | None:
    if page is None or feed is None or not (is_possible_date(page) and is_possible_date(feed)):
        return first_possible(page, feed)
    # A page often gives the day alone; the feed knows the hour, but where it is in UTC perhaps another day.
    is_day = (page.hour, page.minute, page.second) == (0, 0, 0)
    return feed if is_day and feed.date() == page.date() else page


def notices(source: Source, results: Sequence[EntryResult]) -> list[str]:
    """What a maintainer should know of many entries, one line for each kind of note."""
    lines = []
    for note, text in _NOTICES.items():
        noted = [result for result in results if result.note == note]
        if noted:
            pages = safe_to_show(noted[0].entry.key) if len(noted) == 1 else f"{len(noted)} pages"
            lines.append(f"{source.name}: {text.format(pages=pages, because=noted[0].because)}")
    return lines
