"""Detects what changed: reads the selected sources and compares them with the index. Nothing is written."""

from collections import Counter
from collections.abc import Callable, Collection, Container, Mapping
from dataclasses import dataclass
from datetime import datetime

from assistant.articles import FindArticle, article_id_of_before
from assistant.articles import article_id as make_id
from assistant.errors import RefreshError
from assistant.index import FetchState, FetchStates, Generation, IndexedArticle
from assistant.ingest import KnownState
from assistant.ingest.files import Sandbox
from assistant.ingest.sources import Source, added_folder
from assistant.maintenance.collect import ArticleLocation, Collected, reading_options
from assistant.maintenance.identity import ArticleIdentity, Twin
from assistant.maintenance.removed import RemovedArticles, text_digest
from assistant.maintenance.reports import RefreshRequest
from assistant.maintenance.selection import Selection
from assistant.maintenance.source_items import read_items
from assistant.maintenance.workers import ParseFiles
from assistant.settings import Settings
from assistant.utils import CancelToken, one_line, safe_to_show


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids of the articles to add, change and remove.

    `kept` are those that are missing only because their file or source could not be read. `reassigned` are articles of
    a forgotten source that another gave with the same text: (id, location of that source, file or address in it).
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]
    unchanged: int
    reassigned: tuple[tuple[str, str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed or self.reassigned)


@dataclass(frozen=True, slots=True)
class DetectedChanges:
    """What the sources have (`collected`), what the index has (`indexed`, by article id), and the `changes` to make.

    `kept` are the sources of the next generation by location, `fetch_states` its fetch states. `refused` has the
    sources that would lose over half of their articles, with the message; `changes` remove nothing of them.
    """

    collected: Collected
    indexed: Mapping[str, IndexedArticle]
    kept: Mapping[str, Source]
    changes: Changes
    fetch_states: FetchStates
    refused: Mapping[str, str]


class ChangeDetector:
    """Detects the changes of one refresh, under its lock.

    `generation` is the published one, if there is one, and `fetch_states` are its own.
    """

    def __init__(
        self,
        generation: Generation | None,
        fetch_states: FetchStates,
        settings: Settings,
        request: RefreshRequest,
        removed: RemovedArticles,
        now: datetime,
    ) -> None:
        self._generation, self._fetch_states = generation, fetch_states
        self._settings, self._request = settings, request
        self._indexed = generation.db.indexed_articles() if generation else {}
        self._aliases = fetch_states.aliases or self._aliases_of_older_index()
        self._find: FindArticle = generation.db.article if generation else lambda article_id: None
        self._twin: Twin = generation.db.find_identical if generation else lambda article: None
        self.removed = self._with_requested(removed, now)

    def detect(
        self,
        selection: Selection,
        progress: Callable[[int], None],
        stop: CancelToken | None,
        sandbox: Sandbox,
        parse: ParseFiles | None = None,
    ) -> DetectedChanges:
        """Read the selected sources and compare them with the index; `progress` gets the number of articles so far.

        Raises RefreshError when the corpus is to be replaced and one of the new sources cannot be read.
        """
        request, known = self._request, self._known(selection)
        identity = ArticleIdentity(self._aliases, known, self._find, self._twin)
        by_hand = str(added_folder(self._settings).resolve())
        collected = Collected(selection.read, self._indexed, identity, self.removed, by_hand)
        known_to_readers = (lambda location, place: None) if request.reread else known
        for location, item in read_items(selection.read, known_to_readers, self._settings, stop, sandbox, parse):
            collected.add(location, item)
            progress(len(collected.locations))
        moved = self._moved(selection, collected)
        collected.match_moved_files(self._find, moved)
        kept = selection.usable(collected.broken, self._generation.manifest if self._generation else None)
        if request.replace and collected.broken:
            location, reason = next(iter(collected.broken.items()))
            raise RefreshError(f"{location}: {reason}; nothing was replaced, so that no article is lost")
        forget = (*request.forget, *moved)
        comparison = _Comparison(collected, self._indexed, kept, self._fetch_states, request, forget, self._text_digest)
        changes = comparison.changes()
        allowed = request.allow_removals or request.replace
        refused = {} if allowed else mass_removals(changes, self._indexed, forget, self.removed)
        for location, reason in refused.items():
            collected.mark_broken(location, reason)
        if refused:
            changes = comparison.changes()
        fetch_states = collected.next_fetch_states(self._fetch_states, kept.values())
        return DetectedChanges(collected, self._indexed, kept, changes, fetch_states, refused)

    def _with_requested(self, removed: RemovedArticles, now: datetime) -> RemovedArticles:
        """The articles removed by hand, with those to be removed now. Raises RefreshError for one that is not there."""
        ids = tuple(dict.fromkeys(self._request.remove))
        found = {article_id: article for article_id in ids if (article := self._find(article_id)) is not None}
        for article_id in ids:
            if article_id not in found:
                cure = (
                    f"{'it was removed before' if article_id in removed else 'assistant articles --json has the ids'}"
                )
                raise RefreshError(f"there is no article {one_line(article_id, 40)!r}; {cure}; none was removed")
        return removed.plus(ids, self._indexed, found, self._aliases, now) if ids else removed

    def _text_digest(self, article_id: str) -> str:
        article = self._find(article_id)
        return text_digest(article) if article else ""

    def _moved(self, selection: Selection, collected: Collected) -> tuple[str, ...]:
        """Where folders and files were that `sources.toml` has elsewhere now, under the same name, and that were read.

        A notice tells of each.
        """
        names = self._generation.manifest.names if self._generation else {}
        places = {source.name: source for source in selection.read if source.is_local and source.listed}
        moved = []
        for old, name in names.items():
            source = places.get(name)
            if source is not None and old not in selection.kept and source.location not in collected.broken:
                count = sum(article.origin == old for article in self._indexed.values())
                if count:
                    moved.append(old)
                    was = f"{name}: it was {safe_to_show(old)} and is {safe_to_show(source.location)} now"
                    collected.notices.append(f"{was}; what only the old place had is removed")
        return tuple(moved)

    def _known(self, selection: Selection) -> KnownState:
        """The fetch states that still hold: the source is read as before, and the index still has their articles."""
        options = {source.location: reading_options(source) for source in selection.read}
        before = self._fetch_states

        def find(location: str, place: str) -> FetchState | None:
            is_read_as_before = before.readings.get(location) == options.get(location, "")
            state = before.by_source.get(location, {}).get(place) if is_read_as_before else None
            holds = state and all(self._is_current(selection, location, article) for article in state.articles)
            return state if holds else None

        return find

    def _is_current(self, selection: Selection, location: str, article_id: str) -> bool:
        """Whether the index has the article from this source, or from a kept one of the same sort that has it too."""
        if article_id in self.removed:
            return True  # it is left out for as long as it is; once it is not, its file or page is read again
        indexed = self._indexed.get(self._aliases.get(article_id, article_id))
        if indexed is None or indexed.origin == location:
            return indexed is not None
        owner = selection.kept.get(indexed.origin)
        return owner is not None and owner.is_local == selection.kept[location].is_local

    def _aliases_of_older_index(self) -> dict[str, str]:
        """From the id that an address gives today to the id in an index that was made with the earlier rule for ids."""
        if self._fetch_states.by_source:
            return {}
        urls = ((article.id, article.url) for article in self._indexed.values() if article.url)
        today = {make_id(url=url): old for old, url in urls if old == article_id_of_before(url)}
        return {new: old for new, old in today.items() if new != old and new not in self._indexed}


@dataclass
class _Comparison:
    """The `collected` articles and those `indexed`, side by side.

    `kept` are the sources of the next generation by location, `fetch_states` those of the published one, `forget` the
    locations whose articles go; `text_digest` gives that of an indexed article. An article that several sources have
    belongs to a file before a page, else to the source that had it.
    """

    collected: Collected
    indexed: Mapping[str, IndexedArticle]
    kept: Mapping[str, Source]
    fetch_states: FetchStates
    request: RefreshRequest
    forget: Collection[str]
    text_digest: Callable[[str], str]

    def __post_init__(self) -> None:
        self._read = {source.location: source for source in self.collected.sources}

    def changes(self) -> Changes:
        """What is added, changed and removed.

        Articles of sources that were not read stay, unless the corpus is replaced, and so do those that a web source no
        longer lists. Articles of sources to forget are removed, unless another source has them.
        """
        collected, indexed, forget = self.collected, self.indexed, self.forget
        added = [name for name in collected.articles if name not in indexed]
        changed = [name for name in collected.articles if name in indexed and self._is_changed(name)]
        by_hand = [article_id for article_id in indexed if article_id in collected.removed]
        absent = (article for article in indexed.values() if article.id not in collected.locations)
        missing = [article for article in absent if article.id not in collected.removed]
        forgotten = {article.id for article in missing if article.origin in forget}
        reassigned = self._reassigned(forgotten)
        gone = [article for article in missing if article.origin not in forget and self._is_gone(article)]
        unread = {article.id for article in gone if collected.has_failed(article.origin, article.file)}
        removed = [article.id for article in gone if article.id not in unread]
        return Changes(
            added=tuple(added),
            changed=tuple(changed),
            removed=(*by_hand, *removed, *sorted(forgotten.difference(article_id for article_id, _, _ in reassigned))),
            kept=tuple(sorted(unread)),
            unchanged=len(collected.locations) - len(added) - len(changed),
            reassigned=tuple(reassigned),
        )

    def _reassigned(self, forgotten: set[str]) -> list[tuple[str, str, str]]:
        givers: dict[str, tuple[str, str]] = {}
        for location in (location for location in self.fetch_states.by_source if location in self.kept):
            for key, state in self.fetch_states.by_source[location].items():
                for article_id, text in zip(state.articles, state.texts, strict=False):
                    # Another text of the forgotten source would go on under the name of one that never gave it.
                    if article_id in forgotten and text == self.text_digest(article_id):
                        givers.setdefault(article_id, (location, key))
        return [(article_id, *giver) for article_id, giver in sorted(givers.items())]

    def _is_changed(self, article_id: str) -> bool:
        """Whether the article that was read replaces the one in the index."""
        indexed, location = self.indexed[article_id], self.collected.locations[article_id]
        differs = indexed.digest != self.collected.articles[article_id].digest
        owner, source = self.kept.get(indexed.origin), self._read[location.origin]
        if indexed.origin == location.origin:
            return differs or (source.is_local and indexed.file != location.file)
        if owner is None:
            return True
        if owner.is_local:
            unknown = owner.location not in self._read or self.collected.has_failed(indexed.origin, indexed.file)
            return not unknown or (source.is_local and owner.location not in self._read)
        if source.is_local or not differs:
            return source.is_local
        # A web source that still lists the page brings its corrections itself.
        return self._has_changed(location) or not self.fetch_states.is_listed(indexed.origin, indexed.file)

    def _has_changed(self, location: ArticleLocation) -> bool:
        """Whether this page or file itself changed since it was last read; it may always differ from other copies."""
        before = self.fetch_states.by_source.get(location.origin, {}).get(location.file)
        return before is not None and before.digest != self.collected.digest(location.origin, location.file)

    def _is_gone(self, article: IndexedArticle) -> bool:
        """Whether an article that no source gave was removed there; a web source only ever adds."""
        source = self._read.get(article.origin)
        return self.request.replace if source is None else source.is_local


def mass_removals(
    changes: Changes, indexed: Mapping[str, IndexedArticle], forget: Collection[str], by_hand: Container[str]
) -> dict[str, str]:
    """The sources that would lose over half of their articles, which is more likely a fault, each with the message."""
    counts = Counter(article.origin for article in indexed.values())
    removed = Counter(indexed[article_id].origin for article_id in changes.removed if article_id not in by_hand)
    return {
        origin: f"{count} of its {counts[origin]} articles are gone, so they were kept; "
        "if that is right, refresh again with --allow-removals"
        for origin, count in removed.items()
        if count * 2 > counts[origin] and origin not in forget
    }
