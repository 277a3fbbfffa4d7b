"""Conversations: questions that may depend on those before them, kept on the server."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter
from pydantic import ConfigDict, Field
from starlette.responses import Response

from assistant.maintenance import LONGEST_TITLE, ConversationEntry, KeptConversation, KeptTurn
from assistant.server.api.answers import GivenAnswer, with_id
from assistant.server.api.forms import NO_PARAMETERS, PREFIX, Form, ThatKey, values
from assistant.server.api.problem import PROBLEMS
from assistant.server.idempotency import IDEMPOTENCY_KEY, IdempotentRoute
from assistant.server.identity import Reader
from assistant.server.service import InService

router = APIRouter(
    prefix=PREFIX, tags=["conversations"], route_class=IdempotentRoute, responses=PROBLEMS, dependencies=[NO_PARAMETERS]
)


@dataclass(frozen=True, slots=True)
class Turn(KeptTurn):
    """A question with its answer, which is null once an article that it rests on was removed by hand."""

    answer: GivenAnswer | None


@dataclass(frozen=True, slots=True)
class Conversation(KeptConversation):
    """A conversation, its turns in their order."""

    turns: tuple[Turn, ...] = ()


class TitleForm(Form):
    """A title."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "The ferry terminal"}]})

    title: Annotated[str, Field(max_length=LONGEST_TITLE)] = Field(
        "", description="Without one it takes that of its first question."
    )


@router.get("/conversations")
def conversations(who: Reader, service: InService) -> list[ConversationEntry]:
    """Your conversations, the last used first; those begun without signing in are reached by their id only."""
    return service.assistant.conversations.of(who.owner) if who.owner is not None else []


@router.post("/conversations", status_code=201, dependencies=[IDEMPOTENCY_KEY])
def begin(form: TitleForm, who: Reader, service: InService, response: Response) -> Conversation:
    """Begin a conversation. Questions are asked in it by `POST /api/v1/ask` with its id as `conversation`.

    One that is begun without signing in belongs to who has its id, and is forgotten a week after its last use.
    """
    made = service.assistant.conversations.new(who.owner, form.title)
    response.headers["location"] = f"conversations/{made.id}"
    return _shown(made)


@router.delete("/conversations", status_code=204)
def delete_all(who: Reader, service: InService) -> None:
    """Delete all your conversations."""
    if who.owner is not None:
        service.assistant.conversations.delete_all(who.owner)


@router.get("/conversations/{conversation_id}")
def conversation(conversation_id: ThatKey, who: Reader, service: InService) -> Conversation:
    """A conversation with all that was asked in it."""
    return _shown(service.assistant.conversations.get(who.owner, conversation_id))


@router.patch("/conversations/{conversation_id}")
def rename(conversation_id: ThatKey, form: TitleForm, who: Reader, service: InService) -> Conversation:
    """Give a conversation another title."""
    service.assistant.conversations.rename(who.owner, conversation_id, form.title)
    return conversation(conversation_id, who, service)


@router.delete("/conversations/{conversation_id}", status_code=204)
def delete(conversation_id: ThatKey, who: Reader, service: InService) -> None:
    """Delete a conversation with all that was asked in it."""
    service.assistant.conversations.delete(who.owner, conversation_id)


def _shown(kept: KeptConversation) -> Conversation:
    return Conversation(kept.id, kept.title, kept.began, kept.used, tuple(map(_turn, kept.turns)))


def _turn(kept: KeptTurn) -> Turn:
    return Turn(**{**values(kept, KeptTurn), "answer": None if kept.answer is None else with_id(kept.answer, kept.id)})
