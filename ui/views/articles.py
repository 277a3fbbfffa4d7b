"""The articles tab: the form with which articles are searched, and the list of those that were found."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from assistant import ArticleRef, Filters, Listing

from ..addresses import article_address, list_address
from .markup import about, button, count, line, link, named

PAGE_SIZE = 50
_MAX_TEXT = 200  # characters of a field
_MAX_TITLE = 300


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """What articles are searched for, and how many of them are shown."""

    text: str = ""
    source: str = ""
    since: date | None = None
    until: date | None = None
    shown: int = PAGE_SIZE

    @property
    def filters(self) -> Filters:
        """The same without the text."""
        return Filters(source=self.source or None, since=self.since, until=self.until)


@dataclass(frozen=True, slots=True)
class ArticleListState:
    """What is listed: the articles of a filter, as they were in that generation of the index."""

    generation: str | None
    filter: ArticleFilter


def read_filter(data: Mapping[str, Any]) -> ArticleFilter:
    """The filter that a form or a plot sent; fields that cannot be read are left out."""
    return ArticleFilter(
        text=str(data.get("text") or "")[:_MAX_TEXT],
        source=str(data.get("source") or "")[:_MAX_TEXT],
        since=read_date(data.get("since")),
        until=read_date(data.get("until")),
        shown=read_number(data.get("shown"), PAGE_SIZE),
    )


def read_date(text: object) -> date | None:
    """The day in a field of a form; None when it holds none."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def read_number(value: object, default: int) -> int:
    """The number of at most seven digits that a button or a field holds; else `default`."""
    text = str(value)
    return int(text) if text.isdecimal() and len(text) < 8 else default


def headline(article_id: str, title: str) -> str:
    """The title of an article, as a link that opens it beside the page."""
    return (
        f'<a class="headline" href="{line(article_address(article_id))}" data-act="read" '
        f'data-article="{line(article_id)}" dir="auto"><bdi>{named(title, _MAX_TITLE)}</bdi></a>'
    )


def original(url: str | None) -> str:
    """The link to where an article came from; "" for an article without an address of the web."""
    html = link(url, "<span>Original</span>")
    return html if html.startswith("<a") else ""


def form(publications: Iterable[str]) -> str:
    """The form with which articles are searched."""
    options = "".join(f'<option value="{line(name)}">{line(name, 80)}</option>' for name in publications)
    return (
        '<form class="filter" role="search" aria-label="Articles" data-act="browse" autocomplete="off">'
        '<label class="wide">Words or “a phrase” <input type="search" name="text" maxlength="200"></label>'
        f'<label>Publication <select name="source"><option value="">All</option>{options}</select></label>'
        '<label>From <input type="date" name="since"></label><label>To <input type="date" name="until"></label>'
        '<button class="act" type="submit">Search</button><button class="act quiet" type="reset">Clear</button></form>'
    )


def article_list(found: Listing, chosen: ArticleFilter, now: datetime) -> str:
    """The articles that were found, newest first."""
    items = "".join(_item(article, now) for article in found.articles)
    more = ""
    if len(found.articles) < found.total:
        more = button("browse", "Show more", data=_fields(chosen) | {"shown": len(found.articles) + PAGE_SIZE})
    return (
        f'<p class="result-count" role="status">{_count(found)}</p><ol class="articles"{_attributes(chosen)}>'
        f"{items}</ol>{more}"
    )


def _count(found: Listing) -> str:
    if not found.total:
        return "No article is like that. Take a word or a date away, or look in all publications."
    shown = f", the first {len(found.articles):,} are shown" if len(found.articles) < found.total else ""
    return f"{count(found.total, 'article')}{shown}, newest first."


def _item(article: ArticleRef, now: datetime) -> str:
    return (
        f"<li>{headline(article.article_id, article.title)}"
        f'<p class="about">{about(article.source, article.published, now)}{original(article.url)}</p></li>'
    )


def _fields(chosen: ArticleFilter) -> dict[str, object]:
    fields = {"text": chosen.text, "source": chosen.source, "since": chosen.since, "until": chosen.until}
    return {name: value for name, value in fields.items() if value}


def _attributes(chosen: ArticleFilter) -> str:
    """The filter as data attributes, from which the page fills in the form."""
    fields = {name: str(value) for name, value in _fields(chosen).items()}
    address = list_address("articles", fields.items())
    return "".join(f' data-{name}="{line(value)}"' for name, value in {**fields, "address": address}.items())
