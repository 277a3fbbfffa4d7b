"""Cancellation, and streams that bridge asynchronous generators and threads."""

import asyncio
import os
import queue
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from functools import cache, partial
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class CancelToken:
    """Thread-safe and one-shot: `cancel` sets `cancelled` and calls the listeners; later ones are called at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: list[Callable[[], object]] = []
        self.cancelled = False

    def cancel(self) -> None:
        """Call all listeners, once; further calls do nothing."""
        with self._lock:
            listeners, self._listeners, self.cancelled = self._listeners, [], True
        for listener in listeners:
            listener()

    def listen(self, listener: Callable[[], object]) -> None:
        """Call `listener` on `cancel`, from the thread that cancels."""
        with self._lock:
            if not self.cancelled:
                self._listeners.append(listener)
                return
        listener()

    @contextmanager
    def listening(self, listener: Callable[[], object]) -> Iterator[None]:
        """Call `listener` on `cancel`, until the end of the block."""
        self.listen(listener)
        try:
            yield
        finally:
            with self._lock:
                self._listeners = [other for other in self._listeners if other != listener]


def once(make: Callable[[], T]) -> Callable[[], T]:
    """What gives the result of `make`, which is called at the first use; other threads wait for it meanwhile."""
    lock, made = threading.Lock(), cache(make)

    def get() -> T:
        with lock:
            return made()

    return get


_END = object()
_MAX_AHEAD = 256  # items that a stream holds until they are asked for


class AsyncToSyncStream(Generic[T]):
    """Iterates, in a synchronous thread, over what the coroutine `write(send)` sends.

    The coroutine runs in the shared loop, so that a client's connections outlive one question. Iterating raises what
    it raises, and ends once it is cancelled.
    """

    def __init__(self, write: Callable[[Callable[[T], Awaitable[None]]], Coroutine[Any, Any, None]]) -> None:
        self._items: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._free = asyncio.Semaphore(_MAX_AHEAD)
        self._write = write
        self._task: asyncio.Task[None] | None = None
        self._is_cancelled = False
        shared_loop().call_soon_threadsafe(self._start)  # in a copy of this context

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        item = self._items.get()
        if item is _END:
            self._items.put(_END)
            raise StopIteration
        if isinstance(item, Exception):
            if self._is_cancelled:  # whoever does not want it any more does not want its errors either
                raise StopIteration
            raise item
        shared_loop().call_soon_threadsafe(self._free.release)
        return item  # type: ignore[no-any-return]

    def cancel(self) -> None:
        """Stop the coroutine; may be called at any time, from any thread."""
        self._is_cancelled = True
        shared_loop().call_soon_threadsafe(self._cancel)

    def close(self) -> None:
        """Stop the coroutine and wait until it has ended."""
        self.cancel()
        while self._items.get() is not _END:
            pass
        self._items.put(_END)

    def _start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run())
        # From a callback: a task that is cancelled before its first step never runs.
        self._task.add_done_callback(lambda task: self._items.put(_END))

    def _cancel(self) -> None:
        # Only once: another time would interrupt what the coroutine does at its end.
        if self._task is not None and not self._task.cancelling():
            self._task.cancel()

    async def _run(self) -> None:
        try:
            await self._write(self._send)
        except Exception as error:
            # Raised again in the thread that iterates.
            self._items.put(error)

    async def _send(self, item: T) -> None:
        if self._task is not None and self._task.cancelling():
            raise asyncio.CancelledError  # where the coroutine has swallowed it
        await self._free.acquire()
        self._items.put(item)


_loop_lock = threading.Lock()
_loops: dict[int, asyncio.AbstractEventLoop] = {}  # by process, as no thread survives a fork


def shared_loop() -> asyncio.AbstractEventLoop:
    """The loop of this process for all that runs beside its threads, in a thread of its own that never ends."""
    with _loop_lock:
        if os.getpid() not in _loops:
            loop = _loops[os.getpid()] = asyncio.new_event_loop()
            threading.Thread(target=loop.run_forever, name="assistant-loop", daemon=True).start()
        return _loops[os.getpid()]


async def in_thread(make: Callable[[CancelToken], Iterator[T]]) -> AsyncGenerator[T, None]:
    """Iterate over `make(stop)` in threads, not blocking the event loop; `stop` is cancelled when this is closed."""
    stop = CancelToken()
    items = make(stop)
    context = copy_context()  # one for all steps, as a generator has that is read in one thread
    step: Callable[[], Any] = partial(context.run, next, items, _END)
    loop, busy = asyncio.get_running_loop(), False
    try:
        while True:
            busy = True
            item = await loop.run_in_executor(None, step)
            busy = False
            if item is _END:
                return
            yield item
    finally:
        stop.cancel()
        close = getattr(items, "close", None)
        # A generator that is running cannot be closed; it ends by itself, as `stop` is cancelled.
        if close is not None and not busy:
            context.run(close)
