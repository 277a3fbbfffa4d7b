"""The articles tab: the form with which articles are searched, and the list of those that were found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from assistant import ArticleRef, Filters, Listing, ListingEntry, Story
from assistant.index import Order
from assistant.text import split_sentences
from assistant.utils import joined, name_line, one_line

from ..addresses import article_address, list_address, story_address
from ..filters import read_id, read_number, read_scope, read_text, scope_fields
from ..scope import Scope
from . import pickers
from .icons import icon
from .markup import about, button, count, escaped, line, named, opener, original_link

PAGE_SIZE = 50
_MAX_TITLE = 300
_LEAD, _MAX_LEAD = 1000, 240  # characters of an article that are read for its first sentences, and that are shown
_MOST_NAMED = 2  # publications of copies


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """What articles are searched for, and how many of them are shown; `story` is the id of one of its articles."""

    text: str = ""
    scope: Scope = field(default_factory=Scope)
    order: Order = "relevance"
    story: str = ""
    shown: int = PAGE_SIZE

    @property
    def filters(self) -> Filters:
        """The articles that may be listed."""
        return self.scope.filters

    @property
    def by_relevance(self) -> bool:
        """Whether what fits best comes first: without words nothing fits better than something else."""
        return self.order == "relevance" and bool(self.text.strip())

    @property
    def is_limited(self) -> bool:
        """Whether articles are left out."""
        return bool(self.text.strip() or self.scope)

    @property
    def address(self) -> str:
        """The address of the list."""
        order = "newest" if self.order == "newest" and self.text.strip() else ""
        more = (("story", self.story), ("order", order))
        return list_address("articles", [("text", self.text.strip()), *scope_fields(self.scope), *more])


@dataclass(frozen=True, slots=True)
class ArticleListState:
    """What is listed: the articles of a filter, as they were in that generation of the index."""

    generation: str | None
    filter: ArticleFilter


def read_filter(data: Mapping[str, Any]) -> ArticleFilter:
    """The filter that a form, a plot or an address sent; fields that cannot be read are left out."""
    return ArticleFilter(
        text=read_text(data.get("text")),
        scope=read_scope(data),
        order="newest" if data.get("order") == "newest" else "relevance",
        story=read_id(data.get("story")),
        shown=read_number(data.get("shown"), PAGE_SIZE),
    )


# The form


def form(names: Mapping[str, int], oldest: datetime | None = None, newest: datetime | None = None) -> str:
    """The form with which articles are searched, of these publications and dates; the page fills it in."""
    clear = button("clear_text", "Clear the words", kind="icon quiet", picture="x")
    return (
        '<form class="filter" role="search" aria-label="Articles" data-act="browse" autocomplete="off">'
        f'<div class="search-field">{icon("search")}<input type="search" class="field" name="text" maxlength="200" '
        f'aria-label="Words or “a phrase”" placeholder="Words or “a phrase”">{clear}</div>'
        '<button class="act first" type="submit">Search</button><input type="hidden" name="story">'
        '<div class="limits" role="group" aria-label="Limit the list to">'
        f"{pickers.publications('articles', names)}{pickers.dates('articles', oldest, newest)}</div>"
        f'<fieldset class="choices order"><legend class="screen-reader-only">Order</legend>{_ORDERS}</fieldset></form>'
    )


_ORDERS = "".join(
    f'<label class="choice"><input type="radio" name="order" value="{name}"{" checked" if name == "relevance" else ""}>'
    f"<span>{label}</span></label>"
    for name, label in (("relevance", "Relevance"), ("newest", "Newest"))
)


# What was found


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is told of listed articles beside what was found, by their ids: their stories, and how their texts begin."""

    stories: Mapping[str, Story] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


def article_list(found: Listing, chosen: ArticleFilter, now: datetime, surroundings: Surroundings | None = None) -> str:
    """The articles that were found, with what they are limited to."""
    told = surroundings or Surroundings()
    items = "".join(_entry(entry, chosen, told, now) for entry in found.entries)
    more = ""
    if len(found.entries) < found.total:
        more = button("browse", "Show more", about="articles", data={"shown": len(found.entries) + PAGE_SIZE})
    listed = f'<ol class="articles index" data-address="{line(chosen.address)}">{items}</ol>'
    return (
        f"{pickers.chips(chosen.scope, now.date(), _story_chip(chosen))}"
        f"{result_count(_count(found, chosen), has_any=bool(found.total) or not chosen.is_limited)}{listed}{more}"
        f"{'' if found.total else _nothing(chosen)}"
    )


def result_count(text: str, *, has_any: bool) -> str:
    """How many there are, which is read out; for the eye a list without any says so by itself."""
    hidden = "" if has_any else " screen-reader-only"
    return f'<p class="result-count{hidden}" role="status">{text}</p>'


def _story_chip(chosen: ArticleFilter) -> list[str]:
    story = chosen.scope.story
    if story is None:
        return []
    return [pickers.chip("layers", f"<bdi>{named(story.headline, 90)}</bdi>", story.headline, field="story")]


def _count(found: Listing, chosen: ArticleFilter) -> str:
    if not found.total:
        return "No articles found."
    shown = f"; the first {len(found.entries):,} are shown" if len(found.entries) < found.total else ""
    copies = found.found - found.total
    folded = f" and {copies:,} {'copy' if copies == 1 else 'copies'} of them" if copies > 0 else ""
    order = "best match first" if chosen.by_relevance else "newest first"
    return f"{count(found.total, 'article')}{folded}, {order}{shown}."


def _nothing(chosen: ArticleFilter) -> str:
    if not chosen.is_limited:
        return ""
    hint = "Take a word or a filter away. Words are found in all their forms, “a phrase” only as it stands."
    every = button("unfilter", "Show all articles", picture="list")
    return f'<div class="empty">{icon("search")}<h3>No articles found</h3><p>{hint}</p>{every}</div>'


def _entry(entry: ListingEntry, chosen: ArticleFilter, told: Surroundings, now: datetime) -> str:
    article = entry.article
    title = headline(article.article_id, article.title, text=chosen.text.strip(), marks=entry.title_marks)
    story = told.stories.get(article.article_id)
    return (
        f'<li><div class="main"><h3>{title}</h3>{_snippet(entry, told)}</div>'
        f'<div class="told"><p class="about">{about(article.source, article.published, now)}</p></div>'
        f'<div class="more">{story_link(story) if story and not chosen.story else ""}'
        f"{_copies(entry.copies, now)}{original_link(article.url, article.title)}</div></li>"
    )


def headline(article_id: str, title: str, *, text: str = "", marks: Sequence[tuple[int, int]] = ()) -> str:
    """The title of an article, as a link that opens it beside the page, with the words of `text` marked in it."""
    shown = name_line(title, _MAX_TITLE)
    # Where something of the title is not shown as it is, its marks are elsewhere.
    html = _with_marks(title, marks) if shown == title else named(title, _MAX_TITLE)
    data = {"article": article_id, "text": text} if text else {"article": article_id}
    return opener(article_address(article_id), "read", f"<bdi>{html}</bdi>", data, "headline")


def _with_marks(text: str, marks: Sequence[tuple[int, int]]) -> str:
    html, place = "", 0
    for start, end in marks:
        html += f'{escaped(text[place:start])}<mark class="found">{escaped(text[start:end])}</mark>'
        place = end
    return html + escaped(text[place:])


def _snippet(entry: ListingEntry, told: Surroundings) -> str:
    """The part of the article that has the words, or its first sentences."""
    if entry.snippet is None:
        return lead(told.texts.get(entry.article.article_id, ""))
    return f'<p class="snippet" dir="auto">{_with_marks(entry.snippet.text, entry.snippet.marks)}</p>'


def lead(text: str) -> str:
    """How a text begins, in a list."""
    html = line(_beginning(text))
    return f'<p class="snippet" dir="auto">{html}</p>' if html else ""


def _beginning(text: str) -> str:
    """The first sentences of a text, as many as fit."""
    lead = one_line(text[:_LEAD])
    shown = ""
    for _, end in split_sentences(lead):
        if end > _MAX_LEAD:
            break
        shown = lead[:end]
    return shown or one_line(lead, _MAX_LEAD)


def story_link(story: Story) -> str:
    """The link that opens the story of an article."""
    told = f'<span class="screen-reader-only">: {named(story.headline, 120)}</span>'
    label = f"{icon('layers')}Part of a story of {count(story.count, 'article')}{told}"
    return opener(story_address(story.id), "story", label, {"story": story.id}, "act link")


def _copies(copies: Sequence[ArticleRef], now: datetime) -> str:
    """Where else nearly the same text stands, which opens to the links there."""
    if not copies:
        return ""
    names = list(dict.fromkeys(copy.source for copy in copies if copy.source))[:_MOST_NAMED]
    rest = len(copies) - len(names)
    others = [f"{rest} other{'s' if rest > 1 else ''}" if names else f"{rest} more"] if rest else []
    items = "".join(ref_item(copy, now) for copy in copies)
    said = line(joined([*names, *others]), 160)
    return f'<details class="copies"><summary>{icon("chevron-right")}Also in {said}</summary><ul>{items}</ul></details>'


def ref_item(article: ArticleRef, now: datetime) -> str:
    """An article in a list: its title, publication and date."""
    told = about(article.source, article.published, now)
    return f'<li>{headline(article.article_id, article.title)}<p class="about">{told}</p></li>'
