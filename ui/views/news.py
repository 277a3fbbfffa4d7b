"""The news tab: what is new in the corpus and what was corrected since a day, with how it read before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from assistant.answering import phrasing
from assistant.articles import Filters
from assistant.utils.formatting import day

from .articles import PAGE, headline, outside, read_date, read_number
from .diff import changes
from .markup import about, ago, button, line

if TYPE_CHECKING:
    from assistant.maintenance.news import News

SINCE = {
    "yesterday": "since yesterday",
    "days": "last 3 days",
    "week": "last week",
    "refresh": "since the last refresh",
}
_DAYS = {"yesterday": 1, "days": 3, "week": 7}
_EARLIEST = date(1970, 1, 2)  # in every zone
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class NewsFilter:
    """Which news are looked for: since one of SINCE or, before that, since a day; and how many are shown."""

    since: str = "yesterday"
    day: date | None = None
    source: str = ""
    shown: int = PAGE

    @property
    def filters(self) -> Filters:
        """Which articles may be listed."""
        return Filters(source=self.source or None)

    def moment(self, now: datetime, refreshed: datetime | None) -> datetime:
        """Since when, where the server is; `refreshed` is when the corpus last changed."""
        if self.day is None and self.since == "refresh" and refreshed is not None:
            return refreshed
        today = now.astimezone().date()
        wanted = self.day or today - timedelta(days=_DAYS.get(self.since, 1))
        return datetime.combine(min(max(wanted, _EARLIEST), today + timedelta(days=1)), time()).astimezone()


@dataclass(frozen=True, slots=True)
class NewsListState:
    """What is listed: the news that were wanted, of that generation and on that day."""

    generation: str | None
    today: date
    wanted: NewsFilter


def wanted(given: Mapping[str, Any]) -> NewsFilter:
    """What a form asks for; what cannot be read of it is left out."""
    since = str(given.get("since") or "")
    return NewsFilter(
        since=since if since in SINCE else "yesterday",
        day=read_date(given.get("day")),
        source=str(given.get("source") or "")[:_LONGEST],
        shown=read_number(given.get("shown"), PAGE),
    )


def form(publications: Iterable[str], looked_for: NewsFilter) -> str:
    """The form with which news are looked for, filled in with what is."""
    choices = "".join(_choice(name, label, looked_for) for name, label in SINCE.items())
    options = "".join(_option(name, looked_for.source) for name in publications)
    chosen = looked_for.day.isoformat() if looked_for.day else ""
    return (
        '<form class="filter" role="search" aria-label="News" data-act="news" autocomplete="off">'
        f'<fieldset class="choices"><legend>New and corrected</legend>{choices}</fieldset>'
        f'<label>Since the day <input type="date" name="day" value="{chosen}"></label>'
        f'<label>Publication <select name="source"><option value="">All</option>{options}</select></label></form>'
    )


def _choice(name: str, label: str, looked_for: NewsFilter) -> str:
    checked = " checked" if looked_for.day is None and name == looked_for.since else ""
    return (
        f'<label class="choice"><input type="radio" name="since" value="{name}"{checked}><span>{label}</span></label>'
    )


def _option(name: str, chosen: str) -> str:
    selected = " selected" if name == chosen else ""
    return f'<option value="{line(name)}"{selected}>{line(name, 80)}</option>'


def news(found: "Sequence[News]", looked_for: NewsFilter, since: datetime, now: datetime) -> str:
    """The new and the corrected articles, newest first."""
    items = "".join(_item(one, now) for one in found[: looked_for.shown])
    more = ""
    if looked_for.shown < len(found):
        given = {"since": looked_for.since, "day": looked_for.day, "source": looked_for.source}
        data = {name: value for name, value in given.items() if value} | {"shown": looked_for.shown + PAGE}
        more = button("news", "Show more", about="news", data=data)
    told = _told(found, looked_for, since)
    jump = '<a class="act link jump" href="#watched-questions">Watched questions</a>'
    return f'<p class="found" role="status">{told}</p>{jump}<ol class="articles">{items}</ol>{more}'


def _told(found: "Sequence[News]", looked_for: NewsFilter, since: datetime) -> str:
    to_the_minute = looked_for.since == "refresh" and looked_for.day is None
    when = f"{day(since)}, {since.astimezone(UTC):%H:%M} UTC" if to_the_minute else day(since)
    if not found:
        return f"Nothing new or corrected since {when}. Look further back, or in all publications."
    new = sum(one.kind == "new" for one in found)
    numbers = [f"{number:,} {kind}" for number, kind in ((new, "new"), (len(found) - new, "corrected")) if number]
    part = f", the first {looked_for.shown:,} are shown" if looked_for.shown < len(found) else ""
    return f"{' and '.join(numbers)} since {when}{part}, newest first."


def _item(one: "News", now: datetime) -> str:
    came = "New" if one.kind == "new" else "Corrected"
    return (
        f'<li><p class="kicker"><strong>{came}</strong> {ago(one.when, now)}</p>'
        f"{headline(one.article_id, one.title)}"
        f'<p class="about">{about(one.source, one.published, now, _updated(one))}{outside(one.url)}</p>'
        f"{_changes(one)}</li>"
    )


def _updated(one: "News") -> str | None:
    return phrasing.updated(one)


def _changes(one: "News") -> str:
    if one.kind == "new":
        return ""
    drawn = changes(one.changes, one.title_before, one.title)
    return drawn or '<p class="hint">How it read before is no longer kept.</p>'
