"""One stream of events for each window, which can be stopped at any time."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from ui.events.streams import AnswerStream


async def forever(closed: asyncio.Event) -> AsyncGenerator[int, None]:
    try:
        number = 0
        while True:
            yield number
            number += 1
            await asyncio.sleep(0)
    finally:
        closed.set()


async def stuck(closed: asyncio.Event) -> AsyncGenerator[int, None]:
    try:
        yield 0
        await asyncio.Event().wait()
    finally:
        closed.set()


async def few(*numbers: int, error: Exception | None = None) -> AsyncGenerator[int, None]:
    for one in numbers:
        yield one
    if error:
        raise error


async def read(running: AnswerStream[int], items: AsyncGenerator[int, None]) -> list[int]:
    stream = running.begin("w", items)
    got: list[int] = []
    try:
        async for batch in stream.batches():
            got.extend(batch)
    finally:
        running.end("w", stream)
    return got


def test_every_item_comes_in_order_and_once() -> None:
    assert asyncio.run(read(AnswerStream(), few(*range(100)))) == list(range(100))


def test_what_was_given_before_an_error_comes_first() -> None:
    async def reading() -> list[int]:
        stream = AnswerStream[int]().begin("w", few(1, 2, error=ValueError("broken")))
        got: list[int] = []
        with pytest.raises(ValueError, match="broken"):
            async for batch in stream.batches():
                got.extend(batch)
        return got

    assert asyncio.run(reading()) == [1, 2]


def test_a_stream_that_is_stopped_ends_and_lets_go_of_its_items() -> None:
    async def stopping() -> bool:
        running, closed = AnswerStream[int](), asyncio.Event()
        stream = running.begin("w", stuck(closed))
        async for _ in stream.batches():
            running.stop("w")
        running.end("w", stream)
        await closed.wait()
        return not stream.replaced and not running.is_busy("w")

    assert asyncio.run(asyncio.wait_for(stopping(), 30))


def test_a_window_has_one_stream_and_others_have_theirs() -> None:
    async def replacing() -> tuple[bool, bool, bool]:
        running, first, other = AnswerStream[int](), asyncio.Event(), asyncio.Event()
        replaced = running.begin("w", forever(first))
        elsewhere = running.begin("v", forever(other))
        await asyncio.sleep(0)
        running.drop("w")
        async for _ in replaced.batches():
            pass
        await first.wait()
        running.end("w", replaced)
        busy = running.is_busy("v")
        running.end("v", elsewhere)
        await other.wait()
        return replaced.replaced, busy, elsewhere.replaced

    assert asyncio.run(asyncio.wait_for(replacing(), 30)) == (True, True, False)


def test_who_clears_a_window_waits_until_its_stream_is_read() -> None:
    async def clearing() -> list[str]:
        running, told = AnswerStream[int](), list[str]()
        stream = running.begin("w", stuck(asyncio.Event()))

        async def shows() -> None:
            async for _ in stream.batches():
                await asyncio.sleep(0)
                told.append("shown")
            running.end("w", stream)

        showing = asyncio.create_task(shows())
        await asyncio.sleep(0)
        await running.clear("w")
        told.append("cleared")
        await showing
        return told

    assert asyncio.run(asyncio.wait_for(clearing(), 30))[-1] == "cleared"
