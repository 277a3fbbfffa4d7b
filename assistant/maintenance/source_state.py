"""The state of each source: what the index has of it, how reading it went, and what to warn of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.ingest.sources import Source, SourceKind
from assistant.maintenance.selection import unlisted_source
from assistant.maintenance.source_health import Health, Healths
from assistant.utils import day, format_age, format_duration

_QUIET = timedelta(days=30)  # without anything new, a feed is more likely broken or moved than silent


@dataclass(frozen=True, slots=True)
class SourceState:
    """The state of a source: how many `articles` the index has of it, the date of the `newest`, and its `health`.

    `listed`: it is in `sources.toml`; `read`: a refresh without arguments reads it. `every` is how often it is read by
    itself, if it has an interval of its own. `warnings` say, in words, what the maintainer should look at.
    """

    name: str
    kind: SourceKind
    location: str
    listed: bool
    read: bool
    articles: int
    newest: datetime | None
    health: Health
    every: timedelta | None = None
    warnings: tuple[str, ...] = ()

    @property
    def stale(self) -> bool:
        """Whether answers from it may be out of date."""
        return bool(self.warnings)


def source_states(
    listed: Sequence[Source],
    indexed: Sequence[str],
    origins: Mapping[str, tuple[int, datetime | None]],
    healths: Healths,
    stale_after: timedelta,
    now: datetime,
) -> tuple[SourceState, ...]:
    """The state of each source: first those `listed`, then those that only the index has, or has articles of.

    `indexed` are the locations of the sources of the index; `origins` has, by location, the number of articles and the
    newest date.
    """
    known = {source.location for source in listed}
    others = dict.fromkeys(location for location in (*indexed, *origins) if location not in known)
    return tuple(
        _state(source, source.listed or source.location in indexed, origins, healths, stale_after, now)
        for source in (*listed, *map(unlisted_source, others))
    )


def _state(
    source: Source,
    read: bool,
    origins: Mapping[str, tuple[int, datetime | None]],
    healths: Healths,
    stale_after: timedelta,
    now: datetime,
) -> SourceState:
    articles, newest = origins.get(source.location, (0, None))
    health = healths.get(source.location, Health())
    warnings = tuple(_warnings(source, newest, health, source.stale_after or stale_after, now)) if read else ()
    about = (source.name, source.kind, source.location, source.listed)
    return SourceState(*about, read, articles, newest, health, source.every, warnings)


def _warnings(
    source: Source, newest: datetime | None, health: Health, stale_after: timedelta, now: datetime
) -> Iterator[str]:
    if health.tried is None:
        if source.listed:
            yield "not read yet; run assistant refresh"
        return
    if health.failures:
        times = "once" if health.failures == 1 else f"{health.failures} times in a row"
        yield f"could not be read {times}, since {day(health.since or health.tried)}: {health.reason}"
    elif health.reason is not None:
        yield f"none of it could be read ({health.unread:,} failed): {health.reason}"
    if health.succeeded is not None and now - health.succeeded > stale_after:
        yield f"last read {format_age(now - health.succeeded)} ago, which is over {format_duration(stale_after)}"
    if (warning := _quiet_warning(source, newest, health, now)) is not None:
        yield warning


def _quiet_warning(source: Source, newest: datetime | None, health: Health, now: datetime) -> str | None:
    quiet_after = source.quiet_after or (_QUIET if source.kind == "feed" else None)
    moments = [moment for moment in (newest, health.brought) if moment is not None]
    if quiet_after is None or not moments or now - max(moments) <= quiet_after:
        return None
    return (
        f"nothing new for {format_age(now - max(moments))}, which is over {format_duration(quiet_after)}; has it moved?"
    )
