"""The chat window: its parts are connected to the handlers of their events, and it is served."""

import os
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from assistant import Assistant

from . import server, static_files
from .events.streams import AnswerStreams
from .guard import Hooks
from .layout import layout
from .seals import Seals
from .uploads import MAX_READ, Uploads, largest, uploads
from .waiting import WaitingRoom
from .windows import Windows

if TYPE_CHECKING:
    import gradio as gr
    import uvicorn

# Answers made at once: quotes are work for these cores; a model mostly means waiting.
_MAX_QUOTED, _MAX_WRITTEN = 4, 32
_OTHERS_AT_ONCE = 100
_MAX_EVENTS = 1000  # of pages that may wait, questions apart


def build(assistant: Assistant, streams: AnswerStreams[Any], room: WaitingRoom, kept: Uploads) -> "gr.Blocks":
    """The window over `assistant`, ready to be served.

    Its questions wait in `room`, their answers are `streams`, and the files that were handed in are `kept`.
    """
    _turn_off_telemetry()
    import gradio as gr

    from .connect import articles, ask, collections, first_look, maintenance, news, sharing
    from .events.adding import AddingEvents
    from .events.articles import ArticleEvents
    from .events.ask import AskEvents
    from .events.collections import CollectionEvents
    from .events.composer import ComposerEvents
    from .events.conversation import ConversationEvents
    from .events.first_look import FirstLookEvents
    from .events.maintainers import Maintainers
    from .events.maintenance import MaintenanceEvents
    from .events.news import NewsEvents
    from .events.sharing import SharingEvents
    from .events.sources import SourceEvents

    settings = assistant.settings
    blocks: gr.Blocks = gr.Blocks(title="Article Assistant", analytics_enabled=False, fill_width=True)
    with blocks:
        by_model = settings.model is not None
        parts = layout(gr, maintained=settings.maintenance, by_model=by_model, max_upload=largest(settings))
        windows, seals = Windows(), Seals(settings.home)
        ask_events = AskEvents(assistant, windows, streams, room, seals)
        ask.connect_ask(blocks, parts, ask_events)
        ask.connect_composer(blocks, parts, ComposerEvents(assistant, windows), ask_events)
        ask.connect_conversation(parts, ConversationEvents(assistant, windows, streams, seals), ask_events)
        articles.connect_articles(blocks, parts, ArticleEvents(assistant, windows))
        first_look.connect_first_look(blocks, parts, FirstLookEvents(assistant, windows))
        news.connect_news(parts, NewsEvents(assistant, windows))
        sharing.connect_sharing(parts, SharingEvents(assistant, windows, seals))
        collections.connect_collections(parts, CollectionEvents(assistant, windows, seals))
        if settings.maintenance:
            maintainers = Maintainers(assistant)
            events = MaintenanceEvents(assistant, maintainers, windows)
            maintenance.connect_maintenance(blocks, parts, events)
            maintenance.connect_sources(parts, SourceEvents(assistant, maintainers, windows))
            maintenance.connect_adding(parts, AddingEvents(assistant, maintainers, kept, events))
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
    from .events.first_look import first_parts

    settings = assistant.settings
    at_once = _MAX_WRITTEN if settings.model else _MAX_QUOTED
    room = WaitingRoom(at_once, settings.queue_size, settings.queue_share, needs_listeners=True)
    streams = AnswerStreams[Any]()
    kept = Uploads()
    blocks = build(assistant, streams, room, kept)
    hooks = Hooks(
        partial(_asks, blocks),
        room.check,
        room.listening,
        streams.drop,
        first_parts=partial(first_parts, assistant),
        max_upload=MAX_READ,
    )
    return server.make(
        blocks,
        port,
        host=host,
        settings=settings,
        users=users,
        css=static_files.stylesheet(),
        hooks=hooks,
        upload_route=partial(uploads, assistant, kept=kept) if settings.maintenance else None,
    )


def _asks(blocks: "gr.Blocks", event: object) -> bool:
    """Whether that event of a page asks a question."""
    from .connect.ask import ASK

    fn = blocks.fns.get(event) if isinstance(event, int) else None
    return fn is not None and fn.concurrency_id == ASK


def _turn_off_telemetry() -> None:
    # Read by Gradio and its hub client when they are imported, hence not settings of ours.
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    # Else Gradio puts the last 10,000 events into a table after each event, for a page that is not served.
    os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "1")
    os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(10**12))
