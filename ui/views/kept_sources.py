"""The sources of answers and passages that are kept apart from a conversation: their articles and their quotes."""

from collections.abc import Sequence
from itertools import groupby

from assistant import Citation, Excerpt
from assistant.answering import phrasing

from .markup import about, bracketed, button, escaped, line, named, original_link, passage_id


def sources(turn: int, citations: Sequence[Citation], excerpts: Sequence[Excerpt]) -> str:
    """The sources of an answer that is kept: a card for each article, with the text around each quote."""
    if not citations:
        return ""
    cited = sorted(zip(citations, excerpts, strict=True), key=lambda pair: _first_number(pair[0], citations))
    cards = (list(group) for _, group in groupby(cited, key=lambda pair: pair[0].article_id))
    items = "".join(_card(turn, card) for card in cards)
    return f'<h3 class="sources-heading">Sources</h3><ol class="cards">{items}</ol>'


def _first_number(citation: Citation, citations: Sequence[Citation]) -> int:
    return min(other.number for other in citations if other.article_id == citation.article_id)


def _card(turn: int, cited: Sequence[tuple[Citation, Excerpt]]) -> str:
    comma = '<span class="screen-reader-only">, </span>'
    numbers = comma.join(f'<span class="inline-label">{citation.number}</span>' for citation, _ in cited)
    passages = "".join(passage(turn, citation, excerpt, numbered=len(cited) > 1) for citation, excerpt in cited)
    first = cited[0][0]
    return (
        f'<li class="card" tabindex="-1"><div class="number">{numbers}</div>{head(first)}{passages}'
        f'<div class="card-actions">{ways_to(first)}</div></li>'
    )


def head(citation: Citation, heading: str = "h4") -> str:
    """The article that is cited: its title as a `heading`, its publication and day, and who else carried it."""
    carried = phrasing.carried_by_text(citation)
    return (
        f'<{heading} class="title" dir="auto"><bdi>{named(citation.title, 300)}</bdi></{heading}>'
        f'<p class="about">{about(citation.source, citation.published, updated=phrasing.updated_text(citation))}</p>'
        f"{f'<p class=carried>{line(carried)}</p>' if carried else ''}"
    )


def ways_to(citation: Citation) -> str:
    """The ways to the article that is cited: here, and where it came from."""
    data = {"article": citation.article_id}
    read = button("read", "Read the article", kind="link", about=citation.title, data=data, picture="newspaper")
    return read + original_link(citation.url, citation.title)


def passage(turn: int, citation: Citation, excerpt: Excerpt, *, numbered: bool) -> str:
    """The quote within the text around it."""
    number = f'<span class="inline-label">{bracketed(citation.number)}</span> ' if numbered else ""
    return (
        f'<blockquote class="passage" id="{passage_id(turn, citation.number)}" tabindex="-1" dir="auto">{number}'
        f"{escaped(excerpt.before)}<mark>{escaped(excerpt.quote)}</mark>{escaped(excerpt.after)}</blockquote>"
    )
