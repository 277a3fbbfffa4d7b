"""The chat window: its parts wired to what happens in them, and served."""

import logging
import os
from collections.abc import Callable, Mapping
from functools import wraps
from inspect import isasyncgenfunction, iscoroutinefunction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import AssistantError

from . import server
from .layout import Parts, layout
from .state import UNEXPECTED
from .views.conversation import said

if TYPE_CHECKING:
    import gradio as gr

    from assistant.assistant import Assistant

    from .events.ask import Events
    from .events.maintenance import Keepers
    from .events.news import Followers

_log = logging.getLogger(__name__)

_STATIC = Path(__file__).parent / "static"

_CONVERSATION = "talk past now cards tools bar".split()
_ANSWERING = [*_CONVERSATION, "send", "halt", "said", "offer", "box", "kept", "heard", "head"]
_OPENING = [*_CONVERSATION, "send", "halt", "said", "offer", "box", "kept", "heard", "tabs"]

# Answers made at once: quotes are work for these cores; a model mostly means waiting.
_MOST_QUOTES, _MOST_MODEL = 4, 32
_MOST_WINDOWS = 500  # whose last state is kept, a megabyte each at the most; a page sends what was forgotten


def build(assistant: "Assistant") -> "gr.Blocks":
    """The window over `assistant`, ready to be served."""
    _keep_quiet()
    import gradio as gr

    from .events.ask import Events
    from .events.maintenance import Keepers
    from .events.news import Followers

    blocks: gr.Blocks = gr.Blocks(title="Article Assistant", analytics_enabled=False, fill_width=True)
    with blocks:
        parts = layout(gr, maintained=assistant.settings.maintenance)
        events = Events(assistant)
        _wire(gr, blocks, parts, events, most_at_once=_MOST_MODEL if assistant.settings.model else _MOST_QUOTES)
        _wire_news(parts, Followers(assistant))
        if assistant.settings.maintenance:
            _wire_maintenance(blocks, parts, Keepers(assistant))
    return blocks


def serve(assistant: "Assistant", *, host: str, port: int, users: Mapping[str, str] | None = None) -> None:
    """Serve the window until Ctrl+C or SIGTERM; with `users`, only to those who know their password.

    Port 0 takes a free one. Raises AssistantError when the port or the address cannot be had.
    """
    with server.listening(host, port) as listener:
        blocks = build(assistant)
        server.run(blocks, listener, host=host, users=users, css=(_STATIC / "style.css").read_text(encoding="utf-8"))


def _keep_quiet() -> None:
    # Read by Gradio and its hub client when they are imported, hence not settings of ours.
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")


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


def _wire_news(parts: Parts, followers: "Followers") -> None:
    bus, talk = parts["bus"], parts["talk"]
    bus.news(**_to(parts, followers.news, [], ["news", "followed"]), trigger_mode="multiple")
    first = ["newsform", "news", "followed", "watched"]
    parts["newsroom"].select(**_to(parts, followers.news_first, [parts["followed"]], first))
    noted = bus.watch(**_to(parts, followers.watch, [talk], ["said", "note"]))
    noted.then(None, [parts["note"]], None, js="(note) => window.articleAssistant.note(note)")
    bus.unwatch(**_to(parts, followers.unwatch, [], ["watched"]))


def _wire_maintenance(blocks: Any, parts: Parts, keepers: "Keepers") -> None:
    bus = parts["bus"]
    standing = ["state", "controls", "refreshes", "difference"]
    anew = ["report", *standing, "head", "form"]
    blocks.load(**_to(parts, keepers.show, [], ["maintenance"]))
    parts["maintenance"].select(**_to(parts, keepers.state, [], standing))
    # Not "once": that lets go of a click that comes just before the refresh before it is done with.
    refreshed = bus.refresh(**_to(parts, keepers.refresh, [], anew), trigger_mode="multiple")
    refreshed.then(None, None, None, js="() => window.articleAssistant.refreshed()")
    bus.halt_refresh(**_to(parts, keepers.halt_refresh, [], ["report"]))
    bus.compare(**_to(parts, keepers.compare, [], ["difference"]))
    bus.ask_back(**_to(parts, keepers.ask_back, [], ["report"]))
    bus.stay(**_to(parts, keepers.stay, [], ["report"]))
    bus.roll_back(**_to(parts, keepers.roll_back, [], anew), trigger_mode="once")


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
