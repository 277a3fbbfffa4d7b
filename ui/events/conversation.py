"""The conversation as a whole: begun, opened again, edited, rated and exported."""

import asyncio
import json
from dataclasses import replace

import gradio as gr

from assistant import Assistant, AssistantError, Event, MissingError
from assistant.maintenance import LONGEST_REASON

from ..browser_store import deserialize, serialize
from ..scope import today
from ..seals import Seals
from ..server_history import server_history
from ..state import ConversationState, ConversationTurn, Rating, now
from ..views import composer, conversation, markup
from ..views.exports import conversation as export
from ..windows import Window, Windows
from .common import Updates, busy_parts, conversation_parts, event_text, principal, selected_tab, session
from .composer import checked_scope
from .streams import AnswerStreams


class ConversationEvents:
    """The handlers that change a conversation, over one assistant for all windows."""

    def __init__(self, assistant: Assistant, windows: Windows, streams: AnswerStreams[Event], seals: Seals) -> None:
        self._assistant = assistant
        self._windows = windows
        self._streams = streams
        self._seals = seals

    async def new(self, request: gr.Request) -> Updates:
        """Begin another conversation, without limits; the same model answers."""
        return await self._replace(ConversationState(), request)

    async def open(self, event: gr.EventData, request: gr.Request) -> Updates:
        """Go on with a conversation that the server keeps for who is signed in, or that their browser stored."""
        try:
            state = await asyncio.to_thread(self._opened, event, request)
        except AssistantError as error:
            return {"problem": markup.problem(str(error)), "tabs": selected_tab("ask")}
        scope, problem = checked_scope(self._assistant, state.scope)
        updates = await self._replace(replace(state, scope=scope), request)
        if event_text(event, "staying"):  # in the tab that the page was loaded with
            del updates["tabs"]
        return {**updates, "problem": markup.problem(problem)}

    def _opened(self, event: gr.EventData, request: gr.Request) -> ConversationState:
        kept = server_history(self._assistant, self._seals, principal(request))
        if kept is None:
            return deserialize(event_text(event, "stored"))
        try:
            return kept.open(event_text(event, "id"))
        except MissingError:
            if event_text(event, "again"):  # it was there when this window had it; nothing is said of its end
                return ConversationState()
            raise

    async def _replace(self, state: ConversationState, request: gr.Request) -> Updates:
        await self._streams.clear(session(request))
        state = self._window(request).change(lambda before: replace(state, model=before.model))
        empty = dict.fromkeys(("problem", "question", "offer", "announcement"), "")
        shown = {**conversation_parts(state), **busy_parts(False), "tabs": selected_tab("ask")}
        return {**shown, **empty, "stored": serialize(state)}

    def _window(self, request: gr.Request) -> Window:
        return self._windows.of(session(request))

    def edit(self, stored: str, request: gr.Request) -> Updates:
        """Put the last question into the box, with what it was limited to; what is asked next replaces it."""
        window = self._window(request)
        if not window.restore(stored).turns:
            return {}
        state = window.change(ConversationState.edited)
        return {**_composer(state), "question": state.turns[-1].question}

    def cancel_edit(self, stored: str, request: gr.Request) -> Updates:
        """Keep the last question after all."""
        window = self._window(request)
        window.restore(stored)
        return {**_composer(window.change(ConversationState.kept)), "question": ""}

    def reuse(self, event: gr.EventData, stored: str, request: gr.Request) -> Updates:
        """Put an earlier question into the box, with what it was limited to."""
        window = self._window(request)
        turn = window.restore(stored).turn(event_text(event, "turn"))
        if turn is None:
            return {}
        state = window.change(lambda state: replace(state, scope=turn.scope))
        return {**_composer(state), "question": turn.question}

    def rate(self, event: gr.EventData, stored: str, request: gr.Request) -> Updates:
        """Store a user's rating of an answer; the same rating again takes it back."""
        window = self._window(request)
        turn = window.restore(stored).turn(event_text(event, "turn"))
        good = event_text(event, "good") == "yes"
        if turn is not None and turn.rating is not None and turn.rating.good == good:
            return self._rate(window, turn, None)
        return self._rate(window, turn, Rating(good))

    def reason(self, event: gr.EventData, stored: str, request: gr.Request) -> Updates:
        """Store the reason of a rating."""
        window = self._window(request)
        turn = window.restore(stored).turn(event_text(event, "turn"))
        reason = event_text(event, "reason").strip()[:LONGEST_REASON]
        if turn is None or turn.rating is None or not reason:
            return {}
        return self._rate(window, turn, Rating(turn.rating.good, reason))

    def _rate(self, window: Window, turn: ConversationTurn | None, rating: Rating | None) -> Updates:
        """Store the rating of an answer, or with None take it back."""
        if turn is None or turn.answer is None:
            return {}
        try:
            self._seals.check(turn.seal, turn.key, turn.answer)
            if rating is None:
                self._assistant.unrate(turn.key)
            else:
                self._assistant.rate(turn.answer, rating.good, rating.reason, key=turn.key)
        except AssistantError as error:
            return {"problem": markup.problem(str(error))}
        return _rated(window.change(lambda state: state.with_rating(turn.key, rating)))

    def export(self, event: gr.EventData, stored: str, request: gr.Request) -> Updates:
        """The conversation as a file, for the browser to save or to open."""
        state = self._window(request).restore(stored)
        return {"file": json.dumps(export.file(state, now(), event_text(event, "form")))}


def _composer(state: ConversationState) -> Updates:
    return {"composer_notes": composer.notes(state, today())}


def _rated(state: ConversationState) -> Updates:
    if any(turn.progress for turn in state.turns):  # by now another question is being answered, which shows itself
        return {"past": conversation.past(state.turns), "problem": ""}
    return {**conversation_parts(state), "problem": "", "stored": serialize(state)}
