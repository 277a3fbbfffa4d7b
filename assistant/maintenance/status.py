"""The status of a home: its corpus, its generations, and the state of its sources with what to warn of."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from assistant.errors import SettingsError
from assistant.index import Generation, Library, Manifest
from assistant.ingest.sources import Source, SourceKind, gone_list, listed
from assistant.maintenance.selection import unlisted_source
from assistant.maintenance.source_health import Health, Visit, read_healths
from assistant.settings import Settings
from assistant.utils import day, format_age, format_duration

_QUIET = timedelta(days=30)  # without anything new, a feed is more likely broken or moved than silent


@dataclass(frozen=True, slots=True)
class SourceState:
    """The state of a source: how many `articles` the index has of it, the date of the `newest`, and its `health`.

    `listed`: it is in `sources.toml`; `read`: a refresh without arguments reads it, which it does not when it is
    `paused`. `every` is how often it is read by
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
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Status:
    """The state of a home. `checked` is when sources were last compared with the index.

    `sources` are the locations of the sources of the index, `states` the state of each of them and of each listed one.
    `trouble` is what is wrong in `sources.toml`, whose sources are then left out, or that it is gone. `damage` is what
    of the index is damaged, each in a line with its cure; what is told of it is then of the newest sound generation.
    """

    home: Path
    generation: str | None = None
    refreshed: datetime | None = None
    checked: datetime | None = None
    articles: int = 0
    chunks: int = 0
    publications: dict[str, int] = field(default_factory=dict)
    oldest: datetime | None = None
    newest: datetime | None = None
    embedder: str | None = None
    sources: tuple[str, ...] = ()
    generations: tuple[Manifest, ...] = ()
    states: tuple[SourceState, ...] = ()
    trouble: str | None = None
    damage: tuple[str, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a maintainer should look at: damage, and sources that are old, fail or bring nothing new."""
        warnings = (f"{state.name}: {warning}" for state in self.states for warning in state.warnings)
        return (*self.damage, *([self.trouble] if self.trouble else []), *warnings)


def corpus_status(library: Library, settings: Settings, damage: tuple[str, ...] = ()) -> Status:
    """The state of the corpus, of its sources and generations; also for an empty home.

    `damage` are lines of what else is damaged. Raises DamagedError when no generation is sound.
    """
    try:
        gone = gone_list(settings)
        sources, trouble = listed(settings), gone.gone_text if gone else None
    except SettingsError as error:  # must not keep anyone from asking questions
        sources, trouble = [], str(error)
    if library.current() is None:
        return Status(settings.home, states=_source_states(library, settings, sources), trouble=trouble)

    def status_of(generation: Generation) -> Status:
        manifest = generation.manifest
        oldest, newest = generation.db.dates()
        return Status(
            home=settings.home,
            generation=generation.name,
            refreshed=manifest.made_at,
            checked=library.checked_at(),
            articles=manifest.articles,
            chunks=manifest.chunks,
            publications=generation.db.sources(),
            oldest=oldest,
            newest=newest,
            embedder=manifest.embedder,
            sources=manifest.sources,
            generations=tuple(library.manifests()),
            states=_source_states(library, settings, sources, manifest.sources, generation.db.origins()),
            trouble=trouble,
        )

    status = library.read(status_of)
    damage = tuple(line for line in damage if trouble is None or trouble not in line)
    return replace(status, damage=damage or library.warnings)


def source_visits(library: Library, source: Source) -> list[Visit]:
    """The last readings of a source, up to 20, newest first; those of before visits were kept are not among them."""
    return list(read_healths(library).get(source.location, Health()).visits)


def _source_states(
    library: Library,
    settings: Settings,
    listed: list[Source],
    indexed: tuple[str, ...] = (),
    origins: dict[str, tuple[int, datetime | None]] | None = None,
) -> tuple[SourceState, ...]:
    """The state of each source: first those `listed`, then those that only the index has, or has articles of.

    `indexed` are the locations of the sources of the index; `origins` has, by location, the number of articles and the
    newest date.
    """
    origins, healths, now = origins or {}, read_healths(library), datetime.now(UTC)
    if (checked := library.checked_at()) is not None:
        # In an index that is older than the health file, all were read when it was last checked.
        healths = {**dict.fromkeys(indexed, Health(tried=checked, succeeded=checked)), **healths}
    known = {source.location for source in listed}
    others = dict.fromkeys(location for location in (*indexed, *origins) if location not in known)
    states = []
    for source in (*listed, *map(unlisted_source, others)):
        articles, newest = origins.get(source.location, (0, None))
        health = healths.get(source.location, Health())
        is_read = not source.paused and (source.listed or source.location in indexed)
        stale_after = source.stale_after or timedelta(days=settings.stale_after)
        warnings = tuple(_warnings(source, newest, health, stale_after, now)) if is_read else ()
        about = (source.name, source.kind, source.location, source.listed)
        states.append(SourceState(*about, is_read, articles, newest, health, source.every, warnings, source.paused))
    return tuple(states)


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
    quiet_after = source.quiet_after or (_QUIET if source.kind == "feed" else None)
    last = max((moment for moment in (newest, health.brought) if moment is not None), default=None)
    if quiet_after is not None and last is not None and now - last > quiet_after:
        yield f"nothing new for {format_age(now - last)}, which is over {format_duration(quiet_after)}; has it moved?"
