"""The Ask tab: questions, and the conversation as a whole."""

from typing import Any

import gradio as gr

from ..events.ask import AskEvents
from ..events.conversation import ConversationEvents
from ..layout import Parts
from .listener import QUIET, listener, then_in_page

ASK = "ask"  # names the events that ask a question
_CONVERSATION = "past now cards tools composer_notes".split()
_ANSWER = [*_CONVERSATION, "send", "stop", "problem", "offer", "question", "stored", "announcement"]


def connect_ask(blocks: Any, parts: Parts, events: AskEvents) -> None:
    """Questions that are typed, offered, asked again or stopped."""
    bus, inputs, outputs = parts["bus"], ["stored"], [*_ANSWER, "head"]
    limits: dict[str, Any] = {"concurrency_limit": None, "concurrency_id": ASK, "trigger_mode": "once"}
    typed = gr.on(
        [parts["question"].submit, parts["send"].click],
        **listener(parts, events.ask, ["question", *inputs], outputs, **limits),
    )
    clicked = [
        getattr(bus, name)(**listener(parts, getattr(events, name), inputs, outputs, **limits))
        for name in ("ask_offered", "retry", "reinterpret")
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


def connect_conversation(parts: Parts, events: ConversationEvents, ask_events: AskEvents) -> None:
    """What is done to a conversation: begun, opened, edited, limited, rated, exported."""
    bus, stored = parts["bus"], ["stored"]
    for name in ("new", "open"):
        opened = getattr(bus, name)(**listener(parts, getattr(events, name), [], [*_ANSWER, "tabs"]))
        then_in_page(parts, opened, "opened", "stored")
        opened.then(**_suggest(parts, ask_events))
    changes: dict[str, list[str]] = {"edit": stored, "cancel_edit": [], "reuse": stored, "scope": [], "unscope": []}
    for name, inputs in changes.items():
        outputs = ["composer_notes", "question", "tabs"]
        changed = getattr(bus, name)(**listener(parts, getattr(events, name), inputs, outputs))
        then_in_page(parts, changed, "focusQuestion")
    for name in ("rate", "reason"):
        outputs = [*_CONVERSATION, "problem", "stored"]
        rated = getattr(bus, name)(**listener(parts, getattr(events, name), stored, outputs))
        then_in_page(parts, rated, "save", "stored")
    exported = bus.export(**listener(parts, events.export, stored, ["file"]))
    then_in_page(parts, exported, "deliver", "file")
    parts["history_tab"].select(None, None, None, js="() => window.articleAssistant.showSaved()")
