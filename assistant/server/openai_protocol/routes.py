"""The paths of OpenAI's protocol that there are: chat completions and models."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from functools import partial
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from assistant.answers import Answer
from assistant.database import database
from assistant.errors import AssistantError
from assistant.server.access import address_of
from assistant.server.addresses import ArticleLinks
from assistant.server.identity import Reader
from assistant.server.openai_protocol.completions import Completion, error_event
from assistant.server.openai_protocol.model_names import QUOTES, model_entry, model_names, model_of
from assistant.server.openai_protocol.remembered import RememberedAnswers, history_of
from assistant.server.openai_protocol.requests import ChatRequest, read_request
from assistant.server.openai_protocol.writing import WrittenAnswer
from assistant.server.problems import Message, Receive, Send, content_of, refusal_of, unexpected
from assistant.server.questions import answer, events, while_connected
from assistant.server.server_sent import HEADERS
from assistant.server.service import InService, Service

router = APIRouter(prefix="/v1", tags=["OpenAI's protocol"])
_log = logging.getLogger(__name__)


@router.get("/models")
async def models(service: InService, who: Reader) -> dict[str, Any]:
    """What can answer."""
    return {"object": "list", "data": [model_entry(name) for name in await model_names(service.assistant)]}


@router.get("/models/{name:path}")
async def model(name: str, service: InService, who: Reader) -> dict[str, Any]:
    """One of them."""
    await model_of(service.assistant, name)
    return model_entry(name)


@router.post("/chat/completions", response_model=None)
async def chat_completions(body: ChatRequest, request: Request, service: InService, who: Reader) -> Response:
    """The answer to the last question of a conversation, whole or as a stream."""
    asked = read_request(body)
    chosen = await model_of(service.assistant, body.model)
    answers = _remembered(request, service)
    ask = partial(answer, service, who, address_of(request))
    is_page = request.app.state.window.is_page
    written = WrittenAnswer(ArticleLinks.of(request.scope, service.settings.root_path, is_page))
    has_usage = bool(body.stream_options and body.stream_options.include_usage)
    completion = Completion(body.model, asked.words, has_usage)

    async def ask_again(question: str, history: Sequence[Answer]) -> Answer:
        return await ask(question, history=history, model=QUOTES)

    async def made() -> AsyncGenerator[str, None]:
        """The pieces of the text, as they are made."""
        history = await history_of(asked.before, who, answers, ask_again)
        found = events(service, who, address_of(request), asked.question, history=history, model=chosen)
        async with aclosing(found):
            async for event in found:
                for piece in written.add(event):
                    yield piece
        if written.answer is not None:
            await asyncio.to_thread(answers.keep, who, written.text, written.answer)

    if not body.stream:
        await while_connected(request, _exhausted(made()))
        return JSONResponse(completion.whole(written), headers={"cache-control": "no-store"})
    pieces = made()
    first = await while_connected(request, anext(pieces, ""))  # what cannot be answered is told by its status
    return _Stream(pieces, _chunks(completion, written, first, pieces, request.scope["path"]))


def _remembered(request: Request, service: Service) -> RememberedAnswers:
    state = request.app.state
    if not hasattr(state, "chat_answers"):
        state.chat_answers = RememberedAnswers.of(database(service.settings))
    found: RememberedAnswers = state.chat_answers
    return found


async def _exhausted(pieces: AsyncGenerator[str, None]) -> None:
    async with aclosing(pieces):
        async for _ in pieces:
            pass


async def _chunks(
    completion: Completion, written: WrittenAnswer, first: str, rest: AsyncGenerator[str, None], path: str
) -> AsyncGenerator[str, None]:
    yield completion.begin() + completion.piece(first)
    try:
        async for piece in rest:
            yield completion.piece(piece)
    except AssistantError as error:
        yield error_event(content_of(refusal_of(error), path)[2])
    except Exception:
        _log.exception("an answer could not be finished")
        yield error_event(content_of(unexpected(), path)[2])
    else:
        yield completion.end(written)


class _Stream(StreamingResponse):
    """A stream whose answer is not made any further once nobody listens."""

    def __init__(self, pieces: AsyncGenerator[str, None], chunks: AsyncGenerator[str, None]) -> None:
        super().__init__(chunks, media_type="text/event-stream", headers=HEADERS)
        self._pieces, self._chunks = pieces, chunks

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        async with aclosing(self._pieces), aclosing(self._chunks):
            await super().__call__(scope, receive, send)
