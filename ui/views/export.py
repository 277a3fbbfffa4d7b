"""A conversation as plain text, as Markdown and as a page to print, each with full citations."""

import re
from collections.abc import Iterator
from datetime import datetime

from assistant import Answer, ArticleRef, Citation
from assistant.answering import phrasing
from assistant.utils import day, name_line, one_line

from ..state import ConversationState, ConversationTurn
from .composer import scope_text
from .markup import escaped, line, link, named, sentence, web_address

# Characters that mean something in Markdown, or in the HTML that it lets through.
_MARKUP = re.compile(r"([\\`*_\[\]<>|~$&])")
_LINE_START = re.compile(r"^(\d*)([-+=:#.)])")


def plain(turn: ConversationTurn) -> str:
    """An answer as text to paste: the question, the statements with their numbers, and the sources."""
    answer = turn.answer
    if answer is None:
        return one_line(turn.question)
    differences = map(phrasing.difference_text, answer.differences)
    listed = map(_article, answer.nearest) if answer.found else ()
    sources = "\n".join(map(_plain_source, answer.citations))
    blocks = [one_line(turn.question), one_line(answer.text), *differences, *listed, sources, *answer.notices]
    return "\n\n".join(filter(None, blocks))


def _plain_source(citation: Citation) -> str:
    return " ".join(filter(None, [f"[{citation.number}]", _cited(citation), web_address(citation.url)]))


def _article(article: ArticleRef) -> str:
    return ", ".join([name_line(article.title), *_about(article.source, article.published)])


def _about(source: str | None, published: datetime | None, updated: str | None = None) -> list[str]:
    parts = (source and name_line(source), published and day(published), updated)
    return [part for part in parts if part]


def _cited(citation: Citation) -> str:
    """As "“Title”, The Weekly, 6 May 2025: “the words”"."""
    about = _about(citation.source, citation.published, phrasing.updated_text(citation))
    return f"{', '.join([f'“{name_line(citation.title)}”', *about])}: “{one_line(citation.quote)}”"


# Markdown

_STOPPED = "Stopped before it was answered."


def markdown(state: ConversationState, made: datetime) -> str:
    """The whole conversation as Markdown; the text of articles and questions is escaped."""
    blocks = [f"# {_md(title(state))}", f"_Article Assistant, {day(made)}_"]
    for turn in state.turns:
        blocks.extend(_md_turn(turn))
    return "\n\n".join(blocks) + "\n"


def title(state: ConversationState) -> str:
    """The title of a conversation: its first question."""
    return one_line(state.turns[0].question, 120) if state.turns else "An empty conversation"


def file_name(state: ConversationState, made: datetime, ending: str) -> str:
    """A file name for a conversation, as "2025-06-01-when-will-the-cannery-close.md"."""
    words = re.findall(r"[^\W_]+", title(state).lower())
    return f"{made:%Y-%m-%d}-{'-'.join(words)[:60].strip('-') or 'conversation'}.{ending}"


def _md(text: str) -> str:
    return _LINE_START.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", one_line(text)))


def _md_turn(turn: ConversationTurn) -> Iterator[str]:
    yield f"## {_md(turn.question)}"
    if limits := scope_text(turn.scope, turn.asked.date()):
        yield _md(limits)
    if turn.answer is None:
        yield from (_md(statement.text) for statement in turn.statements)
        yield _md(sentence(turn.problem) if turn.problem else _STOPPED)
        return
    answer = turn.answer
    if understood := phrasing.interpretation_text(answer.understood):
        yield f"Understood: {_md(understood)}"
    for text, numbers, note in _statements(answer):
        yield " ".join(filter(None, [_md(text), *(f"[{number}]" for number in numbers), note and f"_{_md(note)}_"]))
    if answer.citations:
        yield "\n".join(map(_md_source, answer.citations))
    yield from (f"> {_md(notice)}" for notice in answer.notices)
    yield f"_{_md(_corpus(answer))}_"


def _md_source(citation: Citation) -> str:
    address = web_address(citation.url)
    # In angle brackets only these would end it.
    link = f" <{address.replace('<', '%3C').replace('>', '%3E').replace(' ', '%20')}>" if address else ""
    return f"{citation.number}. {_md(_cited(citation))}{link}"


def _statements(answer: Answer) -> Iterator[tuple[str, tuple[int, ...], str]]:
    """The parts of an answer: the text of each, the numbers of its citations, and a note."""
    if answer.outcome == "related":  # the words that come closest stand in its sources
        said, closest, _ = answer.text.partition(phrasing.CLOSEST)
        yield said + closest, tuple(citation.number for citation in answer.citations), ""
    elif not answer.found:
        yield answer.text, (), ""
    speakers = {citation.number: citation.speaker for citation in answer.citations if citation.speaker}
    heads = phrasing.heads_of(answer)
    for statement in answer.statements:
        headed = [f"{heads[number]}:" for number in statement.citations if number in heads]
        names = [f"[{speakers[number]}]" for number in statement.citations if number in speakers]
        note = phrasing.support_text(statement) or phrasing.agreement_text(statement) or ""
        yield " ".join([*headed, *names, statement.text]), statement.citations, note
    for difference in answer.differences:
        yield phrasing.difference_text(difference), (), ""
    if answer.found:
        for article in answer.nearest:
            yield _article(article), (), ""


def _corpus(answer: Answer) -> str:
    """The state of the corpus that the answer was made from."""
    made = f"Corpus {answer.corpus.generation}, refreshed {day(answer.corpus.refreshed)}"
    parts = (phrasing.written_by_text(answer), phrasing.as_of_text(answer), made)
    return " ".join(f"{part}." for part in parts if part)


# A page to print


def page(state: ConversationState, made: datetime) -> str:
    """The whole conversation as an HTML page of its own that needs nothing else."""
    sections = "".join(_page_turn(turn) for turn in state.turns)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{line(title(state), 120)}</title><style>{_PAGE_STYLE}</style></head><body>"
        f"<header><p>Article Assistant, {day(made)}</p></header><main>{sections}</main></body></html>"
    )


def _page_turn(turn: ConversationTurn) -> str:
    limits = scope_text(turn.scope, turn.asked.date())
    scope = f"<p class=note>{named(limits)}</p>" if limits else ""
    head = f'<section><h1 dir="auto">{line(turn.question)}</h1>{scope}'
    if turn.answer is None:
        paragraphs = "".join(f'<p dir="auto">{escaped(statement.text)}</p>' for statement in turn.statements)
        return f"{head}{paragraphs}<p>{line(sentence(turn.problem) if turn.problem else _STOPPED)}</p></section>"
    answer = turn.answer
    understood = phrasing.interpretation_text(answer.understood)
    paragraphs = "".join(_page_statement(*statement) for statement in _statements(answer))
    sources = "".join(map(_page_source, answer.citations))
    notices = "".join(f"<p class=note>{line(notice)}</p>" for notice in answer.notices)
    return (
        f"{head}{f'<p class=note>Understood: {line(understood)}</p>' if understood else ''}{paragraphs}"
        f"{f'<ol>{sources}</ol>' if sources else ''}{notices}<p class=note>{line(_corpus(answer))}</p></section>"
    )


def _page_statement(text: str, numbers: tuple[int, ...], note: str) -> str:
    marks = "".join(f" [{number}]" for number in numbers)
    return f'<p dir="auto">{escaped(text)}{marks}{f" <small>{line(note)}</small>" if note else ""}</p>'


def _page_source(citation: Citation) -> str:
    about = ", ".join(_about(citation.source, citation.published, phrasing.updated_text(citation)))
    address = web_address(citation.url)
    return (
        f'<li value="{citation.number}"><cite><bdi>{named(citation.title)}</bdi></cite>'
        f"{f', {line(about)}' if about else ''}: "
        f"<q>{escaped(citation.quote)}</q>{f'<br>{link(address, line(address))}' if address else ''}</li>"
    )


_PAGE_STYLE = (
    "body{max-width:42rem;margin:2rem auto;padding:0 1rem;font:1.0625rem/1.55 Charter,Georgia,serif;color:#1d1b18;"
    "background:#fff;overflow-wrap:anywhere}header,.note,small{font-family:system-ui,sans-serif;font-size:.85rem;"
    "color:#5f5a52}h1{font-size:1.33rem;line-height:1.35}section{padding:1rem 0;border-top:1px solid #dcd6ca}"
    "li{margin:.5rem 0;break-inside:avoid}q{color:#3a3631}a{color:inherit}"
)
