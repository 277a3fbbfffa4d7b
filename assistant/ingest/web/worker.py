"""Running: all sources read in a loop of its own thread, their items handed to a plain generator."""

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
from assistant.ingest.items import Failure, Item, Known
from assistant.ingest.sources.source import Source
from assistant.ingest.web.client import Client
from assistant.ingest.web.pages import Pages
from assistant.ingest.web.read_source import items_of
from assistant.ingest.web.session import WebSession, time_now
from assistant.ingest.web.ssrf_guard import Resolve, system_resolve
from assistant.settings import Settings
from assistant.utils.concurrency import CancelToken
from assistant.utils.strings import one_line

_AHEAD = 256  # items that may wait to be taken
_READERS = 2
_END = object()


class WebWorker:
    """The sources as they are read; iterate over it, and close it.

    The loop is in a thread of its own, since the caller may have one running in theirs.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        known: Known,
        settings: Settings,
        log: Callable[..., None],
        resolve: Resolve,
        sandbox: Sandbox,
    ) -> None:
        self._sandbox = sandbox
        self._sources, self._known, self._settings, self._log, self._resolve = sources, known, settings, log, resolve
        self._items: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._loop = asyncio.new_event_loop()
        self._room = asyncio.Semaphore(_AHEAD)
        self._main: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._work, name="assistant-web", daemon=True)
        self._ending = threading.Lock()
        self._over = False

    def start(self) -> None:
        """Begin reading."""
        self._main = self._loop.create_task(self._read())
        self._thread.start()

    def __iter__(self) -> Iterator[tuple[str, Item]]:
        while (item := self._items.get()) is not _END:
            if isinstance(item, BaseException):
                raise item
            self._in_loop(self._room.release)
            yield item

    def cancel(self) -> None:
        """Stop reading; may be called at any time, from any thread."""
        if self._main is not None:
            self._in_loop(self._main.cancel)

    def close(self) -> None:
        """Stop reading and wait until nothing is under way."""
        self.cancel()
        self._thread.join()

    def _in_loop(self, act: Callable[[], object]) -> None:
        with self._ending:
            if not self._over:
                self._loop.call_soon_threadsafe(act)

    def _work(self) -> None:
        asyncio.set_event_loop(self._loop)
        assert self._main is not None
        try:
            self._loop.run_until_complete(self._main)
        except asyncio.CancelledError:
            pass
        except BaseExceptionGroup as group:
            self._items.put(group.exceptions[0])
        except BaseException as error:
            # Whatever it is, it is raised where the items are read.
            self._items.put(error)
        finally:
            self._finish()
            self._items.put(_END)

    def _finish(self) -> None:
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        if tasks:
            self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        with self._ending:
            self._over = True
        # Without waiting for its threads: one of them may be looking up a name for a long time yet.
        self._loop.close()

    async def _read(self) -> None:
        threads = ThreadPoolExecutor(_READERS, thread_name_prefix="assistant-web-reader")
        try:
            async with Client(self._settings, resolve=self._resolve, log=self._log) as client:
                run = WebSession(client, self._known, self._settings, threads, time_now(), self._sandbox)
                pages = Pages(run)
                async with asyncio.TaskGroup() as group:
                    for source in self._sources:
                        group.create_task(self._source(run, pages, source))
        finally:
            threads.shutdown(wait=False, cancel_futures=True)

    async def _source(self, run: WebSession, pages: Pages, source: Source) -> None:
        try:
            async for item in items_of(run, pages, source):
                await self._put(source, item)
        except AssistantError:
            raise
        except Exception as error:
            # Whatever a site brings a library to raise, the other sources go on.
            self._log("broken", source=source.name, error="".join(traceback.format_exception(error)))
            reason = one_line(f"could not be read ({type(error).__name__}: {error})", 200)
            await self._put(source, Failure("", source.location, reason, whole=True))

    async def _put(self, source: Source, item: Item) -> None:
        await self._room.acquire()
        self._items.put((source.location, item))


def read(
    sources: Sequence[Source],
    known: Known,
    settings: Settings,
    *,
    stop: CancelToken | None = None,
    progress: Callable[[int], None] = lambda count: None,
    log: Callable[..., None] = lambda event, **values: None,
    resolve: Resolve = system_resolve,
    sandbox: Sandbox | None = None,
) -> Iterator[tuple[str, Item]]:
    """What the sources hold, as pairs of a source's location and an item of it: articles, failures, visits, notices.

    Never raises for what the web does. The items of one source come in its own order: of each place first its articles,
    then the visit; last the visits of the feed or sitemap itself. What has not changed since the visit that `known`
    gives is only a visit. It ends soon after `stop` is made, and when it is closed.

    `progress` is told the number of items so far. `known` and `log` are called from another thread, `log` for each
    request with the name of an event and its values. `resolve` looks up the addresses of a name in the system's stead.
    Documents and feeds are parsed in `sandbox`, or in one of its own.
    """
    own = Sandbox()
    running = WebWorker(sources, known, settings, log, resolve, sandbox or own)
    running.start()
    try:
        with nullcontext() if stop is None else stop.listening(running.cancel):
            for count, pair in enumerate(running, start=1):
                progress(count)
                yield pair
    finally:
        running.close()
        own.close()
