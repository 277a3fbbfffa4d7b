"""Entries of a feed or sitemap into articles: from what the feed has of them, else from their pages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from assistant.articles import Article, article_id
from assistant.index.fetch_state import FetchState
from assistant.ingest.files.fields import FieldError, article
from assistant.ingest.items import Failure, Item, Loaded
from assistant.ingest.sources.source import Source
from assistant.ingest.web.errors import ClosedError, ForbiddenError, StatusError, WebError
from assistant.ingest.web.feed_files import Sheet
from assistant.ingest.web.pages import FetchedPage, Pages
from assistant.ingest.web.session import WebSession, visited
from assistant.ingest.web.url_list import Entry
from assistant.utils.strings import one_line
from assistant.utils.urls import safe_to_show, same_site

Why = Literal["new", "changed", "due", "stands"]
Note = Literal["forbidden", "barred", "stub", "less", "gone", "closed"]
_TOLD: dict[Note, tuple[str, str]] = {
    "forbidden": (
        "of {count} articles the feed's text was taken, as robots.txt does not allow their pages",
        "of {one} the feed's text was taken, as robots.txt does not allow the page",
    ),
    "barred": (
        "{count} pages may not be read any more, by robots.txt; their articles stay as they were",
        "{one} may not be read any more, by robots.txt; its article stays as it was",
    ),
    "stub": (
        "of {count} articles the feed's text was taken, as their pages show less",
        "of {one} the feed's text was taken, as the page shows less",
    ),
    "less": (
        "{count} pages show less than the feed says and may want consent or a log-in; their articles stay as they were",
        "{one} shows less than the feed says and may want consent or a log-in; its article stays as it was",
    ),
    "gone": (
        "{count} pages are not there any more; their articles are kept",
        "{one} is not there any more ({because}); its article is kept",
    ),
    "closed": (
        "{count} pages are left for next time ({because})",
        "{one} is left for next time ({because})",
    ),
}
_WHOLE = 1000  # characters of a text that is taken to be all of the article
_TITLE = 80


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an entry. `done`: what its sheet says of it is taken in. `note`: what to tell in sum."""

    entry: Entry
    items: tuple[Item, ...] = ()
    done: bool = True
    note: Note | None = None
    because: str = ""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An entry of a sheet with the visit that it had, and why it is looked at."""

    entry: Entry
    sheet: Sheet
    visit: FetchState | None
    why: Why


def why(
    entry: Entry, before: dict[str, str], visit: FetchState | None, source: Source, run: WebSession, bare: bool
) -> Why:
    """Why an entry is looked at: a page is asked for again from time to time, as it may have been corrected."""
    if visit is None:
        return "new"
    if not bare and before.get(entry.place) != entry.said:
        return "changed"
    # What was taken from the feed itself has led nowhere: the feed says when it changes.
    if visit.final is None or visit.checked is None:
        return "stands"
    return "due" if run.now - visit.checked >= source.recheck else "stands"


class Entries:
    """Takes in the entries of one source."""

    def __init__(self, run: WebSession, pages: Pages, source: Source, pages_only: bool) -> None:
        self._run, self._pages, self._source, self._pages_only = run, pages, source, pages_only

    async def take(self, one: FeedEntry) -> Taken:
        """What became of an entry; never raises for what the web does."""
        if one.why == "stands":
            return Taken(one.entry, (one.visit,) if one.visit else ())
        try:
            return await self._taken(one)
        except ClosedError as error:
            return Taken(one.entry, done=False, note="closed", because=str(error))
        except StatusError as error:
            if error.gone and one.visit is not None:
                again = replace(one.visit, checked=self._run.now)
                return Taken(one.entry, (again,), note="gone", because=str(error))
            return self._failed(one.entry, str(error))
        except WebError as error:
            return self._failed(one.entry, str(error))

    async def _taken(self, one: FeedEntry) -> Taken:
        entry = await one.sheet.whole(one.entry) if one.why != "due" else one.entry
        if self._is_whole(entry):
            return self._from_feed(entry)
        if entry.url is None:
            return self._from_feed(entry) if entry.text else self._failed(entry, "has no address and no text")
        if self._source.follow == "never":
            return self._failed(entry, "the feed has no text of it, and it is not to be followed to its page")
        # The page may be as it was while the feed says something new of it: then all of it is needed.
        known = None if one.why == "changed" and not self._pages_only else one.visit
        try:
            page = await self._pages.get(entry.url, known)
        except ForbiddenError as error:
            return self._forbidden(await one.sheet.whole(entry), one.visit, str(error))
        if page.unchanged and one.visit is not None:
            again = visited(entry.place, page.fetched, self._run.now, page.digest, one.visit.articles)
            return Taken(entry, (again,))
        return self._from_page(await one.sheet.whole(entry), page, one.visit)

    def _forbidden(self, entry: Entry, visit: FetchState | None, reason: str) -> Taken:
        if visit is not None and visit.final is not None:
            return Taken(entry, (replace(visit, checked=self._run.now),), note="barred")
        if not entry.text:
            return self._failed(entry, reason)
        return replace(self._from_feed(entry), note="forbidden")

    def _is_own(self, entry: Entry) -> bool:
        """Whether the feed may speak for the address of the entry, which that of another site may not."""
        return entry.url is None or same_site(self._source.location, entry.url)

    def _is_whole(self, entry: Entry) -> bool:
        if not self._is_own(entry) and self._source.follow != "never":
            return False
        if self._source.follow == "auto":
            return len(entry.text) >= _WHOLE and not entry.is_cut
        return self._source.follow == "never" and bool(entry.text)

    def _from_feed(self, entry: Entry) -> Taken:
        title = entry.title or one_line(entry.text, _TITLE)
        key = f"{self._source.location}\n{entry.place}"
        values = {
            **{"title": title, "source": entry.publication, "url": entry.url, "author": entry.author},
            **{"category": entry.category, "published": entry.published, "updated": _later(entry)},
            **({} if self._is_own(entry) else {"id": article_id(key=key)}),
        }
        try:
            made = article(values, key=key, text=entry.text)
        except FieldError as error:
            return self._failed(entry, str(error))
        visit = FetchState(place=entry.place, articles=(made.id,), digest=entry.said, checked=self._run.now)
        return Taken(entry, (Loaded(made, entry.place, entry.place), visit))

    def _from_page(self, entry: Entry, page: FetchedPage, visit: FetchState | None) -> Taken:
        found = [one for one in page.outcomes if isinstance(one, Loaded)]
        failed = [one for one in page.outcomes if isinstance(one, Failure)]
        if not found or failed:
            return self._failed(entry, failed[0].reason if failed else "no article was found in it")
        if len(found) == 1 and len(found[0].article.text) < len(entry.text) and self._is_own(entry):
            return self._stub(entry, visit)
        loaded = [Loaded(_filled(one.article, entry), entry.place, entry.place) for one in found]
        names = tuple(one.article.id for one in loaded)
        return Taken(entry, (*loaded, visited(entry.place, page.fetched, self._run.now, page.digest, names)))

    def _stub(self, entry: Entry, visit: FetchState | None) -> Taken:
        """The page shows less than the feed says. If it showed more before, that is worth more than either."""
        if visit is not None and visit.final is not None:
            return Taken(entry, (replace(visit, checked=self._run.now),), note="less")
        return replace(self._from_feed(entry), note="stub")

    def _failed(self, entry: Entry, reason: str) -> Taken:
        return Taken(entry, (Failure(entry.place, safe_to_show(entry.url or entry.place), reason),), done=False)


def _later(entry: Entry) -> datetime | None:
    """When it was last changed, where that is not when it came out."""
    if entry.published is None or entry.updated is None:
        return entry.updated
    return entry.updated if entry.updated > entry.published else None


def _filled(found: Article, entry: Entry) -> Article:
    """The article of a page, with what the feed says of it where the page says nothing."""
    published = _published(found.published, entry.published)
    updated = found.updated or _later(entry)
    if published is not None and updated is not None and updated <= published:
        updated = None
    return replace(
        found,
        published=published,
        updated=updated,
        author=found.author or entry.author,
        source=found.source or entry.publication,
        category=found.category or entry.category,
    )


def _published(page: datetime | None, feed: datetime | None) -> datetime | None:
    if page is None or feed is None:
        return page or feed
    # A page often gives the day alone; the feed knows the hour.
    is_day = (page.hour, page.minute, page.second) == (0, 0, 0)
    return feed if is_day and abs(feed - page) < timedelta(days=1, hours=14) else page


def told(source: Source, taken: Sequence[Taken]) -> list[str]:
    """What a maintainer should know of many entries, a line for each thing."""
    lines = []
    for note, (several, single) in _TOLD.items():
        these = [one for one in taken if one.note == note]
        if these:
            line = several if len(these) > 1 else single
            values = {"count": len(these), "one": safe_to_show(these[0].entry.place), "because": these[0].because}
            lines.append(f"{source.name}: {line.format(**values)}")
    return lines
