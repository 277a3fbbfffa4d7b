"""The news tab: the articles that are new or were corrected since a day, with their text before the correction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from assistant import Filters, News
from assistant.answering import phrasing
from assistant.utils import day, in_utc

from ..addresses import list_address
from .articles import PAGE_SIZE, headline, original, read_date, read_number
from .diff import article_changes
from .markup import about, ago, button, line

SINCE = {
    "yesterday": "since yesterday",
    "days": "last 3 days",
    "week": "last week",
    "refresh": "since the last refresh",
}
_DAYS = {"yesterday": 1, "days": 3, "week": 7}
_EARLIEST = date(1970, 1, 2)  # which every time zone can hold
_MAX_TEXT = 200  # characters of a field


@dataclass(frozen=True, slots=True)
class NewsFilter:
    """Which news are listed, and how many of them: since `day` when there is one, else since one of SINCE."""

    since: str = "yesterday"
    day: date | None = None
    source: str = ""
    shown: int = PAGE_SIZE

    @property
    def filters(self) -> Filters:
        """The articles that may be listed."""
        return Filters(source=self.source or None)

    def moment(self, now: datetime, refreshed: datetime | None) -> datetime:
        """Since when, in the time zone of the server; `refreshed` is when the corpus last changed."""
        if self.day is None and self.since == "refresh" and refreshed is not None:
            return refreshed
        today = now.astimezone().date()
        chosen = self.day or today - timedelta(days=_DAYS.get(self.since, 1))
        return datetime.combine(min(max(chosen, _EARLIEST), today + timedelta(days=1)), time()).astimezone()


@dataclass(frozen=True, slots=True)
class NewsListState:
    """What is listed: the news of a filter, as they were in that generation of the index and on that day."""

    generation: str | None
    today: date
    filter: NewsFilter


def read_filter(data: Mapping[str, Any]) -> NewsFilter:
    """The filter that a form sent; fields that cannot be read are left out."""
    since = str(data.get("since") or "")
    return NewsFilter(
        since=since if since in SINCE else "yesterday",
        day=read_date(data.get("day")),
        source=str(data.get("source") or "")[:_MAX_TEXT],
        shown=read_number(data.get("shown"), PAGE_SIZE),
    )


def form(publications: Iterable[str], chosen: NewsFilter) -> str:
    """The form with which news are chosen, filled in with the current choice."""
    choices = "".join(_choice(name, label, chosen) for name, label in SINCE.items())
    options = "".join(_option(name, chosen.source) for name in publications)
    since_day = chosen.day.isoformat() if chosen.day else ""
    return (
        '<form class="filter" role="search" aria-label="News" data-act="news" autocomplete="off">'
        f'<fieldset class="choices"><legend>New and corrected</legend>{choices}</fieldset>'
        f'<label>Since the day <input type="date" name="day" value="{since_day}"></label>'
        f'<label>Publication <select name="source"><option value="">All</option>{options}</select></label></form>'
    )


def _choice(name: str, label: str, chosen: NewsFilter) -> str:
    checked = " checked" if chosen.day is None and name == chosen.since else ""
    return (
        f'<label class="choice"><input type="radio" name="since" value="{name}"{checked}><span>{label}</span></label>'
    )


def _option(name: str, chosen: str) -> str:
    selected = " selected" if name == chosen else ""
    return f'<option value="{line(name)}"{selected}>{line(name, 80)}</option>'


def news(found: Sequence[News], chosen: NewsFilter, since: datetime, now: datetime) -> str:
    """The new and the corrected articles, newest first."""
    items = "".join(_item(article, now) for article in found[: chosen.shown])
    more = ""
    if chosen.shown < len(found):
        fields = {"since": chosen.since, "day": chosen.day, "source": chosen.source}
        data = {name: value for name, value in fields.items() if value} | {"shown": chosen.shown + PAGE_SIZE}
        more = button("news", "Show more", about="news", data=data)
    jump = button("jump", "Watched questions", kind="link jump")
    counted = _count(found, chosen, since)
    listing = f'<ol class="articles" data-address="{line(_address(chosen))}">{items}</ol>'
    return f'<p class="result-count" role="status">{counted}</p>{jump}{listing}{more}'


def _address(chosen: NewsFilter) -> str:
    day = chosen.day.isoformat() if chosen.day else ""
    return list_address("news", [("since", "" if day else chosen.since), ("day", day), ("source", chosen.source)])


def _count(found: Sequence[News], chosen: NewsFilter, since: datetime) -> str:
    to_the_minute = chosen.since == "refresh" and chosen.day is None
    when = f"{day(since)}, {in_utc(since):%H:%M} UTC" if to_the_minute else day(since)
    if not found:
        return f"Nothing new or corrected since {when}. Look further back, or in all publications."
    new = sum(article.kind == "new" for article in found)
    numbers = [f"{number:,} {kind}" for number, kind in ((new, "new"), (len(found) - new, "corrected")) if number]
    shown = f", the first {chosen.shown:,} are shown" if chosen.shown < len(found) else ""
    return f"{' and '.join(numbers)} since {when}{shown}, newest first."


def _item(article: News, now: datetime) -> str:
    kind = "New" if article.kind == "new" else "Corrected"
    description = about(article.source, article.published, now, phrasing.updated_text(article))
    return (
        f'<li><p class="kicker"><strong>{kind}</strong> {ago(article.when, now)}</p>'
        f"{headline(article.article_id, article.title)}"
        f'<p class="about">{description}{original(article.url)}</p>'
        f"{_changes(article)}</li>"
    )


def _changes(article: News) -> str:
    if article.kind == "new":
        return ""
    return article_changes(article.changes, article.title_before, article.title) or (
        '<p class="hint">How it read before is no longer kept.</p>'
    )
