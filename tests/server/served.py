"""A real server on loopback, in a thread of the tests, and an assistant that holds its answers back."""

import asyncio
import socket
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import uvicorn

from assistant import (
    Answer,
    Assistant,
    Citation,
    CorpusInfo,
    Event,
    Finished,
    ModelChoice,
    ModelServer,
    Settings,
    Statement,
    Status,
)
from assistant.accounts import Accounts, Principal
from assistant.server import Service, application
from assistant.server.problems import Message, Receive, Send
from assistant.server.window import Document, plain_document
from assistant.utils import Observers

DAY = datetime(2025, 5, 6, 8, tzinfo=UTC)
CORPUS = CorpusInfo("000001", DAY, 1, DAY, DAY)


def cited(quote: str = "It rained.", number: int = 1, **more: Any) -> Citation:
    """A citation of an article on rain."""
    return Citation(
        number, "a1", "Rain", "The Weekly", DAY, "https://weekly.example/rain", quote, 0, len(quote), **more
    )


def answered(question: str, *citations: Citation, **more: Any) -> Answer:
    """An answer that quotes what is cited."""
    statements = tuple(Statement(each.quote, (each.number,), "verbatim") for each in citations)
    fields: dict[str, Any] = {"found": True, "text": "", "mode": "quotes", "nearest": (), "confidence": 0.9} | more
    return Answer(question, statements=statements, citations=citations, corpus=CORPUS, **fields)


class HeldAssistant:
    """An assistant without an index that tells when it began and ended; a question that begins with "Hold" has no end.

    It keeps what it was asked: the question, how many answers were before it, and the model.
    """

    def __init__(self, error: Exception | None = None, **settings: Any) -> None:
        self.settings = Settings(**{"home": Path("home"), **settings})
        self.observers = Observers()
        self.error = error
        self.asked: list[tuple[str, int, str | None]] = []
        self.first: list[Event] = []  # before the error
        self.offered: list[ModelChoice] = []
        self.begun, self.ended = threading.Event(), threading.Event()

    async def astream(
        self, question: str, filters: object, *, history: Any, ignoring: Any, model: str | None = None
    ) -> AsyncGenerator[Event, None]:
        self.asked.append((question, len(history), model))
        self.begun.set()
        try:
            if question.startswith("Hold"):
                await asyncio.Event().wait()
            for event in self.first:
                yield event
            if self.error:
                raise self.error
            yield Finished(answered(question, cited()))
        finally:
            self.ended.set()

    def model_servers(self) -> tuple[ModelServer, ...]:
        return ()

    def status(self) -> Status:
        return Status(self.settings.home)

    async def amodels(self) -> list[ModelChoice]:
        return self.offered


class TokenAccounts(Accounts):
    """Those whose tokens are "aa_NAME" may ask."""

    is_open = False

    def of_token(self, token: str) -> Principal | None:
        name = token.removeprefix("aa_")
        return Principal(name, "reader", "token", name) if name in ("ann", "ben") else None


class Pages:
    """In the place of the window: it has a page for everything, and they are empty."""

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        yield

    def is_page(self, path: str) -> bool:
        return True

    def is_open(self, path: str) -> bool:
        return False

    def streamed(self, path: str) -> int | None:
        return None

    def route(self, path: str) -> str:
        return "page"

    def document(self, title: str, body: str, up: str) -> Document:
        return plain_document(title, body)


@contextmanager
def served(assistant: object, accounts: type[Accounts] = Accounts, *, has_window: bool = False) -> Iterator[str]:
    """The address of a server of `assistant`."""
    usual = Service.of(cast(Assistant, assistant))
    service = replace(usual, accounts=accounts(usual.settings))
    app = application(service, "127.0.0.1", (lambda service: Pages()) if has_window else None)
    config = uvicorn.Config(app, ws="none", log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
