"""An assistant without an index, and events of a window, for the tests of the handlers."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import Any

import gradio as gr
from starlette.requests import Request

from assistant import ArticleRef, Citation, Event, Finished, Listing, Settings, Status, Story
from assistant.accounts import Principal, Role
from assistant.answers import Excerpt
from assistant.server import READER_COOKIE
from assistant.utils import Observers
from tests.ui.support import answered, citation, status


class FakeAssistant:
    """An assistant with one answer, or with the `error` that keeps it from answering."""

    def __init__(self, error: Exception | None = None, *, broken_status: bool = False, **settings: Any) -> None:
        self.error, self.broken_status = error, broken_status
        self.settings = Settings(**settings)
        self.observers = Observers()
        self.asked: list[tuple[str, int]] = []
        self.used: list[tuple[object, str | None]] = []  # the filters and the model of each question

    async def astream(
        self, question: str, filters: object, *, history: Any, ignoring: Any, model: str | None = None
    ) -> AsyncGenerator[Event, None]:
        self.asked.append((question, len(history)))
        self.used.append((filters, model))
        if self.error:
            raise self.error
        answer = answered(citation(), question=question).answer
        assert answer is not None
        yield Finished(answer)

    def article(self, name: str) -> None:
        return None

    def stories(self, count: int, since: object = None) -> list[Story]:
        return []

    def browse(self, *_: Any, **__: Any) -> Listing:
        return Listing(0, (), 0)

    def similar(self, name: str) -> list[ArticleRef]:
        return []

    def story_of(self, name: str) -> Story | None:
        return None

    def word_marks(self, name: str, text: str) -> list[tuple[int, int]]:
        return []

    def excerpts(self, citations: Sequence[Citation]) -> tuple[Excerpt, ...]:
        return tuple(Excerpt("before ", citation.quote, " after") for citation in citations)

    def model_servers(self) -> tuple[()]:
        return ()

    def status(self) -> Status:
        if self.broken_status:
            raise OSError("the disk is gone")
        return status()


def window(name: str = "w", user: str | None = None, browser: str = "", role: Role | None = None) -> gr.Request:
    """A request of a window, by who may do what; without a `user` nobody has to sign in."""
    cookies = {"cookie": f"{READER_COOKIE}={browser}"} if browser else {}
    role = role or ("maintainer" if user == "maintainer" else "reader")
    person = user if user in ("staff", "maintainer") else user and f"{user}'s id"  # many people sign in by these two
    principal = Principal(user, role, "session" if user else "nobody", person=person)
    scope = {
        "type": "http",
        "client": ("127.0.0.1", 0),
        "headers": [(key.encode(), value.encode()) for key, value in cookies.items()],
        "state": {"principal": principal},
    }
    return gr.Request(Request(scope), username=user, session_hash=name)


def maintaining(name: str = "w", browser: str = "") -> gr.Request:
    """A request of a window whose user may maintain the corpus."""
    return window(name, None, browser, "maintainer")


def event(**data: str) -> gr.EventData:
    return gr.EventData(None, data)


async def last_values(stream: AsyncIterator[dict[str, Any]]) -> dict[str, Any]:
    """The last value of each part that a handler changes."""
    values: dict[str, Any] = {}
    async for updates in stream:
        values |= updates
    return values
