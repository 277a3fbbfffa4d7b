"""The evidence: a card for each cited article, and the whole article with what is cited of it marked."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from assistant.answering import phrasing
from assistant.answers import Citation
from assistant.articles import Article, Chunk

from ..state import ConversationTurn, Excerpt, Turns
from .markup import about, button, count, escaped, line, link, place

Cited = tuple[Citation, Excerpt]


def sources(turns: Turns, now: datetime) -> str:
    """The source cards: those of the latest answer open, those of earlier answers folded away."""
    answered = [turn for turn in turns if turn.answer and turn.answer.citations]
    if not answered:
        return '<p class="hint">The passages that an answer rests on appear here.</p>'
    latest = turns[-1].number
    folders = "".join(_folder(turn, now, is_open=turn.number == latest) for turn in reversed(answered))
    return f'<h2>Sources</h2><div class="folders">{folders}</div>'


def cited(turn: ConversationTurn) -> list[list[Cited]]:
    """The citations of an answer with their excerpts, one list for each article, in the order of their numbers."""
    by_article: dict[str, list[Cited]] = {}
    if turn.answer is not None:
        for one, around in zip(turn.answer.citations, turn.excerpts, strict=True):
            by_article.setdefault(one.article_id, []).append((one, around))
    return list(by_article.values())


def _folder(turn: ConversationTurn, now: datetime, *, is_open: bool) -> str:
    cards = "".join(_card(turn.number, passages, now) for passages in cited(turn))
    state = " open" if is_open else ""
    return (
        f'<details class="folder"{state}><summary dir="auto">{line(turn.question, 120)}</summary>'
        f'<ol class="cards">{cards}</ol></details>'
    )


def _card(turn: int, passages: Sequence[Cited], now: datetime) -> str:
    first = passages[0][0]
    numbers = ", ".join(str(one.number) for one, _ in passages)
    data = {"article": first.article_id, "turn": turn, "at": first.number}
    read = button("read", "Read the article", kind="link", about=first.title, data=data)
    back = button("back", "Back to the answer", kind="link back", data={"turn": turn})
    return (
        f'<li class="card"><span class="number">{numbers}</span>'
        f'<h3 class="title" dir="auto">{link(first.url, f"<bdi>{line(first.title, 300)}</bdi>")}</h3>'
        f'<p class="about">{about(first.source, first.published, now, phrasing.updated(first))}</p>{_carried(first)}'
        f"{''.join(_passage(turn, one, around, len(passages) > 1) for one, around in passages)}{read}{back}</li>"
    )


def _passage(turn: int, one: Citation, around: Excerpt, numbered: bool) -> str:
    number = f'<span class="of">[{one.number}]</span> ' if numbered else ""
    return (
        f'<blockquote class="passage" id="{place(turn, one.number)}" tabindex="-1" dir="auto">{number}'
        f"{escaped(around.before)}<mark>{escaped(around.quote)}</mark>{escaped(around.after)}</blockquote>"
    )


def _carried(one: Citation) -> str:
    told = phrasing.carried(one)
    return f'<p class="carried">{line(told)}</p>' if told else ""


# The whole article


def article(
    whole: Article, citations: Sequence[Citation], chunks: Sequence[Chunk], now: datetime, *, scoped: bool = False
) -> str:
    """An article to read: what `citations` quote of it is marked, and its passages stand below as they are searched."""
    author = f'<p class="about">By <bdi>{line(whole.author, 120)}</bdi></p>' if whole.author else ""
    ask = "" if scoped else button("scope", "Ask about this article only", data={"article": whole.id})
    here = [one for one in citations if whole.text[one.start : one.end] == one.quote]
    quoted = f'<p class="hint">{_quoted(len(here))}</p>' if here else ""
    return (
        f'{_bar()}<h2 class="title" dir="auto" tabindex="-1">{link(whole.url, f"<bdi>{line(whole.title)}</bdi>")}</h2>'
        f'<p class="about">{about(whole.source, whole.published, now, phrasing.updated(whole))}</p>{author}'
        f'<div class="asking">{ask}</div>{quoted}'
        f'<div class="body" dir="auto">{marked(whole.text, here)}</div>{_split(chunks)}'
    )


def gone(passages: Sequence[Cited], now: datetime) -> str:
    """What is left of an article that is gone from the corpus, or has changed: its passages as they were cited."""
    told = "This article is not in the corpus any more, or has been corrected since."
    if not passages:
        return f'{_bar()}<h2 class="title" tabindex="-1">An article that is gone</h2><p class="notice">{told}</p>'
    first = passages[0][0]
    return (
        f'{_bar()}<h2 class="title" dir="auto" tabindex="-1">{link(first.url, f"<bdi>{line(first.title)}</bdi>")}</h2>'
        f'<p class="about">{about(first.source, first.published, now, phrasing.updated(first))}</p>'
        f'<p class="notice">{told} These are the passages as they were cited.</p>'
        + "".join(_passage(0, one, around, True) for one, around in passages)
    )


def _bar() -> str:
    return f'<div class="topbar">{button("close", "Close", about="the article")}</div>'


def _quoted(number: int) -> str:
    return f"{count(number, 'passage')} of it {'is' if number == 1 else 'are'} cited in the answer and marked here."


def marked(text: str, citations: Sequence[Citation]) -> str:
    """`text` with what is cited of it in marks, each begun by its number; citations may overlap."""
    ends = sorted({0, len(text), *(one.start for one in citations), *(one.end for one in citations)})
    return "".join(_stretch(text, start, end, citations) for start, end in pairwise(ends))


def _stretch(text: str, start: int, end: int, citations: Sequence[Citation]) -> str:
    words = escaped(text[start:end])
    if not any(one.start <= start and end <= one.end for one in citations):
        return words
    begun = [one.number for one in citations if one.start == start]
    numbers = "".join(f'<span class="of" id="r-s{number}">[{number}]</span> ' for number in begun)
    return f'{numbers}<mark tabindex="-1">{words}</mark>'


def _split(chunks: Sequence[Chunk]) -> str:
    if not chunks:
        return ""
    lines = "".join(f'<li dir="auto">{escaped(one.text)}</li>' for one in chunks)
    told = f"As it is searched: {count(len(chunks), 'passage')}"
    return f'<details class="split"><summary>{told}</summary><ol>{lines}</ol></details>'
