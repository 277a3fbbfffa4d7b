"""A conversation: questions and what came of them."""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.answers import Answer, Citation, Event, Finished, Said, Searched, Statement, Token, Withdrawn
from assistant.errors import AssistantError

if TYPE_CHECKING:
    from assistant.answering import Assistant

_log = logging.getLogger(__name__)

_CONTEXT = 300  # characters shown on each side of a quote
_SLACK = 30  # a word longer than this is cut rather than left out
_REDRAWN = 0.1  # seconds between two drawings of what a model writes
_MOST_TURNS = 50  # a window left open for weeks must not grow without end

UNEXPECTED = "Something went wrong while answering; the details are in the server's log."


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A quote with the words around it."""

    before: str
    quote: str
    after: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One question with its answer, or with the `problem` that kept it from being answered.

    While the answer is being made `progress` says what happens and `statements` holds what is there. `draft` is what a
    model wrote, of which the first `checked` characters are in the statements.
    `excerpts` has one for each citation of the answer, in their order.
    """

    number: int
    question: str
    progress: str | None = None
    statements: tuple[Statement, ...] = ()
    draft: str = ""
    checked: int = 0
    answer: Answer | None = None
    excerpts: tuple[Excerpt, ...] = ()
    problem: str | None = None


Turns = tuple[Turn, ...]


def ask(assistant: "Assistant", turns: Turns, question: str) -> Iterator[Turns]:
    """The conversation with `question` at its end, again each time that more of the answer is there."""
    turn = Turn(turns[-1].number + 1 if turns else 1, question, progress="Searching the articles…")
    earlier = turns[-(_MOST_TURNS - 1) :]
    yield (*earlier, turn)
    try:
        drawn = 0.0
        for event in assistant.stream(question, history=answers(earlier)):
            turn = heard(assistant, turn, event)
            # A model writes faster than a page need be drawn.
            if not isinstance(event, Token) or time.monotonic() - drawn > _REDRAWN:
                drawn = time.monotonic()
                yield (*earlier, turn)
    except AssistantError as error:
        yield (*earlier, _failed(turn, str(error)))
    except Exception:
        _log.exception("a question could not be answered")
        yield (*earlier, _failed(turn, UNEXPECTED))


def answers(turns: Turns) -> tuple[Answer, ...]:
    """The answers that a later question may lean on."""
    return tuple(turn.answer for turn in turns if turn.answer is not None)


def excerpt(text: str, start: int, end: int) -> Excerpt:
    """`text[start:end]` with about 300 characters on each side, cut between words."""
    first, last = max(0, start - _CONTEXT), min(len(text), end + _CONTEXT)
    before, after = text[first:start], text[end:last]
    if first > 0:
        before = "… " + _without_part_of_word(before, from_start=True)
    if last < len(text):
        after = _without_part_of_word(after, from_start=False) + " …"
    return Excerpt(before, text[start:end], after)


def _without_part_of_word(text: str, *, from_start: bool) -> str:
    near = text[:_SLACK] if from_start else text[: -_SLACK - 1 : -1]
    steps = next((i for i, character in enumerate(near) if character.isspace()), 0)
    return text[steps:].lstrip() if from_start else text[: len(text) - steps].rstrip()


def heard(assistant: "Assistant", turn: Turn, event: Event) -> Turn:
    """`turn` with what `event` adds to it."""
    match event:
        case Searched(articles=articles):
            many = "1 article" if articles == 1 else f"{articles} articles"
            return replace(turn, progress=f"Reading {many}…")
        case Token(text=text):
            return replace(turn, progress="Writing…", draft=f"{turn.draft}{text}")
        case Said(statement=statement, draft=checked):
            return replace(turn, statements=(*turn.statements, statement), checked=checked)
        case Withdrawn():
            return replace(turn, statements=(), draft="", checked=0)
        case Finished(answer=answer):
            excerpts = tuple(_around(assistant, one) for one in answer.citations)
            return replace(turn, progress=None, answer=answer, excerpts=excerpts)


def _around(assistant: "Assistant", citation: Citation) -> Excerpt:
    article = assistant.article(citation.article_id)
    # A refresh may have published another text since; the quote alone is still what was said.
    if article is None or article.text[citation.start : citation.end] != citation.quote:
        return Excerpt("", citation.quote, "")
    return excerpt(article.text, citation.start, citation.end)


def _failed(turn: Turn, problem: str) -> Turn:
    return replace(turn, progress=None, statements=(), problem=problem)
