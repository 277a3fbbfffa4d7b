"""The Ask tab: questions, and the conversation as a whole."""

from typing import Any

import gradio as gr

from ..events.ask import AskEvents
from ..events.composer import ComposerEvents
from ..events.conversation import ConversationEvents
from ..events.history import HistoryEvents
from ..layout import Parts
from .listener import QUIET, listener, then_in_page

ASK = "ask"  # names the events that ask a question
_CONVERSATION = "past now cards tools composer_notes".split()
_ANSWER = [*_CONVERSATION, "send", "problem", "offer", "question", "stored", "announcement"]


def connect_ask(blocks: Any, parts: Parts, events: AskEvents) -> None:
    """Questions that are typed, offered, asked again or stopped."""
    bus, inputs, outputs = parts["bus"], ["stored"], [*_ANSWER, "head", "model_picker"]
    limits: dict[str, Any] = {"concurrency_limit": None, "concurrency_id": ASK, "trigger_mode": "once"}
    typed = gr.on(
        [parts["question"].submit, parts["send"].click],
        **listener(parts, events.ask, ["question", *inputs], outputs, **limits),
    )
    clicked = [
        getattr(bus, name)(**listener(parts, getattr(events, name), inputs, outputs, **limits))
        for name in ("ask_offered", "retry", "ask_all", "reinterpret", "ask_quotes")
    ]
    for answered in (typed, *clicked):
        shown = then_in_page(parts, answered, "answered", "stored", "announcement")
        shown.then(**_suggest(parts, events))
    parts["stop"].click(events.stop, None, None, concurrency_limit=None, **QUIET)
    blocks.load(**_suggest(parts, events))
    blocks.unload(events.leave)


def _suggest(parts: Parts, events: AskEvents) -> dict[str, Any]:
    # One at a time, as there is no hurry.
    return listener(parts, events.suggest, [], ["offer"], concurrency_limit=1, concurrency_id="suggest")


def connect_composer(blocks: Any, parts: Parts, events: ComposerEvents, ask_events: AskEvents) -> None:
    """What the next question is limited to, and what answers it."""
    bus = parts["bus"]
    blocks.load(**listener(parts, events.show_filters, [], ["filters"]))
    blocks.load(**listener(parts, events.show_models, [], ["model_picker", "welcome"]))
    renewed = bus.renew_filters(**listener(parts, events.renew_filters, [], ["filters", "article_form", "news_form"]))
    then_in_page(parts, renewed, "filtersRenewed")
    for name in ("scope", "unscope"):
        outputs = ["composer_notes", "problem", "stored", "tabs"]
        options: dict[str, Any] = {"trigger_mode": "multiple"}
        changed = getattr(bus, name)(**listener(parts, getattr(events, name), ["stored"], outputs, **options))
        then_in_page(parts, changed, "scopeChanged", "stored").then(**_suggest(parts, ask_events))
    chosen = listener(parts, events.choose_model, ["stored"], ["model_picker", "welcome", "stored"])
    then_in_page(parts, bus.choose_model(**chosen), "scopeChanged", "stored")


def connect_conversation(parts: Parts, events: ConversationEvents, ask_events: AskEvents) -> None:
    """What is done to a conversation: begun, opened, edited, rated, exported."""
    bus, stored = parts["bus"], ["stored"]
    for name in ("new", "open"):
        opened = getattr(bus, name)(**listener(parts, getattr(events, name), [], [*_ANSWER, "tabs"]))
        then_in_page(parts, opened, "opened", "stored")
        opened.then(**_suggest(parts, ask_events))
    for name in ("edit", "cancel_edit", "reuse"):
        changed = getattr(bus, name)(**listener(parts, getattr(events, name), stored, ["composer_notes", "question"]))
        then_in_page(parts, changed, "boxChanged")
    for name in ("rate", "reason"):
        outputs = [*_CONVERSATION, "problem", "stored"]
        rated = getattr(bus, name)(**listener(parts, getattr(events, name), stored, outputs))
        then_in_page(parts, rated, "save", "stored")
    exported = bus.export(**listener(parts, events.export, stored, ["file"]))
    then_in_page(parts, exported, "deliver", "file")


def connect_history(parts: Parts, events: HistoryEvents) -> None:
    """The conversations that are kept."""
    told = listener(parts, events.history, [], ["kept_conversations"], trigger_mode="multiple")
    then_in_page(parts, parts["bus"].history(**told), "conversationsTold", "kept_conversations")
    parts["history_tab"].select(None, None, None, js="() => window.articleAssistant.showSaved()")
