"""Refreshes on a schedule, in rounds, until it is stopped.

All sources whose turn it is are read in one round, which publishes one generation at most. A source that keeps failing
is tried less and less often, and never dropped.
"""

import logging
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
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
_EARLY = 0.1  # the share of its interval by which a source may be read early, together with others
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ScheduleEvents:
    """What a schedule calls after each refresh: `done` with its report, or `failed` with the reason."""

    done: Callable[[RefreshReport], None] = lambda report: None
    failed: Callable[[str], None] = lambda reason: None


class Schedule:
    """Refreshes each source every `every`, or as often as it says itself, until `stop` is made.

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
        self._status, self._refresh_sources = status, refresh
        self._every, self._events, self._stop = every, events, stop
        self._read: dict[str, datetime] = {}  # when the turn of each source was last

    def run(self) -> None:
        """Refresh all sources now, then in rounds those whose turn it is, until `stop` is made and a refresh ended."""
        ended = threading.Event()
        self._stop.listen(ended.set)
        started = datetime.now(UTC)
        self._refresh(())
        self._read = dict.fromkeys(self._intervals(), started)
        while not self._stop.cancelled:
            intervals = self._intervals()
            due = self._due(intervals, datetime.now(UTC))
            if due:
                self._read.update(dict.fromkeys(due, datetime.now(UTC)))
                self._refresh(tuple(due))
            ended.wait(self._pause(intervals, datetime.now(UTC)))

    def _intervals(self) -> dict[str, timedelta]:
        """How often each source is read, by location; as before, when the list cannot be read."""
        try:
            states = [state for state in self._status().states if state.read]
        except AssistantError as error:
            log_event(_log, "failed", reason=str(error))
            self._events.failed(str(error))
            return dict.fromkeys(self._read, self._every)
        return {state.location: max(state.every or self._every, _SHORTEST) for state in states}

    def _due(self, intervals: Mapping[str, timedelta], now: datetime) -> list[str]:
        """The sources whose turn it is, and with them those whose turn is soon: a round publishes one generation."""
        late = {location: now - self._read.get(location, _NEVER) - every for location, every in intervals.items()}
        if not any(time >= timedelta() for time in late.values()):
            return []
        return [location for location, time in late.items() if time >= -_EARLY * intervals[location]]

    def _pause(self, intervals: Mapping[str, timedelta], now: datetime) -> float:
        """The seconds until the next turn of a source, or until the list is looked at for new ones."""
        turns = (self._read.get(location, _NEVER) + every - now for location, every in intervals.items())
        return max(min(_REPLAN, self._every, *turns), timedelta()).total_seconds()

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
