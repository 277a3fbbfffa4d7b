"""Streams: work that goes on in another thread or loop, read here piece by piece and stopped from anywhere."""

import asyncio
import queue
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class CancelToken:
    """A wish to stop, made once, from any thread; what listens is called then, or at once when it comes late."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: list[Callable[[], object]] = []
        self._made = False

    @property
    def made(self) -> bool:
        """Whether it was made."""
        return self._made

    def make(self) -> None:
        """Stop now."""
        with self._lock:
            listeners, self._listeners, self._made = self._listeners, [], True
        for listener in listeners:
            listener()

    def listen(self, listener: Callable[[], object]) -> None:
        """Call `listener` when the wish is made."""
        with self._lock:
            if not self._made:
                self._listeners.append(listener)
                return
        listener()

    @contextmanager
    def listening(self, listener: Callable[[], object]) -> Iterator[None]:
        """Call `listener` when the wish is made, to the end of the block."""
        self.listen(listener)
        try:
            yield
        finally:
            with self._lock:
                self._listeners = [one for one in self._listeners if one != listener]


_END = object()


class AsyncToSyncStream(Generic[T]):
    """The items of an asynchronous generator, read by a plain thread.

    The generator runs in one loop of the process, so that connections that a client keeps outlive the question.
    Iterating raises what it raises; once it is cancelled it ends.
    """

    def __init__(self, make: Callable[[], AsyncGenerator[T, None]]) -> None:
        self._items: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._make = make
        self._task: asyncio.Task[None] | None = None
        self._cancelled = False
        _loop().call_soon_threadsafe(self._start, context=copy_context())

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        item = self._items.get()
        if item is _END:
            self._items.put(_END)
            raise StopIteration
        if isinstance(item, _Raised):
            self._items.put(_END)
            raise item.error
        return item  # type: ignore[no-any-return]

    def cancel(self) -> None:
        """Stop the generator; may be called at any time, from any thread."""
        _loop().call_soon_threadsafe(self._cancel)

    def _start(self) -> None:
        if self._cancelled:
            self._items.put(_END)
            return
        self._task = asyncio.get_running_loop().create_task(self._run())
        # Said from outside: a task that is cancelled before its first step never runs.
        self._task.add_done_callback(lambda task: self._items.put(_END))

    def _cancel(self) -> None:
        self._cancelled = True
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        items = self._make()
        try:
            async for item in items:
                self._items.put(item)
        except Exception as error:
            # Whatever it is, it is raised where the feed is read.
            self._items.put(_Raised(error))
        finally:
            await items.aclose()


class _Raised:
    def __init__(self, error: BaseException) -> None:
        self.error = error


_starting = threading.Lock()
_running: list[asyncio.AbstractEventLoop] = []


def _loop() -> asyncio.AbstractEventLoop:
    """The loop that all feeds of this process share, in a thread of its own."""
    with _starting:
        if not _running:
            loop = asyncio.new_event_loop()
            threading.Thread(target=loop.run_forever, name="assistant-models", daemon=True).start()
            _running.append(loop)
        return _running[0]


async def in_thread(make: Callable[[CancelToken], Iterator[T]]) -> AsyncGenerator[T, None]:
    """The items of the iterator that `make` gives, each made in a thread, so that the event loop is not held up.

    When the reader goes away the iterator is told so by its Stop.
    """
    stop = CancelToken()
    items = make(stop)
    busy = False
    try:
        while True:
            busy = True
            item = await asyncio.to_thread(next, items, _END)
            busy = False
            if item is _END:
                return
            yield item  # type: ignore[misc]
    finally:
        stop.make()
        close = getattr(items, "close", None)
        # In the middle of a step it ends by itself, as it is told to stop.
        if close is not None and not busy:
            close()
