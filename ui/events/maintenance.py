"""Keepers: what maintainers do in the window: refresh the corpus, see what changed, go back to the state before."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.errors import AssistantError
from assistant.ingest.sources.source import is_address
from assistant.maintenance.reports import RefreshCallbacks
from assistant.settings import MAINTAINER
from assistant.utils.concurrency import CancelToken

from ..state import now
from ..views import maintenance, refresh_history, source_health
from .ask import Shown, of_the_corpus, sent

if TYPE_CHECKING:
    from assistant.assistant import Assistant

_log = logging.getLogger(__name__)

_BETWEEN = 0.2  # seconds between two drawings of the progress
_FORBIDDEN = "only the user maintainer may do this"
_UNEXPECTED = "something went wrong; the details are in the server's log"


class Keepers:
    """What the maintenance tab does, over one assistant for all windows."""

    def __init__(self, assistant: "Assistant") -> None:
        self._assistant = assistant
        self._stops: dict[str, CancelToken] = {}

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
        """The state of the corpus and of its sources, what can be done and what was done."""
        return self._kept("state", request, self._state)

    def _state(self) -> Shown:
        status, moment = self._assistant.status(), now()
        names = {one.location: source_health.title(one) for one in status.states}
        return {
            "state": maintenance.state(status, moment),
            "controls": maintenance.controls(status.states),
            "refreshes": refresh_history.history(self._assistant.history(), names, moment),
            "difference": "",
        }

    def _kept(self, part: str, request: gr.Request, do: Callable[[], Shown]) -> Shown:
        """What `do` shows, for maintainers only; what goes wrong is said in the part of that name."""
        if not self.may(request):
            return {part: maintenance.failure(_FORBIDDEN)}
        try:
            return do()
        except AssistantError as error:
            return {part: maintenance.failure(str(error))}
        except Exception:
            _log.exception("maintenance failed")
            return {part: maintenance.failure(_UNEXPECTED)}

    # refreshing

    async def refresh(self, event: gr.EventData, request: gr.Request) -> AsyncIterator[Shown]:
        """Compare the sources with the index and publish what changed, telling how far it is."""
        if not self.may(request):
            yield {"report": maintenance.failure(_FORBIDDEN)}
            return
        wish = event._data if isinstance(event._data, Mapping) else {}
        progress, window = _Progress(), str(request.session_hash)
        if window in self._stops:  # it was clicked twice
            return
        self._stops[window] = progress.stop
        try:
            task = asyncio.create_task(asyncio.to_thread(self._refreshed, wish, request, progress))
            yield await asyncio.to_thread(self._kept, "controls", request, self._busy)
            while not task.done():
                yield {"report": progress.drawn()}
                await asyncio.wait([task], timeout=_BETWEEN)
        finally:
            del self._stops[window]
        yield task.result()

    def _busy(self) -> Shown:
        return {"controls": maintenance.controls(self._assistant.status().states, is_busy=True)}

    def _refreshed(self, wish: Mapping[str, Any], request: gr.Request, progress: "_Progress") -> Shown:
        """Refresh, and show the report or what went wrong. It goes on when the window is closed."""
        shown = self._kept("report", request, partial(self._refreshing, wish, progress))
        return shown | self.state(request) | self._kept("report", request, lambda: of_the_corpus(self._assistant))

    def _refreshing(self, wish: Mapping[str, Any], progress: "_Progress") -> Shown:
        what = wish.get("what")
        report = self._assistant.refresh(
            [self._chosen(wish.get("source"))] if what == "one" else [],
            allow_removals="removals" in wish,
            trial="trial" in wish,
            only_failed=what == "failed",
            watcher=RefreshCallbacks(progress=progress.moved, notice=progress.notices.append, stop=progress.stop),
        )
        return {"report": maintenance.report(report)}

    def _chosen(self, key: object) -> str | Path:
        """The source that was chosen: one that is known, whatever a page sends."""
        one = next((one for one in self._assistant.status().states if source_health.key(one) == key), None)
        if one is None:
            raise AssistantError("that source is not known any more; open this tab again")
        if one.listed:
            return one.name
        return one.location if is_address(one.location) else Path(one.location)

    def halt_refresh(self, request: gr.Request) -> Shown:
        """Stop the refresh that this window began; the index stays as it is."""
        stop = self._stops.get(str(request.session_hash))
        if stop is not None and self.may(request):
            stop.cancel()
        return {}

    # what was done

    def compare(self, event: gr.EventData, request: gr.Request) -> Shown:
        """Show what two states that are kept have different."""

        def compared() -> Shown:
            found = self._assistant.diff(sent(event, "before"), sent(event, "after"))
            return {"difference": refresh_history.difference(found)}

        return self._kept("difference", request, compared)

    def ask_back(self, request: gr.Request) -> Shown:
        """Ask whether the state before the last refresh is to be published again, with what that would undo."""
        return self._kept("report", request, lambda: {"report": maintenance.going_back(self._assistant.diff())})

    def stay(self, request: gr.Request) -> Shown:
        """Let the published state be, after all."""
        return {"report": ""}

    def roll_back(self, event: gr.EventData, request: gr.Request) -> Shown:
        """Publish the state before the last refresh again, if the published one is still that which was asked about."""

        def back() -> Shown:
            if self._assistant.status().generation != sent(event, "of"):
                raise AssistantError("another refresh was published meanwhile, so nothing was changed; ask again")
            done = maintenance.rolled_back(self._assistant.rollback())
            return {"report": done, **self._state(), **of_the_corpus(self._assistant)}

        return self._kept("report", request, back)


class _Progress:
    """How far a refresh is, as its thread last told."""

    def __init__(self) -> None:
        self.notices: list[str] = []
        self.stop = CancelToken()
        self._now = ("reading", 0, 0)

    def moved(self, stage: str, done: int, total: int) -> None:
        self._now = (stage, done, total)

    def drawn(self) -> str:
        return maintenance.progress(*self._now, list(self.notices))
