"""Streams across threads, cancelled at any moment."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator

from assistant.utils.concurrency import AsyncToSyncStream, CancelToken, in_thread
from tests.end_to_end.test_answers import run

Send = Callable[[int], Awaitable[None]]


async def numbers(send: Send) -> None:
    for number in range(100):
        await asyncio.sleep(0)
        await send(number)


async def endless(send: Send) -> None:
    while True:
        await send(1)
        await asyncio.sleep(0.001)


async def failing(send: Send) -> None:
    await send(1)
    raise ValueError("broken")


def test_a_stream_gives_all_items_in_order_and_ends() -> None:
    stream = AsyncToSyncStream(numbers)
    assert list(stream) == list(range(100))
    assert list(stream) == []


def test_an_error_in_a_stream_is_raised_where_it_is_read() -> None:
    stream = AsyncToSyncStream(failing)
    assert next(stream) == 1
    try:
        next(stream)
    except ValueError as error:
        assert str(error) == "broken"
    else:
        raise AssertionError("it did not raise")
    assert list(stream) == []


def test_a_stream_ends_whenever_it_is_cancelled() -> None:
    for _ in range(200):
        stream = AsyncToSyncStream(endless)
        stream.cancel()
        assert set(stream) <= {1}
    stream = AsyncToSyncStream(endless)
    assert next(stream) == 1
    stream.cancel()
    assert set(stream) <= {1}


def test_a_listener_added_after_the_cancellation_is_called_too() -> None:
    stop, calls = CancelToken(), list[str]()
    stop.listen(lambda: calls.append("early"))
    stop.cancel()
    stop.listen(lambda: calls.append("late"))
    assert stop.cancelled and calls == ["early", "late"]


def test_an_iterator_in_a_thread_is_cancelled_when_its_consumer_goes_away() -> None:
    cancelled = threading.Event()

    def items(stop: CancelToken) -> Iterator[int]:
        stop.listen(cancelled.set)
        while not stop.cancelled:
            yield 1

    async def read_one() -> int:
        stream = in_thread(items)
        first = await anext(stream)
        await stream.aclose()
        return first

    assert run(read_one()) == 1 and cancelled.wait(10)
