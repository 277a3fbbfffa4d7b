"""Source health: how reading each source went, kept beside the generations so that a rollback does not touch it."""

import json
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime, TypeAdapter

from assistant.index import Library, naming
from assistant.maintenance.collect import Collected
from assistant.maintenance.reports import SourceReport
from assistant.utils import once

FILE = "health.json"
_MAX_PAUSE = timedelta(days=1)  # of a source that keeps failing, between two tries by itself
_MAX_PLACES = 10
_MAX_VISITS = 20
_EARLY = 5  # a source is due when at most a fifth of its pause is left


@dataclass(frozen=True, slots=True)
class Visit:
    """A reading of a source, at `when`: whether all of it was "read", in part or not at all ("failed").

    `articles` is how many it had then; `added`, `changed` and `removed` count what that did to the index, `unread` the
    files or pages that could not be read. `reason` is why it failed, or what is wrong with the first unread one.
    `seconds` are those from the beginning of the refresh until all of the source was read.
    """

    when: AwareDatetime
    outcome: Literal["read", "partly", "failed"] = "read"
    articles: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    unread: int = 0
    reason: str | None = None
    seconds: float = field(default=0.0, compare=False)


@dataclass(frozen=True, slots=True)
class Health:
    """How reading a source went.

    `tried` is the last try and `succeeded` the last one that worked. `failures` counts the tries in a row that failed,
    `since` is the first of them, `reason` why, and `next_try` when it is read again by itself. `unread` counts the
    files or pages that could not be read at the last try or no longer show their article; `places` are the first of
    them, each with its reason. `brought` is when the source last gave a new article. `visits` are the last 20 readings,
    newest first.
    """

    tried: AwareDatetime | None = None
    succeeded: AwareDatetime | None = None
    failures: int = 0
    since: AwareDatetime | None = None
    reason: str | None = None
    next_try: AwareDatetime | None = None
    unread: int = 0
    brought: AwareDatetime | None = None
    places: tuple[str, ...] = ()
    visits: tuple[Visit, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether any of it could not be read at the last try."""
        return bool(self.failures or self.unread)


Healths = Mapping[str, Health]
"""Health by the location of the source."""


_adapter = once(lambda: TypeAdapter(dict[str, Health]))


def read_healths(library: Library) -> dict[str, Health]:
    """The health of the sources of an index, of those that can be read in a damaged file."""
    healths: dict[str, Health] = {}
    with suppress(OSError, ValueError, AttributeError, RecursionError):
        for location, values in json.loads(library.document(FILE) or "{}").items():
            with suppress(ValueError):
                healths |= _adapter().validate_python({location: values})
    return healths


def check_healths(library: Library) -> None:
    """Raise DamagedError, which names the file, unless all of it can be read."""
    with naming(FILE):
        text = library.document(FILE)
        _adapter().validate_python({} if text is None else json.loads(text))


def write_healths(library: Library, healths: Mapping[str, Health]) -> None:
    """Keep them in the place of those before, whole or not at all."""
    # Not as JSON at once: names of files may have lone surrogates, which pydantic does not write.
    data = _adapter().dump_python(dict(healths), mode="json", exclude_defaults=True)
    library.keep_document(FILE, json.dumps(data, indent=2))


def after_refresh(
    healths: Healths,
    collected: Collected,
    added: Collection[str],
    reports: Iterable[SourceReport],
    now: datetime,
    every: timedelta | None = None,
) -> dict[str, Health]:
    """The health of the sources after a refresh that worked, at `now`; `added` are the ids of the new articles.

    `reports` say what it found in each source. `every` is how often they are read by themselves, if they are: a source
    that keeps failing then gets longer and longer pauses, up to a day.
    """
    updated = after_failure(healths, collected, now, every)
    found = {report.location: report for report in reports}
    for location in (source.location for source in collected.sources if source.location not in collected.broken):
        ids, failures = collected.ids_by_source.get(location, set()), collected.failures_by_source.get(location, [])
        before = updated.get(location, Health())
        brought = now if ids.intersection(added) else before.brought
        unread = {failure.where: f"{failure.where}: {failure.reason}" for failure in failures}
        unread |= {place: f"{place}: no longer shows its article" for place in collected.mismatched.get(location, ())}
        places = tuple(unread.values())[:_MAX_PLACES]
        reason = places[0] if places and not ids else None
        visit = replace(_visit(found[location], places, len(unread), now), seconds=collected.seconds.get(location, 0.0))
        visits = _with_visit(before, visit)
        updated[location] = Health(
            now, now, unread=len(unread), reason=reason, brought=brought, places=places, visits=visits
        )
    return updated


def _visit(report: SourceReport, places: tuple[str, ...], unread: int, now: datetime) -> Visit:
    counts = (report.articles, report.added, report.changed, report.removed, unread)
    outcome: Literal["read", "partly", "failed"] = "read"
    if unread:
        outcome = "partly" if report.articles else "failed"
    return Visit(now, outcome, *counts, next(iter(places), None))


def _failed_visit(collected: Collected, location: str, now: datetime) -> Visit:
    seconds = collected.seconds.get(location, 0.0)
    return Visit(now, "failed", reason=collected.broken[location], seconds=seconds)


def _with_visit(before: Health, visit: Visit) -> tuple[Visit, ...]:
    return (visit, *before.visits)[:_MAX_VISITS]


def after_failure(
    healths: Healths, collected: Collected, now: datetime, every: timedelta | None = None
) -> dict[str, Health]:
    """The health of the sources after a refresh that failed: one more failure for each that could not be read."""
    updated = dict(healths)
    for source in (source for source in collected.sources if source.location in collected.broken):
        before, interval = updated.get(source.location, Health()), source.every or every
        pause = None if interval is None else max(interval, min(interval * 2 ** min(before.failures, 10), _MAX_PAUSE))
        updated[source.location] = replace(
            before,
            tried=now,
            failures=before.failures + 1,
            since=before.since or now,
            reason=collected.broken[source.location],
            next_try=pause and now + pause,
            unread=0,
            places=(),
            visits=_with_visit(before, _failed_visit(collected, source.location, now)),
        )
    return updated


def is_due(health: Health, now: datetime) -> bool:
    """Whether a source is not in a pause after a failure, or its pause is nearly over: turns come unevenly."""
    pause = health.next_try - health.tried if health.next_try and health.tried else timedelta()
    clock_was_wrong = health.tried is not None and now < health.tried
    return health.next_try is None or clock_was_wrong or now >= health.next_try - pause / _EARLY
