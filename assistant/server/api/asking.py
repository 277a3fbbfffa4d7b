"""Asking: questions and briefings, whole or as events, and what can be asked of whom."""

import asyncio
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import ConfigDict, Field, StrictBool
from starlette.requests import Request

from assistant.accounts import Principal
from assistant.answering import briefing_question
from assistant.answers import Answer, Aspect
from assistant.articles import Filters
from assistant.errors import QuestionError
from assistant.models import ModelChoice
from assistant.server.access import address_of
from assistant.server.api.answers import GivenAnswer, answers_of, given, with_id
from assistant.server.api.forms import NO_PARAMETERS, PREFIX, FiltersForm, FiltersQuery, Form
from assistant.server.api.problem import PROBLEMS
from assistant.server.api.streaming import EventStream
from assistant.server.identity import Reader
from assistant.server.questions import answer, events, while_connected
from assistant.server.service import InService, Service

router = APIRouter(prefix=PREFIX, tags=["asking"], responses=PROBLEMS)

_LONGEST_QUESTION, _LONGEST_TOPIC = 10_000, 500
_STREAM = "Respond with events as the answer is made; so does the header `Accept: text/event-stream`."
_MODEL = 'One of `GET /api/v1/models`, or "quotes" for none; without it, what the server is set to.'
_STREAMED = (
    "Events: `searched`, `token` (what a model writes, not checked yet), `statement`, `withdrawn` (what was there is "
    "void) and last `finished` with the whole answer; `problem` for a fault after the beginning."
)
_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer, or its events as they come. " + _STREAMED,
        "content": {"text/event-stream": {"schema": {"$ref": "#/components/schemas/ServerSentEvent"}}},
    }
}
AnswerIds = Annotated[list[Annotated[str, Field(min_length=1, max_length=64)]], Field(max_length=100)]
QUESTIONS: list[Any] = [
    {"question": "Who condemned the attack?"},
    {"question": "What did the mayor say?", "filters": {"since": "2023-01-01"}, "model": "quotes", "stream": True},
]


class _Asking(Form):
    filters: FiltersForm = Field(default_factory=FiltersForm)
    model: str | None = Field(None, min_length=1, max_length=200, description=_MODEL)
    stream: StrictBool = Field(False, description=_STREAM)


class QuestionForm(_Asking):
    """A question."""

    model_config = ConfigDict(json_schema_extra={"examples": QUESTIONS})

    question: str = Field(min_length=1, max_length=_LONGEST_QUESTION)
    ignoring: list[Aspect] = Field(
        [], max_length=10, description="Ways in which the question is not to be understood beyond its words."
    )
    conversation: str | None = Field(
        None,
        min_length=1,
        max_length=64,
        description="The id of one: the question is understood from those before it, and becomes part of it.",
    )
    history: AnswerIds = Field([], description="In place of a conversation: the ids of the answers before it.")


class TopicForm(_Asking):
    """A topic."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"topic": "the attack"}]})

    topic: str = Field(min_length=1, max_length=_LONGEST_TOPIC)


@dataclass(frozen=True)
class _Asked:
    """A question as it is asked: of whom, by whom, and after which answers."""

    service: Service
    who: Principal
    question: str
    filters: Filters
    model: str | None
    ignoring: tuple[Aspect, ...] = ()
    conversation: str | None = None
    history: tuple[Answer, ...] = ()

    async def after(self, answers: list[str]) -> "_Asked":
        """This with the answers before it, those of these ids or of its conversation.

        Raises QuestionError for both, MissingError or Refusal for what is not theirs.
        """
        if self.conversation is not None and answers:
            raise QuestionError("give either a conversation or a history, not both")
        if self.conversation is None:
            before = await asyncio.to_thread(answers_of, self.service, self.who, answers)
            return replace(self, history=before)
        store = self.service.assistant.conversations
        found = await asyncio.to_thread(store.get, self.who.owner, self.conversation)
        return replace(self, history=found.answers)

    async def finish(self, made: Answer) -> GivenAnswer:
        """The answer with an id, and in its conversation."""
        return await asyncio.to_thread(self._keep, made)

    def _keep(self, made: Answer) -> GivenAnswer:
        if self.conversation is None:
            return given(self.service, self.who, made, self.filters)
        store = self.service.assistant.conversations
        turn = store.add(self.who.owner, self.conversation, made, self.filters, self.ignoring)
        return with_id(made, turn.id)

    async def respond(self, request: Request, *, stream: bool) -> GivenAnswer | EventStream:
        """The answer, or its events where they are asked for."""
        asked = (self.service, self.who, address_of(request), self.question, self.filters)
        options: dict[str, Any] = {"history": self.history, "ignoring": self.ignoring, "model": self.model}
        if stream or "text/event-stream" in request.headers.get("accept", ""):
            return await EventStream(events(*asked, **options), self.finish).started()
        return await self.finish(await while_connected(request, answer(*asked, **options)))


@router.post("/ask", response_model=GivenAnswer, responses=_EVENTS, dependencies=[NO_PARAMETERS])
async def ask(request: Request, form: QuestionForm, who: Reader, service: InService) -> Any:
    """The answer to a question, each statement of it cited to the exact words of an article, or a refusal."""
    asked = _Asked(
        service, who, form.question, form.filters.filters(), form.model, tuple(form.ignoring), form.conversation
    )
    return await (await asked.after(form.history)).respond(request, stream=form.stream)


@router.post("/brief", response_model=GivenAnswer, responses=_EVENTS, dependencies=[NO_PARAMETERS])
async def brief(request: Request, form: TopicForm, who: Reader, service: InService) -> Any:
    """What the articles say on a topic, one sentence an article, newest first."""
    asked = _Asked(service, who, briefing_question(form.topic), form.filters.filters(), form.model)
    return await asked.respond(request, stream=form.stream)


@router.get("/models", dependencies=[NO_PARAMETERS])
async def models(who: Reader, service: InService) -> list[ModelChoice]:
    """What a question may be told to be answered by: the one that is set first. Addresses are for maintainers."""
    choices = await service.assistant.amodels()
    return choices if who.may_maintain else [replace(choice, url=None) for choice in choices]


class SuggestionsQuery(FiltersQuery):
    """Which questions."""

    count: int = Field(4, ge=1, le=50, description="How many at most.")
    conversation: str | None = Field(None, min_length=1, max_length=64, description="The id of one, to go on with it.")
    after: AnswerIds = Field([], description="In place of a conversation: the ids of answers, to go on with them.")


@router.get("/suggestions")
def suggestions(query: Annotated[SuggestionsQuery, Query()], who: Reader, service: InService) -> list[str]:
    """Questions that the articles answer, each of which can be understood by itself."""
    assistant, before = service.assistant, query.conversation
    after = assistant.conversations.get(who.owner, before).answers if before else answers_of(service, who, query.after)
    return assistant.suggestions(query.count, after=after, filters=query.filters())
