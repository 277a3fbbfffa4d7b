"""Refresh: read the sources, find what changed, embed that, publish a new generation."""

import logging
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from typing import Any

from langchain_core.embeddings import Embeddings

from assistant import health
from assistant.addresses import safe_to_show
from assistant.articles import Article, article_id, article_id_of_before
from assistant.changes import Changes, compare, mass_removals
from assistant.chosen import Choice, choose
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

_ANEW = "the embedder or the way of chunking is another: the whole index is made anew"


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
            settings.refresh_wait,
            lambda who: watcher.notice(f"waiting for {who}, which is refreshing too"),
            lambda: watcher.stop is not None and watcher.stop.made,
        )
        with waiting, nullcontext() if watcher.stop is None else watcher.stop.listening(apart.interrupt):
            library.sweep(settings.generations)
            report = _Refresh(library, embeddings, settings, wish, watcher).run()
            library.sweep(settings.generations)
        _log_report(report)
        return report
    except Exception as error:
        if is_full(error, library.folder):
            raise no_space(library.folder) from error
        if isinstance(error, OSError) and str(error.filename or library.folder).startswith(str(library.folder)):
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
        gathered = self._gather(choice, held)
        gathered.find_moved(partial(self._article, held))
        kept = choice.usable(gathered, self.before)
        if self.wish.replace and gathered.broken:
            where, reason = next(iter(gathered.broken.items()))
            raise RefreshError(f"{where}: {reason}; nothing was replaced, so that no article is lost")
        changes = self._compared(gathered, held, kept)
        self.gone = self._titles_of(changes.removed)
        if self.wish.trial:
            if self.before is not None and not self._fits():
                self._say(_ANEW)
            return self._report(self.before, changes, gathered, held, published=False)
        visits = gathered.visits(self.visits, kept.values())
        try:
            report = self._carried_out(gathered, changes, held, kept, visits)
        except Exception:
            self._keep(health.after_failure(self.healths, gathered, self.now, self.wish.every))
            raise
        self._keep(health.after(self.healths, gathered, changes.added, self.now, self.wish.every))
        return report

    def _compared(self, gathered: Gathered, held: Mapping[str, Held], kept: Mapping[str, Source]) -> Changes:
        """What is to be changed; a source that would lose over half of its articles loses none, and is told of."""

        def compared() -> Changes:
            wish = self.wish
            return compare(gathered, held, kept, self.visits, replace=wish.replace, forget=wish.forget)

        changes = compared()
        refused = (
            {} if self.wish.allow_removals or self.wish.replace else mass_removals(changes, held, self.wish.forget)
        )
        for location, reason in refused.items():
            gathered.refuse(location, reason)
            if self.wish.sources and not self.wish.trial and self.wish.every is None:
                self._keep(health.after_failure(self.healths, gathered, self.now))
                raise RefreshError(f"{location}: {reason}")
        return compared() if refused else changes

    def _carried_out(
        self,
        gathered: Gathered,
        changes: Changes,
        held: Mapping[str, Held],
        kept: Mapping[str, Source],
        visits: Visits,
    ) -> RefreshReport:
        if not self._nothing_to_do(changes, kept):
            return self._publish(gathered, changes, held, kept, visits)
        if self.before is not None:
            self.library.keep_visits(self.before.name, visits)
        self._mark_checked(gathered)
        return self._report(self.before, changes, gathered, held, published=False)

    def _mark_checked(self, gathered: Gathered) -> None:
        if gathered.sources or self.wish.forget:
            self.library.mark_checked()

    def _keep(self, healths: health.Healths) -> None:
        kept = {location: one for location, one in healths.items() if location not in self.wish.forget}
        health.write_healths(self.library.folder, kept)

    # reading

    def _held(self) -> dict[str, Held]:
        if self.before is None:
            return {}
        with self.library.reading() as generation:
            return generation.db.held()

    def _gather(self, choice: Choice, held: Mapping[str, Held]) -> Gathered:
        ways = {one.location: reading(one) for one in choice.read}
        aliases = self.visits.aliases or self._renamed(held)
        known = self.visits.known(lambda location: ways.get(location, ""))

        def stands(location: str, name: str) -> bool:
            """Whether the article is held as this source, or one that it shares it with, has it."""
            was = held.get(aliases.get(name, name))
            if was is None or was.origin == location:
                return was is not None
            owner = choice.kept.get(was.origin)
            return owner is not None and owner.is_local == choice.kept[location].is_local

        def find(location: str, place: str) -> Visit | None:
            visit = None if self.wish.reread else known(location, place)
            return visit if visit and all(stands(location, one) for one in visit.articles) else None

        identity = Identity(aliases, find, partial(self._article, held), self._twin)
        gathered = Gathered(choice.read, held, identity)
        gather(gathered, find, self.settings, lambda done: self._moved("reading", done, 0), self.watcher.stop)
        self._moved("reading", len(gathered.places), 0)
        return gathered

    def _renamed(self, held: Mapping[str, Held]) -> dict[str, str]:
        """The ids that articles would have now whose addresses were told apart more finely when they were indexed."""
        if self.before is None or self.visits.places:
            return {}
        with self.library.reading() as generation:
            addresses = generation.db.addresses()
        old = {name: article_id(url=url) for name, url in addresses if name == article_id_of_before(url)}
        return {now: name for name, now in old.items() if now != name and now not in held}

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
            self._say(_ANEW)
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
        self._mark_checked(gathered)
        return self._report(made, changes, gathered, held, published=True, embedded=maker.embedded)

    def _story(self, gathered: Gathered, changes: Changes, held: Mapping[str, Held]) -> dict[str, Any]:
        """What the history keeps of this refresh."""
        reports = by_source(gathered, changes, held)
        return {
            "by_source": {
                safe_to_show(one.location): {"added": one.added, "changed": one.changed, "removed": one.removed}
                for one in reports
            },
            "failures": [safe_to_show(f"{one.where}: {one.reason}") for one in gathered.failures[:100]],
        }

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
            titles = dict(generation.db.titles())
        return {name: titles[name] for name in names}

    def _titles(self, changes: Changes, gathered: Gathered) -> dict[str, str]:
        found = {name: gathered.arrived[name].title for name in (*changes.added, *changes.changed)}
        return {**found, **self.gone}


def _log_report(report: RefreshReport) -> None:
    for one in report.sources:
        told(_log, "source", source=one.name, **{name: value for name, value in asdict(one).items() if name != "name"})
    for failure in report.failures:
        told(_log, "not read", logging.WARNING, source=failure.source, place=failure.where, reason=failure.reason)
    for notice in report.notices:
        told(_log, "notice", logging.WARNING, text=notice)
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
