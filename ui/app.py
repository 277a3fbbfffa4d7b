"""The chat window: its parts are connected to the handlers of their events, and it is served."""

import logging
import os
from collections.abc import Callable, Mapping
from functools import partial, wraps
from inspect import isasyncgenfunction, iscoroutinefunction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant import Assistant, AssistantError

from . import server
from .events.streams import AnswerStreams
from .guard import Hooks
from .layout import Parts, layout
from .seals import Seals
from .state import UNEXPECTED
from .views.markup import problem
from .waiting import WaitingRoom

if TYPE_CHECKING:
    import gradio as gr
    import uvicorn

    from .events.articles import ArticleEvents
    from .events.ask import AskEvents
    from .events.conversation import ConversationEvents
    from .events.maintenance import MaintenanceEvents
    from .events.news import NewsEvents

_log = logging.getLogger(__name__)

_STYLES = Path(__file__).parent / "static" / "styles"
# In the order in which they are joined: of two rules that weigh the same, the later one wins.
_STYLE_ORDER = (
    *("base", "header", "conversation", "timeline", "composer", "sources"),
    *("articles", "news", "coverage", "maintenance", "small-screens", "print"),
)

_CONVERSATION = "conversation past now cards tools composer_notes".split()
_ANSWER = [*_CONVERSATION, "send", "stop", "problem", "offer", "question", "stored", "announcement"]

# Answers made at once: quotes are work for these cores; a model mostly means waiting.
_MAX_QUOTED, _MAX_WRITTEN = 4, 32
_OTHERS_AT_ONCE = 100
_MAX_EVENTS = 1000  # of pages that may wait, questions apart
_ASK = "ask"
_MAX_WINDOWS = 200  # whose last state is kept, half a megabyte each after 50 questions; a page sends what was forgotten


def build(assistant: Assistant, streams: AnswerStreams[Any], room: WaitingRoom) -> "gr.Blocks":
    """The window over `assistant`, ready to be served; its questions wait in `room`, their answers are `streams`."""
    _turn_off_telemetry()
    import gradio as gr

    from .events.articles import ArticleEvents
    from .events.ask import AskEvents
    from .events.conversation import ConversationEvents
    from .events.maintenance import MaintenanceEvents
    from .events.news import NewsEvents

    settings = assistant.settings
    blocks: gr.Blocks = gr.Blocks(title="Article Assistant", analytics_enabled=False, fill_width=True)
    with blocks:
        parts = layout(gr, maintained=settings.maintenance)
        seals = Seals(settings.home)
        ask_events = AskEvents(assistant, streams, room, seals)
        _connect_ask(gr, blocks, parts, ask_events)
        _connect_conversation(parts, ConversationEvents(assistant, streams, seals), ask_events)
        _connect_articles(blocks, parts, ArticleEvents(assistant))
        _connect_news(parts, NewsEvents(assistant))
        if settings.maintenance:
            _connect_maintenance(blocks, parts, MaintenanceEvents(assistant))
    # Each question that waits takes one of these, as all that a page asks for does for a moment.
    blocks.max_threads = settings.queue_size + _OTHERS_AT_ONCE
    blocks.queue(max_size=_MAX_EVENTS)
    return blocks


def serve(assistant: Assistant, *, host: str, port: int, users: Mapping[str, str] | None = None) -> None:
    """Serve the window until Ctrl+C or SIGTERM; with `users`, only to those who know their password.

    Port 0 takes a free one. Raises AssistantError when the port or the address cannot be had.
    """
    with server.listen(host, port) as listener:
        server.run(make(assistant, host=host, port=listener.getsockname()[1], users=users), listener)


def make(assistant: Assistant, *, host: str, port: int, users: Mapping[str, str] | None = None) -> "uvicorn.Server":
    """A server of the window, to be run on a socket at `host` and `port`."""
    settings = assistant.settings
    at_once = _MAX_WRITTEN if settings.model else _MAX_QUOTED
    room = WaitingRoom(at_once, settings.queue_size, settings.queue_share, needs_listeners=True)
    streams = AnswerStreams[Any]()
    blocks = build(assistant, streams, room)
    hooks = Hooks(partial(_asks, blocks), room.check, room.listening, streams.drop)
    return server.make(blocks, port, host=host, settings=settings, users=users, css=stylesheet(), hooks=hooks)


def _asks(blocks: "gr.Blocks", event: object) -> bool:
    """Whether that event of a page asks a question."""
    fn = blocks.fns.get(event) if isinstance(event, int) else None
    return fn is not None and fn.concurrency_id == _ASK


def stylesheet() -> str:
    """The styles of the window, joined in the order in which they apply."""
    return "\n".join((_STYLES / f"{name}.css").read_text(encoding="utf-8") for name in _STYLE_ORDER)


def _turn_off_telemetry() -> None:
    # Read by Gradio and its hub client when they are imported, hence not settings of ours.
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    # Else Gradio puts the last 10,000 events into a table after each event, for a page that is not served.
    os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "1")
    os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(10**12))


# Listeners: for each event its handler, the parts that the handler reads and changes, and what window.js does then.

_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_AT_ONCE = 8  # of each listener but those of answers: a slow one must not hold up other windows


def _connect_ask(gr: Any, blocks: Any, parts: Parts, events: "AskEvents") -> None:
    bus, inputs, outputs = parts["bus"], ["conversation", "stored"], [*_ANSWER, "head"]
    limits: dict[str, Any] = {"concurrency_limit": None, "concurrency_id": _ASK, "trigger_mode": "once"}
    typed = gr.on(
        [parts["question"].submit, parts["send"].click],
        **_listener(parts, events.ask, ["question", *inputs], outputs, **limits),
    )
    clicked = [
        getattr(bus, name)(**_listener(parts, getattr(events, name), inputs, outputs, **limits))
        for name in ("ask_offered", "retry", "reinterpret")
    ]
    for answered in (typed, *clicked):
        shown = _then_in_page(parts, answered, "answered", "stored", "announcement")
        shown.then(**_suggest(parts, events))
    parts["stop"].click(events.stop, None, None, concurrency_limit=None, **_QUIET)
    blocks.load(**_suggest(parts, events))
    blocks.unload(events.leave)
    blocks.state_session_capacity = _MAX_WINDOWS


def _suggest(parts: Parts, events: "AskEvents") -> dict[str, Any]:
    # One at a time, as there is no hurry.
    return _listener(parts, events.suggest, ["conversation"], ["offer"], concurrency_limit=1, concurrency_id="suggest")


def _connect_conversation(parts: Parts, events: "ConversationEvents", ask_events: "AskEvents") -> None:
    bus, state, kept = parts["bus"], ["conversation"], ["conversation", "stored"]
    for name in ("new", "open"):
        opened = getattr(bus, name)(**_listener(parts, getattr(events, name), [], [*_ANSWER, "tabs"]))
        _then_in_page(parts, opened, "opened", "stored")
        opened.then(**_suggest(parts, ask_events))
    for name, inputs in {"edit": kept, "cancel_edit": state, "reuse": kept, "scope": state, "unscope": state}.items():
        outputs = ["conversation", "composer_notes", "question", "tabs"]
        changed = getattr(bus, name)(**_listener(parts, getattr(events, name), inputs, outputs))
        _then_in_page(parts, changed, "focusQuestion")
    for name in ("rate", "reason"):
        outputs = [*_CONVERSATION, "problem", "stored"]
        rated = getattr(bus, name)(**_listener(parts, getattr(events, name), kept, outputs))
        _then_in_page(parts, rated, "save", "stored")
    exported = bus.export(**_listener(parts, events.export, kept, ["file"]))
    _then_in_page(parts, exported, "deliver", "file")
    parts["history_tab"].select(None, None, None, js="() => window.articleAssistant.showSaved()")


def _connect_articles(blocks: Any, parts: Parts, events: "ArticleEvents") -> None:
    bus, state = parts["bus"], ["conversation"]
    blocks.load(**_listener(parts, events.show_corpus, [], ["head", "article_form"]))
    read = bus.read(**_listener(parts, events.read, [*state, "stored"], ["reader"]), trigger_mode="multiple")
    _then_in_page(parts, read, "showArticle")
    outputs = ["article_list", "listed_articles", "tabs"]
    listed = bus.browse(**_listener(parts, events.browse, [], outputs), trigger_mode="multiple")
    _then_in_page(parts, listed, "articlesListed")
    outputs = ["article_form", "article_list", "listed_articles"]
    parts["articles_tab"].select(**_listener(parts, events.open_articles, ["listed_articles"], outputs))
    parts["coverage_tab"].select(**_listener(parts, events.open_coverage, state, ["coverage"]))


def _connect_news(parts: Parts, events: "NewsEvents") -> None:
    bus = parts["bus"]
    listed = bus.news(**_listener(parts, events.news, [], ["news", "listed_news"]), trigger_mode="multiple")
    _then_in_page(parts, listed, "newsListed")
    outputs = ["news_form", "news", "listed_news", "watched"]
    parts["news_tab"].select(**_listener(parts, events.open_news, ["listed_news"], outputs))
    watched = bus.watch(**_listener(parts, events.watch, ["conversation", "stored"], ["problem", "toast"]))
    _then_in_page(parts, watched, "showToast", "toast")
    bus.unwatch(**_listener(parts, events.unwatch, [], ["watched"]))


def _connect_maintenance(blocks: Any, parts: Parts, events: "MaintenanceEvents") -> None:
    bus = parts["bus"]
    corpus = ["state", "controls", "refreshes", "difference"]
    all_parts = ["report", *corpus, "head", "article_form"]
    blocks.load(**_listener(parts, events.show_tab, [], ["maintenance_tab"]))
    parts["maintenance_tab"].select(**_listener(parts, events.open_maintenance, [], corpus))
    # Not "once": that lets go of a click that comes just before the refresh before it is done with.
    refreshed = bus.refresh(**_listener(parts, events.refresh, [], all_parts), trigger_mode="multiple")
    _then_in_page(parts, refreshed, "refreshed")
    bus.compare(**_listener(parts, events.compare, [], ["difference"]))
    for name in ("stop_refresh", "confirm_rollback", "cancel_rollback"):
        getattr(bus, name)(**_listener(parts, getattr(events, name), [], ["report"]))
    bus.roll_back(**_listener(parts, events.roll_back, [], all_parts), trigger_mode="once")


def _then_in_page(parts: Parts, listener: Any, function: str, *names: str) -> Any:
    """After `listener`, call a function of window.js with the values of the parts of those names."""
    arguments = ", ".join(names)
    js = f"({arguments}) => window.articleAssistant.{function}({arguments})"
    return listener.then(None, [parts[name] for name in names], None, js=js)


def _listener(
    parts: Parts, handler: Callable[..., Any], inputs: list[str], outputs: list[str], **options: Any
) -> dict[str, Any]:
    """The arguments of an event of Gradio: `handler` with the parts that it reads and those that it may change."""
    import gradio as gr

    def values(updates: Mapping[str, Any]) -> Any:
        ordered = [updates.get(name, gr.skip()) for name in outputs]
        return ordered if len(ordered) > 1 else ordered[0]

    @wraps(handler)
    def call(*arguments: Any) -> Any:
        try:
            return values(handler(*arguments))
        except Exception as error:
            return values(_problem(error))

    @wraps(handler)
    async def await_(*arguments: Any) -> Any:
        try:
            return values(await handler(*arguments))
        except Exception as error:
            return values(_problem(error))

    @wraps(handler)
    async def stream(*arguments: Any) -> Any:
        async for updates in handler(*arguments):
            yield values(updates)

    fn = stream if isasyncgenfunction(handler) else await_ if iscoroutinefunction(handler) else call
    read, changed = [parts[name] for name in inputs], [parts[name] for name in outputs]
    return {"fn": fn, "inputs": read, "outputs": changed, "concurrency_limit": _AT_ONCE, **_QUIET, **options}


def _problem(error: Exception) -> dict[str, str]:
    """What is said beside the question when a handler fails."""
    if isinstance(error, AssistantError):
        return {"problem": problem(str(error))}
    _log.exception("the window could not do what it was asked for")
    return {"problem": problem(UNEXPECTED)}
