"""Whether a window that hangs up is known to have left, whoever sees it first."""

import asyncio
from typing import Any

import pytest

from assistant.accounts import Principal
from assistant.server import Message, Receive, Send
from ui.gate import Hooks, WindowGate

MORE: Message = {"type": "http.response.body", "body": b"data: {}\n\n", "more_body": True}
LAST: Message = {"type": "http.response.body", "body": b"", "more_body": False}


async def sends_all(scope: Message, receive: Receive, send: Send) -> None:
    await send(MORE)
    await send(LAST)
    await receive()


async def is_cut_off(scope: Message, receive: Receive, send: Send) -> None:
    await send(MORE)
    await receive()


async def sees_it_between_two_messages(scope: Message, receive: Receive, send: Send) -> None:
    await send(MORE)
    await receive()
    await send(LAST)


def left(app: Any) -> list[str]:
    """The windows that left while `app` served what they listen to."""
    gone: list[str] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        pass

    path, state = "/gradio_api/queue/data", {"principal": Principal()}
    scope = {"type": "http", "path": path, "method": "GET", "query_string": b"session_hash=w1", "state": state}
    asyncio.run(WindowGate(app, Hooks(left=gone.append))(scope, receive, send))
    return gone


@pytest.mark.parametrize("app", [is_cut_off, sees_it_between_two_messages])
def test_a_window_that_hangs_up_before_the_end_has_left(app: Any) -> None:
    assert left(app) == ["w1"]


def test_one_that_was_told_all_has_not() -> None:
    assert left(sends_all) == []
