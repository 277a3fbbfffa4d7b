"""Source health: how reading each source went, kept beside the generations so that a rollback does not touch it."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.index import write_atomically
from assistant.ingest.sources import Source

if TYPE_CHECKING:
    from assistant.maintenance.collect import Collected

FILE = "health.json"
_MAX_PAUSE = timedelta(days=1)  # of a source that keeps failing, between two tries by itself
_MAX_PLACES = 10
_EARLY = 5  # a source is due when at most a fifth of its pause is left


@dataclass(frozen=True, slots=True)
class Health:
    """How reading a source went.

    `tried` is the last try and `succeeded` the last one that worked. `failures` counts the tries in a row that failed,
    `since` is the first of them, `reason` why, and `next_try` when it is read again by itself. `unread` counts the
    files or pages that could not be read at the last try or no longer show their article; `places` are the first of
    them, each with its reason. `brought` is when the source last gave a new article.
    """

    tried: datetime | None = None
    succeeded: datetime | None = None
    failures: int = 0
    since: datetime | None = None
    reason: str | None = None
    next_try: datetime | None = None
    unread: int = 0
    brought: datetime | None = None
    places: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether any of it could not be read at the last try."""
        return bool(self.failures or self.unread)


Healths = Mapping[str, Health]
"""Health by the location of the source."""
_TIMES = ("tried", "succeeded", "since", "next_try", "brought")
_NAMES = {field.name for field in fields(Health)}


def read_healths(folder: Path) -> dict[str, Health]:
    """The health of the sources of the index in `folder`; empty when its file is missing or damaged."""
    try:
        data = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return {location: _health(values) for location, values in data.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _health(values: Mapping[str, Any]) -> Health:
    known = {name: value for name, value in values.items() if name in _NAMES}
    times = {name: datetime.fromisoformat(known[name]) for name in _TIMES if known.get(name)}
    if any(moment.tzinfo is None for moment in times.values()):
        raise ValueError("a time without its zone")
    return Health(**{**known, **times, "places": tuple(known.get("places", ()))})


def write_healths(folder: Path, healths: Healths) -> None:
    """Replace the health file in `folder`, whole or not at all."""
    data = {location: _values(health) for location, health in healths.items()}
    write_atomically(folder / FILE, json.dumps(data, indent=2))


def _values(health: Health) -> dict[str, Any]:
    values = {name: getattr(health, name) for name in sorted(_NAMES)}
    return {name: value.isoformat() if name in _TIMES else value for name, value in values.items() if value}


def after_refresh(
    healths: Healths, collected: "Collected", added: Collection[str], now: datetime, every: timedelta | None = None
) -> dict[str, Health]:
    """The health of the sources after a refresh that worked, at `now`; `added` are the ids of the new articles.

    `every` is how often they are read by themselves, if they are: a source that keeps failing then gets longer and
    longer pauses, up to a day.
    """
    updated = after_failure(healths, collected, now, every)
    for location in (source.location for source in collected.sources if source.location not in collected.broken):
        ids, failures = collected.ids_by_source.get(location, set()), collected.failures_by_source.get(location, [])
        brought = now if ids.intersection(added) else updated.get(location, Health()).brought
        unread = {failure.where: f"{failure.where}: {failure.reason}" for failure in failures}
        unread |= {place: f"{place}: is another page than it was" for place in collected.mismatched.get(location, ())}
        places = tuple(unread.values())[:_MAX_PLACES]
        reason = places[0] if places and not ids else None
        updated[location] = Health(now, now, unread=len(unread), reason=reason, brought=brought, places=places)
    return updated


def after_failure(
    healths: Healths, collected: "Collected", now: datetime, every: timedelta | None = None
) -> dict[str, Health]:
    """The health of the sources after a refresh that failed: one more failure for each that could not be read."""
    updated = dict(healths)
    for source in collected.sources:
        if source.location in collected.broken:
            before, reason = updated.get(source.location, Health()), collected.broken[source.location]
            updated[source.location] = _with_failure(before, reason, now, source.every or every)
    return updated


def _with_failure(before: Health, reason: str, now: datetime, every: timedelta | None) -> Health:
    failures = before.failures + 1
    pause = None if every is None else max(every, min(every * 2 ** min(failures - 1, 10), _MAX_PAUSE))
    return replace(
        before,
        tried=now,
        failures=failures,
        since=before.since or now,
        reason=reason,
        next_try=pause and now + pause,
        unread=0,
        places=(),
    )


def due(sources: Iterable[Source], healths: Healths, now: datetime) -> list[Source]:
    """The sources that are not in a pause after a failure, or whose pause is nearly over: turns come unevenly."""
    return [source for source in sources if _is_due(healths.get(source.location, Health()), now)]


def _is_due(health: Health, now: datetime) -> bool:
    pause = health.next_try - health.tried if health.next_try and health.tried else timedelta()
    clock_was_wrong = health.tried is not None and now < health.tried
    return health.next_try is None or clock_was_wrong or now >= health.next_try - pause / _EARLY
