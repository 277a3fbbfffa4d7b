"""Upkeep: what maintainers do with a home: its sources, refreshes and earlier states, and how all of that stands."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.chronicle import Chronicle
from assistant.errors import AssistantError, SettingsError
from assistant.index import Library, Manifest
from assistant.maintenance.reports import RefreshCallbacks, RefreshReport, RefreshRequest
from assistant.maintenance.source_health import Health, Healths, read_healths
from assistant.maintenance.source_state import SourceState, states
from assistant.models.encoder import Encoder
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.ingest.sources.source import Source, SourceKind
    from assistant.ingest.trial import Trial


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


class Upkeep(Chronicle):
    """The part of an assistant that maintainers use."""

    def __init__(self, settings: Settings, library: Library, encoder: Encoder) -> None:
        self.settings = settings
        self._library = library
        self._encoder = encoder

    def refresh(
        self,
        sources: Sequence[str | Path] = (),
        *,
        replace: bool = False,
        allow_removals: bool = False,
        trial: bool = False,
        only_failed: bool = False,
        forget: Sequence[str] = (),
        every: timedelta | None = None,
        reread: bool = False,
        watcher: RefreshCallbacks | None = None,
    ) -> RefreshReport:
        """Bring `sources` into the index and publish the result.

        Each is the name of a listed source, a path or an address. Without any: those of `sources.toml` and those that
        the index was given, or the sample articles when there are none. With `replace` the given sources become the
        whole corpus; else articles of other sources stay. What a folder or file no longer has is removed; when that is
        over half of its articles, they are kept, unless `allow_removals`: that is a failure of its source, or
        RefreshError where that is the only one given. What falls out of a feed stays.

        A `trial` changes nothing and says what would be. `only_failed` reads only what failed at the last refresh.
        `forget` are locations of sources whose articles go; alone, nothing is read. `every` is how often this is
        called by itself: sources that keep failing are then passed over for longer and longer. With `reread` every file
        and page is read again, also those that have not changed or were read not long ago.

        Bad input is in the report's `failures`, and what was indexed from it stays. Raises RefreshError for `replace`
        with a source that cannot be read, SettingsError for a fault in `sources.toml`, LockedError when another refresh
        does not finish in time, StoppedError when `watcher` stopped it, NoSpaceError on a full disk.
        """
        from assistant.maintenance.refresh import refresh

        wish = RefreshRequest(tuple(sources), replace, allow_removals, trial, only_failed, tuple(forget), every, reread)
        report = refresh(self._library, self._encoder.embeddings, self.settings, wish, watcher)
        return report if trial else self._told(report)

    def _told(self, report: RefreshReport) -> RefreshReport:
        """The report with how the answers to watched questions changed."""
        try:
            return replace(report, watched=tuple(self.ask_watched()))
        except AssistantError as error:  # the refresh is done, whatever comes of this
            return replace(report, notices=(*report.notices, str(error)))

    def sources(self) -> "list[Source]":
        """Those that `sources.toml` lists, then those that only the index has, or has articles of."""
        from assistant.ingest.sources import registry

        return registry.all_sources(self.settings, self._locations())

    def add_source(
        self, location: str | Path, *, kind: "SourceKind | None" = None, name: str | None = None, **keys: Any
    ) -> "Source":
        """Put a folder, a file or an address on the list of sources, with the `keys` that a source can have there.

        Without `kind` an address is looked at, which needs the web. Nothing is read into the index. Raises
        SettingsError for what cannot be listed; the file then stays as it is.
        """
        from assistant.ingest.sources import registry

        return registry.add_source(self.settings, location, kind=kind, name=name, **keys)

    def remove_source(self, name: str) -> "Source | None":
        """Take a source off the list, by its name or location; its articles stay (see `forget` of `refresh`).

        Gives the source. Raises SettingsError when there is none.
        """
        from assistant.ingest.sources import registry

        return registry.remove_source(self.settings, name, self._locations())

    def _locations(self) -> list[str]:
        """Of the sources that the index has or only has articles of."""
        return [one.location for one in self.status().states]

    def try_sources(self, given: Sequence[str | Path] = ()) -> "list[Trial]":
        """What `given` sources, or all that are listed, would bring in now; the index is not looked at."""
        from assistant.ingest import trial
        from assistant.ingest.sources import registry

        known = registry.listed(self.settings)
        return trial.try_sources(registry.resolve(given, known) if given else known, self.settings)

    def rollback(self) -> Manifest:
        """Publish the generation before the published one again. Raises RefreshError when there is none."""
        with self._library.refreshing(self.settings.refresh_wait, lambda who: None):
            manifest = self._library.rollback()
        with suppress(AssistantError):  # it is done, whatever comes of this
            self.ask_watched()
        return manifest

    def status(self) -> Status:
        """The state of the corpus, of its sources and generations; also for an empty home."""
        home, name = self.settings.home, self._library.current()
        known, trouble = self._listed()
        healths = self._healths()
        stale_after, now = timedelta(days=self.settings.stale_after), datetime.now(UTC)
        if name is None:
            found = states(known, (), {}, healths, stale_after, now)
            return Status(home, None, None, None, 0, 0, {}, None, None, None, (), (), found, trouble)
        with self._library.reading() as generation:
            manifest, origins = generation.manifest, generation.db.origins()
            oldest, newest = generation.db.dates()
            return Status(
                home=home,
                generation=generation.name,
                refreshed=manifest.made_at,
                checked=self._library.checked_at(),
                articles=manifest.articles,
                chunks=manifest.chunks,
                publications=generation.db.sources(),
                oldest=oldest,
                newest=newest,
                embedder=manifest.embedder,
                sources=manifest.sources,
                generations=tuple(self._library.manifests()),
                states=states(known, manifest.sources, origins, healths, stale_after, now),
                trouble=trouble,
            )

    def _healths(self) -> Healths:
        """How the sources fare; of those of an index that did not note it, when all were last read."""
        current, noted = self._library.current(), read_healths(self._library.folder)
        checked = self._library.checked_at()
        if current is None or checked is None:
            return noted
        read = Health(tried=checked, succeeded=checked)
        return {**dict.fromkeys(self._library.manifest(current).sources, read), **noted}

    def _listed(self) -> "tuple[list[Source], str | None]":
        """The listed sources, or what is wrong with the list: who only reads must not be stopped by that."""
        from assistant.ingest.sources import registry

        try:
            return registry.listed(self.settings), None
        except SettingsError as error:
            return [], str(error)
