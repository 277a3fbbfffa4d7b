"""Conversations as the text that a browser stores, and back.

What comes back is not trusted: anyone can change what their browser stores. It is parsed into the same types as an
answer of our own, and drawn by the same functions.
"""

import json
from dataclasses import replace
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from assistant import AssistantError, Excerpt

from .state import MAX_TURNS, ConversationState, ConversationTurn

_MAX_CHARACTERS = 4_000_000
MOST_SENT = 200_000  # bytes of a stored conversation in a request, as static/window/conversations.js has it, too


class UnreadableError(AssistantError):
    """A stored conversation that cannot be read any more."""


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[ConversationState]:
    return TypeAdapter(ConversationState)


def serialize(conversation: ConversationState) -> str:
    """`conversation` as JSON without the turns that are not finished; "" when there is nothing to be kept.

    It is short enough to be sent back, without its first turns where need be: a browser keeps those by itself.
    """
    turns = tuple(turn for turn in conversation.turns if turn.progress is None)
    conversation = conversation.settled()
    text = _dump(replace(conversation, turns=turns)) if turns or conversation.scope or conversation.model else ""
    while len(turns) > 1 and len(json.dumps(text, ensure_ascii=False).encode()) > MOST_SENT:
        turns = turns[1:]
        text = _dump(replace(conversation, turns=turns))
    return text


def _dump(conversation: ConversationState) -> str:
    return _adapter().dump_json(conversation).decode()


def deserialize(text: str) -> ConversationState:
    """The conversation that `serialize` wrote, its turns numbered from 1. Raises UnreadableError for anything else."""
    return _numbered(_parsed(text))


def recovered(text: str) -> ConversationState:
    """What the page has stored of a conversation that the server has forgotten.

    The turns keep the numbers by which the page names them, also where the first ones were not stored. Raises
    UnreadableError for anything that `serialize` did not write.
    """
    conversation = _parsed(text)
    numbers = [turn.number for turn in conversation.turns]
    is_ours = numbers == sorted(set(numbers)) and min(numbers, default=1) > 0
    return conversation if is_ours else _numbered(conversation)


def _parsed(text: str) -> ConversationState:
    if len(text) > _MAX_CHARACTERS:
        raise UnreadableError("this conversation is too long to be opened")
    try:
        conversation = _adapter().validate_json(_migrated(text))
    except (ValidationError, ValueError, RecursionError):
        raise UnreadableError("this conversation cannot be read any more; delete it") from None
    turns = tuple(_consistent(turn) for turn in conversation.turns[-MAX_TURNS:])
    return replace(conversation, turns=turns).settled()


def _migrated(text: str) -> str:
    """`text` as this version of the window writes it; what is no conversation stays as it is."""
    stored = from_json(text)
    if not isinstance(stored, dict) or stored.get("version", 2) != 1:
        return text
    turns = stored.get("turns")
    for limited in (stored, *(turns if isinstance(turns, list) else ())):
        if isinstance(limited, dict):
            limited["scope"] = _scope_of_version_1(limited.get("scope"))
    return json.dumps({**stored, "version": 2})


def _scope_of_version_1(scope: Any) -> Any:
    """A scope was one article or nothing."""
    if not isinstance(scope, dict):
        return scope or {}
    return {"article": {"id": scope.get("article_id"), "title": scope.get("title")}}


def _numbered(conversation: ConversationState) -> ConversationState:
    turns = tuple(replace(turn, number=number) for number, turn in enumerate(conversation.turns, 1))
    return replace(conversation, turns=turns)


def _consistent(turn: ConversationTurn) -> ConversationTurn:
    """`turn` with an excerpt for each citation, as all other code expects."""
    citations = turn.answer.citations if turn.answer else ()
    excerpts = turn.excerpts
    if len(excerpts) != len(citations):
        excerpts = tuple(Excerpt("", citation.quote, "") for citation in citations)
    return replace(turn, excerpts=excerpts, progress=None)
