"""Health: how each source fared when it was last read, kept beside the generations, which a rollback does not touch."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.ingest.sources.source import Source, SourceKind
from assistant.maintenance.selection import unlisted
from assistant.maintenance.source_health import Health, Healths
from assistant.utils.durations import format_age, format_duration
from assistant.utils.formatting import day

_QUIET = timedelta(days=30)  # without anything new, a feed is more likely broken or moved than silent


@dataclass(frozen=True, slots=True)
class SourceState:
    """How a source stands. `articles` it gave to the index, the `newest` published then; `health` is how it fares,
    `every` how often it is read by itself, if it has its own time.

    `listed`: it stands in `sources.toml`; `read`: a refresh without arguments reads it. `warnings` are what should be
    seen to, in words; `stale` is whether there are any.
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


def states(
    listed: Sequence[Source],
    indexed: Sequence[str],
    origins: Mapping[str, tuple[int, datetime | None]],
    healths: Healths,
    stale_after: timedelta,
    now: datetime,
) -> tuple[SourceState, ...]:
    """How each source stands: those that are listed, those that the index has or only has articles of."""
    known = {one.location: one for one in listed}
    found = [*listed, *(unlisted(one) for one in _others(known, indexed, origins))]
    return tuple(
        _state(one, one.listed or one.location in indexed, origins, healths, stale_after, now) for one in found
    )


def _others(known: Mapping[str, Source], *more: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(one for each in more for one in each if one not in known))


def _state(
    source: Source,
    read: bool,
    origins: Mapping[str, tuple[int, datetime | None]],
    healths: Healths,
    stale_after: timedelta,
    now: datetime,
) -> SourceState:
    articles, newest = origins.get(source.location, (0, None))
    fares = healths.get(source.location, Health())
    warnings = tuple(_warnings(source, newest, fares, source.stale_after or stale_after, now)) if read else ()
    about = (source.name, source.kind, source.location, source.listed)
    return SourceState(*about, read, articles, newest, fares, source.every, warnings)


def _warnings(
    source: Source, newest: datetime | None, fares: Health, stale_after: timedelta, now: datetime
) -> Iterator[str]:
    if fares.tried is None:
        if source.listed:
            yield "not read yet; run assistant refresh"
        return
    if fares.failures:
        times = "once" if fares.failures == 1 else f"{fares.failures} times in a row"
        yield f"could not be read {times}, since {day(fares.since or fares.tried)}: {fares.reason}"
    elif fares.reason is not None:
        yield f"none of it could be read ({fares.unread:,} failed): {fares.reason}"
    if fares.succeeded is not None and now - fares.succeeded > stale_after:
        yield f"last read {format_age(now - fares.succeeded)} ago, which is over {format_duration(stale_after)}"
    if (line := _quiet(source, newest, fares, now)) is not None:
        yield line


def _quiet(source: Source, newest: datetime | None, fares: Health, now: datetime) -> str | None:
    longest = source.quiet_after or (_QUIET if source.kind == "feed" else None)
    moments = [one for one in (newest, fares.brought) if one is not None]
    if longest is None or not moments or now - max(moments) <= longest:
        return None
    return f"nothing new for {format_age(now - max(moments))}, which is over {format_duration(longest)}; has it moved?"
