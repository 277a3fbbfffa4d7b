"""What Prometheus is told of the corpus: its size, its age, and how each source was read, by whichever process."""

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from assistant.errors import AssistantError
from assistant.maintenance import SourceState, Status
from assistant.utils import safe_to_show

_FRESH_SECONDS = 10.0  # for which what was read of the corpus is told again
_CHANGES = ("added", "changed", "removed")


@dataclass
class _Read:
    """What is counted of the readings of a source since the server was started."""

    outcomes: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


class CorpusCollector(Collector):
    """Reads the status when it is asked, at most every ten seconds.

    A refresh is counted from what it leaves in the home, so also one by another process, as of a timer.
    """

    def __init__(self, status: Callable[[], Status], clock: Callable[[], float] = time.monotonic) -> None:
        self._status, self._clock = status, clock
        self._lock = threading.Lock()
        self._began = datetime.now(UTC)
        self._until: dict[str, datetime] = {}  # by location: the last reading that is counted
        self._read: dict[str, _Read] = {}  # by what the source is called
        self._known: tuple[float, Status | None, int] | None = None

    def collect(self) -> Iterator[Metric]:
        """The metrics."""
        with self._lock:
            status, size = self._current()
            yield GaugeMetricFamily(
                "assistant_corpus_readable", "Whether the index can be read.", int(status is not None)
            )
            if status is not None:
                yield from _index(status, size)
                yield from _ages(status)
                yield from self._readings()

    def describe(self) -> list[Metric]:
        """Nothing: else it would all be read when this is registered."""
        return []

    def _current(self) -> tuple[Status | None, int]:
        now = self._clock()
        if self._known is None or now - self._known[0] >= _FRESH_SECONDS:
            try:
                status = self._status()
            except AssistantError:
                self._known = (now, None, 0)
            else:
                self._known = (now, status, _bytes_below(status.home / "index"))
                for state in status.states:
                    self._count(state)
        return self._known[1], self._known[2]

    def _count(self, state: SourceState) -> None:
        read = self._read.setdefault(_name(state), _Read())
        until = self._until.get(state.location, self._began)
        new = [visit for visit in state.health.visits if visit.when > until]
        for visit in new:
            read.outcomes[visit.outcome] += 1
            read.seconds += visit.seconds
            for kind in _CHANGES:
                read.changes[kind] += getattr(visit, kind)
        self._until[state.location] = max((visit.when for visit in new), default=until)

    def _readings(self) -> Iterator[Metric]:
        readings = CounterMetricFamily(
            "assistant_refreshes", "Readings of a source, by how they ended.", labels=("source", "outcome")
        )
        seconds = CounterMetricFamily(
            "assistant_refresh_seconds", "Seconds until a source was read, of all its readings.", labels=("source",)
        )
        changes = CounterMetricFamily(
            "assistant_refresh_articles", "Articles that refreshes changed.", labels=("source", "change")
        )
        for name, read in self._read.items():
            for outcome in ("read", "partly", "failed"):
                readings.add_metric((name, outcome), read.outcomes[outcome])
            seconds.add_metric((name,), read.seconds)
            for kind in _CHANGES:
                changes.add_metric((name, kind), read.changes[kind])
        yield from (readings, seconds, changes)


def _index(status: Status, size: int) -> Iterator[Metric]:
    yield GaugeMetricFamily("assistant_index_articles", "Articles of the index.", status.articles)
    yield GaugeMetricFamily("assistant_index_chunks", "Passages of the index.", status.chunks)
    yield GaugeMetricFamily("assistant_index_bytes", "Bytes of the index, all generations.", size)
    yield GaugeMetricFamily("assistant_index_generations", "Generations that are kept.", len(status.generations))
    yield GaugeMetricFamily("assistant_corpus_warnings", "What a maintainer should look at.", len(status.warnings))


def _ages(status: Status) -> Iterator[Metric]:
    now = datetime.now(UTC)
    if status.checked is not None:
        age = (now - status.checked).total_seconds()
        yield GaugeMetricFamily("assistant_refresh_age_seconds", "Seconds since the last refresh.", age)
    if status.newest is not None:
        age = (now - status.newest).total_seconds()
        yield GaugeMetricFamily("assistant_newest_article_age_seconds", "Age of the newest article.", age)
    ages = GaugeMetricFamily(
        "assistant_source_age_seconds", "Seconds since a source was last read.", labels=("source",)
    )
    failures = GaugeMetricFamily(
        "assistant_source_failures", "Tries in a row at which a source could not be read.", labels=("source",)
    )
    for name, state in {_name(state): state for state in status.states if state.read}.items():
        if state.health.succeeded is not None:
            ages.add_metric((name,), (now - state.health.succeeded).total_seconds())
        failures.add_metric((name,), state.health.failures)
    yield from (ages, failures)


def _name(state: SourceState) -> str:
    return safe_to_show(state.name)


def _bytes_below(folder: Path) -> int:
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                total += Path(path, name).lstat().st_size
            except OSError:  # swept away meanwhile
                continue
    return total
