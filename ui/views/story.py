"""A story to read: its articles in time, copies of one text folded, and what can be done with it."""

from collections.abc import Sequence
from datetime import datetime

from assistant import ArticleRef, ListingEntry, Story

from ..addresses import article_address
from .articles import headline
from .first_look import coverage
from .markup import about, button, count, line, named, notice, opener
from .reader import CLOSE

_MISSING = "This article is part of no story now. A refresh may have changed that."


def story(story: Story, entries: Sequence[ListingEntry], question: str, now: datetime) -> str:
    """A story with its `entries`, newest first; `question` asks for the latest of it."""
    one = {"story": story.id}
    actions = (
        button("ask", "What is the latest?", kind="first", about=question, data={"question": question}),
        button("scope", "Ask about this story only", picture="funnel", data=one),
        button("browse", "Show in Articles", kind="quiet", picture="list", data={"by": "plot", **one}),
    )
    items = "".join(_entry(entry, now) for entry in entries)
    return (
        f'{CLOSE}<p class="kicker">Story</p>'
        f'<h2 class="title" dir="auto" tabindex="-1"><bdi>{line(story.headline)}</bdi></h2>'
        f'<p class="about">{coverage(story, now)}</p><div class="article-actions">{"".join(actions)}</div>'
        f'<h3 class="in-time">{_heading(entries)}</h3><ol class="articles">{items}</ol>'
    )


def _heading(entries: Sequence[ListingEntry]) -> str:
    return f"{count(len(entries), 'article')}, newest first" if len(entries) > 1 else "1 article"


def _entry(entry: ListingEntry, now: datetime) -> str:
    article = entry.article
    return (
        f"<li>{headline(article.article_id, article.title)}"
        f'<p class="about">{about(article.source, article.published, now)}</p>{_copies(entry.copies)}</li>'
    )


def _copies(copies: Sequence[ArticleRef]) -> str:
    """Where else nearly the same text stands, each a link that opens it."""
    if not copies:
        return ""
    places = ", ".join(map(_copy, copies))
    return f'<p class="about copies">Also in {places}</p>'


def _copy(copy: ArticleRef) -> str:
    hint = '<span class="screen-reader-only">, nearly the same text</span>'
    label = f"<bdi>{named(copy.source or copy.title, 80)}</bdi>{hint}"
    return opener(article_address(copy.article_id), "read", label, {"article": copy.article_id}, "act link")


def missing() -> str:
    """What is said of a story that is gone."""
    return f'{CLOSE}<h2 class="title" tabindex="-1">No such story</h2>{notice(_MISSING)}'
