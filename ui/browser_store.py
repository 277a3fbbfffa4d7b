"""Conversations as the text that a browser stores, and back.

What comes back is not trusted: anyone can change what their browser stores. It is parsed into the same types as an
answer of our own, and drawn by the same functions.
"""

from dataclasses import replace
from functools import lru_cache

from pydantic import TypeAdapter, ValidationError

from assistant import AssistantError

from .state import MAX_TURNS, ConversationState, ConversationTurn, Excerpt

_MAX_CHARACTERS = 4_000_000


class UnreadableError(AssistantError):
    """A stored conversation that cannot be read any more."""


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[ConversationState]:
    return TypeAdapter(ConversationState)


def serialize(conversation: ConversationState) -> str:
    """`conversation` as JSON without the turns that are not finished; "" when no turn is."""
    turns = tuple(turn for turn in conversation.turns if turn.progress is None)
    return _adapter().dump_json(replace(conversation, turns=turns, editing=False)).decode() if turns else ""


def deserialize(text: str) -> ConversationState:
    """The conversation that `serialize` wrote. Raises UnreadableError for anything else."""
    if len(text) > _MAX_CHARACTERS:
        raise UnreadableError("this conversation is too long to be opened")
    try:
        conversation = _adapter().validate_json(text)
    except (ValidationError, ValueError, RecursionError):
        raise UnreadableError("this conversation cannot be read any more; delete it") from None
    turns = tuple(_consistent(turn, number) for number, turn in enumerate(conversation.turns[-MAX_TURNS:], 1))
    return replace(conversation, turns=turns, editing=False)


def restored(state: ConversationState, stored: str) -> ConversationState:
    """`state`, or what the page has stored of it when the server has forgotten it."""
    if state.id or not stored:
        return state
    try:
        return replace(deserialize(stored), scope=state.scope)
    except UnreadableError:
        return state


def _consistent(turn: ConversationTurn, number: int) -> ConversationTurn:
    """`turn` with its number and with an excerpt for each citation, as all other code expects."""
    citations = turn.answer.citations if turn.answer else ()
    excerpts = turn.excerpts
    if len(excerpts) != len(citations):
        excerpts = tuple(Excerpt("", citation.quote, "") for citation in citations)
    return replace(turn, number=number, excerpts=excerpts, progress=None)
