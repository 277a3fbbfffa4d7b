"""The chat window: its layout and its wiring."""

import logging
import os
from collections.abc import Callable, Mapping
from functools import wraps
from inspect import isasyncgenfunction, iscoroutinefunction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import AssistantError

from . import listing, server
from .render import said
from .talk import UNEXPECTED, Talk

if TYPE_CHECKING:
    import gradio as gr

    from assistant.answering import Assistant

    from .events import Events
    from .keepers import Keepers

_log = logging.getLogger(__name__)

_HERE = Path(__file__).parent

# What the parts of the page that we draw can ask for; window.js passes it on to the component that is named `bus`.
_ACTS = "ask_offered retry reread new open edit keep reuse scope unscope rate reason export read browse".split()
_CONVERSATION = "talk past now cards tools bar".split()
_ANSWERING = [*_CONVERSATION, "send", "halt", "said", "offer", "box", "kept", "heard", "head"]
_OPENING = [*_CONVERSATION, "send", "halt", "said", "offer", "box", "kept", "heard", "tabs"]

_SHELF = "<h2>Conversations kept in this browser</h2><div data-shelf></div>"

# Answers made at once: quotes are work for these cores; a model mostly means waiting.
_MOST_QUOTES, _MOST_MODEL = 4, 32
_MOST_WINDOWS = 500  # whose last state is kept, a megabyte each at the most; a page sends what was forgotten

Parts = Mapping[str, Any]


def build(assistant: "Assistant") -> "gr.Blocks":
    """The window over `assistant`, ready to be served."""
    _keep_quiet()
    import gradio as gr

    from .events import Events
    from .keepers import Keepers

    blocks: gr.Blocks = gr.Blocks(title="Article Assistant", analytics_enabled=False, fill_width=True)
    with blocks:
        parts = _layout(gr, maintained=assistant.settings.maintenance)
        events = Events(assistant)
        _wire(gr, blocks, parts, events, most_at_once=_MOST_MODEL if assistant.settings.model else _MOST_QUOTES)
        if assistant.settings.maintenance:
            _wire_maintenance(blocks, parts, Keepers(assistant))
    return blocks


def serve(assistant: "Assistant", *, host: str, port: int, users: Mapping[str, str] | None = None) -> None:
    """Serve the window until Ctrl+C or SIGTERM; with `users`, only to those who know their password.

    Port 0 takes a free one. Raises AssistantError when the port or the address cannot be had.
    """
    with server.listening(host, port) as listener:
        blocks = build(assistant)
        server.run(blocks, listener, host=host, users=users, css=(_HERE / "style.css").read_text(encoding="utf-8"))


def _keep_quiet() -> None:
    # Read by Gradio and its hub client when they are imported, hence not settings of ours.
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")


# Layout


def _html(gr: Any, name: str, value: str = "") -> Any:
    # The value of the default template is put in as it is: `${...}` or `{{...}}` in it stays text.
    return gr.HTML(value, elem_id=name, apply_default_css=False, js_on_load=None)


def _layout(gr: Any, *, maintained: bool) -> Parts:
    script = (_HERE / "window.js").read_text(encoding="utf-8")
    parts = {
        "bus": gr.HTML("", elem_id="bus", apply_default_css=False, js_on_load=f"{script}\n{_named(_ACTS)}"),
        "talk": gr.State(Talk()),
        "looked": gr.State(None),
        **{name: gr.Textbox(visible=False) for name in ("kept", "heard", "file")},
        "head": _html(gr, "head"),
    }
    with gr.Tabs(elem_id="tabs") as parts["tabs"]:
        with gr.Tab("Ask", id="ask", elem_id="tab-ask"):
            parts |= _ask_tab(gr)
        with gr.Tab("Articles", id="articles", elem_id="tab-articles") as parts["articles"]:
            parts |= {"form": _html(gr, "filter", listing.form([])), "list": _html(gr, "list")}
        with gr.Tab("Coverage", id="coverage", elem_id="tab-coverage") as parts["covered"]:
            parts["coverage"] = _html(gr, "coverage")
        with gr.Tab("History", id="history", elem_id="tab-history") as parts["history"]:
            _html(gr, "shelf", _SHELF)
        if maintained:
            with gr.Tab("Maintenance", id="maintenance", elem_id="tab-maintenance", visible=False) as parts[
                "maintenance"
            ]:
                parts |= _maintenance_tab(gr)
    parts["reader"] = _html(gr, "reader")
    return parts


def _named(acts: list[str]) -> str:
    # Gradio lets a component be listened to for the events that its script names in quotes.
    return f"// events: {', '.join(repr(one) for one in acts)}"


def _ask_tab(gr: Any) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    with gr.Row(elem_id="page"):
        with gr.Column(elem_id="chat", scale=3, min_width=280):
            for name in ("tools", "past", "now", "offer"):
                parts[name] = _html(gr, name)
            with gr.Column(elem_id="composer"):
                for name in ("bar", "said"):
                    parts[name] = _html(gr, name)
                with gr.Row(elem_id="typing"):
                    parts["box"] = _question_box(gr)
                    parts["halt"] = gr.Button("Stop", elem_id="halt", visible=False, scale=0, min_width=80)
                    parts["send"] = gr.Button("Ask", variant="primary", elem_id="send", scale=0, min_width=80)
        with gr.Column(elem_id="sources", scale=2, min_width=280):
            parts["cards"] = _html(gr, "cards")
    return parts


def _question_box(gr: Any) -> Any:
    return gr.Textbox(
        label="Your question",
        show_label=False,
        container=False,
        placeholder="Ask about the articles",
        max_lines=6,
        autofocus=True,
        elem_id="question",
        scale=1,
        html_attributes=gr.InputHTMLAttributes(autocomplete="off", spellcheck=True),
    )


def _maintenance_tab(gr: Any) -> dict[str, Any]:
    parts = {"state": _html(gr, "state")}
    with gr.Row(elem_id="upkeep"):
        parts["again"] = gr.Button("Refresh now", variant="primary", elem_id="again", scale=0, min_width=140)
        parts["back"] = gr.Button("Go back to the state before", elem_id="back", scale=0, min_width=220)
        parts["removals"] = gr.Checkbox(
            label="Go on when over half of a source's articles are gone", container=False, elem_id="removals"
        )
    parts["report"] = _html(gr, "report")
    return parts


# Wiring

_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_ONE_BY_ONE: dict[str, Any] = {"concurrency_limit": 1, "concurrency_id": "suggest"}  # there is no hurry
_AT_ONCE = 8  # of each other listener: a slow one must not hold up other windows


def _wire(gr: Any, blocks: Any, parts: Parts, events: "Events", *, most_at_once: int) -> None:
    bus, talk = parts["bus"], parts["talk"]
    asking: dict[str, Any] = {"concurrency_limit": most_at_once, "concurrency_id": "ask", "trigger_mode": "once"}
    typed = gr.on(
        [parts["box"].submit, parts["send"].click],
        **_to(parts, events.ask, [parts["box"], talk, parts["kept"]], _ANSWERING, **asking),
    )
    answered = [
        typed,
        *(
            getattr(bus, name)(**_to(parts, getattr(events, name), [talk, parts["kept"]], _ANSWERING, **asking))
            for name in ("ask_offered", "retry", "reread")
        ),
    ]
    done = "(kept, heard) => window.articleAssistant.answered(kept, heard)"
    for one in answered:
        told = one.then(None, [parts["kept"], parts["heard"]], None, js=done)
        told.then(**_to(parts, events.suggest, [talk], ["offer"], **_ONE_BY_ONE))
    parts["halt"].click(events.stop, None, None, concurrency_limit=None, **_QUIET)
    _wire_conversation(parts, events)
    _wire_reading(parts, events)
    blocks.load(**_to(parts, events.arrive, [], ["head", "form"]))
    blocks.load(**_to(parts, events.suggest, [talk], ["offer"], **_ONE_BY_ONE))
    blocks.unload(events.leave)
    blocks.state_session_capacity = _MOST_WINDOWS


def _wire_conversation(parts: Parts, events: "Events") -> None:
    bus, talk = parts["bus"], parts["talk"]
    opened = "(kept) => window.articleAssistant.opened(kept)"
    for name in ("new", "open"):
        shown = getattr(bus, name)(**_to(parts, getattr(events, name), [], _OPENING))
        shown.then(None, [parts["kept"]], None, js=opened)
        shown.then(**_to(parts, events.suggest, [talk], ["offer"], **_ONE_BY_ONE))
    typing = "() => window.articleAssistant.type()"
    for name in ("edit", "keep", "reuse", "scope", "unscope"):
        changed = getattr(bus, name)(**_to(parts, getattr(events, name), [talk], ["talk", "bar", "box", "tabs"]))
        changed.then(None, None, None, js=typing)
    keeping = "(kept) => window.articleAssistant.keep(kept)"
    for name in ("rate", "reason"):
        rated = getattr(bus, name)(**_to(parts, getattr(events, name), [talk], [*_CONVERSATION, "said", "kept"]))
        rated.then(None, [parts["kept"]], None, js=keeping)
    made = bus.export(**_to(parts, events.export, [talk], ["file"]))
    made.then(None, [parts["file"]], None, js="(file) => window.articleAssistant.deliver(file)")


def _wire_reading(parts: Parts, events: "Events") -> None:
    bus, talk = parts["bus"], parts["talk"]
    read = bus.read(**_to(parts, events.read, [talk], ["reader"]), trigger_mode="multiple")
    read.then(None, None, None, js="() => window.articleAssistant.reading()")
    found = bus.browse(**_to(parts, events.browse, [], ["list", "looked", "tabs"]), trigger_mode="multiple")
    found.then(None, None, None, js="() => window.articleAssistant.found()")
    parts["articles"].select(**_to(parts, events.browse_first, [parts["looked"]], ["form", "list", "looked"]))
    parts["covered"].select(**_to(parts, events.cover, [talk], ["coverage"]))
    parts["history"].select(None, None, None, js="() => window.articleAssistant.shelve()")


def _wire_maintenance(blocks: Any, parts: Parts, keepers: "Keepers") -> None:
    blocks.load(**_to(parts, keepers.show, [], ["maintenance"]))
    parts["maintenance"].select(**_to(parts, keepers.state, [], ["state"]))
    parts["again"].click(
        **_to(parts, keepers.refresh, [parts["removals"]], ["report", "again", "state", "head", "form"]),
        trigger_mode="once",
    )
    parts["back"].click(**_to(parts, keepers.roll_back, [], ["report", "state", "head", "form"]))


def _to(
    parts: Parts, handler: Callable[..., Any], inputs: list[Any], outputs: list[str], **more: Any
) -> dict[str, Any]:
    """The listener that shows what `handler` gives, by the names of the parts, in those parts."""
    import gradio as gr

    def placed(shown: Mapping[str, Any]) -> Any:
        values = [shown.get(name, gr.skip()) for name in outputs]
        return values if len(values) > 1 else values[0]

    @wraps(handler)
    def once(*given: Any) -> Any:
        try:
            return placed(handler(*given))
        except Exception as error:
            return placed(_failed(error))

    @wraps(handler)
    async def awaited(*given: Any) -> Any:
        try:
            return placed(await handler(*given))
        except Exception as error:
            return placed(_failed(error))

    @wraps(handler)
    async def streamed(*given: Any) -> Any:
        async for shown in handler(*given):
            yield placed(shown)

    fn = streamed if isasyncgenfunction(handler) else awaited if iscoroutinefunction(handler) else once
    shown_in = [parts[name] for name in outputs]
    return {"fn": fn, "inputs": inputs, "outputs": shown_in, "concurrency_limit": _AT_ONCE, **_QUIET, **more}


def _failed(error: Exception) -> dict[str, str]:
    """What is said when a handler fails, by the name of the place beside the box."""
    if isinstance(error, AssistantError):
        return {"said": said(str(error))}
    _log.exception("the window could not do what it was asked for")
    return {"said": said(UNEXPECTED)}
