"""Surveying: what the sources hold now, seen against the index, before anything is changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from assistant.articles import Article, article_id, article_id_of_before
from assistant.changes import Changes, compare, mass_removals
from assistant.chosen import Choice
from assistant.errors import RefreshError
from assistant.gathering import Gathered, gather, reading
from assistant.identity import Identity
from assistant.index import Library, Manifest
from assistant.index.fetch_state import FetchState, Visits
from assistant.index.sqlite_store import Held
from assistant.ingest.items import Known
from assistant.ingest.sources.source import Source
from assistant.reports import Wish
from assistant.settings import Settings
from assistant.utils.concurrency import CancelToken


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
    visits: Visits
    refused: Mapping[str, str]


class Surveyor:
    """Surveys the sources for one refresh, under its lock. `before` is the published generation, if there is one."""

    def __init__(self, library: Library, settings: Settings, wish: Wish, before: Manifest | None) -> None:
        self._library, self._settings, self._wish, self._before = library, settings, wish, before
        self._visits = library.visits(before.name if before else None)
        self._held = self._all_held()
        self._aliases = self._visits.aliases or self._renamed()

    def survey(self, choice: Choice, progress: Callable[[int], None], stop: CancelToken | None) -> Survey:
        """Read the chosen sources and compare them with the index.

        Raises RefreshError when the corpus is to be replaced and a source for that cannot be read.
        """
        gathered = self._gather(choice, progress, stop)
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

    def _gather(self, choice: Choice, progress: Callable[[int], None], stop: CancelToken | None) -> Gathered:
        known = self._known(choice)
        identity = Identity(self._aliases, known, self._article, self._twin)
        gathered = Gathered(choice.read, self._held, identity)
        gather(gathered, _nothing if self._wish.reread else known, self._settings, progress, stop)
        return gathered

    def _known(self, choice: Choice) -> Known:
        """The visits that still say something: whose source is read in the same way, and whose articles are held."""
        ways = {one.location: reading(one) for one in choice.read}
        known = self._visits.known(lambda location: ways.get(location, ""))

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
        if self._before is None or self._visits.places:
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
