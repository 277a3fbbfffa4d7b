"""Streams that are stopped at any moment."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Iterator

from assistant.utils.concurrency import AsyncToSyncStream, CancelToken, in_thread
from tests.end_to_end.test_answers import run


async def numbers(count: int) -> AsyncGenerator[int, None]:
    for number in range(count):
        await asyncio.sleep(0)
        yield number


async def endless() -> AsyncGenerator[int, None]:
    while True:
        yield 1
        await asyncio.sleep(0.001)


async def failing() -> AsyncGenerator[int, None]:
    yield 1
    raise ValueError("broken")


def test_a_feed_gives_all_in_order_and_ends() -> None:
    feed = AsyncToSyncStream(lambda: numbers(100))
    assert list(feed) == list(range(100))
    assert list(feed) == []


def test_what_a_feed_raises_is_raised_where_it_is_read() -> None:
    feed = AsyncToSyncStream(failing)
    assert next(feed) == 1
    try:
        next(feed)
    except ValueError as error:
        assert str(error) == "broken"
    else:
        raise AssertionError("it did not raise")
    assert list(feed) == []


def test_a_feed_that_is_cancelled_ends_whenever_that_is() -> None:
    for _ in range(200):
        feed = AsyncToSyncStream(endless)
        feed.cancel()
        assert set(feed) <= {1}
    feed = AsyncToSyncStream(endless)
    assert next(feed) == 1
    feed.cancel()
    assert set(feed) <= {1}


def test_a_stop_is_heard_also_by_who_comes_late() -> None:
    stop, heard = CancelToken(), list[str]()
    stop.listen(lambda: heard.append("early"))
    stop.make()
    stop.listen(lambda: heard.append("late"))
    assert stop.made and heard == ["early", "late"]


def test_an_iterator_in_a_thread_is_told_when_its_reader_goes_away() -> None:
    told = threading.Event()

    def items(stop: CancelToken) -> Iterator[int]:
        stop.listen(told.set)
        while not stop.made:
            yield 1

    async def read_one() -> int:
        stream = in_thread(items)
        first = await anext(stream)
        await stream.aclose()
        return first

    assert run(read_one()) == 1 and told.wait(10)
