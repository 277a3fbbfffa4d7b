"""The evidence of answers: a card for each cited article, and the whole article with its cited passages marked."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from assistant import Article, Chunk, Citation, Excerpt
from assistant.answering import phrasing

from ..state import ConversationTurn, Turns
from .markup import about, button, count, escaped, line, link, named, passage_id
from .pinning import pin_passages

Cited = tuple[Citation, Excerpt]


def sources(turns: Turns, now: datetime) -> str:
    """The source cards: those of the latest answer open, those of earlier answers folded away."""
    answered = [turn for turn in turns if turn.answer and turn.answer.citations]
    if not answered:
        return '<p class="hint">The passages that an answer rests on appear here.</p>'
    latest = turns[-1].number
    folders = "".join(_folder(turn, now, is_open=turn.number == latest) for turn in reversed(answered))
    return f'<h2>Sources</h2><div class="folders">{folders}</div>'


def cited_by_article(turn: ConversationTurn) -> list[list[Cited]]:
    """The citations of an answer with their excerpts, one list for each article, in the order of their numbers."""
    by_article: dict[str, list[Cited]] = {}
    if turn.answer is not None:
        for citation, excerpt in zip(turn.answer.citations, turn.excerpts, strict=True):
            by_article.setdefault(citation.article_id, []).append((citation, excerpt))
    return list(by_article.values())


def _folder(turn: ConversationTurn, now: datetime, *, is_open: bool) -> str:
    cards = "".join(_card(turn.number, cited, now) for cited in cited_by_article(turn))
    state = " open" if is_open else ""
    return (
        f'<details class="folder"{state}><summary dir="auto">{line(turn.question, 120)}</summary>'
        f'<ol class="cards">{cards}</ol></details>'
    )


def _card(turn: int, cited: Sequence[Cited], now: datetime) -> str:
    first = cited[0][0]
    numbers = ", ".join(str(citation.number) for citation, _ in cited)
    passages = "".join(_passage(turn, citation, excerpt, len(cited) > 1) for citation, excerpt in cited)
    data = {"article": first.article_id, "turn": turn, "at": first.number}
    read = button("read", "Read the article", kind="link", about=first.title, data=data)
    back = button("back", "Back to the answer", kind="link back", data={"turn": turn})
    return (
        f'<li class="card"><span class="number">{numbers}</span>'
        f'<h3 class="title" dir="auto">{link(first.url, f"<bdi>{named(first.title, 300)}</bdi>")}</h3>'
        f'<p class="about">{about(first.source, first.published, now, phrasing.updated_text(first))}</p>'
        f"{_carried(first)}"
        f"{passages}{read}{pin_passages(turn, [each.number for each, _ in cited], first.title)}{back}</li>"
    )


def _passage(turn: int, citation: Citation, excerpt: Excerpt, numbered: bool) -> str:
    number = f'<span class="inline-label">[{citation.number}]</span> ' if numbered else ""
    return (
        f'<blockquote class="passage" id="{passage_id(turn, citation.number)}" tabindex="-1" dir="auto">{number}'
        f"{escaped(excerpt.before)}<mark>{escaped(excerpt.quote)}</mark>{escaped(excerpt.after)}</blockquote>"
    )


def _carried(citation: Citation) -> str:
    carried = phrasing.carried_by_text(citation)
    return f'<p class="carried">{line(carried)}</p>' if carried else ""


# The whole article

_CLOSE = f'<div class="topbar">{button("close", "Close", about="the article")}</div>'


def article(
    article: Article, citations: Sequence[Citation], chunks: Sequence[Chunk], now: datetime, *, scoped: bool = False
) -> str:
    """An article to read: what `citations` quote of it is marked, and its chunks stand below as they are searched.

    `scoped`: the next questions are limited to it already.
    """
    author = f'<p class="about">By <bdi>{named(article.author, 120)}</bdi></p>' if article.author else ""
    ask = "" if scoped else button("scope", "Ask about this article only", data={"article": article.id})
    present = [citation for citation in citations if article.text[citation.start : citation.end] == citation.quote]
    quoted = f'<p class="hint">{_cited_count(len(present))}</p>' if present else ""
    return (
        f"{_top(article.title, article.url)}"
        f'<p class="about">{about(article.source, article.published, now, phrasing.updated_text(article))}</p>{author}'
        f'<div class="article-actions">{ask}</div>{quoted}'
        f'<div class="body" dir="auto">{marked(article.text, present)}</div>{_chunks(chunks)}'
    )


def missing_article(cited: Sequence[Cited], now: datetime) -> str:
    """What is left of an article that is gone from the corpus, or has changed: its passages as they were cited."""
    notice = "This article is not in the corpus any more, or has been corrected since."
    if not cited:
        return f'{_CLOSE}<h2 class="title" tabindex="-1">An article that is gone</h2><p class="notice">{notice}</p>'
    first = cited[0][0]
    return (
        f"{_top(first.title, first.url)}"
        f'<p class="about">{about(first.source, first.published, now, phrasing.updated_text(first))}</p>'
        f'<p class="notice">{notice} These are the passages as they were cited.</p>'
        + "".join(_passage(0, citation, excerpt, True) for citation, excerpt in cited)
    )


def _top(title: str, url: str | None) -> str:
    return f'{_CLOSE}<h2 class="title" dir="auto" tabindex="-1">{link(url, f"<bdi>{line(title)}</bdi>")}</h2>'


def _cited_count(number: int) -> str:
    return f"{count(number, 'passage')} of it {'is' if number == 1 else 'are'} cited in the answer and marked here."


def marked(text: str, citations: Sequence[Citation]) -> str:
    """`text` with its cited passages marked, each after its number; citations may overlap."""
    starts, ends = {citation.start for citation in citations}, {citation.end for citation in citations}
    bounds = sorted({0, len(text)} | starts | ends)
    return "".join(_segment(text, start, end, citations) for start, end in pairwise(bounds))


def _segment(text: str, start: int, end: int, citations: Sequence[Citation]) -> str:
    words = escaped(text[start:end])
    if not any(citation.start <= start and end <= citation.end for citation in citations):
        return words
    starting = [citation.number for citation in citations if citation.start == start]
    numbers = "".join(f'<span class="inline-label" id="r-s{number}">[{number}]</span> ' for number in starting)
    return f'{numbers}<mark tabindex="-1">{words}</mark>'


def _chunks(chunks: Sequence[Chunk]) -> str:
    if not chunks:
        return ""
    items = "".join(f'<li dir="auto">{escaped(chunk.text)}</li>' for chunk in chunks)
    summary = f"As it is searched: {count(len(chunks), 'passage')}"
    return f'<details class="chunks"><summary>{summary}</summary><ol>{items}</ol></details>'
