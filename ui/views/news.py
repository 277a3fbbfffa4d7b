"""The news tab: the articles that are new or were corrected since a day, with their text before the correction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from assistant import Filters, News
from assistant.answering import phrasing
from assistant.utils import day, in_utc

from ..addresses import list_address
from ..filters import read_date, read_names, read_number
from ..scope import Scope
from . import pickers
from .articles import PAGE_SIZE, headline, lead, result_count
from .diff import article_changes
from .icons import icon
from .markup import about, ago, button, line, original_link

SINCE = {
    "yesterday": "Since yesterday",
    "days": "Last 3 days",
    "week": "Last week",
    "refresh": "Since the last refresh",
}
_DAYS = {"yesterday": 1, "days": 3, "week": 7}
_EARLIEST = date(1970, 1, 2)  # which every time zone can hold


@dataclass(frozen=True, slots=True)
class NewsFilter:
    """Which news are listed, and how many of them: since `day` when there is one, else since one of SINCE."""

    since: str = "yesterday"
    day: date | None = None
    publications: tuple[str, ...] = ()
    shown: int = PAGE_SIZE

    @property
    def filters(self) -> Filters:
        """The articles that may be listed."""
        return Filters(source=self.publications)

    @property
    def address(self) -> str:
        """The address of the list."""
        when = ("day", self.day.isoformat()) if self.day else ("since", self.since)
        return list_address("news", [when, *(("source", name) for name in self.publications)])

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
        day=read_date(data.get("day")) or read_date(since),
        publications=read_names(data.get("source")),
        shown=read_number(data.get("shown"), PAGE_SIZE),
    )


def form(names: Mapping[str, int]) -> str:
    """The form with which news are chosen, of these publications; the page fills it in."""
    choices = "".join(_choice(name, label) for name, label in SINCE.items())
    return (
        '<form class="filter" role="search" aria-label="News" data-act="news" autocomplete="off">'
        f'<fieldset class="choices"><legend class="screen-reader-only">New and corrected</legend>{choices}</fieldset>'
        '<label class="beside">Since the day <input type="date" class="field" name="day"></label>'
        f'<div class="limits" role="group" aria-label="Limit the list to">{pickers.publications("news", names)}</div>'
        "</form>"
    )


def _choice(name: str, label: str) -> str:
    checked = " checked" if name == "yesterday" else ""
    return (
        f'<label class="choice"><input type="radio" name="since" value="{name}"{checked}><span>{label}</span></label>'
    )


def news(
    found: Sequence[News], chosen: NewsFilter, since: datetime, now: datetime, texts: Mapping[str, str] | None = None
) -> str:
    """The new and the corrected articles, newest first; `texts` are those of articles by their ids."""
    items = "".join(_item(article, (texts or {}).get(article.article_id, ""), now) for article in found[: chosen.shown])
    more = ""
    if chosen.shown < len(found):
        more = button("news", "Show more", about="news", data={"shown": chosen.shown + PAGE_SIZE})
    jump = button("jump", "Watched questions", kind="link jump")
    listing = f'<ol class="articles index" data-address="{line(chosen.address)}">{items}</ol>'
    return (
        f"{pickers.chips(Scope(chosen.publications), now.date())}"
        f"{result_count(_count(found, chosen, since), has_any=bool(found))}{jump}{listing}{more}"
        f"{'' if found else _nothing(chosen, _count(found, chosen, since))}"
    )


def _nothing(chosen: NewsFilter, said: str) -> str:
    hint = "Look further back" + (", or in all publications." if chosen.publications else ".")
    week = button("since_week", "Show the last week", picture="clock") if chosen.since != "week" or chosen.day else ""
    return f'<div class="empty">{icon("newspaper")}<h3>{said.rstrip(".")}</h3><p>{hint}</p>{week}</div>'


def _count(found: Sequence[News], chosen: NewsFilter, since: datetime) -> str:
    to_the_minute = chosen.since == "refresh" and chosen.day is None
    when = f"{day(since)}, {in_utc(since):%H:%M} UTC" if to_the_minute else day(since)
    if not found:
        return f"Nothing new or corrected since {when}."
    new = sum(article.kind == "new" for article in found)
    numbers = [f"{number:,} {kind}" for number, kind in ((new, "new"), (len(found) - new, "corrected")) if number]
    shown = f"; the first {chosen.shown:,} are shown" if chosen.shown < len(found) else ""
    return f"{' and '.join(numbers)} since {when}, newest first{shown}."


def _item(article: News, text: str, now: datetime) -> str:
    kind = "New" if article.kind == "new" else "Corrected"
    description = about(article.source, article.published, now, phrasing.updated_text(article))
    return (
        f'<li><div class="main"><h3>{headline(article.article_id, article.title)}</h3>{_changes(article, text)}'
        f"{original_link(article.url, article.title)}</div>"
        f'<div class="told"><p class="kicker"><strong>{kind}</strong> {ago(article.when, now)}</p>'
        f'<p class="about">{description}</p></div></li>'
    )


def _changes(article: News, text: str) -> str:
    """What was corrected; of an article that is new, how it begins."""
    if article.kind == "new":
        return lead(text)
    return article_changes(article.changes, article.title_before, article.title) or (
        '<p class="hint">How it read before is no longer kept.</p>'
    )
