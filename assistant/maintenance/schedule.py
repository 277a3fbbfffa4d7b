"""Scheduling: refreshes that go on by themselves, one at a time, until they are asked to stop.

The sources are spread over the interval, so that they are not all read at one moment. A source that keeps
failing is tried less and less often, and never dropped.
"""

import logging
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from assistant.errors import AssistantError, StoppedError
from assistant.ingest.sources.source import url_or_path
from assistant.maintenance.reports import RefreshCallbacks, RefreshReport
from assistant.utils.concurrency import CancelToken
from assistant.utils.durations import format_duration
from assistant.utils.json_logging import log_event

if TYPE_CHECKING:
    from assistant.maintenance.source_state import SourceState
    from assistant.maintenance.status import Status

_log = logging.getLogger(__name__)

SHORTEST = timedelta(seconds=1)
_LOOK = timedelta(minutes=1)  # how often the list of sources is looked at for new ones, at the most
_SPREAD = 0.9  # the share of the interval over which the sources are spread


@dataclass(frozen=True, slots=True)
class ScheduleEvents:
    """Who hears of each refresh that went on by itself: its report, or why there was none."""

    done: Callable[[RefreshReport], None] = lambda report: None
    failed: Callable[[str], None] = lambda reason: None


class Refreshable(Protocol):
    """What a schedule needs of an assistant."""

    def status(self) -> "Status":
        """How its sources stand."""
        ...

    def refresh(
        self,
        sources: Sequence[str | Path] = (),
        *,
        every: timedelta | None = ...,
        watcher: RefreshCallbacks | None = ...,
    ) -> RefreshReport:
        """Refresh some sources, or all."""
        ...


class Schedule:
    """Refreshes `corpus` every `every`, source by source, in a thread of its own, until `stop` is made."""

    def __init__(
        self, corpus: Refreshable, every: timedelta, told: ScheduleEvents, stop: CancelToken, watcher: RefreshCallbacks
    ) -> None:
        from apscheduler.executors.pool import ThreadPoolExecutor
        from apscheduler.schedulers.background import BackgroundScheduler

        self._corpus, self._every, self._told, self._stop, self._watcher = corpus, every, told, stop, watcher
        # One worker: one refresh at a time. A turn that comes late is taken late, and once.
        self._scheduler: Any = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._turns: dict[str, timedelta] = {}

    def run(self) -> None:
        """Refresh all now, then each source in its turn; ends when `stop` is made and the refresh that goes on has."""
        ended = threading.Event()
        self._stop.listen(ended.set)
        self._refresh(())
        if not self._stop.cancelled:
            self._plan()
            self._scheduler.add_job(self._plan, "interval", seconds=min(_LOOK, self._every).total_seconds())
            self._scheduler.start()
            ended.wait()
            self._scheduler.shutdown(wait=True)

    def _plan(self) -> None:
        """Give each source its turn: new ones too, at a time of their own in the interval."""
        try:
            states = [one for one in self._corpus.status().states if one.read]
        except AssistantError as error:
            log_event(_log, "failed", reason=str(error))
            self._told.failed(str(error))
            return
        for gone in set(self._turns) - {one.location for one in states}:
            self._scheduler.remove_job(gone)
            del self._turns[gone]
        for number, state in enumerate(states):
            every = max(state.every or self._every, SHORTEST)
            if self._turns.get(state.location) != every:
                spread = every * _SPREAD * (number + 1) / len(states)
                self._turn(state, every, spread if state.health.tried else timedelta())

    def _turn(self, state: "SourceState", every: timedelta, after: timedelta) -> None:
        self._turns[state.location] = every
        self._scheduler.add_job(
            self._refresh,
            "interval",
            args=[(state.location,)],
            id=state.location,
            replace_existing=True,
            seconds=every.total_seconds(),
            next_run_time=datetime.now(UTC) + after,
            jitter=int(min(every.total_seconds() / 20, 60)),
        )

    def _refresh(self, locations: tuple[str, ...]) -> None:
        if self._stop.cancelled:
            return
        log_event(_log, "turn", sources=list(locations) or None, every=format_duration(self._every))
        try:
            self._told.done(
                self._corpus.refresh([*map(url_or_path, locations)], every=self._every, watcher=self._watcher)
            )
        except StoppedError:
            log_event(_log, "stopped")
        except AssistantError as error:
            log_event(_log, "failed", reason=str(error))
            self._told.failed(str(error))
        except Exception as error:  # whatever it is, the next turn may go well
            _log.exception("failed")
            self._told.failed(f"{type(error).__name__}: {error}")


@contextmanager
def stopped_by_signals() -> Iterator[CancelToken]:
    """A stop that SIGTERM and SIGINT make, to the end of the block; a second one ends the program at once."""
    stop = CancelToken()

    def make(number: int, frame: Any) -> None:
        signal.signal(number, before[signal.Signals(number)])
        # Not in this thread, which may hold the lock of the stop just now.
        threading.Thread(target=stop.cancel, daemon=True).start()

    before = {number: signal.signal(number, make) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
