"""What the window shows, as HTML.

Every text of an article, a question or an address goes through `escaped` or `line`; the tags are only
those written here.
"""

import html
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assistant import telling
from assistant.answers import Answer, Citation, Coverage, Difference, Statement
from assistant.articles import one_line
from assistant.quoting import missing
from assistant.writing import day

from .turns import Excerpt, Turn, Turns

if TYPE_CHECKING:
    from assistant.answering import Status

_LONGEST_QUESTION = 600  # shown; the whole of a refused one stays in the box where it was typed
_SUPPORT = {
    "verbatim": "word for word",
    "supported": "in the source",
    "counted": "counted in the catalogue",
}

_DAY = 60 * 24  # minutes
_LENGTHS = ((_DAY, "day"), (60, "hour"), (1, "minute"))

# Control characters, and the marks that turn the reading direction of all that follows.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def escaped(text: str) -> str:
    """`text` for a place between tags; what a browser would act on unseen becomes U+FFFD, one for one."""
    return html.escape(_UNSEEN.sub("\ufffd", text), quote=True)


def line(text: str, limit: int | None = None) -> str:
    """`text` as one escaped line."""
    return html.escape(one_line(text, limit), quote=True)


def web_address(url: str | None) -> str | None:
    """`url` when a reader may be sent there: http or https with a host; else None."""
    try:
        parts = urlsplit((url or "").strip())
    except ValueError:
        return None
    return parts.geturl() if parts.scheme in ("http", "https") and parts.netloc else None


# The head of the page


def header(status: "Status", now: datetime) -> str:
    """The name and what the corpus holds."""
    return (
        '<header class="masthead"><h1>Article Assistant</h1>'
        f'<p class="holdings">{html.escape(holdings(status, now))}</p></header>'
    )


def holdings(status: "Status", now: datetime) -> str:
    """What the corpus holds, in one line."""
    if status.generation is None:
        return "No articles have been indexed yet; run: assistant refresh"
    publications = len(status.publications)
    what = count(status.articles, "article")
    parts = [f"{what} from {count(publications, 'publication')}" if publications else what]
    if status.oldest and status.newest:
        parts.append(span(status.oldest, status.newest))
    if refreshed := status.checked or status.refreshed:
        parts.append(f"refreshed {ago(refreshed, now)}")
    return ", ".join(parts)


def count(number: int, noun: str) -> str:
    """`1 article`, `1,200 articles`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def span(oldest: datetime, newest: datetime) -> str:
    """`10 March to 29 May 2025`."""
    if oldest.date() == newest.date():
        return day(newest)
    same_year = oldest.year == newest.year
    return f"{oldest.day} {oldest:%B} to {day(newest)}" if same_year else f"{day(oldest)} to {day(newest)}"


def ago(moment: datetime, now: datetime) -> str:
    """`5 minutes ago`; over a month ago it is a date."""
    minutes = int((now - moment).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes > 31 * _DAY:
        return f"on {day(moment)}"
    length, noun = next((length, noun) for length, noun in _LENGTHS if minutes >= length)
    return f"{count(minutes // length, noun)} ago"


# The conversation


def conversation(turns: Turns, by_model: bool = False) -> str:
    """Every question with its answer, oldest first; before the first what to expect, from quotes or of a model."""
    inside = "".join(map(_turn, turns)) if turns else _WELCOME.format(_BY_MODEL if by_model else _IN_QUOTES)
    return f'<section class="conversation" aria-live="polite" aria-label="Questions and answers">{inside}</section>'


_WELCOME = (
    '<div class="welcome"><p class="lead">Ask what the articles say.</p>'
    "<p>{} When the articles do not answer, you are told so.</p></div>"
)
_IN_QUOTES = "The answer comes in the articles’ own words, with the passage that each statement rests on."
_BY_MODEL = (
    "A model writes the answer from the articles; each sentence is checked, and marked when they do not bear it out."
)


def _turn(turn: Turn) -> str:
    question = line(turn.question, _LONGEST_QUESTION) or "(an empty question)"
    return f'<article class="turn"><h2 class="question" dir="auto">{question}</h2>{_reply(turn)}</article>'


def _reply(turn: Turn) -> str:
    if turn.problem is not None:
        return f'<p class="problem" role="alert">{line(_sentence(turn.problem), 400)}</p>'
    if turn.answer is None:
        progress = f'<p class="progress">{line(turn.progress)}</p>' if turn.progress else ""
        return _statements(turn.number, turn.statements, {}) + _draft(turn) + progress
    answer = turn.answer
    notices = "".join(f'<p class="notice">{line(one)}</p>' for one in answer.notices)
    return _understood(answer) + (_answered(turn.number, answer) if answer.found else _refusal(answer)) + notices


def _draft(turn: Turn) -> str:
    """What a model has written and is not checked yet."""
    rest = turn.draft[turn.checked :].strip()
    if not rest:
        return ""
    words = f'<span class="words">{escaped(rest)}</span>'
    return f'<p class="draft" dir="auto" aria-live="off">{words} <span class="support">not checked yet</span></p>'


def _understood(answer: Answer) -> str:
    told = telling.understood(answer.understood)
    return f'<p class="understood">Understood: {line(told)}</p>' if told else ""


def _answered(turn: int, answer: Answer) -> str:
    speakers = {one.number: one.speaker for one in answer.citations if one.speaker}
    differences = "".join(_difference(turn, one) for one in answer.differences)
    listed = "".join(map(_near, answer.nearest))
    dated = telling.as_of(answer)
    return (
        _statements(turn, answer.statements, speakers)
        + differences
        + (f'<ul class="listed">{listed}</ul>' if listed else "")
        + (f'<p class="as-of">{line(dated)}</p>' if dated else "")
    )


def _difference(turn: int, one: Difference) -> str:
    sides = "".join(
        f'<li><span class="value">{line(side.value)}</span> {_about(side.source, side.published)} '
        f"{_mark(turn, side.citation)}</li>"
        for side in one.sides
    )
    return f'<div class="difference"><p>Sources differ on {line(one.about)}:</p><ul>{sides}</ul></div>'


def _sentence(message: str) -> str:
    # Errors are written to follow the name of a program; here they stand alone.
    return f"{message[:1].upper()}{message[1:]}" + ("" if message.endswith((".", "?", "!")) else ".")


def _statements(turn: int, statements: Sequence[Statement], speakers: Mapping[int, str]) -> str:
    lines = "".join(_statement(turn, one, speakers) for one in statements)
    return f'<div class="answer">{lines}</div>' if lines else ""


def _statement(turn: int, one: Statement, speakers: Mapping[int, str]) -> str:
    # The no-break space keeps a number with the word before it.
    marks = "".join(f"\u00a0{_mark(turn, number)}" for number in one.citations)
    names = "".join(f'<span class="speaker">[{line(speakers[n])}]</span> ' for n in one.citations if n in speakers)
    agreed, doubted = telling.agreeing(one), telling.support(one)
    agreeing = f'<span class="agreeing">{line(agreed)}</span>' if agreed else ""
    return (
        f'<p class="statement {one.support}" dir="auto">{names}<span class="words">{escaped(one.text)}</span>'
        f'{marks} <span class="support">{line(doubted or _SUPPORT[one.support])}</span>{agreeing}</p>'
    )


def _mark(turn: int, number: int) -> str:
    return f'<a class="cite" href="#{_place(turn, number)}" aria-label="Source {number}">[{number}]</a>'


def _refusal(answer: Answer) -> str:
    listed = "".join(map(_near, answer.nearest))
    nearest = f'<p class="near">The nearest coverage:</p><ul>{listed}</ul>' if listed else ""
    corpus = answer.corpus
    dates = f"<p>They run from {_range(corpus.oldest, corpus.newest)}.</p>" if corpus.newest else ""
    said = '<p class="verdict">The articles do not answer this question.</p>'
    words = [f"“{line(word, 40)}”" for word in answer.lacking]
    lacking = f"<p>None of them mentions {', '.join(words)}.</p>" if words else ""
    absent = "".join(f"<p>{line(one)}</p>" for one in missing(answer.absent))
    return f'<div class="refusal">{said}{absent}{lacking}{dates}{nearest}</div>'


def _range(oldest: datetime | None, newest: datetime) -> str:
    return span(oldest or newest, newest)


def _near(one: Coverage) -> str:
    return f'<li>{_title(one.title, one.url)}<span class="about">{_about(one.source, one.published)}</span></li>'


# The sources


def sources(turns: Turns) -> str:
    """The source cards: those of the latest answer open, those of earlier answers folded away."""
    answered = [turn for turn in turns if turn.answer and turn.answer.citations]
    if not answered:
        hint = "The passages that an answer rests on appear here."
        return f'<aside class="sources" aria-label="Sources"><p class="hint">{hint}</p></aside>'
    latest = turns[-1].number
    folders = "".join(_folder(turn, is_open=turn.number == latest) for turn in answered)
    return f'<aside class="sources" aria-label="Sources"><h2>Sources</h2><div class="folders">{folders}</div></aside>'


def _folder(turn: Turn, *, is_open: bool) -> str:
    # Folders stand in the order they were asked in, so that the page is only ever added to: a card that
    # a reader has jumped to stays the same element. The style sheet shows the newest first.
    assert turn.answer is not None
    pairs = zip(turn.answer.citations, turn.excerpts, strict=True)
    cards = "".join(_card(turn.number, citation, excerpt) for citation, excerpt in pairs)
    state = " open" if is_open else ""
    return (
        f'<details class="folder"{state}><summary dir="auto">{line(turn.question, 120)}</summary>'
        f'<ol class="cards">{cards}</ol></details>'
    )


def _card(turn: int, citation: Citation, excerpt: Excerpt) -> str:
    return (
        f'<li class="card" id="{_place(turn, citation.number)}" tabindex="-1">'
        f'<span class="number">{citation.number}</span>'
        f'<h3 class="title" dir="auto">{_title(citation.title, citation.url)}</h3>'
        f'<p class="about">{_about(citation.source, citation.published)}</p>{_carried(citation)}'
        f'<blockquote class="passage" dir="auto">{escaped(excerpt.before)}'
        f"<mark>{escaped(excerpt.quote)}</mark>{escaped(excerpt.after)}</blockquote></li>"
    )


def _carried(citation: Citation) -> str:
    told = telling.carried(citation)
    return f'<p class="carried">{line(told)}</p>' if told else ""


def _place(turn: int, number: int) -> str:
    return f"a{turn}-s{number}"


def _title(title: str, url: str | None) -> str:
    address = web_address(url)
    if address is None:
        return f"<bdi>{line(title)}</bdi>"
    return f'<a href="{escaped(address)}" target="_blank" rel="noopener noreferrer"><bdi>{line(title)}</bdi></a>'


def _about(source: str | None, published: datetime | None) -> str:
    parts = [f'<bdi class="publication">{line(source)}</bdi>'] if source else []
    if published:
        parts.append(f'<time datetime="{published.date().isoformat()}">{day(published)}</time>')
    return '<span class="dot" aria-hidden="true"> · </span>'.join(parts)
