"""Exporting: a conversation as plain text, as Markdown and as a page to print, each with full citations."""

import re
from collections.abc import Iterator
from datetime import datetime

from assistant.answering import phrasing
from assistant.answering.phrasing import UNSUPPORTED, differing
from assistant.answers import Answer, Citation
from assistant.utils.formatting import day
from assistant.utils.strings import one_line

from ..state import ConversationTurn, Talk
from .markup import escaped, line, link, sentence, web_address

# What Markdown, and the HTML that it lets through, would act on.
_MARKUP = re.compile(r"([\\`*_\[\]<>|~$&])")
_FIRST = re.compile(r"^(\d*)([-+=:#.)])")


def plain(turn: ConversationTurn) -> str:
    """An answer as text to paste: the question, the statements with their numbers, and the sources."""
    answer = turn.answer
    if answer is None:
        return one_line(turn.question)
    differences = [differing(one) for one in answer.differences]
    listed = [_near(one.title, one.source, one.published) for one in answer.nearest] if answer.found else []
    sources = [
        " ".join(filter(None, [f"[{one.number}]", _cited(one), web_address(one.url)])) for one in answer.citations
    ]
    blocks = [
        one_line(turn.question),
        one_line(answer.text),
        *differences,
        *listed,
        "\n".join(sources),
        *answer.notices,
    ]
    return "\n\n".join(filter(None, blocks))


def _near(title: str, source: str | None, published: datetime | None) -> str:
    return ", ".join([one_line(title), *_about(source, published)])


def _about(source: str | None, published: datetime | None, updated: str | None = None) -> list[str]:
    parts = (source and one_line(source), published and day(published), updated)
    return [part for part in parts if part]


def _cited(one: Citation) -> str:
    """As "“Title”, The Weekly, 6 May 2025: “the words”"."""
    named = ", ".join([f"“{one_line(one.title)}”", *_about(one.source, one.published, phrasing.updated(one))])
    return f"{named}: “{one_line(one.quote)}”"


# Markdown

_STOPPED = "Stopped before it was answered."


def markdown(talk: Talk, made: datetime) -> str:
    """The whole conversation as Markdown; nothing that an article or a question says is markup in it."""
    blocks = [f"# {_md(title(talk))}", f"_Article Assistant, {day(made)}_"]
    for turn in talk.turns:
        blocks.extend(_md_turn(turn))
    return "\n\n".join(blocks) + "\n"


def title(talk: Talk) -> str:
    """What a conversation is called: its first question."""
    return one_line(talk.turns[0].question, 120) if talk.turns else "An empty conversation"


def file_name(talk: Talk, made: datetime, ending: str) -> str:
    """A name for a file of it, as "2025-06-01-when-will-the-cannery-close.md"."""
    words = re.findall(r"[^\W_]+", title(talk).lower())
    return f"{made:%Y-%m-%d}-{'-'.join(words)[:60].strip('-') or 'conversation'}.{ending}"


def _md(text: str) -> str:
    return _FIRST.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", one_line(text)))


def _md_turn(turn: ConversationTurn) -> Iterator[str]:
    yield f"## {_md(turn.question)}"
    if turn.scope:
        yield f"Asked of one article: {_md(turn.scope.title)}"
    if turn.answer is None:
        yield from (_md(one.text) for one in turn.statements)
        yield _md(sentence(turn.problem) if turn.problem else _STOPPED)
        return
    answer = turn.answer
    if told := phrasing.understood(answer.understood):
        yield f"Understood: {_md(told)}"
    for said, numbers, note in _said(answer):
        yield " ".join(filter(None, [_md(said), *(f"[{number}]" for number in numbers), note and f"_{_md(note)}_"]))
    if answer.citations:
        yield "\n".join(f"{one.number}. {_md(_cited(one))}{_md_link(one)}" for one in answer.citations)
    yield from (f"> {_md(one)}" for one in answer.notices)
    yield f"_{_md(_state(answer))}_"


def _md_link(one: Citation) -> str:
    address = web_address(one.url)
    # In angle brackets only these two would end it.
    return f" <{address.replace('<', '%3C').replace('>', '%3E').replace(' ', '%20')}>" if address else ""


def _said(answer: Answer) -> Iterator[tuple[str, tuple[int, ...], str]]:
    """Each thing that an answer says, with the numbers of its citations and what goes with it."""
    if not answer.found:
        yield answer.text, (), ""
    speakers = {one.number: one.speaker for one in answer.citations if one.speaker}
    for one in answer.statements:
        names = [f"[{speakers[number]}]" for number in one.citations if number in speakers]
        note = UNSUPPORTED.strip("()") if one.support == "unsupported" else phrasing.agreeing(one) or ""
        yield " ".join([*names, one.text]), one.citations, (phrasing.support(one) or note)
    for difference in answer.differences:
        yield differing(difference), (), ""
    if answer.found:
        for near in answer.nearest:
            yield _near(near.title, near.source, near.published), (), ""


def _state(answer: Answer) -> str:
    """What the answer was made from."""
    made = f"Corpus {answer.corpus.generation}, refreshed {day(answer.corpus.refreshed)}"
    return f"{phrasing.as_of(answer)}. {made}." if answer.as_of else f"{made}."


# A page to print


def page(talk: Talk, made: datetime) -> str:
    """The whole conversation as an HTML page of its own that needs nothing else."""
    inside = "".join(_page_turn(turn) for turn in talk.turns)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{line(title(talk), 120)}</title><style>{_PAGE_STYLE}</style></head><body>"
        f"<header><p>Article Assistant, {day(made)}</p></header><main>{inside}</main></body></html>"
    )


def _page_turn(turn: ConversationTurn) -> str:
    scope = f"<p class=note>Asked of one article: {line(turn.scope.title)}</p>" if turn.scope else ""
    head = f'<section><h1 dir="auto">{line(turn.question)}</h1>{scope}'
    if turn.answer is None:
        said = "".join(f'<p dir="auto">{escaped(one.text)}</p>' for one in turn.statements)
        return f"{head}{said}<p>{line(sentence(turn.problem) if turn.problem else _STOPPED)}</p></section>"
    answer = turn.answer
    understood = phrasing.understood(answer.understood)
    lines = "".join(map(_page_said, _said(answer)))
    sources = "".join(_page_source(one) for one in answer.citations)
    notices = "".join(f"<p class=note>{line(one)}</p>" for one in answer.notices)
    return (
        f"{head}{f'<p class=note>Understood: {line(understood)}</p>' if understood else ''}{lines}"
        f"{f'<ol>{sources}</ol>' if sources else ''}{notices}<p class=note>{line(_state(answer))}</p></section>"
    )


def _page_said(one: tuple[str, tuple[int, ...], str]) -> str:
    said, numbers, note = one
    marks = "".join(f" [{number}]" for number in numbers)
    return f'<p dir="auto">{escaped(said)}{marks}{f" <small>{line(note)}</small>" if note else ""}</p>'


def _page_source(one: Citation) -> str:
    about = ", ".join(_about(one.source, one.published, phrasing.updated(one)))
    address = web_address(one.url)
    return (
        f'<li value="{one.number}"><cite><bdi>{line(one.title)}</bdi></cite>{f", {line(about)}" if about else ""}: '
        f"<q>{escaped(one.quote)}</q>{f'<br>{link(address, line(address))}' if address else ''}</li>"
    )


_PAGE_STYLE = (
    "body{max-width:42rem;margin:2rem auto;padding:0 1rem;font:1.0625rem/1.55 Charter,Georgia,serif;color:#1d1b18;"
    "background:#fff;overflow-wrap:anywhere}header,.note,small{font-family:system-ui,sans-serif;font-size:.85rem;"
    "color:#5f5a52}h1{font-size:1.33rem;line-height:1.35}section{padding:1rem 0;border-top:1px solid #dcd6ca}"
    "li{margin:.5rem 0;break-inside:avoid}q{color:#3a3631}a{color:inherit}"
)
