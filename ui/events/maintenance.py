"""Maintenance: the corpus is refreshed, compared with an earlier state, and set back to it; by maintainers only."""

from collections.abc import AsyncIterator, Mapping
from functools import partial
from typing import Any

import gradio as gr

from assistant import Assistant, AssistantError, RefreshCallbacks, RefreshReport

from ..state import now
from ..views import maintenance, refresh_history, source_health, sources
from ..windows import Windows
from .common import Updates, corpus_parts, event_data, event_text, session
from .maintainers import Maintainers, as_given


class MaintenanceEvents:
    """The handlers of the maintenance tab, over one assistant for all windows."""

    def __init__(self, assistant: Assistant, maintainers: Maintainers, windows: Windows) -> None:
        self._assistant = assistant
        self._maintainers = maintainers
        self._windows = windows

    def show_tab(self, request: gr.Request) -> Updates:
        """Show the tab to those who may use it."""
        return {"maintenance_tab": gr.Tab(visible=self._maintainers.are_allowed(request))}

    def open_maintenance(self, request: gr.Request) -> Updates:
        """The state of the corpus and of its sources, what can be done and what was done."""
        return self._maintainers.guarded("state", request, lambda: self._state(request))

    def _state(self, request: gr.Request) -> Updates:
        status, moment, steps = self._assistant.status(), now(), self._assistant.history()
        names = {source.location: source_health.title(source) for source in status.states}
        is_busy = self._maintainers.are_busy
        updates = {
            "state": maintenance.state(status, moment),
            "controls": maintenance.controls(status.states, is_busy=is_busy),
            "refreshes": refresh_history.history(steps, names, moment, is_busy=is_busy),
            "difference": "",
        }
        opened = self._windows.of(session(request)).listed(sources.Opened)
        if opened is not None and opened.has_form:  # what was typed into it would be lost
            return updates
        return updates | {"source_list": sources.table(status, moment, opened)}

    def changed(self, request: gr.Request) -> Updates:
        """All that shows the corpus, after something has changed it."""
        return self.open_maintenance(request) | self._maintainers.guarded(
            "report", request, lambda: corpus_parts(self._assistant)
        )

    # refreshing

    async def refresh(self, event: gr.EventData, request: gr.Request) -> AsyncIterator[Updates]:
        """Compare the sources with the index and publish what changed, with the progress while it runs."""
        options = event_data(event)
        work, noted = partial(self._refresh, options), _noted(options)
        async for updates in self._maintainers.refreshing(
            "report", request, "refresh", work, _shown, self.changed, noted
        ):
            yield updates

    def _refresh(self, options: Mapping[str, Any], callbacks: RefreshCallbacks) -> RefreshReport:
        what = options.get("what")
        given = [as_given(self._maintainers.known_source(options.get("source")))] if what == "one" else []
        return self._assistant.refresh(
            given,
            allow_removals="removals" in options,
            trial="trial" in options,
            only_failed=what == "failed",
            watcher=callbacks,
        )

    def stop_refresh(self, request: gr.Request) -> Updates:
        """Stop the refresh that this window began; the index stays as it is."""
        self._maintainers.stop(request)
        return {}

    # earlier states

    def compare(self, event: gr.EventData, request: gr.Request) -> Updates:
        """Show how two states of the corpus differ."""

        def compare() -> Updates:
            found = self._assistant.diff(event_text(event, "before"), event_text(event, "after"))
            return {"difference": refresh_history.difference(found)}

        return self._maintainers.guarded("difference", request, compare)

    def confirm_rollback(self, request: gr.Request) -> Updates:
        """Ask whether the state before the last refresh is to be published again, with what that would undo."""
        return self._maintainers.guarded(
            "difference", request, lambda: {"difference": maintenance.rollback_question(self._assistant.diff())}
        )

    def cancel_rollback(self, request: gr.Request) -> Updates:
        """Keep the published state after all."""
        return {"difference": ""}

    def roll_back(self, event: gr.EventData, request: gr.Request) -> Updates:
        """Publish the state before the last refresh again, if the published one is still the one that was shown."""

        def roll_back() -> Updates:
            if self._assistant.status().generation != event_text(event, "of"):
                raise AssistantError("another refresh was published meanwhile, so nothing was changed; ask again")
            status = self._assistant.rollback()
            self._maintainers.note(request, "rollback", f"from {event_text(event, 'of')}")
            shown = maintenance.rolled_back(status)
            return {**self._state(request), **corpus_parts(self._assistant), "difference": shown}

        return self._maintainers.guarded("difference", request, roll_back)


def _noted(options: Mapping[str, Any]) -> tuple[str, str]:
    """What the audit log says of a refresh with these options."""
    what = {"one": f"the source {options.get('source')}", "failed": "sources that failed"}
    return "refresh-tried" if "trial" in options else "refresh", what.get(str(options.get("what")), "all sources")


def _shown(report: RefreshReport) -> Updates:
    return {"report": maintenance.report(report)}
