"""The chat window: its parts are connected to the handlers of their events, as a part of a server."""

import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from assistant.accounts import Principal
from assistant.database import database
from assistant.errors import AssistantError
from assistant.server import MAX_READ, Document, Message, Receive, Send, Service, largest_file, principal_of

from . import static_files
from .events.streams import AnswerStreams
from .gate import UPLOAD, Hooks, WindowGate, is_file, route
from .layout import layout
from .page import document, is_page
from .seals import Seals
from .server_history import owner_of
from .uploads import Uploads, uploads
from .views import history
from .views.account import account
from .windows import Windows

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import APIRouter
    from starlette.requests import Request

_log = logging.getLogger(__name__)

_OTHERS_AT_ONCE = 100
_MAX_EVENTS = 1000  # of pages that may wait, questions apart


def build(service: Service, streams: AnswerStreams[Any], kept: Uploads) -> "gr.Blocks":
    """The window of `service`, ready to be served; answers are `streams`, and the files that were handed in `kept`."""
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
    from .events.history import HistoryEvents
    from .events.maintainers import Maintainers
    from .events.maintenance import MaintenanceEvents
    from .events.news import NewsEvents
    from .events.sharing import SharingEvents
    from .events.sources import SourceEvents

    assistant, settings = service.assistant, service.settings
    maintained = _is_maintained(service)
    blocks: gr.Blocks = gr.Blocks(title="Article Assistant", analytics_enabled=False, fill_width=True)
    with blocks:
        by_model = settings.model is not None
        parts = layout(gr, maintained=maintained, by_model=by_model, max_upload=largest_file(settings))
        windows, seals = Windows(), Seals(database(settings))
        ask_events = AskEvents(assistant, windows, streams, seals, service)
        ask.connect_ask(blocks, parts, ask_events)
        ask.connect_composer(blocks, parts, ComposerEvents(assistant, windows), ask_events)
        ask.connect_conversation(parts, ConversationEvents(assistant, windows, streams, seals), ask_events)
        ask.connect_history(parts, HistoryEvents(assistant, seals))
        articles.connect_articles(blocks, parts, ArticleEvents(assistant, windows))
        first_look.connect_first_look(blocks, parts, FirstLookEvents(assistant, windows))
        news.connect_news(parts, NewsEvents(assistant, windows))
        sharing.connect_sharing(parts, SharingEvents(assistant, windows, seals, note=service.note))
        collections.connect_collections(parts, CollectionEvents(assistant, windows, seals))
        if maintained:
            maintainers = Maintainers(service.jobs, service.note)
            events = MaintenanceEvents(assistant, maintainers, windows)
            maintenance.connect_maintenance(blocks, parts, events)
            maintenance.connect_sources(parts, SourceEvents(assistant, maintainers, windows))
            maintenance.connect_adding(parts, AddingEvents(assistant, maintainers, kept, events))
    # Each question that waits takes one of these, as all that a page asks for does for a moment.
    blocks.max_threads = settings.queue_size + _OTHERS_AT_ONCE
    blocks.queue(max_size=_MAX_EVENTS)
    return blocks


class ChatWindow:
    """The chat window, as a part of a server: an ASGI application with what the server needs to know of it."""

    def __init__(self, service: Service) -> None:
        from .events.first_look import first_parts

        self._assistant = service.assistant
        maintained = _is_maintained(service)
        streams, kept = AnswerStreams[Any](), Uploads()
        blocks = build(service, streams, kept)
        routes = uploads(service.assistant, kept) if maintained else None
        self._app = _application(blocks, routes)
        self._takes_files = maintained

        hooks = Hooks(
            partial(_asks, blocks),
            partial(_check, service),
            service.room.listening,
            streams.drop,
            is_open=service.metrics.windows.track_inprogress,
            first_parts=partial(first_parts, service.assistant),
            of_person=partial(_of_person, service),
            head_of=history.head,
            takes_files=maintained,
        )
        self._gate = WindowGate(self._app, hooks)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve a request. Raises Refusal."""
        await self._gate(scope, receive, send)

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """What is entered while the server runs."""
        from .questions_ahead import questions_ahead

        with questions_ahead(self._assistant):
            async with self._app.router.lifespan_context(self._app):
                yield

    def is_page(self, path: str) -> bool:
        """Whether a browser opens that path."""
        return is_page(path)

    def is_open(self, path: str) -> bool:
        """Whether who is not signed in may have that path."""
        return is_file(path)

    def route(self, path: str) -> str:
        """The template that the path is of; "" for none of the window's."""
        return route(path)

    def streamed(self, path: str) -> int | None:
        """The most bytes of a request to that path whose body is read as it comes."""
        return MAX_READ if path == UPLOAD and self._takes_files else None

    def document(self, title: str, body: str, up: str) -> Document:
        """A page of the server, in the look of the window."""
        return document(title, body, up)


def _of_person(service: Service, who: Principal) -> dict[str, str]:
    menu = account(who, has_password=service.accounts.user_of(who) is not None)
    return {"account": menu, "saved-conversations": history.saved(on_server=owner_of(who) is not None)}


def _check(service: Service, who: Principal, window: str, address: str, browser: str | None) -> None:
    """Raise AssistantError, and count it, when a question is turned away now."""
    try:
        service.limits.check(who, address)
        service.room.check(window, address, browser)
    except AssistantError:
        service.metrics.asked("window", "busy")
        raise


def _is_maintained(service: Service) -> bool:
    """Whether there is anybody who may maintain the corpus: where people sign in, a maintainer may be one of them."""
    return service.settings.maintenance or not service.accounts.is_open


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


def _application(blocks: "gr.Blocks", routes: "APIRouter | None") -> Any:
    """What serves the window: Gradio, with the window's own files and `routes` before it."""
    import gradio as gr
    from fastapi import FastAPI

    fonts = ["system-ui", "sans-serif"]  # names only: Gradio's own themes fetch theirs
    own = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    static_files.add_routes(own)
    if routes is not None:
        own.include_router(routes)
    app = gr.mount_gradio_app(
        own,
        blocks,
        path="/",
        auth_dependency=_user,
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        theme=gr.themes.Base(font=fonts, font_mono=["monospace"]),
        css=static_files.stylesheet(),
    )
    _bound_memory(app, blocks)
    return app


def _user(request: "Request") -> str:
    """The name of who makes a request, as Gradio is to know it; "" where nobody has to sign in."""
    return principal_of(request).name or ""


def _bound_memory(app: Any, blocks: "gr.Blocks") -> None:
    """A version of Gradio that keeps windows in another way is left as it is: it serves all the same."""
    try:
        from .sessions import install

        install(app, blocks)
    except Exception as error:
        _log.warning("this version of Gradio keeps windows in another way, their memory may grow: %r", error)
