"""The conversation as a whole: begun, opened again, edited, limited to an article, rated and exported."""

import json
from dataclasses import replace

import gradio as gr

from assistant import Assistant, AssistantError, Event
from assistant.maintenance import LONGEST_REASON

from ..browser_store import UnreadableError, deserialize, restored, serialize
from ..seals import Seals
from ..state import ConversationState, ConversationTurn, Rating, Scope, now
from ..views import conversation, markup
from ..views.exports import conversation as export
from .common import Updates, busy_parts, conversation_parts, event_text, selected_tab, session
from .streams import AnswerStreams


class ConversationEvents:
    """The handlers that change a conversation, over one assistant for all windows."""

    def __init__(self, assistant: Assistant, streams: AnswerStreams[Event], seals: Seals) -> None:
        self._assistant = assistant
        self._streams = streams
        self._seals = seals

    async def new(self, request: gr.Request) -> Updates:
        """Begin another conversation."""
        return await self._replace(ConversationState(), request)

    async def open(self, event: gr.EventData, request: gr.Request) -> Updates:
        """Go on with a conversation that the browser stored."""
        try:
            state = deserialize(event_text(event, "stored"))
        except UnreadableError as error:
            return {"problem": markup.problem(str(error)), "tabs": selected_tab("ask")}
        return {**await self._replace(state, request), "stored": serialize(state)}

    async def _replace(self, state: ConversationState, request: gr.Request) -> Updates:
        await self._streams.clear(session(request))
        empty = dict.fromkeys(("problem", "question", "offer", "stored", "announcement"), "")
        return {**conversation_parts(state), **busy_parts(False), **empty, "tabs": selected_tab("ask")}

    def edit(self, state: ConversationState, stored: str) -> Updates:
        """Put the last question into the box; what is asked next replaces it."""
        state = restored(state, stored)
        return {**_composer(replace(state, editing=True)), "question": state.turns[-1].question} if state.turns else {}

    def cancel_edit(self, state: ConversationState) -> Updates:
        """Keep the last question after all."""
        return {**_composer(replace(state, editing=False)), "question": ""}

    def reuse(self, event: gr.EventData, state: ConversationState, stored: str) -> Updates:
        """Put an earlier question into the box."""
        turn = restored(state, stored).turn(event_text(event, "turn"))
        return {"question": turn.question} if turn else {}

    def scope(self, event: gr.EventData, state: ConversationState) -> Updates:
        """Limit the next questions to one article."""
        article = self._assistant.article(event_text(event, "article"))
        if article is None:
            return {}
        return {**_composer(replace(state, scope=Scope(article.id, article.title))), "tabs": selected_tab("ask")}

    def unscope(self, state: ConversationState) -> Updates:
        """Ask all articles again."""
        return _composer(replace(state, scope=None))

    def rate(self, event: gr.EventData, state: ConversationState, stored: str, request: gr.Request) -> Updates:
        """Store a user's rating of an answer; the same rating again takes it back."""
        state = restored(state, stored)
        turn = state.turn(event_text(event, "turn"))
        good = event_text(event, "good") == "yes"
        if turn is not None and turn.rating is not None and turn.rating.good == good:
            return self._unrate(state, turn)
        return self._rate(state, turn, Rating(good), request)

    def reason(self, event: gr.EventData, state: ConversationState, stored: str, request: gr.Request) -> Updates:
        """Store the reason of a rating."""
        state = restored(state, stored)
        turn = state.turn(event_text(event, "turn"))
        reason = event_text(event, "reason").strip()[:LONGEST_REASON]
        if turn is None or turn.rating is None or not reason:
            return {}
        return self._rate(state, turn, Rating(turn.rating.good, reason), request)

    def _rate(
        self, state: ConversationState, turn: ConversationTurn | None, rating: Rating, request: gr.Request
    ) -> Updates:
        if turn is None or turn.answer is None:
            return {}
        try:
            self._seals.check(turn.seal, turn.key, turn.answer)
            self._assistant.rate(turn.answer, rating.good, rating.reason, key=turn.key)
        except AssistantError as error:
            return {"problem": markup.problem(str(error))}
        if self._streams.is_busy(session(request)):  # by now another question is being answered, which `state` lacks
            return {}
        return _rated(state.with_turn(replace(turn, rating=rating)))

    def _unrate(self, state: ConversationState, turn: ConversationTurn) -> Updates:
        if turn.answer is None:
            return {}
        try:
            self._seals.check(turn.seal, turn.key, turn.answer)
            self._assistant.unrate(turn.key)
        except AssistantError as error:
            return {"problem": markup.problem(str(error))}
        return _rated(state.with_turn(replace(turn, rating=None)))

    def export(self, event: gr.EventData, state: ConversationState, stored: str) -> Updates:
        """The conversation as a file, for the browser to save or to open."""
        state, made = restored(state, stored), now()
        if event_text(event, "form") == "page":
            name, kind, text = export.file_name(state, made, "html"), "text/html", export.page(state, made)
        else:
            name, kind, text = export.file_name(state, made, "md"), "text/markdown", export.markdown(state, made)
        return {"file": json.dumps({"name": name, "kind": kind, "text": text})}


def _composer(state: ConversationState) -> Updates:
    return {"conversation": state, "composer_notes": conversation.composer_notes(state)}


def _rated(state: ConversationState) -> Updates:
    return {**conversation_parts(state), "problem": "", "stored": serialize(state)}
