"""Refresh: read the sources, detect what changed, embed that, publish a new generation."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial

from assistant.errors import RefreshError, StoppedError
from assistant.index import SCHEME, HomeLibrary, Library, Manifest
from assistant.ingest.files import Sandbox
from assistant.ingest.sources import Source, gone_list, listed, remember, sources_file
from assistant.maintenance import source_health
from assistant.maintenance.build import GenerationBuilder
from assistant.maintenance.changes import ChangeDetector, DetectedChanges
from assistant.maintenance.mend import Damage, Mender, find_damage, restored_pointer, set_aside_damaged
from assistant.maintenance.removed import read_removed, write_removed
from assistant.maintenance.reports import RefreshCallbacks, RefreshReport, RefreshRequest
from assistant.maintenance.selection import Selection, select
from assistant.maintenance.source_reports import KINDS, history_entry, source_reports
from assistant.maintenance.upgrades import upgrade_locked
from assistant.maintenance.workers import Workers
from assistant.models import Embedder, describe
from assistant.settings import Settings
from assistant.utils import counted, log_event, reporting_full_disk

_log = logging.getLogger(__name__)

_REBUILD_NOTICE = "the embedder or the way of chunking has changed: the whole index is rebuilt"
_VECTORS_NOTICE = "vectors of the index are lost: they are made anew"


def refresh(
    library: Library,
    embeddings: Embedder,
    settings: Settings,
    request: RefreshRequest,
    callbacks: RefreshCallbacks | None = None,
    within: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> RefreshReport:
    """Carry out `request`. The published generation is not touched until the new one is complete and on disk.

    `within` gives what is entered once the lock is held, and left before it is let go.

    Raises SettingsError for sources.toml, RefreshError, LockedError, StoppedError or NoSpaceError; bad input is in the
    report's `failures` instead.
    """
    callbacks = callbacks or RefreshCallbacks()
    try:
        with (
            Sandbox() as sandbox,
            _workers(embeddings, settings, callbacks) as workers,
            reporting_full_disk(library.folder),
        ):
            waiting = library.refreshing(
                settings.refresh_wait,
                lambda holder: callbacks.notice(f"waiting for {holder}, which is also refreshing"),
                lambda: callbacks.stop.cancelled,
            )
            with waiting, callbacks.stop.listening(sandbox.interrupt), within():
                if not request.trial:
                    upgrade_locked(settings.home)
                library.sweep(settings.generations)
                report = _Refresh(library, embeddings, settings, request, callbacks, sandbox, workers).run()
                library.sweep(settings.generations)
                if removed := read_removed(library).articles:
                    library.remove_with(removed)
            _log_report(report)
            return report
    except OSError as error:
        if str(error.filename or library.folder).startswith(str(library.folder)):
            raise RefreshError(f"the index in {library.folder} cannot be written: {error}") from error
        raise


@contextmanager
def _workers(embeddings: Embedder, settings: Settings, callbacks: RefreshCallbacks) -> Iterator[Workers]:
    """This process, or the machines of the cluster that the settings name, until the end of the block."""
    if settings.ray is None:
        yield Workers.of_this_process(embeddings)
        return
    from assistant.cluster import Cluster

    with Cluster(settings.ray, embeddings) as cluster, callbacks.stop.listening(cluster.interrupt):
        yield Workers.on_cluster(cluster, embeddings)


@dataclass
class _Refresh:
    """One refresh, under the lock."""

    library: Library
    embeddings: Embedder
    settings: Settings
    request: RefreshRequest
    callbacks: RefreshCallbacks
    sandbox: Sandbox
    workers: Workers

    def __post_init__(self) -> None:
        self.started, self.now = time.monotonic(), datetime.now(UTC)
        self.embedder = describe(self.embeddings)
        self.notices: list[str] = []
        self.mended: GenerationBuilder | None = None
        before = self.before = self._mended(find_damage(self.library))
        self.derived = self.library.derived_faults(before.name) if before else []
        self.is_folded = before is None or self.library.is_folded(before.name)
        self.rebuild = before is not None and (before.embedder, before.chunking) != (self.embedder, SCHEME)
        self.why = _REBUILD_NOTICE
        if not self.request.trial and (restored := self.library.restore_vectors()):
            self._notice(f"{counted(restored, 'vector')} that the Chroma server lacked were put back from the database")
        if before is not None and not self.rebuild and self.library.lacks_vectors(before.name):
            self.rebuild, self.why = True, _VECTORS_NOTICE
        self.healths = source_health.read_healths(self.library)

    def _mended(self, damage: Damage | None) -> Manifest | None:
        """The manifest of the published generation, once damage to the index is mended; a trial mends nothing."""
        if self.request.trial:
            return self._untouched(damage)
        if pointed := restored_pointer(self.library):
            self._notice(pointed)
        for line in set_aside_damaged(self.library):
            self._notice(line)
        if damage is None:
            current = self.library.current()
            return self.library.manifest(current) if current else None
        self.mended = GenerationBuilder(
            self.library, self.embeddings, self._progress, None, rebuild=True, workers=self.workers
        )
        assert isinstance(self.library, HomeLibrary)  # others are never found damaged
        manifest, lines = Mender(self.library, damage, self.embedder, self.now).mend(self.mended)
        for line in lines:
            self._notice(line)
        return manifest

    def _untouched(self, damage: Damage | None) -> Manifest | None:
        if damage is not None:
            self.library.damaged.update(damage.faults)
            for name, fault in damage.faults.items():
                self._notice(f"index/{name}/{fault}; a refresh would build the index anew")
        elif self.library.current() is None:
            return None
        with self.library.reading() as generation:
            return generation.manifest

    def _select(self) -> Selection:
        known = self._listed()
        selection = select(self.request, known, self.before, self.healths, self.now)
        if self.mended is None or self.request.replace:
            return selection
        # What the damaged index lost, only its sources can give again.
        every = replace(self.request, sources=(), only_failed=False, every=None, forget=())
        sources = (*select(every, known, self.before, self.healths, self.now).read, *selection.read)
        read = {source.location: source for source in sources if source.location not in self.request.forget}
        return Selection(tuple(read.values()), {**read, **selection.kept})

    def _listed(self) -> list[Source]:
        """The sources that are listed, which the index remembers from now on; a list that is gone is told."""
        if (gone := gone_list(self.settings)) is not None:
            self._notice(gone.gone_text)
            return listed(self.settings)
        known, path = listed(self.settings), sources_file(self.settings)
        if path.exists() and not self.request.trial:
            remember(self.settings, path)
        return known

    def run(self) -> RefreshReport:
        selection = self._select()
        if self.request.only_failed and not selection.read:
            self._notice("no source failed at the last refresh")
        detected = self._detect(selection)
        if self.request.trial:
            if self.rebuild:
                self._notice(self.why)
            return self._report(self.before, detected)
        collected, added, every = detected.collected, detected.changes.added, self.request.every
        try:
            report = self._apply(detected)
        except Exception:
            self._write_healths(source_health.after_failure(self.healths, collected, self.now, every))
            raise
        reports = source_reports(detected)
        self._write_healths(source_health.after_refresh(self.healths, collected, added, reports, self.now, every))
        return report

    def _detect(self, selection: Selection) -> DetectedChanges:
        states = self.library.fetch_states(self.before.name if self.before else None)
        with self.library.reading() if self.before else nullcontext() as generation:
            removed = read_removed(self.library)
            detector = ChangeDetector(generation, states, self.settings, self.request, removed, self.now)
            detected = detector.detect(
                selection,
                lambda done: self._progress("reading", done, 0),
                self.callbacks.stop,
                self.sandbox,
                self.workers.parse,
            )
        self._progress("reading", len(detected.collected.locations), 0)
        return detected

    def _apply(self, detected: DetectedChanges) -> RefreshReport:
        if self.request.remove:
            write_removed(self.library, detected.collected.removed)
        if detected.refused and len(self.request.sources) == 1 and self.request.every is None:
            location, reason = next(iter(detected.refused.items()))
            raise RefreshError(f"{location}: {reason}")
        embedded = self.mended.embedded if self.mended else 0
        if self._nothing_to_do(detected):
            if self.before is not None:
                self.library.write_fetch_states(self.before.name, detected.fetch_states)
            report = self._report(self.before, detected, published=self.mended is not None, embedded=embedded)
        else:
            for fault in self.derived:
                self._notice(f"index/{self.before.name if self.before else ''}/{fault}; it is made anew")
            if self.rebuild:
                self._notice(self.why)
            self.library.close_kept()  # a large one takes as much memory as the draft of the next
            builder = GenerationBuilder(
                self.library, self.embeddings, self._progress, self.before, self.rebuild, self.workers
            )
            manifest = builder.build(detected, self.now, partial(self._manifest, detected), history_entry(detected))
            report = self._report(
                manifest,
                detected,
                published=True,
                embedded=builder.embedded + (self.mended.embedded if self.mended else 0),
            )
        if detected.collected.sources or self.request.forget:
            self.library.mark_checked()
        return report

    def _write_healths(self, healths: source_health.Healths) -> None:
        kept = {location: health for location, health in healths.items() if location not in self.request.forget}
        source_health.write_healths(self.library, kept)

    # publishing

    def _nothing_to_do(self, detected: DetectedChanges) -> bool:
        if self.before is None:
            return not detected.changes
        same = (tuple(detected.kept), _listed(detected.kept)) == (self.before.sources, self.before.listed)
        return same and not detected.changes and not self.rebuild and not self.derived and self.is_folded

    def _manifest(self, detected: DetectedChanges, name: str, articles: int, chunks: int) -> Manifest:
        return Manifest(
            name=name,
            parent=self.before.name if self.before else None,
            made=self.now.isoformat(timespec="microseconds"),
            embedder=self.embedder,
            articles=articles,
            chunks=chunks,
            sources=tuple(detected.kept),
            changes={kind: len(getattr(detected.changes, kind)) for kind in KINDS},
            listed=_listed(detected.kept),
            names=self._names(detected),
        )

    def _names(self, detected: DetectedChanges) -> dict[str, str]:
        """The names of listed folders and files, also of those that were moved and whose new place was not read yet."""
        removed = set(detected.changes.removed)
        origins = {article.origin for article in detected.indexed.values() if article.id not in removed}
        before = self.before.names if self.before else {}
        left = {location: name for location, name in before.items() if location in origins}
        listed = (source for source in detected.kept.values() if source.listed and source.is_local)
        return {**left, **{source.location: source.name for source in listed}}

    # reporting

    def _progress(self, stage: str, done: int, total: int) -> None:
        if self.callbacks.stop.cancelled:
            raise StoppedError("the refresh was stopped; the index is as it was")
        self.callbacks.progress(stage, done, total)

    def _notice(self, line: str) -> None:
        self.notices.append(line)
        self.callbacks.notice(line)

    def _report(
        self, manifest: Manifest | None, detected: DetectedChanges, *, published: bool = False, embedded: int = 0
    ) -> RefreshReport:
        changes, collected = detected.changes, detected.collected
        titles = {name: collected.articles[name].title for name in (*changes.added, *changes.changed)}
        return RefreshReport(
            generation=manifest.name if manifest else "",
            published=published,
            articles=manifest.articles if manifest else 0,
            chunks=manifest.chunks if manifest else 0,
            **{name: getattr(changes, name) for name in (*KINDS, "kept", "unchanged")},
            embedded=embedded,
            failures=tuple(collected.failures),
            notices=(*self.notices, *collected.notices),
            seconds=time.monotonic() - self.started,
            sources=source_reports(detected),
            trial=self.request.trial,
            titles={**titles, **{name: detected.indexed[name].title for name in changes.removed}},
        )


def _listed(sources: Mapping[str, Source]) -> tuple[str, ...]:
    return tuple(location for location, source in sources.items() if source.listed)


def _log_report(report: RefreshReport) -> None:
    """Log each source, failure and notice, and the totals."""
    for source in report.sources:
        values = asdict(source)
        log_event(_log, "source", source=values.pop("name"), **values)
    for failure in report.failures:
        log_event(_log, "not read", logging.WARNING, source=failure.source, place=failure.where, reason=failure.reason)
    for notice in report.notices:
        log_event(_log, "notice", logging.WARNING, text=notice)
    counts = {name: len(getattr(report, name)) for name in (*KINDS, "kept", "failures")}
    plain = ("generation", "published", "trial", "articles", "embedded", "seconds")
    log_event(_log, "refreshed", **{name: getattr(report, name) for name in plain}, **counts)
