"""The status of a home: its corpus, its sources and its generations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from assistant.errors import SettingsError
from assistant.index import Library, Manifest
from assistant.ingest.sources import Source, listed
from assistant.maintenance.source_health import Health, Healths, read_healths
from assistant.maintenance.source_state import SourceState, source_states
from assistant.settings import Settings


@dataclass(frozen=True, slots=True)
class Status:
    """The state of a home. `checked` is when sources were last compared with the index.

    `sources` are the locations of the sources of the index, `states` the state of each of them and of each listed one.
    `trouble` is what is wrong in `sources.toml`, whose sources are then left out.
    """

    home: Path
    generation: str | None
    refreshed: datetime | None
    checked: datetime | None
    articles: int
    chunks: int
    publications: dict[str, int]
    oldest: datetime | None
    newest: datetime | None
    embedder: str | None
    sources: tuple[str, ...]
    generations: tuple[Manifest, ...]
    states: tuple[SourceState, ...] = ()
    trouble: str | None = None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a maintainer should look at: sources that are old, fail or bring nothing new."""
        warnings = (f"{state.name}: {warning}" for state in self.states for warning in state.warnings)
        return (*([self.trouble] if self.trouble else []), *warnings)


def corpus_status(library: Library, settings: Settings) -> Status:
    """The state of the corpus, of its sources and generations; also for an empty home."""
    listed, trouble = _listed(settings)
    name = library.current()
    if name is None:
        states = _states(library, settings, listed)
        return Status(settings.home, None, None, None, 0, 0, {}, None, None, None, (), (), states, trouble)
    with library.reading() as generation:
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
            states=_states(library, settings, listed, manifest.sources, generation.db.origins()),
            trouble=trouble,
        )


def _states(
    library: Library,
    settings: Settings,
    listed: Sequence[Source],
    indexed: Sequence[str] = (),
    origins: Mapping[str, tuple[int, datetime | None]] = MappingProxyType({}),
) -> tuple[SourceState, ...]:
    stale_after = timedelta(days=settings.stale_after)
    return source_states(listed, indexed, origins, _healths(library), stale_after, datetime.now(UTC))


def _healths(library: Library) -> Healths:
    """The health of the sources; for an index older than the health file, all were read when it was last checked."""
    current, healths = library.current(), read_healths(library.folder)
    checked = library.checked_at()
    if current is None or checked is None:
        return healths
    read = Health(tried=checked, succeeded=checked)
    return {**dict.fromkeys(library.manifest(current).sources, read), **healths}


def _listed(settings: Settings) -> tuple[list[Source], str | None]:
    """The listed sources, or what is wrong with the list, which must not keep anyone from asking questions."""
    try:
        return listed(settings), None
    except SettingsError as error:
        return [], str(error)
