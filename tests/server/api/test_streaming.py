"""A stream of events ends with the answer, tells of faults, and stops when nobody reads it."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from assistant.answers import Answer, Event, Finished, Searched, Token
from assistant.errors import ModelError
from assistant.server.api import streaming
from assistant.server.api.answers import GivenAnswer, with_id
from assistant.server.api.streaming import EventStream
from assistant.server.problems import Message, Refusal
from tests.maintenance.test_feedback import ANSWER

SCOPE = {"type": "http", "method": "POST", "path": "/", "headers": [], "asgi": {"spec_version": "2.3"}}


async def finish(answer: Answer) -> GivenAnswer:
    return with_id(answer, "f00")


async def sent(stream: EventStream, gone: asyncio.Event | None = None, until: bytes = b"") -> str:
    """What is sent of a stream; once that has `until`, its reader is `gone`."""
    body, left = bytearray(), gone or asyncio.Event()

    async def receive() -> Message:
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        body.extend(message.get("body", b""))
        if until and until in body:
            left.set()

    await stream(SCOPE, receive, send)
    return body.decode()


def test_all_events_are_sent_and_the_last_has_the_answer() -> None:
    async def events() -> AsyncGenerator[Event, None]:
        yield Searched(3, 2)
        yield Token("line\nbreak")
        yield Finished(ANSWER)

    async def told() -> str:
        return await sent(await EventStream(events(), finish).started())

    text = asyncio.run(told())
    assert text.startswith('event: searched\ndata: {"passages":3,"articles":2}\n\nevent: token\ndata: {"text":"line\\n')
    assert text.endswith('"id":"f00"}}\n\n') and text.count("\n\n") == 3


def test_a_fault_before_the_first_event_is_raised() -> None:
    async def events() -> AsyncGenerator[Event, None]:
        raise ModelError("the model cannot be reached; start it")
        yield

    async def told() -> Any:
        return await EventStream(events(), finish).started()

    with pytest.raises(Refusal) as refused:
        asyncio.run(told())
    assert refused.value.status == 502


@pytest.mark.parametrize(("error", "code"), [(ModelError("it is gone"), "model"), (ValueError("oh"), "unexpected")])
def test_a_fault_after_the_beginning_is_an_event(error: Exception, code: str) -> None:
    async def events() -> AsyncGenerator[Event, None]:
        yield Searched(3, 2)
        raise error

    async def told() -> str:
        return await sent(await EventStream(events(), finish).started())

    last = asyncio.run(told()).strip().split("\n\n")[-1]
    assert last.startswith("event: problem\n") and f'"code":"{code}"' in last and "oh" not in last


def test_when_its_reader_hangs_up_the_answer_is_not_made_any_further() -> None:
    ended = []

    async def events() -> AsyncGenerator[Event, None]:
        try:
            yield Searched(3, 2)
            await asyncio.Event().wait()
        finally:
            ended.append("the answer")

    async def told() -> None:
        await sent(await EventStream(events(), finish).started(), asyncio.Event(), until=b"searched")

    asyncio.run(told())
    assert ended == ["the answer"]


def test_a_comment_is_sent_while_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "_PATIENCE", 0.0)
    monkeypatch.setattr(streaming, "KEEP_ALIVE", 0.0)

    async def events() -> AsyncGenerator[Event, None]:
        await asyncio.Event().wait()
        yield Searched(3, 2)

    async def told() -> str:
        return await sent(await EventStream(events(), finish).started(), asyncio.Event(), until=b"is being made")

    assert asyncio.run(told()).startswith(": the question waits for its turn\n\n: the answer is being made\n\n")
