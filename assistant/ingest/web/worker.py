"""Reads web sources in an event loop in a thread of its own, and hands their items to a synchronous generator."""

import asyncio
import queue
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any

from assistant.errors import AssistantError
from assistant.ingest.files import Sandbox
from assistant.ingest.items import Failure, Item, KnownState
from assistant.ingest.sources import Source
from assistant.ingest.web.client import Client
from assistant.ingest.web.pages import Pages
from assistant.ingest.web.read_source import read_items
from assistant.ingest.web.session import WebSession, utc_now
from assistant.ingest.web.ssrf_guard import Resolve, system_resolve
from assistant.settings import Settings
from assistant.utils import CancelToken, one_line

_MAX_QUEUED = 256  # items
_PARSER_THREADS = 2
_END = object()


class WebWorker:
    """Iterates over (location of a source, item); to be closed.

    The loop has its own thread, since the caller's may have a running loop.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        known: KnownState,
        settings: Settings,
        log: Callable[..., None],
        resolve: Resolve,
        sandbox: Sandbox,
    ) -> None:
        self._sources, self._known, self._settings = sources, known, settings
        self._log, self._resolve, self._sandbox = log, resolve, sandbox
        self._items: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._loop = asyncio.new_event_loop()
        self._free_slots = asyncio.Semaphore(_MAX_QUEUED)
        self._main: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._run_loop, name="assistant-web", daemon=True)
        self._loop_lock = threading.Lock()
        self._loop_closed = False

    def start(self) -> None:
        """Start reading."""
        self._main = self._loop.create_task(self._read_all())
        self._thread.start()

    def __iter__(self) -> Iterator[tuple[str, Item]]:
        while (item := self._items.get()) is not _END:
            if isinstance(item, BaseException):
                raise item
            self._call_in_loop(self._free_slots.release)
            yield item

    def cancel(self) -> None:
        """Stop reading; may be called at any time, from any thread."""
        if self._main is not None:
            self._call_in_loop(self._main.cancel)

    def close(self) -> None:
        """Stop reading and wait for the thread to end."""
        self.cancel()
        self._thread.join()

    def _call_in_loop(self, callback: Callable[[], object]) -> None:
        with self._loop_lock:
            if not self._loop_closed:
                self._loop.call_soon_threadsafe(callback)

    def _run_loop(self) -> None:
        asyncio.set_event_loop(self._loop)
        assert self._main is not None
        try:
            self._loop.run_until_complete(self._main)
        except asyncio.CancelledError:
            pass
        except BaseExceptionGroup as group:
            self._items.put(group.exceptions[0])
        except BaseException as error:
            # Raised again in the thread that iterates.
            self._items.put(error)
        finally:
            self._close_loop()
            self._items.put(_END)

    def _close_loop(self) -> None:
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        if tasks:
            self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        with self._loop_lock:
            self._loop_closed = True
        # Without waiting for its threads: one of them may be resolving a name for a long time yet.
        self._loop.close()

    async def _read_all(self) -> None:
        threads = ThreadPoolExecutor(_PARSER_THREADS, thread_name_prefix="assistant-web-reader")
        try:
            async with Client(self._settings, resolve=self._resolve, log=self._log) as client:
                session = WebSession(client, self._known, self._settings, threads, utc_now(), self._sandbox)
                pages = Pages(session)
                async with asyncio.TaskGroup() as group:
                    for source in self._sources:
                        group.create_task(self._read_source(session, pages, source))
        finally:
            threads.shutdown(wait=False, cancel_futures=True)

    async def _read_source(self, session: WebSession, pages: Pages, source: Source) -> None:
        try:
            async for item in read_items(session, pages, source):
                await self._put(source, item)
        except AssistantError:
            raise
        except Exception as error:
            # Whatever a site makes a library raise, the other sources go on.
            self._log("broken", source=source.name, error="".join(traceback.format_exception(error)))
            reason = one_line(f"could not be read ({type(error).__name__}: {error})", 200)
            await self._put(source, Failure("", source.location, reason, whole=True))

    async def _put(self, source: Source, item: Item) -> None:
        await self._free_slots.acquire()
        self._items.put((source.location, item))


def read(
    sources: Sequence[Source],
    known: KnownState,
    settings: Settings,
    *,
    stop: CancelToken | None = None,
    progress: Callable[[int], None] = lambda count: None,
    log: Callable[..., None] = lambda event, **values: None,
    resolve: Resolve = system_resolve,
    sandbox: Sandbox | None = None,
) -> Iterator[tuple[str, Item]]:
    """Read web sources, as pairs of the location of a source and an item of it.

    Errors on the web are Failures, never raised. The items of a source come in its order: of each URL its articles,
    then its fetch state; last the states of the feed or sitemaps. A URL that has not changed since its `known` state
    gives only its state. Ends soon after `stop` is cancelled, and when it is closed.

    `progress` is called with the number of items so far. `known` and `log` are called from another thread, `log` for
    each request with the name of an event and its values. `resolve` replaces the resolver of the system. Documents and
    feeds are parsed in `sandbox`, or in a new one.
    """
    own_sandbox = Sandbox()
    worker = WebWorker(sources, known, settings, log, resolve, sandbox or own_sandbox)
    worker.start()
    try:
        with nullcontext() if stop is None else stop.listening(worker.cancel):
            for count, pair in enumerate(worker, start=1):
                progress(count)
                yield pair
    finally:
        worker.close()
        own_sandbox.close()
