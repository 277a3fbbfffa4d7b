"""The evidence of answers: a card for each cited article."""

from collections.abc import Sequence
from datetime import datetime

from assistant import Citation, Excerpt
from assistant.answering import phrasing

from ..state import ConversationTurn, Turns
from .exports.answer import quoted
from .icons import icon
from .markup import about, bracketed, button, escaped, line, named, original_link, passage_id
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
