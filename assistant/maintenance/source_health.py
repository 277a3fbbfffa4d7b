"""Health: how each source fared when it was last read, kept beside the generations, which a rollback does not touch."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from assistant.index.fetch_state import write_atomically
from assistant.ingest.sources.source import Source
from assistant.maintenance.collect import Gathered

FILE = "health.json"
LONGEST_PAUSE = timedelta(days=1)  # of a source that keeps failing, between two tries by itself
_MOST_PLACES = 10
_EARLY = 5  # the share of a pause that its end may be short of


@dataclass(frozen=True, slots=True)
class Health:
    """How a source fares.

    `tried` is when it was last read and `succeeded` when it last could be. `failures` counts the tries in a row that
    failed, `since` is the first of them and `reason` is why, `next_try` when it is read again by itself. `unread` are
    the files or pages of it that could not be read at the last try, or that are no longer what they were. `brought` is
    when it last gave a new article, `places` are the first of what is unread, each with the reason.
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
        """Whether something of it could not be read at the last try."""
        return bool(self.failures or self.unread)


Healths = Mapping[str, Health]
"""By the location of the source."""
_TIMES = ("tried", "succeeded", "since", "next_try", "brought")
_NAMES = {one.name for one in fields(Health)}


def read_healths(folder: Path) -> dict[str, Health]:
    """How the sources of the index in `folder` fare; nothing when that was not written yet or cannot be used."""
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
    """Write how the sources fare in place of what is there."""
    data = {location: _values(health) for location, health in healths.items()}
    write_atomically(folder / FILE, json.dumps(data, indent=2))


def _values(health: Health) -> dict[str, Any]:
    values = {name: getattr(health, name) for name in sorted(_NAMES)}
    return {name: value.isoformat() if name in _TIMES else value for name, value in values.items() if value}


def after(
    healths: Healths, gathered: Gathered, added: Collection[str], now: datetime, every: timedelta | None = None
) -> dict[str, Health]:
    """How the sources fare after they were read at `now` and all was taken in; `added` are the new articles.

    `every` is how often they are read by themselves, if they are: one that keeps failing is then given longer and
    longer pauses, up to a day.
    """
    found = after_failure(healths, gathered, now, every)
    for location in (one.location for one in gathered.sources if one.location not in gathered.broken):
        gave, failed = gathered.given.get(location, set()), gathered.failed.get(location, [])
        brought = now if gave.intersection(added) else found.get(location, Health()).brought
        told = {one.where: f"{one.where}: {one.reason}" for one in failed}
        told |= {place: f"{place}: is another page than it was" for place in gathered.odd.get(location, ())}
        places = tuple(told.values())[:_MOST_PLACES]
        reason = places[0] if places and not gave else None
        found[location] = Health(now, now, unread=len(told), reason=reason, brought=brought, places=places)
    return found


def after_failure(
    healths: Healths, gathered: Gathered, now: datetime, every: timedelta | None = None
) -> dict[str, Health]:
    """How the sources fare when nothing was taken in, for whatever reason: the worse for those that are broken."""
    found = dict(healths)
    for source in gathered.sources:
        if source.location in gathered.broken:
            before = replace(found.get(source.location, Health()), tried=now)
            found[source.location] = _worse(before, gathered.broken[source.location], now, source.every or every)
    return found


def _worse(before: Health, reason: str, now: datetime, every: timedelta | None) -> Health:
    failures = before.failures + 1
    pause = None if every is None else max(every, min(every * 2 ** min(failures - 1, 10), LONGEST_PAUSE))
    return replace(
        before,
        failures=failures,
        since=before.since or now,
        reason=reason,
        next_try=pause and now + pause,
        unread=0,
        places=(),
    )


def due(sources: Iterable[Source], healths: Healths, now: datetime) -> list[Source]:
    """Those of `sources` that are not in a pause for failing, or whose pause is nearly over: turns come unevenly."""
    found = []
    for source in sources:
        fares = healths.get(source.location, Health())
        pause = fares.next_try - fares.tried if fares.next_try and fares.tried else timedelta()
        clock_was_wrong = fares.tried is not None and now < fares.tried
        if fares.next_try is None or clock_was_wrong or now >= fares.next_try - pause / _EARLY:
            found.append(source)
    return found
