"""Surveying: what the sources hold now, seen against the index, before anything is changed."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from assistant.articles import Article, article_id, article_id_of_before
from assistant.errors import RefreshError
from assistant.index import Library, Manifest
from assistant.index.fetch_state import FetchState, FetchStates
from assistant.index.sqlite_store import Held
from assistant.ingest.files import Sandbox
from assistant.ingest.items import Known
from assistant.ingest.sources.source import Source
from assistant.maintenance.collect import Gathered, PlaceOfArticle, gather, reading
from assistant.maintenance.identity import Identity
from assistant.maintenance.reports import RefreshRequest
from assistant.maintenance.selection import Choice
from assistant.settings import Settings
from assistant.utils.concurrency import CancelToken


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids of articles; `kept` are those that a failed file or source no longer shows and that stay.

    `rehomed` are those of a source that is given up and that another one has too, with that one and the place in it.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]
    unchanged: int
    rehomed: tuple[tuple[str, str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed or self.rehomed)


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found: all that the sources hold, the articles that are `held`, the sources `kept`, and what to change.

    `visits` are those of the next generation. `refused` are the sources that would lose over half of their articles,
    each with what to say of that; `changes` are those without.
    """

    gathered: Gathered
    held: Mapping[str, Held]
    kept: Mapping[str, Source]
    changes: Changes
    visits: FetchStates
    refused: Mapping[str, str]


class Surveyor:
    """Surveys the sources for one refresh, under its lock. `before` is the published generation, if there is one."""

    def __init__(self, library: Library, settings: Settings, wish: RefreshRequest, before: Manifest | None) -> None:
        self._library, self._settings, self._wish, self._before = library, settings, wish, before
        self._visits = library.visits(before.name if before else None)
        self._held = self._all_held()
        self._aliases = self._visits.aliases or self._renamed()

    def survey(
        self, choice: Choice, progress: Callable[[int], None], stop: CancelToken | None, sandbox: Sandbox
    ) -> Survey:
        """Read the chosen sources and compare them with the index.

        Raises RefreshError when the corpus is to be replaced and a source for that cannot be read.
        """
        gathered = self._gather(choice, progress, stop, sandbox)
        gathered.find_moved(self._article)
        kept = choice.usable(gathered, self._before)
        if self._wish.replace and gathered.broken:
            where, reason = next(iter(gathered.broken.items()))
            raise RefreshError(f"{where}: {reason}; nothing was replaced, so that no article is lost")
        changes = self._compared(gathered, kept)
        allowed = self._wish.allow_removals or self._wish.replace
        refused = {} if allowed else mass_removals(changes, self._held, self._wish.forget)
        for location, reason in refused.items():
            gathered.refuse(location, reason)
        if refused:
            changes = self._compared(gathered, kept)
        visits = gathered.visits(self._visits, kept.values())
        return Survey(gathered, self._held, kept, changes, visits, refused)

    def _compared(self, gathered: Gathered, kept: Mapping[str, Source]) -> Changes:
        wish = self._wish
        return compare(gathered, self._held, kept, self._visits, replace=wish.replace, forget=wish.forget)

    def _gather(
        self, choice: Choice, progress: Callable[[int], None], stop: CancelToken | None, sandbox: Sandbox
    ) -> Gathered:
        known = self._known(choice)
        identity = Identity(self._aliases, known, self._article, self._twin)
        gathered = Gathered(choice.read, self._held, identity)
        gather(gathered, _nothing if self._wish.reread else known, self._settings, progress, stop, sandbox)
        return gathered

    def _known(self, choice: Choice) -> Known:
        """The visits that still say something: whose source is read in the same way, and whose articles are held."""
        ways = {one.location: reading(one) for one in choice.read}
        known = self._visits.lookup(lambda location: ways.get(location, ""))

        def find(location: str, place: str) -> FetchState | None:
            visit = known(location, place)
            return visit if visit and all(self._stands(choice, location, one) for one in visit.articles) else None

        return find

    def _stands(self, choice: Choice, location: str, name: str) -> bool:
        """Whether the article is held as this source, or one that it shares it with, has it."""
        was = self._held.get(self._aliases.get(name, name))
        if was is None or was.origin == location:
            return was is not None
        owner = choice.kept.get(was.origin)
        return owner is not None and owner.is_local == choice.kept[location].is_local

    def _all_held(self) -> dict[str, Held]:
        if self._before is None:
            return {}
        with self._library.reading() as generation:
            return generation.db.held()

    def _renamed(self) -> dict[str, str]:
        """The ids that articles would have now whose addresses were told apart more finely when they were indexed."""
        if self._before is None or self._visits.by_source:
            return {}
        with self._library.reading() as generation:
            addresses = generation.db.addresses()
        old = {name: article_id(url=url) for name, url in addresses if name == article_id_of_before(url)}
        return {now: name for name, now in old.items() if now != name and now not in self._held}

    def _article(self, name: str) -> Article | None:
        if name not in self._held:
            return None
        with self._library.reading() as generation:
            return generation.article(name)

    def _twin(self, article: Article) -> str | None:
        if self._before is None:
            return None
        with self._library.reading() as generation:
            return generation.db.twin(article)


def _nothing(location: str, place: str) -> FetchState | None:
    return None


def compare(
    gathered: Gathered,
    held: Mapping[str, Held],
    kept: Mapping[str, Source],
    visits: FetchStates,
    *,
    replace: bool,
    forget: Collection[str],
) -> Changes:
    """What is new, changed and gone.

    `kept` are the sources that the index has and will have, by location, and `visits` those before. Articles of sources
    that were not read stay, unless `replace`, and so do those of the web that their source no longer lists; those of
    `forget` go, unless another source has them.
    """
    owners = _Owners(gathered, held, kept, visits)
    added = [name for name in gathered.arrived if name not in held]
    changed = [name for name in gathered.arrived if name in held and owners.is_changed(name)]
    missing = [was for was in held.values() if was.id not in gathered.places]
    forgotten = {was.id for was in missing if was.origin in forget}
    rehomed = _rehomed(forgotten, visits, kept)
    gone = [was for was in missing if owners.is_gone(was, replace=replace) and was.origin not in forget]
    stay = {was.id for was in gone if gathered.has_failed(was.origin, was.file)}
    removed = [was.id for was in gone if was.id not in stay]
    return Changes(
        added=tuple(added),
        changed=tuple(changed),
        removed=(*removed, *sorted(forgotten.difference(name for name, _, _ in rehomed))),
        kept=tuple(sorted(stay)),
        unchanged=len(gathered.places) - len(added) - len(changed),
        rehomed=tuple(rehomed),
    )


def _rehomed(forgotten: Collection[str], visits: FetchStates, kept: Mapping[str, Source]) -> list[tuple[str, str, str]]:
    if not forgotten:
        return []
    givers = visits.origins()
    found = ((name, [one for one in givers.get(name, ()) if one[0] in kept]) for name in sorted(forgotten))
    return [(name, *others[0]) for name, others in found if others]


class _Owners:
    """Whose an article is that several sources have: a file's before a page's, else that of the one that had it."""

    def __init__(
        self, gathered: Gathered, held: Mapping[str, Held], kept: Mapping[str, Source], visits: FetchStates
    ) -> None:
        self._gathered, self._held, self._kept, self._visits = gathered, held, kept, visits
        self._read = {one.location: one for one in gathered.sources}

    def is_changed(self, name: str) -> bool:
        """Whether the article that arrived is to be written in place of the one that is held."""
        was, place = self._held[name], self._gathered.places[name]
        other = was.digest != self._gathered.arrived[name].digest
        owner, giver = self._kept.get(was.origin), self._read[place.origin]
        if was.origin == place.origin:
            return other or (giver.is_local and was.file != place.file)
        if owner is None:
            return True
        if owner.is_local:
            may_have_it = owner.location not in self._read or self._gathered.has_failed(was.origin, was.file)
            return not may_have_it or (giver.is_local and owner.location not in self._read)
        return giver.is_local or (other and (self._has_changed(place) or not self._still_has(was)))

    def _still_has(self, was: Held) -> bool:
        """Whether the web source of an article, which did not give it now, still lists it and will tell of changes."""
        return self._visits.is_listed(was.origin, was.file)

    def _has_changed(self, place: PlaceOfArticle) -> bool:
        """Whether the place gives something else than at the visit before, and not only something else than others."""
        before = self._visits.by_source.get(place.origin, {}).get(place.file)
        return before is not None and before.digest != self._gathered.digest(place.origin, place.file)

    def is_gone(self, was: Held, *, replace: bool) -> bool:
        """Whether an article that no source gave is no longer there."""
        source = self._read.get(was.origin)
        return replace if source is None else source.is_local


def mass_removals(changes: Changes, held: Mapping[str, Held], forget: Collection[str]) -> dict[str, str]:
    """The sources of which over half of the articles would go, each with what to say: more likely a fault than news."""
    had = Counter(was.origin for was in held.values())
    going = Counter(held[name].origin for name in changes.removed)
    return {
        origin: f"{count} of its {had[origin]} articles are gone, so they were kept; "
        "if that is right, refresh again with --allow-removals"
        for origin, count in going.items()
        if count * 2 > had[origin] and origin not in forget
    }
