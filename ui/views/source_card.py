"""The card of a source: an article that is cited, with its passages; beside an answer, in a collection, at a link."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from assistant import Citation, Excerpt
from assistant.answering import phrasing

from ..addresses import article_address
from .icons import icon
from .markup import about, bracketed, escaped, line, named, opener, original_link, passage_id

Cited = tuple[Citation, Excerpt]


def cited_by_article(citations: Sequence[Citation], excerpts: Sequence[Excerpt]) -> list[list[Cited]]:
    """The citations of an answer with their excerpts, one list for each article, in the order of their numbers."""
    by_article: dict[str, list[Cited]] = {}
    for citation, excerpt in zip(citations, excerpts, strict=True):
        by_article.setdefault(citation.article_id, []).append((citation, excerpt))
    return list(by_article.values())


def cards(turn: int, citations: Sequence[Citation], excerpts: Sequence[Excerpt]) -> str:
    """The sources of an answer that is kept apart from the conversation; "" for none."""
    by_article = cited_by_article(citations, excerpts)
    items = "".join(card(turn, cited, head(cited[0][0]), ways_to(cited[0][0])) for cited in by_article)
    return f'<h3 class="sources-heading">Sources</h3><ol class="cards">{items}</ol>' if items else ""


def card(turn: int, cited: Sequence[Cited], head: str, actions: str) -> str:
    """The card of one article: its `head`, its passages with their numbers, and `actions`."""
    comma = '<span class="screen-reader-only">, </span>'
    numbers = comma.join(f'<span class="inline-label">{citation.number}</span>' for citation, _ in cited)
    passages = "".join(passage(turn, citation, excerpt, numbered=len(cited) > 1) for citation, excerpt in cited)
    return (
        f'<li class="card" tabindex="-1"><div class="number">{numbers}</div>{head}{passages}'
        f'<div class="card-actions">{actions}</div></li>'
    )


def head(citation: Citation, heading: str = "h4", now: datetime | None = None) -> str:
    """The article that is cited: its title as a `heading`, its publication and day, and who else carried it."""
    carried = phrasing.carried_by_text(citation)
    return (
        f'<{heading} class="title" dir="auto"><bdi>{named(citation.title, 300)}</bdi></{heading}>'
        f'<p class="about">{about(citation.source, citation.published, now, phrasing.updated_text(citation))}</p>'
        + (f'<p class="carried">{line(carried)}</p>' if carried else "")
    )


def ways_to(citation: Citation) -> str:
    """The ways to the article that is cited: here, and where it came from."""
    return read_link(citation, {"article": citation.article_id}) + original_link(citation.url, citation.title)


def read_link(citation: Citation, data: Mapping[str, object]) -> str:
    """The link that opens the article at the quote, beside the page by `data`, or in another tab."""
    title = f'<span class="screen-reader-only"> {line(citation.title, 120)}</span>'
    address = article_address(citation.article_id, citation.quote)
    return opener(address, "read", f"{icon('newspaper')}Read the article{title}", data, "act link")


def passage(turn: int, citation: Citation, excerpt: Excerpt, *, numbered: bool) -> str:
    """The quote within the text around it."""
    number = f'<span class="inline-label">{bracketed(citation.number)}</span> ' if numbered else ""
    return (
        f'<blockquote class="passage" id="{passage_id(turn, citation.number)}" tabindex="-1" dir="auto">{number}'
        f"{within_text(excerpt)}</blockquote>"
    )


def within_text(excerpt: Excerpt) -> str:
    """A quote, marked, between the text before and after it."""
    return f"{escaped(excerpt.before)}<mark>{escaped(excerpt.quote)}</mark>{escaped(excerpt.after)}"
