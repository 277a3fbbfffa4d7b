"""Refresh: read the sources, find what changed, embed that, publish a new generation."""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from functools import partial
from typing import Any

from langchain_core.embeddings import Embeddings

from assistant import health
from assistant.articles import Article
from assistant.changes import Changes, compare, refuse_mass_removal
from assistant.chosen import choose
from assistant.chunks import SCHEME
from assistant.embedding import describe
from assistant.errors import RefreshError, StoppedError
from assistant.full_disk import is_full, no_space
from assistant.gathering import Gathered, gather, reading
from assistant.identity import Identity
from assistant.index import Library, Manifest
from assistant.index.articles_db import Held
from assistant.index.stories import FILE as STORIES
from assistant.index.visits import Visits
from assistant.loading import apart
from assistant.loading.fields import Visit
from assistant.logs import told
from assistant.making import Maker, Plan
from assistant.reports import RefreshReport, Watcher, Wish, by_source
from assistant.settings import Settings
from assistant.sources import Source
from assistant.sourcing import listed

_log = logging.getLogger(__name__)


def refresh(
    library: Library, embeddings: Embeddings, settings: Settings, wish: Wish, watcher: Watcher | None = None
) -> RefreshReport:
    """Carry out `wish`. The published generation is not touched before the new one is whole and on disk.

    Raises SettingsError for sources.toml, RefreshError, LockedError, StoppedError or NoSpaceError; bad input is in the
    report's `failures` instead.
    """
    watcher = watcher or Watcher()
    try:
        waiting = library.refreshing(
            settings.refresh_wait, lambda who: watcher.notice(f"waiting for {who}, which is refreshing too")
        )
        with waiting:
            library.sweep(settings.generations)
            if watcher.stop is not None:
                watcher.stop.listen(apart.interrupt)
            report = _Refresh(library, embeddings, settings, wish, watcher).run()
            library.sweep(settings.generations)
        _log_report(report)
        return report
    except Exception as error:
        if is_full(error, library.folder):
            raise no_space(library.folder) from error
        if isinstance(error, OSError):
            raise RefreshError(f"the index in {library.folder} cannot be written: {error}") from error
        raise
    finally:
        apart.close()  # it would keep its memory until the next refresh


class _Refresh:
    """One refresh, under the lock."""

    def __init__(
        self, library: Library, embeddings: Embeddings, settings: Settings, wish: Wish, watcher: Watcher
    ) -> None:
        self.library, self.embeddings, self.settings = library, embeddings, settings
        self.wish, self.watcher = wish, watcher
        self.started, self.now = time.monotonic(), datetime.now(UTC)
        self.embedder = describe(embeddings)
        current = library.current()
        self.before = library.manifest(current) if current else None
        self.visits = library.visits(current)
        self.healths = health.read_healths(library.folder)
        self.notices: list[str] = []
        self.gone: dict[str, str] = {}

    def run(self) -> RefreshReport:
        choice = choose(self.wish, listed(self.settings), self.before, self.healths, self.now)
        if self.wish.only_failed and not choice.read:
            self._say("no source failed at the last refresh")
        held = self._held()
        gathered = self._gather(choice.read, held)
        changes = compare(gathered, held, choice.kept, replace=self.wish.replace, forget=self.wish.forget)
        kept = choice.usable(gathered, self.before)
        self.gone = self._titles_of(changes.removed)
        if self.wish.trial:
            return self._report(self.before, changes, gathered, held, published=False)
        self._tell_health(gathered, changes, held)
        if not (self.wish.allow_removals or self.wish.replace):
            refuse_mass_removal(changes, held, self.wish.forget)
        visits = gathered.visits(self.visits, kept.values())
        if self._nothing_to_do(changes, kept):
            if self.before is not None:
                self.library.keep_visits(self.before.name, visits)
            self.library.mark_checked()
            return self._report(self.before, changes, gathered, held, published=False)
        return self._publish(gathered, changes, held, kept, visits)

    # reading

    def _held(self) -> dict[str, Held]:
        if self.before is None:
            return {}
        with self.library.reading() as generation:
            return generation.db.held()

    def _gather(self, sources: Sequence[Source], held: Mapping[str, Held]) -> Gathered:
        ways = {one.location: reading(one) for one in sources}
        local = {one.location for one in sources if one.is_local}
        known = self.visits.known(lambda location: ways.get(location, ""))

        def stands(location: str, name: str) -> bool:
            """Whether the article is held, and not as a file has it that may go."""
            was = held.get(self.visits.aliases.get(name, name))
            return was is not None and (location in local or was.origin == location or "://" in was.origin)

        def find(location: str, place: str) -> Visit | None:
            visit = known(location, place)
            return visit if visit and all(stands(location, one) for one in visit.articles) else None

        identity = Identity(self.visits.aliases, find, partial(self._article, held), self._twin)
        gathered = Gathered(sources, held, identity)
        gather(gathered, find, self.settings, lambda done: self._moved("reading", done, 0), self.watcher.stop)
        self._moved("reading", len(gathered.places), 0)
        return gathered

    def _article(self, held: Mapping[str, Held], name: str) -> Article | None:
        if name not in held:
            return None
        with self.library.reading() as generation:
            return generation.article(name)

    def _twin(self, article: Article) -> str | None:
        if self.before is None:
            return None
        with self.library.reading() as generation:
            return generation.db.twin(article)

    # publishing

    def _fits(self) -> bool:
        return self.before is not None and (self.before.embedder, self.before.chunking) == (
            self.embedder,
            SCHEME,
        )

    def _nothing_to_do(self, changes: Changes, kept: Mapping[str, Source]) -> bool:
        if self.before is None:
            return not changes
        copies_known = (self.library.folder / self.before.name / STORIES).is_file()
        same = (tuple(kept), _listed(kept)) == (self.before.sources, self.before.listed)
        return self._fits() and copies_known and not changes and same

    def _publish(
        self,
        gathered: Gathered,
        changes: Changes,
        held: Mapping[str, Held],
        kept: Mapping[str, Source],
        visits: Visits,
    ) -> RefreshReport:
        anew = self.before is not None and not self._fits()
        if anew:
            self._say("the embedder or the way of chunking is another: the whole index is made anew")
        maker = Maker(self.library, self.embeddings, self._moved)

        def manifest(name: str, articles: int, chunks: int) -> Manifest:
            return Manifest(
                name=name,
                parent=self.before.name if self.before else None,
                made=self.now.isoformat(timespec="microseconds"),
                embedder=self.embedder,
                articles=articles,
                chunks=chunks,
                sources=tuple(kept),
                changes={name: len(getattr(changes, name)) for name in ("added", "changed", "removed")},
                listed=_listed(kept),
            )

        plan = Plan(changes, gathered, visits, self.before, anew, self.now)
        made = maker.make(plan, manifest, self._story(gathered, changes, held))
        self.library.mark_checked()
        return self._report(made, changes, gathered, held, published=True, embedded=maker.embedded)

    def _story(self, gathered: Gathered, changes: Changes, held: Mapping[str, Held]) -> dict[str, Any]:
        """What the history keeps of this refresh."""
        reports = by_source(gathered, changes, held)
        return {
            "by_source": {
                one.location: {"added": one.added, "changed": one.changed, "removed": one.removed} for one in reports
            },
            "failures": [f"{one.where}: {one.reason}" for one in gathered.failures[:100]],
        }

    def _tell_health(self, gathered: Gathered, changes: Changes, held: Mapping[str, Held]) -> None:
        brought = {gathered.places[name].origin for name in changes.added}
        told = health.after(self.healths, gathered, brought, self.now, self.wish.every)
        health.write_healths(self.library.folder, {one: told[one] for one in told if one not in self.wish.forget})

    # telling

    def _moved(self, stage: str, done: int, total: int) -> None:
        if self.watcher.stop is not None and self.watcher.stop.made:
            raise StoppedError("the refresh was stopped; the index is as it was")
        self.watcher.progress(stage, done, total)

    def _say(self, line: str) -> None:
        self.notices.append(line)
        self.watcher.notice(line)

    def _report(
        self,
        manifest: Manifest | None,
        changes: Changes,
        gathered: Gathered,
        held: Mapping[str, Held],
        *,
        published: bool,
        embedded: int = 0,
    ) -> RefreshReport:
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
            sources=by_source(gathered, changes, held),
            trial=self.wish.trial,
            titles=self._titles(changes, gathered),
        )

    def _titles_of(self, names: Sequence[str]) -> dict[str, str]:
        if not names:
            return {}
        with self.library.reading() as generation:
            return {name: title for name, title in generation.db.titles() if name in set(names)}

    def _titles(self, changes: Changes, gathered: Gathered) -> dict[str, str]:
        found = {name: gathered.arrived[name].title for name in (*changes.added, *changes.changed)}
        return {**found, **self.gone}


def _log_report(report: RefreshReport) -> None:
    for one in report.sources:
        told(_log, "source", **{field.name: getattr(one, field.name) for field in fields(one) if field.name != "name"})
    for failure in report.failures:
        told(_log, "not read", place=failure.where, reason=failure.reason)
    counts = {name: len(getattr(report, name)) for name in ("added", "changed", "removed", "kept", "failures")}
    told(
        _log,
        "refreshed",
        generation=report.generation,
        published=report.published,
        trial=report.trial,
        articles=report.articles,
        embedded=report.embedded,
        seconds=round(report.seconds, 3),
        **counts,
    )


def _listed(sources: Mapping[str, Source]) -> tuple[str, ...]:
    return tuple(location for location, one in sources.items() if one.listed)
