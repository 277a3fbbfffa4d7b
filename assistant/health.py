"""Health: how each source fared when it was last read, kept beside the generations, which a rollback does not touch."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from assistant.gathering import Gathered
from assistant.index.visits import write_whole
from assistant.sources import Source

FILE = "sources.json"
LONGEST_PAUSE = timedelta(days=1)  # of a source that keeps failing, between two tries by itself


@dataclass(frozen=True, slots=True)
class Health:
    """How a source fares.

    `tried` is when it was last read and `succeeded` when it last could be. `failures` counts the tries in a row that
    failed, `since` is the first of them and `reason` is why, `next_try` when it is read again by itself. `unread` are
    the files or pages of it that could not be read at the last try. `brought` is when it last gave a new article.
    """

    tried: datetime | None = None
    succeeded: datetime | None = None
    failures: int = 0
    since: datetime | None = None
    reason: str | None = None
    next_try: datetime | None = None
    unread: int = 0
    brought: datetime | None = None

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
    return Health(**{**known, **times})


def write_healths(folder: Path, healths: Healths) -> None:
    """Write how the sources fare in place of what is there."""
    data = {location: _values(health) for location, health in healths.items()}
    write_whole(folder / FILE, json.dumps(data, indent=2))


def _values(health: Health) -> dict[str, Any]:
    values = {name: getattr(health, name) for name in sorted(_NAMES)}
    return {name: value.isoformat() if name in _TIMES else value for name, value in values.items() if value}


def after(
    healths: Healths, gathered: Gathered, brought: Iterable[str], now: datetime, every: timedelta | None = None
) -> dict[str, Health]:
    """How the sources fare after they were read at `now`; `brought` are the locations that gave new articles.

    `every` is how often they are read by themselves, if they are: one that keeps failing is then given longer and
    longer pauses, up to a day.
    """
    found, new = dict(healths), set(brought)
    for source in gathered.sources:
        location = source.location
        before = replace(found.get(location, Health()), tried=now)
        if location in new:
            before = replace(before, brought=now)
        if location in gathered.broken:
            found[location] = _worse(before, gathered.broken[location], now, source.every or every)
        else:
            unread = len({one.where for one in gathered.failed.get(location, ())})
            found[location] = Health(tried=now, succeeded=now, unread=unread, brought=before.brought)
    return found


def _worse(before: Health, reason: str, now: datetime, every: timedelta | None) -> Health:
    failures = before.failures + 1
    pause = None if every is None else min(every * 2 ** min(failures - 1, 20), max(every, LONGEST_PAUSE))
    return replace(
        before,
        failures=failures,
        since=before.since or now,
        reason=reason,
        next_try=pause and now + pause,
        unread=0,
    )


def due(sources: Iterable[Source], healths: Healths, now: datetime) -> list[Source]:
    """Those of `sources` that are not in a pause for failing."""
    pauses = ((one, healths.get(one.location, Health()).next_try) for one in sources)
    return [one for one, until in pauses if until is None or until <= now]
