"""The sources of answers and passages that are kept apart from a conversation: their articles and their quotes."""

from collections.abc import Sequence
from itertools import groupby

from assistant import Citation, Excerpt
from assistant.answering import phrasing

from .markup import about, button, escaped, line, link, named, passage_id


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
    numbers = ", ".join(str(citation.number) for citation, _ in cited)
    passages = "".join(passage(turn, citation, excerpt, numbered=len(cited) > 1) for citation, excerpt in cited)
    return f'<li class="card" tabindex="-1"><span class="number">{numbers}</span>{source(cited[0][0])}{passages}</li>'


def source(citation: Citation, heading: str = "h4") -> str:
    """The article that is cited: its title as a `heading`, its publication and day, and the ways to it."""
    read = button("read", "Read the article", kind="link", about=citation.title, data={"article": citation.article_id})
    title = link(citation.url, f"<bdi>{named(citation.title, 300)}</bdi>")
    carried = phrasing.carried_by_text(citation)
    return (
        f'<{heading} class="title" dir="auto">{title}</{heading}>'
        f'<p class="about">{about(citation.source, citation.published, updated=phrasing.updated_text(citation))}'
        f'<span class="dot" aria-hidden="true"> · </span>{read}</p>'
        f"{f'<p class=carried>{line(carried)}</p>' if carried else ''}"
    )


def passage(turn: int, citation: Citation, excerpt: Excerpt, *, numbered: bool) -> str:
    """The quote within the text around it."""
    number = f'<span class="inline-label">{citation.number}</span> ' if numbered else ""
    return (
        f'<blockquote class="passage" id="{passage_id(turn, citation.number)}" tabindex="-1" dir="auto">{number}'
        f"{escaped(excerpt.before)}<mark>{escaped(excerpt.quote)}</mark>{escaped(excerpt.after)}</blockquote>"
    )
