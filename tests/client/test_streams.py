"""Streams of a server over a real socket: what comes is given at once, and what nobody wants is not made."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import Any

import pytest

from assistant import Client, Event, Searched, Settings, Token
from assistant.errors import ModelError
from assistant.utils import Observers
from tests.server.served import served

LINES = "one\u2028two\x85three\nfour\r\n\U0001f600"  # which end lines for some who split texts


class Writing:
    """An assistant that writes a little, and then goes on until nobody listens."""

    def __init__(self) -> None:
        self.settings = Settings()
        self.ended = threading.Event()
        self.observers = Observers()

    async def astream(self, question: str, filters: object, **_: Any) -> AsyncGenerator[Event, None]:
        try:
            yield Searched(2, 1)
            yield Token(LINES)
            if "model" in question:
                raise ModelError("the model is gone; try again")
            await asyncio.sleep(3600)
        finally:
            self.ended.set()


@pytest.fixture
def writing() -> Iterator[tuple[Writing, Client]]:
    """Such an assistant, and a client of its server."""
    assistant = Writing()
    with served(assistant) as address, Client(address) as client:
        yield assistant, client


def test_events_come_as_they_are_made_and_a_closed_stream_ends_the_answer(writing: tuple[Writing, Client]) -> None:
    assistant, client = writing
    stream = client.stream("What is written?")
    assert [next(stream), next(stream)] == [Searched(2, 1), Token(LINES)]
    stream.close()  # type: ignore[attr-defined]
    assert assistant.ended.wait(30)


def test_a_cancelled_task_ends_the_answer(writing: tuple[Writing, Client]) -> None:
    assistant, client = writing

    async def leave() -> None:
        async with aclosing(client.astream("What is written?")) as stream:
            assert [await anext(stream), await anext(stream)] == [Searched(2, 1), Token(LINES)]
            waiting = asyncio.ensure_future(anext(stream))
            await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)

    asyncio.run(leave())
    assert assistant.ended.wait(30)


def test_what_goes_wrong_after_the_beginning_is_raised(writing: tuple[Writing, Client]) -> None:
    _, client = writing
    with pytest.raises(ModelError, match="the model is gone"):
        list(client.stream("Which model?"))
