"""Who may maintain the corpus, what goes wrong when they do, and the long work that is under way."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import gradio as gr

from assistant import Assistant, AssistantError, RefreshCallbacks, SourceState
from assistant.ingest.sources import is_address
from assistant.utils import CancelToken

from ..views import maintenance, source_health
from .common import Note, Updates, address, is_maintainer, principal, session

_log = logging.getLogger(__name__)

_REDRAW_SECONDS = 0.2
_FORBIDDEN = "only a maintainer may do this"
_UNEXPECTED = "something went wrong; the details are in the server's log"


class Progress:
    """How far some work is, written by its thread and read by the window."""

    def __init__(self) -> None:
        self.notices: list[str] = []
        self.stop = CancelToken()
        self._now = ("reading", 0, 0)

    def update(self, stage: str, done: int, total: int) -> None:
        """Note how much of a stage is done."""
        self._now = (stage, done, total)

    @property
    def callbacks(self) -> RefreshCallbacks:
        """What a refresh tells this by."""
        return RefreshCallbacks(progress=self.update, notice=self.notices.append, stop=self.stop)

    def html(self) -> str:
        """The progress as it is shown."""
        return maintenance.progress(*self._now, list(self.notices))


class Maintainers:
    """Who may maintain the corpus of one assistant, and the refreshes that windows have begun."""

    def __init__(self, assistant: Assistant, note: Note = lambda who, action, target="", address="": None) -> None:
        self._assistant = assistant
        self._note = note
        self._running: dict[str, CancelToken] = {}

    @property
    def are_busy(self) -> bool:
        """Whether a refresh is under way in any window."""
        return bool(self._running)

    def are_allowed(self, request: gr.Request) -> bool:
        """Whether the user of that window may maintain the corpus."""
        return is_maintainer(request)

    def note(self, request: gr.Request, action: str, target: str = "") -> None:
        """Put into the audit log what the user of that window does."""
        self._note(principal(request), action, target, address(request))

    def guarded(self, part: str, request: gr.Request, action: Callable[[], Updates]) -> Updates:
        """What `action` gives, for maintainers only; what goes wrong is shown in the part of that name."""
        return self.attempt(request, action, lambda text: {part: maintenance.failure(text)})

    def attempt(self, request: gr.Request, action: Callable[[], Updates], failed: Callable[[str], Updates]) -> Updates:
        """What `action` gives, for maintainers only; else what `failed` makes of the reason."""
        if not self.are_allowed(request):
            return failed(_FORBIDDEN)
        try:
            return action()
        except AssistantError as error:
            return failed(str(error))
        except Exception:
            return failed(unexpected())

    async def refreshing(
        self,
        part: str,
        request: gr.Request,
        work: Callable[[Progress], Updates],
        drawn: Callable[[gr.Request], Updates],
    ) -> AsyncIterator[Updates]:
        """Do `work`, a refresh, in a thread, with its progress in that part; `drawn` is what is drawn anew around it.

        The work goes on when the window is closed. What is clicked twice is done once.
        """
        if not self.are_allowed(request):
            yield {part: maintenance.failure(_FORBIDDEN)}
            return
        progress, window = Progress(), session(request)
        if window in self._running:
            return
        self._running[window] = progress.stop
        working = asyncio.to_thread(self.guarded, part, request, lambda: work(progress))
        task = asyncio.create_task(working)
        task.add_done_callback(lambda _: self._running.pop(window, None))
        yield await asyncio.to_thread(drawn, request)
        while not task.done():
            yield {part: progress.html()}
            await asyncio.wait([task], timeout=_REDRAW_SECONDS)
        self._running.pop(window, None)
        done = task.result()
        yield await asyncio.to_thread(drawn, request) | done

    def stop(self, request: gr.Request) -> None:
        """Stop the refresh that this window began; the index stays as it is."""
        stop = self._running.get(session(request))
        if stop is not None and self.are_allowed(request):
            stop.cancel()

    def known_source(self, key: object) -> SourceState:
        """The source of that key: only one that is known, whatever a page sends. Raises AssistantError."""
        sources = self._assistant.status().states
        source = next((source for source in sources if source_health.key(source) == key), None)
        if source is None:
            raise AssistantError("that source is not known any more; open this tab again")
        return source


def unexpected() -> str:
    """What is said of an error that should not be, which is logged."""
    _log.exception("maintenance failed")
    return _UNEXPECTED


def as_given(source: SourceState) -> str | Path:
    """A source as the assistant is told of it: a listed one by its name, another by its address or path."""
    if source.listed:
        return source.name
    return source.location if is_address(source.location) else Path(source.location)
