"""The answer that each window is waiting for, as a stream that can be stopped."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, suppress
from typing import Generic, TypeVar

T = TypeVar("T")

_PATIENCE = 5.0  # seconds
_BATCH_SECONDS = 0.1  # between two batches: a model writes faster than a page need be drawn


class Stream(Generic[T]):
    """What arrives for one question of a window. `replaced`: something else has taken its place since."""

    def __init__(self, items: AsyncGenerator[T, None]) -> None:
        self.replaced = False
        self.ended = asyncio.Event()  # nobody reads it any more
        self._arrived: asyncio.Queue[T | Exception | None] = asyncio.Queue()
        self._task = asyncio.create_task(self._pump(items))
        # The end is put here and not in `_pump`: a task that is cancelled before its first step never runs.
        self._task.add_done_callback(lambda task: self._arrived.put_nowait(None))

    def stop(self) -> None:
        """End it early; what has arrived stays."""
        self._task.cancel()

    async def batches(self) -> AsyncIterator[list[T]]:
        """The items as they arrive; those that arrive fast come together. Raises what they raise."""
        ended = False
        while not ended:
            arrived = [await self._arrived.get()]
            while not self._arrived.empty():
                arrived.append(self._arrived.get_nowait())
            ended = arrived[-1] is None
            yield [item for item in arrived if item is not None and not isinstance(item, Exception)]
            for item in arrived:
                if isinstance(item, Exception):
                    raise item
            if not ended:
                await asyncio.sleep(_BATCH_SECONDS)

    async def _pump(self, items: AsyncGenerator[T, None]) -> None:
        try:
            async with aclosing(items) as opened:
                async for item in opened:
                    self._arrived.put_nowait(item)
        except Exception as error:
            # Whatever it is, it is raised where the items are read.
            self._arrived.put_nowait(error)


class AnswerStreams(Generic[T]):
    """At most one stream for each window. All of it happens in one event loop."""

    def __init__(self) -> None:
        self._streams: dict[str, Stream[T]] = {}

    def is_busy(self, window: str) -> bool:
        """Whether a question of that window is being answered."""
        return window in self._streams

    def begin(self, window: str, items: AsyncGenerator[T, None]) -> Stream[T]:
        """Read `items` for that window."""
        self.drop(window)
        self._streams[window] = Stream(items)
        return self._streams[window]

    def end(self, window: str, stream: Stream[T]) -> None:
        """Forget a stream that was read, or that nobody reads any more."""
        stream.stop()
        stream.ended.set()
        if self._streams.get(window) is stream:
            del self._streams[window]

    def stop(self, window: str) -> None:
        """End the stream of that window; what has arrived stays."""
        if window in self._streams:
            self._streams[window].stop()

    def drop(self, window: str) -> None:
        """End the stream of that window and forget it: nobody waits for it, or something else takes its place."""
        stream = self._streams.pop(window, None)
        if stream is not None:
            stream.replaced = True
            stream.stop()

    async def clear(self, window: str) -> None:
        """As `drop`, and wait until what has arrived is shown, so that it does not cover what is shown next."""
        stream = self._streams.get(window)
        self.drop(window)
        if stream is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(stream.ended.wait(), _PATIENCE)
