"""Keeping: a conversation as text that a browser keeps, and back again.

What comes back is not to be trusted: anyone can change what their browser keeps. It is read into the same types as an
answer of our own, and drawn by the same functions.
"""

from dataclasses import replace
from functools import lru_cache

from pydantic import TypeAdapter, ValidationError

from assistant.errors import AssistantError

from .state import MOST_TURNS, ConversationTurn, Excerpt, Talk

_MOST_BYTES = 4_000_000


class UnreadableError(AssistantError):
    """This conversation cannot be read any more."""


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Talk]:
    return TypeAdapter(Talk)


def kept(talk: Talk) -> str:
    """`talk` as JSON, what is not finished of it left out; "" when nothing is."""
    turns = tuple(one for one in talk.turns if one.progress is None)
    return _adapter().dump_json(replace(talk, turns=turns, editing=False)).decode() if turns else ""


def opened(text: str) -> Talk:
    """The conversation that `kept` wrote. Raises UnreadableError for anything else."""
    if len(text) > _MOST_BYTES:
        raise UnreadableError("this conversation is too long to be opened")
    try:
        talk = _adapter().validate_json(text)
    except (ValidationError, ValueError, RecursionError):
        raise UnreadableError("this conversation cannot be read any more; delete it") from None
    turns = tuple(_whole(one, number) for number, one in enumerate(talk.turns[-MOST_TURNS:], 1))
    return replace(talk, turns=turns, editing=False)


def _whole(turn: ConversationTurn, number: int) -> ConversationTurn:
    """`turn` with its number and with an excerpt for each citation, as all else counts on it."""
    citations = turn.answer.citations if turn.answer else ()
    excerpts = turn.excerpts
    if len(excerpts) != len(citations):
        excerpts = tuple(Excerpt("", one.quote, "") for one in citations)
    return replace(turn, number=number, excerpts=excerpts, progress=None)
