"""A conversation as Markdown and as a page to print, each with full citations."""

from collections.abc import Iterator
from datetime import datetime

from assistant.articles import NO_FILTERS
from assistant.utils import day, one_line

from ...state import ConversationState, ConversationTurn
from ..composer import scope_text
from ..markup import escaped, line, sentence
from . import markdown as md
from . import page as pages
from . import parts

_STOPPED = "Stopped before it was answered."


def title(state: ConversationState) -> str:
    """The title of a conversation: its first question."""
    return one_line(state.turns[0].question, 120) if state.turns else "An empty conversation"


def file_name(state: ConversationState, made: datetime, ending: str) -> str:
    """A file name for a conversation, as "2025-06-01-when-will-the-cannery-close.md"."""
    return parts.file_name(title(state), made, ending)


def file(state: ConversationState, made: datetime, form: str) -> dict[str, str]:
    """The conversation as a file, for the page to save or to open: a "page", else Markdown."""
    if form == "page":
        return {"name": file_name(state, made, "html"), "kind": "text/html", "text": page(state, made)}
    return {"name": file_name(state, made, "md"), "kind": "text/markdown", "text": markdown(state, made)}


def markdown(state: ConversationState, made: datetime) -> str:
    """The whole conversation as Markdown."""
    blocks = [f"# {md.escaped(title(state))}", f"_Article Assistant, {day(made)}_"]
    for turn in state.turns:
        blocks.extend(_md_turn(turn))
    return "\n\n".join(blocks) + "\n"


def _scope(turn: ConversationTurn) -> str:
    return scope_text(turn.scope, turn.asked.date())


def _unanswered(turn: ConversationTurn) -> str:
    return sentence(turn.problem) if turn.problem else _STOPPED


def _md_turn(turn: ConversationTurn) -> Iterator[str]:
    yield f"## {md.escaped(turn.question)}"
    if turn.scope:
        yield md.escaped(_scope(turn))
    if turn.answer is None:
        yield from (md.escaped(statement.text) for statement in turn.statements)
        yield md.escaped(_unanswered(turn))
        return
    answer = turn.answer
    yield from md.answer_blocks(answer, NO_FILTERS)
    if answer.citations:
        yield "\n".join(map(md.source, answer.citations))
    yield from (f"> {md.escaped(notice)}" for notice in answer.notices)
    yield f"_{md.escaped(parts.corpus_line(answer))}_"


def page(state: ConversationState, made: datetime) -> str:
    """The whole conversation as an HTML page of its own that needs nothing else."""
    return pages.page(title(state), made, "".join(map(_page_turn, state.turns)))


def _page_turn(turn: ConversationTurn) -> str:
    scope = pages.note(_scope(turn)) if turn.scope else ""
    head = f'<section><h1 dir="auto">{line(turn.question)}</h1>{scope}'
    if turn.answer is None:
        paragraphs = "".join(f'<p dir="auto">{escaped(statement.text)}</p>' for statement in turn.statements)
        return f"{head}{paragraphs}<p>{line(_unanswered(turn))}</p></section>"
    answer = turn.answer
    sources = "".join(map(pages.source, answer.citations))
    notices = "".join(map(pages.note, answer.notices))
    return (
        f"{head}{pages.answer_paragraphs(answer, NO_FILTERS)}{f'<ol>{sources}</ol>' if sources else ''}"
        f"{notices}{pages.note(parts.corpus_line(answer))}</section>"
    )
