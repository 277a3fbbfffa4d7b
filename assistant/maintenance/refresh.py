"""Refresh: read the sources, find what changed, embed that, publish a new generation."""

import time
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import partial
from typing import Any

from langchain_core.embeddings import Embeddings

from assistant.errors import RefreshError, StoppedError
from assistant.index import Library, Manifest
from assistant.index.chunking import SCHEME
from assistant.index.duplicates import FILE as STORIES
from assistant.ingest.files import Sandbox
from assistant.ingest.sources.registry import listed
from assistant.ingest.sources.source import Source
from assistant.maintenance import source_health
from assistant.maintenance.build import BuildPlan, Maker
from assistant.maintenance.changes import Survey, Surveyor
from assistant.maintenance.refresh_log import by_source, log
from assistant.maintenance.reports import RefreshCallbacks, RefreshReport, RefreshRequest
from assistant.maintenance.selection import Choice, choose
from assistant.models.embedders import describe
from assistant.settings import Settings
from assistant.utils.system import is_disk_full, no_space_error
from assistant.utils.urls import safe_to_show

_MOST_TOLD = 100  # failures of a refresh that the history keeps
_ANEW = "the embedder or the way of chunking is another: the whole index is made anew"


def refresh(
    library: Library,
    embeddings: Embeddings,
    settings: Settings,
    wish: RefreshRequest,
    watcher: RefreshCallbacks | None = None,
) -> RefreshReport:
    """Carry out `wish`. The published generation is not touched before the new one is whole and on disk.

    Raises SettingsError for sources.toml, RefreshError, LockedError, StoppedError or NoSpaceError; bad input is in the
    report's `failures` instead.
    """
    watcher, sandbox = watcher or RefreshCallbacks(), Sandbox()
    try:
        waiting = library.refreshing(
            settings.refresh_wait,
            lambda who: watcher.notice(f"waiting for {who}, which is refreshing too"),
            lambda: watcher.stop is not None and watcher.stop.cancelled,
        )
        with waiting, nullcontext() if watcher.stop is None else watcher.stop.listening(sandbox.interrupt):
            library.sweep(settings.generations)
            report = _Refresh(library, embeddings, settings, wish, watcher, sandbox).run()
            library.sweep(settings.generations)
        log(report)
        return report
    except Exception as error:
        if is_disk_full(error, library.folder):
            raise no_space_error(library.folder) from error
        if isinstance(error, OSError) and str(error.filename or library.folder).startswith(str(library.folder)):
            raise RefreshError(f"the index in {library.folder} cannot be written: {error}") from error
        raise
    finally:
        sandbox.close()


class _Refresh:
    """One refresh, under the lock."""

    def __init__(
        self,
        library: Library,
        embeddings: Embeddings,
        settings: Settings,
        wish: RefreshRequest,
        watcher: RefreshCallbacks,
        sandbox: Sandbox,
    ) -> None:
        self.sandbox = sandbox
        self.library, self.embeddings, self.settings = library, embeddings, settings
        self.wish, self.watcher = wish, watcher
        self.started, self.now = time.monotonic(), datetime.now(UTC)
        self.embedder = describe(embeddings)
        current = library.current()
        self.before = library.manifest(current) if current else None
        self.healths = source_health.read_healths(library.folder)
        self.notices: list[str] = []

    def run(self) -> RefreshReport:
        choice = choose(self.wish, listed(self.settings), self.before, self.healths, self.now)
        if self.wish.only_failed and not choice.read:
            self._say("no source failed at the last refresh")
        survey = self._survey(choice)
        titles = self._titles(survey)
        if self.wish.trial:
            if self.before is not None and not self._fits():
                self._say(_ANEW)
            return self._report(self.before, survey, titles)
        try:
            report = self._carried_out(survey, titles)
        except Exception:
            self._keep(source_health.after_failure(self.healths, survey.gathered, self.now, self.wish.every))
            raise
        self._keep(source_health.after(self.healths, survey.gathered, survey.changes.added, self.now, self.wish.every))
        return report

    def _survey(self, choice: Choice) -> Survey:
        surveyor = Surveyor(self.library, self.settings, self.wish, self.before)
        survey = surveyor.survey(choice, lambda done: self._moved("reading", done, 0), self.watcher.stop, self.sandbox)
        self._moved("reading", len(survey.gathered.places), 0)
        return survey

    def _carried_out(self, survey: Survey, titles: Mapping[str, str]) -> RefreshReport:
        if survey.refused and len(self.wish.sources) == 1 and self.wish.every is None:
            location, reason = next(iter(survey.refused.items()))
            raise RefreshError(f"{location}: {reason}")
        if not self._nothing_to_do(survey):
            return self._publish(survey, titles)
        if self.before is not None:
            self.library.keep_visits(self.before.name, survey.visits)
        self._mark_checked(survey)
        return self._report(self.before, survey, titles)

    def _mark_checked(self, survey: Survey) -> None:
        if survey.gathered.sources or self.wish.forget:
            self.library.mark_checked()

    def _keep(self, healths: source_health.Healths) -> None:
        kept = {location: one for location, one in healths.items() if location not in self.wish.forget}
        source_health.write_healths(self.library.folder, kept)

    # publishing

    def _fits(self) -> bool:
        return self.before is not None and (self.before.embedder, self.before.chunking) == (
            self.embedder,
            SCHEME,
        )

    def _nothing_to_do(self, survey: Survey) -> bool:
        if self.before is None:
            return not survey.changes
        copies_known = (self.library.folder / self.before.name / STORIES).is_file()
        same = (tuple(survey.kept), _listed(survey.kept)) == (self.before.sources, self.before.listed)
        return self._fits() and copies_known and not survey.changes and same

    def _publish(self, survey: Survey, titles: Mapping[str, str]) -> RefreshReport:
        anew = self.before is not None and not self._fits()
        if anew:
            self._say(_ANEW)
        maker = Maker(self.library, self.embeddings, self._moved)
        plan = BuildPlan(survey, self.before, anew, self.now)
        made = maker.make(plan, partial(self._manifest, survey), _story(survey))
        self._mark_checked(survey)
        return self._report(made, survey, titles, published=True, embedded=maker.embedded)

    def _manifest(self, survey: Survey, name: str, articles: int, chunks: int) -> Manifest:
        return Manifest(
            name=name,
            parent=self.before.name if self.before else None,
            made=self.now.isoformat(timespec="microseconds"),
            embedder=self.embedder,
            articles=articles,
            chunks=chunks,
            sources=tuple(survey.kept),
            changes={kind: len(getattr(survey.changes, kind)) for kind in ("added", "changed", "removed")},
            listed=_listed(survey.kept),
        )

    # telling

    def _moved(self, stage: str, done: int, total: int) -> None:
        if self.watcher.stop is not None and self.watcher.stop.cancelled:
            raise StoppedError("the refresh was stopped; the index is as it was")
        self.watcher.progress(stage, done, total)

    def _say(self, line: str) -> None:
        self.notices.append(line)
        self.watcher.notice(line)

    def _report(
        self,
        manifest: Manifest | None,
        survey: Survey,
        titles: Mapping[str, str],
        *,
        published: bool = False,
        embedded: int = 0,
    ) -> RefreshReport:
        changes, gathered = survey.changes, survey.gathered
        return RefreshReport(
            generation=manifest.name if manifest else "",
            published=published,
            articles=manifest.articles if manifest else 0,
            chunks=manifest.chunks if manifest else 0,
            added=changes.added,
            changed=changes.changed,
            removed=changes.removed,
            kept=changes.kept,
            unchanged=changes.unchanged,
            embedded=embedded,
            failures=tuple(gathered.failures),
            notices=(*self.notices, *gathered.notices),
            seconds=time.monotonic() - self.started,
            sources=by_source(survey),
            trial=self.wish.trial,
            titles=titles,
        )

    def _titles(self, survey: Survey) -> dict[str, str]:
        changes, arrived = survey.changes, survey.gathered.arrived
        found = {name: arrived[name].title for name in (*changes.added, *changes.changed)}
        if not changes.removed:
            return found
        with self.library.reading() as generation:
            titles = dict(generation.db.titles())
        return {**found, **{name: titles[name] for name in changes.removed}}


def _story(survey: Survey) -> dict[str, Any]:
    """What the history keeps of a refresh."""
    kinds = ("added", "changed", "removed")
    counts = {safe_to_show(one.location): {kind: getattr(one, kind) for kind in kinds} for one in by_source(survey)}
    failures = survey.gathered.failures[:_MOST_TOLD]
    return {"by_source": counts, "failures": [safe_to_show(f"{one.where}: {one.reason}") for one in failures]}


def _listed(sources: Mapping[str, Source]) -> tuple[str, ...]:
    return tuple(location for location, one in sources.items() if one.listed)
