"""Asking: questions are answered as a stream of updates, can be stopped, and others are offered next."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import get_args

import gradio as gr

from assistant import Answer, Aspect, Assistant, AssistantError, Event, Finished, QuestionError, SettingsError
from assistant.accounts import Principal
from assistant.models import QUOTES
from assistant.retrieval import parse
from assistant.server import Metrics, Service, WaitingRoom
from assistant.utils import storable

from ..browser_store import serialize
from ..scope import Scope
from ..seals import Seals
from ..server_history import server_history
from ..state import ConversationState, ConversationTurn, apply_event, as_failed, as_stopped, unexpected
from ..views import composer, conversation, markup
from ..windows import Window, Windows
from .common import (
    Updates,
    address,
    busy_parts,
    conversation_parts,
    corpus_parts,
    event_data,
    event_text,
    principal,
    reader,
    session,
)
from .composer import changed_scope
from .streams import AnswerStreams

_log = logging.getLogger(__name__)

_ASPECTS: tuple[Aspect, ...] = get_args(Aspect)
_AT_ONCE = 4  # questions that are answered, unless told otherwise
_LONGEST_NAME = 200  # characters of the name of a model
FIRST, _NEXT = 4, 3  # questions that are offered


class AskEvents:
    """The handlers that answer questions, over one assistant for all windows."""

    def __init__(
        self,
        assistant: Assistant,
        windows: Windows,
        streams: AnswerStreams[Event],
        seals: Seals | None = None,
        service: Service | None = None,
    ) -> None:
        self._assistant = assistant
        self._windows = windows
        self._streams = streams
        self._room = service.room if service else WaitingRoom(_AT_ONCE)
        self._seals = seals or Seals()
        self._service = service
        self._metrics = service.metrics if service else Metrics(self._room)

    async def ask(self, question: str, stored: str, request: gr.Request) -> AsyncIterator[Updates]:
        """Answer the question that was typed."""
        async for updates in self._ask(question, stored, request):
            yield updates

    async def ask_offered(self, event: gr.EventData, stored: str, request: gr.Request) -> AsyncIterator[Updates]:
        """Answer a question that was offered, or that an address asks with what it limits it to."""
        problem = ""
        if event_text(event, "afresh") and not self._streams.is_busy(session(request)):
            problem = self._begin_afresh(event, stored, request)
        async for updates in self._ask(event_text(event, "question"), stored, request, typed=False):
            yield updates
        if problem:
            yield {"problem": markup.problem(problem)}

    def _begin_afresh(self, event: gr.EventData, stored: str, request: gr.Request) -> str:
        """Begin a conversation with the limits and the model that the event names; what was left out of them."""
        before, data = self._restored(stored, request), event_data(event)
        scope, problem = changed_scope(self._assistant, data, Scope())
        model = event_text(event, "model")[:_LONGEST_NAME] or before.model
        self._window(request).change(lambda _: ConversationState(scope=scope, model=model))
        return problem

    async def retry(self, stored: str, request: gr.Request) -> AsyncIterator[Updates]:
        """Answer the last question again."""
        if self._restored(stored, request).turns:
            async for updates in self._answer(ConversationState.with_retry, request):
                yield updates

    async def ask_all(self, stored: str, request: gr.Request) -> AsyncIterator[Updates]:
        """Answer the last question again from all articles, whatever it was limited to."""
        if self._restored(stored, request).turns:
            async for updates in self._answer(ConversationState.with_retry_in_all, request):
                yield updates

    async def reinterpret(self, event: gr.EventData, stored: str, request: gr.Request) -> AsyncIterator[Updates]:
        """Answer the last question again, without the aspects that the user took away."""
        names = event_text(event, "ignored").split(",")
        ignored = tuple(aspect for aspect in _ASPECTS if aspect in names)
        if self._restored(stored, request).turns:
            async for updates in self._answer(lambda state: state.with_retry(ignored), request):
                yield updates

    async def ask_quotes(self, stored: str, request: gr.Request) -> AsyncIterator[Updates]:
        """Answer the last question with quotes, and the next ones, as the model for it is gone."""
        if self._restored(stored, request).turns:
            state = self._window(request).change(lambda state: replace(state, model=QUOTES))
            yield {"model_picker": composer.model_picker(await self._assistant.amodels(), state.model)}
            async for updates in self._answer(ConversationState.with_retry, request):
                yield updates

    async def stop(self, request: gr.Request) -> None:
        """Stop the answer that is being made."""
        self._streams.stop(session(request))

    async def leave(self, request: gr.Request) -> None:
        """The window was closed: nobody waits for its answer."""
        self._streams.drop(session(request))

    def _window(self, request: gr.Request) -> Window:
        return self._windows.of(session(request))

    def _restored(self, stored: str, request: gr.Request) -> ConversationState:
        return self._window(request).restore(stored)

    async def _ask(
        self, question: str | None, stored: str, request: gr.Request, *, typed: bool = True
    ) -> AsyncIterator[Updates]:
        question = storable(question or "")
        if self._streams.is_busy(session(request)):
            return
        try:
            parse(question, self._assistant.settings.max_question)
        except QuestionError as error:
            yield {"problem": markup.problem(str(error)), "announcement": ""}
            return
        if typed:
            yield {"question": ""}
        self._restored(stored, request)
        async for updates in self._answer(lambda state: state.with_question(question), request):
            yield updates

    async def _answer(
        self, asked: Callable[[ConversationState], ConversationState], request: gr.Request
    ) -> AsyncIterator[Updates]:
        """Answer the last question of what `asked` makes of the conversation."""
        name = session(request)
        if self._streams.is_busy(name):
            return
        window = self._window(request)  # held until the end: it is not forgotten while its answer is made
        state = window.change(asked)
        turn = state.turns[-1]
        stream = self._streams.begin(name, self._metrics.counted("window", self._in_turn(state, request)))
        try:
            yield {**conversation_parts(state), **busy_parts(True), "problem": "", "offer": "", "announcement": ""}
            async for events in stream.batches():
                for event in events:
                    turn = await self._apply(turn, event)
                if stream.replaced:
                    window.put(as_stopped(turn))
                    yield {}  # at the end Gradio shows once more what came last: nothing, as another has the place now
                    return
                yield {"now": conversation.present((turn,))}
        except AssistantError as error:
            turn = as_failed(turn, str(error), is_gone=await self._is_gone(turn.model))
        except Exception:
            _log.exception("a question could not be answered")
            turn = as_failed(turn, unexpected())
        finally:
            self._streams.end(name, stream)
        if not stream.replaced:
            done = turn if turn.progress is None else as_stopped(turn)
            yield await asyncio.to_thread(self._finish, window, done, principal(request))

    async def _in_turn(self, state: ConversationState, request: gr.Request) -> AsyncGenerator[Event, None]:
        """The events of the answer to the last question, once it has its turn; raises AssistantError."""
        turn = state.turns[-1]
        if self._service is not None:
            who = principal(request)
            await self._service.limits.acount(who, address(request))
            await self._service.note_question(who, turn.question, address(request))
        async with self._room.turn(session(request), address(request), reader(request)):
            events = self._assistant.astream(
                turn.question, turn.filters, history=state.history, ignoring=turn.ignored, model=turn.model or None
            )
            async with aclosing(events):
                async for event in events:
                    yield event

    async def _is_gone(self, model: str) -> bool:
        """Whether a model that was chosen is not among those that are ready."""
        if model in ("", QUOTES):
            return False
        return all(choice.name != model for choice in await self._assistant.amodels())

    def _finish(self, window: Window, turn: ConversationTurn, who: Principal) -> Updates:
        """The conversation with the answer that is there; a window is never left waiting."""
        try:
            if turn.answer is not None:
                turn = replace(turn, seal=self._seals.seal(turn.key, turn.answer))
            done = window.put(turn)
            done, problem = self._kept(window, done, turn, who)
            announcement = conversation.announcement(turn)
            updates = {**conversation_parts(done), "stored": serialize(done), "announcement": announcement}
            updates |= {"head": corpus_parts(self._assistant)["head"], "problem": markup.problem(problem)}
        except Exception:
            _log.exception("an answer could not be shown")
            updates = conversation_parts(window.put(as_failed(turn, unexpected())))
        return {**updates, **busy_parts(False)}

    def _kept(
        self, window: Window, state: ConversationState, turn: ConversationTurn, who: Principal
    ) -> tuple[ConversationState, str]:
        """The conversation as the server keeps it for who is signed in, and what kept that from being done."""
        kept = server_history(self._assistant, self._seals, who)
        if kept is None:
            return state, ""
        try:
            name = kept.keep(state.id, turn)
        except AssistantError as error:
            return state, f"this answer could not be kept in History: {error}"
        return window.change(lambda state: state.named(name, turn.key)), ""

    async def _apply(self, turn: ConversationTurn, event: Event) -> ConversationTurn:
        if isinstance(event, Finished):  # reads the cited articles
            return await asyncio.to_thread(apply_event, self._assistant, turn, event)
        return apply_event(self._assistant, turn, event)

    def suggest(self, request: gr.Request) -> Updates:
        """Offer what can be asked next; before the first question, what can be asked at all."""
        state = self._window(request).conversation
        answers = [turn.answer for turn in state.turns if turn.answer is not None]
        questions = self._questions(state, answers)
        return {"offer": composer.offer(questions, first=not state.turns)}

    def _questions(self, state: ConversationState, answers: list[Answer]) -> list[str]:
        try:
            if not state.turns:
                return self._assistant.suggestions(FIRST, filters=state.scope.filters)
            return self._assistant.suggestions(_NEXT, after=answers, filters=state.scope.filters) if answers else []
        except SettingsError as error:  # of questions.toml, which a user cannot mend
            _log.warning("no questions could be offered: %s", error)
            return []
        except AssistantError:
            return []
        except Exception:
            _log.exception("no questions could be offered")
            return []
