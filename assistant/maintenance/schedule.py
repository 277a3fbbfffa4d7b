"""Refreshes on a schedule, one at a time, until it is stopped.

The sources are spread over the interval, so that they are not all read at once. A source that keeps failing is tried
less and less often, and never dropped.
"""

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from assistant.errors import AssistantError, StoppedError
from assistant.ingest.sources import url_or_path
from assistant.maintenance.reports import RefreshCallbacks, RefreshReport
from assistant.maintenance.status import Status
from assistant.utils import CancelToken, format_duration, log_event

_log = logging.getLogger(__name__)

_SHORTEST = timedelta(seconds=1)
_REPLAN = timedelta(minutes=1)  # at most, between two looks at the list of sources for new ones
_SPREAD = 0.9  # the share of the interval over which the sources are spread


@dataclass(frozen=True, slots=True)
class ScheduleEvents:
    """What a schedule calls after each refresh: `done` with its report, or `failed` with the reason."""

    done: Callable[[RefreshReport], None] = lambda report: None
    failed: Callable[[str], None] = lambda reason: None


class Schedule:
    """Refreshes each source every `every`, in a thread of its own, until `stop` is made.

    `status` and `refresh` are those of an Assistant.
    """

    def __init__(
        self,
        status: Callable[[], Status],
        refresh: Callable[..., RefreshReport],
        every: timedelta,
        events: ScheduleEvents,
        stop: CancelToken,
    ) -> None:
        from apscheduler.executors.pool import ThreadPoolExecutor
        from apscheduler.schedulers.background import BackgroundScheduler

        self._status, self._refresh_sources = status, refresh
        self._every, self._events, self._stop = every, events, stop
        # One worker: one refresh at a time. A turn that is late is taken late, and only once.
        self._scheduler: Any = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._intervals: dict[str, timedelta] = {}

    def run(self) -> None:
        """Refresh all sources now, then each in its turn, until `stop` is made and a running refresh has ended."""
        ended = threading.Event()
        self._stop.listen(ended.set)
        self._refresh(())
        if not self._stop.cancelled:
            self._plan()
            self._scheduler.add_job(self._plan, "interval", seconds=min(_REPLAN, self._every).total_seconds())
            self._scheduler.start()
            ended.wait()
            self._scheduler.shutdown(wait=True)

    def _plan(self) -> None:
        """Plan the turns of the sources, new ones at a moment of their own in the interval."""
        try:
            states = [state for state in self._status().states if state.read]
        except AssistantError as error:
            log_event(_log, "failed", reason=str(error))
            self._events.failed(str(error))
            return
        for location in set(self._intervals) - {state.location for state in states}:
            self._scheduler.remove_job(location)
            del self._intervals[location]
        for number, state in enumerate(states):
            every = max(state.every or self._every, _SHORTEST)
            if self._intervals.get(state.location) == every:
                continue
            self._intervals[state.location] = every
            delay = every * _SPREAD * (number + 1) / len(states) if state.health.tried else timedelta()
            self._scheduler.add_job(
                self._refresh,
                "interval",
                args=[(state.location,)],
                id=state.location,
                replace_existing=True,
                seconds=every.total_seconds(),
                next_run_time=datetime.now(UTC) + delay,
                jitter=int(min(every.total_seconds() / 20, 60)),
            )

    def _refresh(self, locations: tuple[str, ...]) -> None:
        if self._stop.cancelled:
            return
        log_event(_log, "turn", sources=list(locations) or None, every=format_duration(self._every))
        try:
            sources = [*map(url_or_path, locations)]
            report = self._refresh_sources(sources, every=self._every, watcher=RefreshCallbacks(stop=self._stop))
            self._events.done(report)
        except StoppedError:
            log_event(_log, "stopped")
        except AssistantError as error:
            log_event(_log, "failed", reason=str(error))
            self._events.failed(str(error))
        except Exception as error:  # whatever it is, the next turn may go well
            _log.exception("failed")
            self._events.failed(f"{type(error).__name__}: {error}")


@contextmanager
def stopped_by_signals() -> Iterator[CancelToken]:
    """A token that SIGTERM and SIGINT cancel until the end of the block; a second signal ends the program at once."""
    stop = CancelToken()

    def make(number: int, frame: Any) -> None:
        signal.signal(number, before[signal.Signals(number)])
        # Not in this thread, which may hold the lock of the token just now.
        threading.Thread(target=stop.cancel, daemon=True).start()

    before = {number: signal.signal(number, make) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
