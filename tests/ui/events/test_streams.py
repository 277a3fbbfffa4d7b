"""One stream of events for each window, which can be stopped at any time."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from ui.events.streams import AnswerStreams


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
    for number in numbers:
        yield number
    if error:
        raise error


async def read(streams: AnswerStreams[int], items: AsyncGenerator[int, None]) -> list[int]:
    stream = streams.begin("w", items)
    got: list[int] = []
    try:
        async for batch in stream.batches():
            got.extend(batch)
    finally:
        streams.end("w", stream)
    return got


def test_every_item_arrives_in_order_and_once() -> None:
    assert asyncio.run(read(AnswerStreams(), few(*range(100)))) == list(range(100))


def test_what_came_before_an_error_arrives_first() -> None:
    async def reading() -> list[int]:
        stream = AnswerStreams[int]().begin("w", few(1, 2, error=ValueError("broken")))
        got: list[int] = []
        with pytest.raises(ValueError, match="broken"):
            async for batch in stream.batches():
                got.extend(batch)
        return got

    assert asyncio.run(reading()) == [1, 2]


def test_a_stream_that_is_stopped_ends_and_lets_go_of_its_items() -> None:
    async def stopping() -> bool:
        streams, closed = AnswerStreams[int](), asyncio.Event()
        stream = streams.begin("w", stuck(closed))
        async for _ in stream.batches():
            streams.stop("w")
        streams.end("w", stream)
        await closed.wait()
        return not stream.replaced and not streams.is_busy("w")

    assert asyncio.run(asyncio.wait_for(stopping(), 30))


def test_a_window_has_one_stream_and_others_have_theirs() -> None:
    async def replacing() -> tuple[bool, bool, bool]:
        streams, first, other = AnswerStreams[int](), asyncio.Event(), asyncio.Event()
        replaced = streams.begin("w", forever(first))
        elsewhere = streams.begin("v", forever(other))
        await asyncio.sleep(0)
        streams.drop("w")
        async for _ in replaced.batches():
            pass
        await first.wait()
        streams.end("w", replaced)
        busy = streams.is_busy("v")
        streams.end("v", elsewhere)
        await other.wait()
        return replaced.replaced, busy, elsewhere.replaced

    assert asyncio.run(asyncio.wait_for(replacing(), 30)) == (True, True, False)


def test_who_clears_a_window_waits_until_its_stream_is_read() -> None:
    async def clearing() -> list[str]:
        streams, log = AnswerStreams[int](), list[str]()
        stream = streams.begin("w", stuck(asyncio.Event()))

        async def shows() -> None:
            async for _ in stream.batches():
                await asyncio.sleep(0)
                log.append("shown")
            streams.end("w", stream)

        showing = asyncio.create_task(shows())
        await asyncio.sleep(0)
        await streams.clear("w")
        log.append("cleared")
        await showing
        return log

    assert asyncio.run(asyncio.wait_for(clearing(), 30))[-1] == "cleared"
