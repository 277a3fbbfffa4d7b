"""The articles tab: what is looked for, and the articles that were found."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from assistant.answers import ArticleRef
from assistant.articles import Filters

from .markup import about, button, count, line, link

if TYPE_CHECKING:
    from assistant.index.browse import Listing

PAGE = 50
_LONGEST = 200
_LONGEST_TITLE = 300


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """Which articles are looked for, and how many are shown."""

    text: str = ""
    source: str = ""
    since: date | None = None
    until: date | None = None
    shown: int = PAGE

    @property
    def filters(self) -> Filters:
        """Which articles may be listed."""
        return Filters(source=self.source or None, since=self.since, until=self.until)


@dataclass(frozen=True, slots=True)
class ArticleListState:
    """What is listed: the articles that were wanted, of that generation."""

    generation: str | None
    wanted: ArticleFilter


def wanted(given: Mapping[str, Any]) -> ArticleFilter:
    """What a form or a plot asks for; what cannot be read of it is left out."""
    return ArticleFilter(
        text=str(given.get("text") or "")[:_LONGEST],
        source=str(given.get("source") or "")[:_LONGEST],
        since=read_date(given.get("since")),
        until=read_date(given.get("until")),
        shown=read_number(given.get("shown"), PAGE),
    )


def read_date(text: object) -> date | None:
    """The day that a field of a form has, if it has one."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def read_number(text: object, otherwise: int) -> int:
    """The number that a button or a field has, of a size that can be; else `otherwise`."""
    plain = str(text)
    return int(plain) if plain.isdecimal() and len(plain) < 8 else otherwise


def headline(article_id: str, title: str) -> str:
    """The title of an article, which opens it in the reader."""
    return (
        f'<button type="button" class="headline" data-act="read" data-article="{line(article_id)}" dir="auto">'
        f"<bdi>{line(title, _LONGEST_TITLE)}</bdi></button>"
    )


def outside(url: str | None) -> str:
    """The link to where an article came from; nothing for an article without an address of the web."""
    drawn = link(url, "<span>Original</span>")
    return drawn if drawn.startswith("<a") else ""


def form(publications: Iterable[str]) -> str:
    """The form with which articles are looked for."""
    options = "".join(f'<option value="{line(name)}">{line(name, 80)}</option>' for name in publications)
    return (
        '<form class="filter" role="search" aria-label="Articles" data-act="browse" autocomplete="off">'
        '<label class="wide">Words or “a phrase” <input type="search" name="text" maxlength="200"></label>'
        f'<label>Publication <select name="source"><option value="">All</option>{options}</select></label>'
        '<label>From <input type="date" name="since"></label><label>To <input type="date" name="until"></label>'
        '<button class="act" type="submit">Search</button><button class="act quiet" type="reset">Clear</button></form>'
    )


def listing(found: "Listing", looked_for: ArticleFilter, now: datetime) -> str:
    """The articles that were found, newest first."""
    items = "".join(_item(one, now) for one in found.articles)
    more = ""
    if len(found.articles) < found.total:
        more = button("browse", "Show more", data=_as_data(looked_for) | {"shown": len(found.articles) + PAGE})
    return (
        f'<p class="found" role="status">{_told(found, looked_for)}</p><ol class="articles"{_attributes(looked_for)}>'
        f"{items}</ol>{more}"
    )


def _told(found: "Listing", looked_for: ArticleFilter) -> str:
    if not found.total:
        return "No article is like that. Take a word or a date away, or look in all publications."
    part = f", the first {len(found.articles):,} are shown" if len(found.articles) < found.total else ""
    return f"{count(found.total, 'article')}{part}, newest first."


def _item(one: ArticleRef, now: datetime) -> str:
    return (
        f"<li>{headline(one.article_id, one.title)}"
        f'<p class="about">{about(one.source, one.published, now)}{outside(one.url)}</p></li>'
    )


def _as_data(looked_for: ArticleFilter) -> dict[str, object]:
    given = {
        "text": looked_for.text,
        "source": looked_for.source,
        "since": looked_for.since,
        "until": looked_for.until,
    }
    return {name: value for name, value in given.items() if value}


def _attributes(looked_for: ArticleFilter) -> str:
    """What was looked for, with which the form is filled in."""
    return "".join(f' data-{name}="{line(str(value))}"' for name, value in _as_data(looked_for).items())
