"""Maintenance: the corpus is refreshed, compared with an earlier state, and set back to it; by maintainers only."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from assistant import Assistant, AssistantError, RefreshCallbacks
from assistant.ingest.sources import is_address
from assistant.utils import CancelToken

from ..state import now
from ..views import maintenance, refresh_history, source_health
from .common import Updates, corpus_parts, event_data, event_text, is_maintainer, session

_log = logging.getLogger(__name__)

_REDRAW_SECONDS = 0.2
_FORBIDDEN = "only the user maintainer may do this"
_UNEXPECTED = "something went wrong; the details are in the server's log"


class MaintenanceEvents:
    """The handlers of the maintenance tab, over one assistant for all windows."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._refreshes: dict[str, CancelToken] = {}

    def is_allowed(self, request: gr.Request) -> bool:
        """Whether the user of that window may maintain the corpus."""
        return is_maintainer(self._assistant.settings, request)

    def show_tab(self, request: gr.Request) -> Updates:
        """Show the tab to those who may use it."""
        return {"maintenance_tab": gr.Tab(visible=self.is_allowed(request))}

    def open_maintenance(self, request: gr.Request) -> Updates:
        """The state of the corpus and of its sources, what can be done and what was done."""
        return self._guarded("state", request, self._state)

    def _state(self) -> Updates:
        status, moment = self._assistant.status(), now()
        names = {source.location: source_health.title(source) for source in status.states}
        return {
            "state": maintenance.state(status, moment),
            "controls": maintenance.controls(status.states),
            "refreshes": refresh_history.history(self._assistant.history(), names, moment),
            "difference": "",
        }

    def _guarded(self, part: str, request: gr.Request, action: Callable[[], Updates]) -> Updates:
        """What `action` gives, for maintainers only; what goes wrong is shown in the part of that name."""
        if not self.is_allowed(request):
            return {part: maintenance.failure(_FORBIDDEN)}
        try:
            return action()
        except AssistantError as error:
            return {part: maintenance.failure(str(error))}
        except Exception:
            _log.exception("maintenance failed")
            return {part: maintenance.failure(_UNEXPECTED)}

    # refreshing

    async def refresh(self, event: gr.EventData, request: gr.Request) -> AsyncIterator[Updates]:
        """Compare the sources with the index and publish what changed, with the progress while it runs."""
        if not self.is_allowed(request):
            yield {"report": maintenance.failure(_FORBIDDEN)}
            return
        progress, window = _Progress(), session(request)
        if window in self._refreshes:  # it was clicked twice
            return
        self._refreshes[window] = progress.stop
        try:
            task = asyncio.create_task(asyncio.to_thread(self._refresh, event_data(event), request, progress))
            yield await asyncio.to_thread(self._guarded, "controls", request, self._busy)
            while not task.done():
                yield {"report": progress.html()}
                await asyncio.wait([task], timeout=_REDRAW_SECONDS)
        finally:
            del self._refreshes[window]
        yield task.result()

    def _busy(self) -> Updates:
        return {"controls": maintenance.controls(self._assistant.status().states, is_busy=True)}

    def _refresh(self, options: Mapping[str, Any], request: gr.Request, progress: "_Progress") -> Updates:
        """Refresh, and show the report or what went wrong. It goes on when the window is closed."""
        updates = self._guarded("report", request, partial(self._report, options, progress))
        updates |= self.open_maintenance(request)
        return updates | self._guarded("report", request, lambda: corpus_parts(self._assistant))

    def _report(self, options: Mapping[str, Any], progress: "_Progress") -> Updates:
        what = options.get("what")
        report = self._assistant.refresh(
            [self._known_source(options.get("source"))] if what == "one" else [],
            allow_removals="removals" in options,
            trial="trial" in options,
            only_failed=what == "failed",
            watcher=RefreshCallbacks(progress=progress.update, notice=progress.notices.append, stop=progress.stop),
        )
        return {"report": maintenance.report(report)}

    def _known_source(self, key: object) -> str | Path:
        """The source of that key: only one that is known, whatever a page sends."""
        sources = self._assistant.status().states
        source = next((source for source in sources if source_health.key(source) == key), None)
        if source is None:
            raise AssistantError("that source is not known any more; open this tab again")
        if source.listed:
            return source.name
        return source.location if is_address(source.location) else Path(source.location)

    def stop_refresh(self, request: gr.Request) -> Updates:
        """Stop the refresh that this window began; the index stays as it is."""
        stop = self._refreshes.get(session(request))
        if stop is not None and self.is_allowed(request):
            stop.cancel()
        return {}

    # earlier states

    def compare(self, event: gr.EventData, request: gr.Request) -> Updates:
        """Show how two states of the corpus differ."""

        def compare() -> Updates:
            found = self._assistant.diff(event_text(event, "before"), event_text(event, "after"))
            return {"difference": refresh_history.difference(found)}

        return self._guarded("difference", request, compare)

    def confirm_rollback(self, request: gr.Request) -> Updates:
        """Ask whether the state before the last refresh is to be published again, with what that would undo."""
        return self._guarded(
            "report", request, lambda: {"report": maintenance.rollback_question(self._assistant.diff())}
        )

    def cancel_rollback(self, request: gr.Request) -> Updates:
        """Keep the published state after all."""
        return {"report": ""}

    def roll_back(self, event: gr.EventData, request: gr.Request) -> Updates:
        """Publish the state before the last refresh again, if the published one is still the one that was shown."""

        def roll_back() -> Updates:
            if self._assistant.status().generation != event_text(event, "of"):
                raise AssistantError("another refresh was published meanwhile, so nothing was changed; ask again")
            report = maintenance.rolled_back(self._assistant.rollback())
            return {"report": report, **self._state(), **corpus_parts(self._assistant)}

        return self._guarded("report", request, roll_back)


class _Progress:
    """The progress of a refresh, written by its thread and read by the window."""

    def __init__(self) -> None:
        self.notices: list[str] = []
        self.stop = CancelToken()
        self._now = ("reading", 0, 0)

    def update(self, stage: str, done: int, total: int) -> None:
        self._now = (stage, done, total)

    def html(self) -> str:
        return maintenance.progress(*self._now, list(self.notices))
