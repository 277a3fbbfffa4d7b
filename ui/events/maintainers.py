"""Who may maintain the corpus, what goes wrong when they do, and the long work that is under way."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path

import gradio as gr

from assistant import AssistantError, RefreshCallbacks, RefreshReport, SourceState
from assistant.ingest.sources import is_address
from assistant.server import JobKind, RefreshJobs, RunningError

from .. import state
from ..views import maintenance, source_health
from .common import Note, Updates, address, is_maintainer, principal, session

_log = logging.getLogger(__name__)

_FORBIDDEN = "only a maintainer may do this"


class Maintainers:
    """Who may maintain the corpus of one assistant, and the jobs that windows begin."""

    def __init__(self, jobs: RefreshJobs, note: Note = lambda who, action, target="", address="": None) -> None:
        self._assistant = jobs.assistant
        self._jobs = jobs
        self._note = note

    @property
    def are_busy(self) -> bool:
        """Whether a job is under way, whatever began it."""
        return self._jobs.running is not None

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
        kind: JobKind,
        work: Callable[[RefreshCallbacks], RefreshReport],
        shown: Callable[[RefreshReport], Updates],
        drawn: Callable[[gr.Request], Updates],
        noted: tuple[str, str],
    ) -> AsyncIterator[Updates]:
        """Do `work` as a job, with its progress in that part, then what is `shown` of its report.

        `drawn` is what is drawn anew around it, `noted` the action and its target in the audit log. The work goes on
        when the window is closed. What is clicked twice is done once.
        """
        if not self.are_allowed(request):
            yield {part: maintenance.failure(_FORBIDDEN)}
            return
        try:
            job = self._jobs.begin(kind, work, by=principal(request).name, owner=_owner(request))
        except RunningError as error:
            if error.job.owner != _owner(request):
                yield {part: maintenance.failure(str(error))}
            return
        except AssistantError as error:
            yield {part: maintenance.failure(str(error))}
            return
        await asyncio.to_thread(self.note, request, *noted)
        yield await asyncio.to_thread(drawn, request)
        async with aclosing(job.statuses()) as statuses:
            async for status in statuses:
                if not status.has_ended:
                    now = status.progress
                    yield {part: maintenance.progress(now.stage or "reading", now.done, now.total, status.notices)}
        done = self.guarded(part, request, lambda: shown(job.result()))
        yield await asyncio.to_thread(drawn, request) | done

    def stop(self, request: gr.Request) -> None:
        """Stop the job that this window began; the index stays as it is."""
        running = self._jobs.running
        if running is not None and running.owner == _owner(request) and self.are_allowed(request):
            running.cancel()

    def known_source(self, key: object) -> SourceState:
        """The source of that key: only one that is known, whatever a page sends. Raises AssistantError."""
        sources = self._assistant.status().states
        source = next((source for source in sources if source_health.key(source) == key), None)
        if source is None:
            raise AssistantError("that source is not known any more; open this tab again")
        return source


def _owner(request: gr.Request) -> str:
    """What the jobs of a window are known by."""
    return f"window:{session(request)}"


def unexpected() -> str:
    """What is said of an error that should not be, which is logged."""
    _log.exception("maintenance failed")
    return state.unexpected()


def as_given(source: SourceState) -> str | Path:
    """A source as the assistant is told of it: a listed one by its name, another by its address or path."""
    if source.listed:
        return source.name
    return source.location if is_address(source.location) else Path(source.location)
