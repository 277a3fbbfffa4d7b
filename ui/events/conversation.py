"""The conversation as a whole: begun, opened again, edited, limited to an article, rated and exported."""

import json
from dataclasses import replace

import gradio as gr

from assistant import Assistant, AssistantError, Event
from assistant.maintenance import LONGEST_REASON

from ..browser_store import UnreadableError, deserialize, serialize
from ..seals import Seals
from ..state import ConversationState, ConversationTurn, Rating, Scope, now
from ..views import conversation, markup
from ..views.exports import conversation as export
from ..windows import Window, Windows
from .common import Updates, busy_parts, conversation_parts, event_text, selected_tab, session
from .streams import AnswerStreams


class ConversationEvents:
    """The handlers that change a conversation, over one assistant for all windows."""

    def __init__(self, assistant: Assistant, windows: Windows, streams: AnswerStreams[Event], seals: Seals) -> None:
        self._assistant = assistant
        self._windows = windows
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
        updates = {**await self._replace(state, request), "stored": serialize(state)}
        if event_text(event, "staying"):  # in the tab that the page was loaded with
            del updates["tabs"]
        return updates

    async def _replace(self, state: ConversationState, request: gr.Request) -> Updates:
        await self._streams.clear(session(request))
        self._window(request).change(lambda before: state)
        empty = dict.fromkeys(("problem", "question", "offer", "stored", "announcement"), "")
        return {**conversation_parts(state), **busy_parts(False), **empty, "tabs": selected_tab("ask")}

    def _window(self, request: gr.Request) -> Window:
        return self._windows.of(session(request))

    def edit(self, stored: str, request: gr.Request) -> Updates:
        """Put the last question into the box; what is asked next replaces it."""
        window = self._window(request)
        if not window.restore(stored).turns:
            return {}
        state = window.change(lambda state: replace(state, editing=True))
        return {**_composer(state), "question": state.turns[-1].question}

    def cancel_edit(self, request: gr.Request) -> Updates:
        """Keep the last question after all."""
        return {**_composer(self._window(request).change(lambda state: replace(state, editing=False))), "question": ""}

    def reuse(self, event: gr.EventData, stored: str, request: gr.Request) -> Updates:
        """Put an earlier question into the box."""
        turn = self._window(request).restore(stored).turn(event_text(event, "turn"))
        return {"question": turn.question} if turn else {}

    def scope(self, event: gr.EventData, request: gr.Request) -> Updates:
        """Limit the next questions to one article."""
        article = self._assistant.article(event_text(event, "article"))
        if article is None:
            return {}
        scope = Scope(article.id, article.title)
        state = self._window(request).change(lambda state: replace(state, scope=scope))
        return {**_composer(state), "tabs": selected_tab("ask")}

    def unscope(self, request: gr.Request) -> Updates:
        """Ask all articles again."""
        return _composer(self._window(request).change(lambda state: replace(state, scope=None)))

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
        state, made = self._window(request).restore(stored), now()
        if event_text(event, "form") == "page":
            name, kind, text = export.file_name(state, made, "html"), "text/html", export.page(state, made)
        else:
            name, kind, text = export.file_name(state, made, "md"), "text/markdown", export.markdown(state, made)
        return {"file": json.dumps({"name": name, "kind": kind, "text": text})}


def _composer(state: ConversationState) -> Updates:
    return {"composer_notes": conversation.composer_notes(state)}


def _rated(state: ConversationState) -> Updates:
    if any(turn.progress for turn in state.turns):  # by now another question is being answered, which shows itself
        return {"past": conversation.past(state.turns), "problem": ""}
    return {**conversation_parts(state), "problem": "", "stored": serialize(state)}
