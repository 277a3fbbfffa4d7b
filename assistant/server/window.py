"""Window: what a server has beside its interfaces for programs, for browsers, and what stands in its place."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from html import escape
from typing import Any, Protocol

from assistant.server.problems import Message, Receive, Refusal, Send
from assistant.server.service import Service


@dataclass(frozen=True)
class Document:
    """A whole page, and what its security policy lets run as a script."""

    html: str
    scripts: str = "'none'"


class Window(Protocol):
    """A window that a server has beside its interfaces for programs: an ASGI application with what is said of it."""

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve a request that nothing else of the server has a path for. Raises Refusal."""

    def lifespan(self) -> AbstractAsyncContextManager[Any]:
        """What is entered while the server runs."""

    def is_page(self, path: str) -> bool:
        """Whether a browser opens that path."""

    def is_open(self, path: str) -> bool:
        """Whether who is not signed in may have that path, as the files of the sign-in page."""

    def route(self, path: str) -> str:
        """The template that the path is of, one of a few; "" for none that is served."""

    def streamed(self, path: str) -> int | None:
        """The most bytes of a request to that path whose body is read as it comes; None for all others."""

    def document(self, title: str, body: str, up: str) -> Document:
        """A page of the server with that `body`, in the look of the window; `up` leads to its root."""


MakeWindow = Callable[[Service], Window]


class _NoWindow:
    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        raise Refusal(404, "There is nothing here.")

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        yield

    def is_page(self, path: str) -> bool:
        return False

    def is_open(self, path: str) -> bool:
        return False

    def route(self, path: str) -> str:
        return ""

    def streamed(self, path: str) -> int | None:
        return None

    def document(self, title: str, body: str, up: str) -> Document:
        return plain_document(title, body)


def no_window() -> Window:
    """What stands in the place of a window where there is none."""
    return _NoWindow()


def plain_document(title: str, body: str) -> Document:
    """A page without a look of its own."""
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
    return Document(f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>')
