"""How a home stands: its corpus, its sources and its generations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from assistant.errors import SettingsError
from assistant.index import Library, Manifest
from assistant.ingest.sources import registry
from assistant.ingest.sources.source import Source
from assistant.maintenance.source_health import Health, Healths, read_healths
from assistant.maintenance.source_state import SourceState, states
from assistant.settings import Settings


@dataclass(frozen=True, slots=True)
class Status:
    """The state of a home. `checked` is when sources were last compared with the index.

    `sources` are the locations that the index has, `states` says how each of them and each listed one stands. `trouble`
    is what is wrong in `sources.toml`, whose sources are then not told of.
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
        """What a maintainer should see to: sources that are old, fail or bring nothing new."""
        told = (f"{one.name}: {warning}" for one in self.states for warning in one.warnings)
        return (*([self.trouble] if self.trouble else []), *told)


def corpus_status(library: Library, settings: Settings) -> Status:
    """The state of the corpus, of its sources and generations; also for an empty home."""
    listed, trouble = _listed(settings)
    name = library.current()
    if name is None:
        found = _states(library, settings, listed)
        return Status(settings.home, None, None, None, 0, 0, {}, None, None, None, (), (), found, trouble)
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
    return states(listed, indexed, origins, _healths(library), stale_after, datetime.now(UTC))


def _healths(library: Library) -> Healths:
    """How the sources fare; of those of an index that did not note it, when all were last read."""
    current, noted = library.current(), read_healths(library.folder)
    checked = library.checked_at()
    if current is None or checked is None:
        return noted
    read = Health(tried=checked, succeeded=checked)
    return {**dict.fromkeys(library.manifest(current).sources, read), **noted}


def _listed(settings: Settings) -> tuple[list[Source], str | None]:
    """The listed sources, or what is wrong with the list: who only reads must not be stopped by that."""
    try:
        return registry.listed(settings), None
    except SettingsError as error:
        return [], str(error)
