"""The evidence of answers: a card for each cited article."""

from collections.abc import Sequence
from datetime import datetime

from assistant import Citation

from ..state import ConversationTurn, Turns
from . import source_card
from .exports.answer import quoted
from .icons import icon
from .markup import button, line, original_link
from .pinning import pin_passages
from .source_card import Cited


def sources(turns: Turns, now: datetime) -> str:
    """The source cards: those of the latest answer open, those of earlier answers folded away; "" for no sources."""
    answered = [turn for turn in turns if turn.answer and turn.answer.citations]
    if not answered:
        return ""
    latest = turns[-1].number
    folders = "".join(_folder(turn, now, is_open=turn.number == latest) for turn in reversed(answered))
    return f'<h2>Sources</h2><div class="folders">{folders}</div>'


def cited_by_article(turn: ConversationTurn) -> list[list[Cited]]:
    """What the answer of a turn cites, one list for each article, in the order of their numbers."""
    return source_card.cited_by_article(turn.answer.citations, turn.excerpts) if turn.answer is not None else []


def _folder(turn: ConversationTurn, now: datetime, *, is_open: bool) -> str:
    cards = "".join(_card(turn.number, cited, now) for cited in cited_by_article(turn))
    state, question = " open" if is_open else "", line(turn.question, 120)
    return (
        f'<details class="folder"{state}><summary>{icon("chevron-right")}<bdi>{question}</bdi></summary>'
        f'<ol class="cards">{cards}</ol></details>'
    )


def _card(turn: int, cited: Sequence[Cited], now: datetime) -> str:
    citations = [citation for citation, _ in cited]
    return source_card.card(turn, cited, source_card.head(citations[0], "h3", now), _actions(turn, citations))


def _actions(turn: int, cited: Sequence[Citation]) -> str:
    first = cited[0]
    data = {"article": first.article_id, "turn": turn, "at": first.number}
    quotes = "\n".join(map(quoted, cited))
    label = "Copy quotes" if cited[1:] else "Copy quote"
    return (
        source_card.read_link(first, data)
        + original_link(first.url, first.title)
        + button("copy", label, kind="quiet", about=f"of {first.title}", data={"text": quotes}, picture="copy")
        + pin_passages(turn, [citation.number for citation in cited], first.title)
        + button("back", "Back to the answer", kind="quiet back", data={"turn": turn}, picture="arrow-up")
    )
