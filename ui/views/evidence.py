"""The evidence of answers: a card for each cited article, and the whole article with its cited passages marked."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from assistant import Article, Chunk, Citation, Excerpt
from assistant.answering import phrasing

from ..state import ConversationTurn, Turns
from .exports.answer import quoted
from .icons import icon
from .markup import about, bracketed, button, count, escaped, line, named, notice, original_link, passage_id
from .pinning import pin_passages

Cited = tuple[Citation, Excerpt]


def sources(turns: Turns, now: datetime) -> str:
    """The source cards: those of the latest answer open, those of earlier answers folded away; "" for no sources."""
    answered = [turn for turn in turns if turn.answer and turn.answer.citations]
    if not answered:
        return ""
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
    state, question = " open" if is_open else "", line(turn.question, 120)
    return (
        f'<details class="folder"{state}><summary>{icon("chevron-right")}<bdi>{question}</bdi></summary>'
        f'<ol class="cards">{cards}</ol></details>'
    )


def _card(turn: int, cited: Sequence[Cited], now: datetime) -> str:
    first = cited[0][0]
    comma = '<span class="screen-reader-only">, </span>'
    numbers = comma.join(f'<span class="inline-label">{citation.number}</span>' for citation, _ in cited)
    passages = "".join(_passage(turn, citation, excerpt, len(cited) > 1) for citation, excerpt in cited)
    return (
        f'<li class="card" tabindex="-1"><div class="number">{numbers}</div>'
        f'<h3 class="title" dir="auto"><bdi>{named(first.title, 300)}</bdi></h3>'
        f'<p class="about">{about(first.source, first.published, now, phrasing.updated_text(first))}</p>'
        f"{_carried(first)}{passages}"
        f'<div class="card-actions">{_card_actions(turn, [citation for citation, _ in cited])}</div></li>'
    )


def _card_actions(turn: int, cited: Sequence[Citation]) -> str:
    first = cited[0]
    data = {"article": first.article_id, "turn": turn, "at": first.number}
    quotes = "\n".join(map(quoted, cited))
    label = "Copy quotes" if cited[1:] else "Copy quote"
    return (
        button("read", "Read the article", kind="link", about=first.title, data=data, picture="newspaper")
        + original_link(first.url, first.title)
        + button("copy", label, kind="quiet", about=f"of {first.title}", data={"text": quotes}, picture="copy")
        + pin_passages(turn, [citation.number for citation in cited], first.title)
        + button("back", "Back to the answer", kind="quiet back", data={"turn": turn}, picture="arrow-up")
    )


def _passage(turn: int, citation: Citation, excerpt: Excerpt, numbered: bool) -> str:
    number = f'<span class="inline-label">{bracketed(citation.number)}</span> ' if numbered else ""
    return (
        f'<blockquote class="passage" id="{passage_id(turn, citation.number)}" tabindex="-1" dir="auto">{number}'
        f"{escaped(excerpt.before)}<mark>{escaped(excerpt.quote)}</mark>{escaped(excerpt.after)}</blockquote>"
    )


def _carried(citation: Citation) -> str:
    carried = phrasing.carried_by_text(citation)
    return f'<p class="carried">{line(carried)}</p>' if carried else ""


# The whole article

CLOSE = f'<div class="topbar">{button("close", "Close", kind="quiet", about="the article", picture="x")}</div>'


def article(
    article: Article, citations: Sequence[Citation], chunks: Sequence[Chunk], now: datetime, *, scoped: bool = False
) -> str:
    """An article to read: what `citations` quote of it is marked, and its chunks stand below as they are searched.

    `scoped`: the next questions are limited to it already.
    """
    author = f'<p class="about">By <bdi>{named(article.author, 120)}</bdi></p>' if article.author else ""
    only = {"article": article.id}
    ask = "" if scoped else button("scope", "Ask about this article only", data=only, picture="message-square")
    present = [citation for citation in citations if article.text[citation.start : citation.end] == citation.quote]
    quoted = f'<p class="hint">{_cited_count(len(present))}</p>' if present else ""
    return (
        f"{_top(article.title)}"
        f'<p class="about">{about(article.source, article.published, now, phrasing.updated_text(article))}</p>{author}'
        f'<div class="article-actions">{ask}{original_link(article.url, article.title)}</div>{quoted}'
        f'<div class="body" dir="auto">{marked(article.text, present)}</div>{_chunks(chunks)}'
    )


def missing_article(cited: Sequence[Cited], now: datetime) -> str:
    """What is left of an article that is gone from the corpus, or has changed: its passages as they were cited."""
    gone = "This article is not in the corpus any more, or has been corrected since."
    if not cited:
        return f'{CLOSE}<h2 class="title" tabindex="-1">An article that is gone</h2>{notice(gone)}'
    first = cited[0][0]
    return (
        f"{_top(first.title)}"
        f'<p class="about">{about(first.source, first.published, now, phrasing.updated_text(first))}</p>'
        f"{notice(f'{gone} These are the passages as they were cited.')}"
        f'<div class="article-actions">{original_link(first.url, first.title)}</div>'
        + "".join(_passage(0, citation, excerpt, True) for citation, excerpt in cited)
    )


def _top(title: str) -> str:
    return f'{CLOSE}<h2 class="title" dir="auto" tabindex="-1"><bdi>{line(title)}</bdi></h2>'


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
    numbers = "".join(f'<span class="inline-label" id="r-s{number}">{bracketed(number)}</span> ' for number in starting)
    return f'{numbers}<mark tabindex="-1">{words}</mark>'


def _chunks(chunks: Sequence[Chunk]) -> str:
    if not chunks:
        return ""
    items = "".join(f'<li dir="auto">{escaped(chunk.text)}</li>' for chunk in chunks)
    summary = f"As it is searched: {count(len(chunks), 'passage')}"
    return f'<details class="chunks"><summary>{icon("chevron-right")}{summary}</summary><ol>{items}</ol></details>'
