"""Keepers: what maintainers do in the window: refresh the corpus, and go back to the state before."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import gradio as gr

from assistant.errors import AssistantError
from assistant.reports import RefreshReport, Watcher
from assistant.settings import MAINTAINER

from . import maintenance
from .events import Shown, of_the_corpus
from .talk import now

if TYPE_CHECKING:
    from assistant.answering import Assistant

_log = logging.getLogger(__name__)

_BETWEEN = 0.2  # seconds between two drawings of the progress
_ALL = 1_000_000
_FORBIDDEN = "only the user maintainer may do this"
_UNEXPECTED = "something went wrong; the details are in the server's log"


class Keepers:
    """What the maintenance tab does, over one assistant for all windows."""

    def __init__(self, assistant: "Assistant") -> None:
        self._assistant = assistant

    def may(self, request: gr.Request) -> bool:
        """Whether whoever is at that window maintains the corpus."""
        settings = self._assistant.settings
        if not settings.maintenance:
            return False
        return settings.maintenance_password is None or request.username == MAINTAINER

    def show(self, request: gr.Request) -> Shown:
        """Show the tab to those who may use it."""
        return {"maintenance": gr.Tab(visible=self.may(request))}

    def state(self, request: gr.Request) -> Shown:
        """The state of the corpus."""
        if not self.may(request):
            return {"state": maintenance.failure(_FORBIDDEN)}
        return {"state": maintenance.state(self._assistant.status(), now())}

    async def refresh(self, allow_removals: bool, request: gr.Request) -> AsyncIterator[Shown]:
        """Compare the sources with the index and publish what changed, telling how far it is."""
        if not self.may(request):
            yield {"report": maintenance.failure(_FORBIDDEN)}
            return
        progress = _Progress()
        task = asyncio.create_task(asyncio.to_thread(self._refreshed, allow_removals, progress))
        while not task.done():
            yield {"report": progress.drawn(), "again": gr.Button(interactive=False)}
            await asyncio.wait([task], timeout=_BETWEEN)
        yield {
            "report": task.result(),
            "again": gr.Button(interactive=True),
            **self.state(request),
            **of_the_corpus(self._assistant),
        }

    def _refreshed(self, allow_removals: bool, progress: "_Progress") -> str:
        """Refresh, and give the report or what went wrong, as HTML. It goes on when the window is closed."""
        try:
            titles = self._titles()
            watcher = Watcher(progress=progress.moved, notice=progress.notices.append)
            report = self._assistant.refresh(allow_removals=allow_removals, watcher=watcher)
            return maintenance.report(report, titles | self._titles_of(report))
        except AssistantError as error:
            return maintenance.failure(str(error))
        except Exception:
            _log.exception("a refresh failed")
            return maintenance.failure(_UNEXPECTED)

    def _titles(self) -> dict[str, str]:
        if self._assistant.status().generation is None:
            return {}
        return {one.article_id: one.title for one in self._assistant.browse(count=_ALL).articles}

    def _titles_of(self, report: RefreshReport) -> dict[str, str]:
        came = [
            self._assistant.article(name)
            for name in (*report.added[: maintenance.MOST_LISTED], *report.changed[: maintenance.MOST_LISTED])
        ]
        return {one.id: one.title for one in came if one is not None}

    def roll_back(self, request: gr.Request) -> Shown:
        """Publish the state before the last refresh again."""
        if not self.may(request):
            return {"report": maintenance.failure(_FORBIDDEN)}
        try:
            report = maintenance.rolled_back(self._assistant.rollback())
            return {"report": report, **self.state(request), **of_the_corpus(self._assistant)}
        except AssistantError as error:
            return {"report": maintenance.failure(str(error))}


class _Progress:
    """How far a refresh is, as its thread last told."""

    def __init__(self) -> None:
        self.notices: list[str] = []
        self._now = ("reading", 0, 0)

    def moved(self, stage: str, done: int, total: int) -> None:
        self._now = (stage, done, total)

    def drawn(self) -> str:
        return maintenance.progress(*self._now, list(self.notices))
