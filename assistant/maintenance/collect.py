"""Collects what all the sources hold now: reads every one of them before anything is changed."""

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from pathlib import Path

from assistant.articles import Article
from assistant.index import FetchState, FetchStates, IndexedArticle
from assistant.ingest import Failure, Item, Left, Loaded, Notice
from assistant.ingest.sources import Source, is_address
from assistant.maintenance.identity import ArticleIdentity
from assistant.maintenance.removed import RemovedArticle, RemovedArticles, text_digest


@dataclass(frozen=True, slots=True)
class ArticleLocation:
    """Where an article is: the location of its source, the file or address in it, and `where`, as messages name it."""

    origin: str
    file: str
    where: str

    @property
    def path(self) -> Path:
        """The file, whether the source is that file or a folder above it."""
        return Path(self.origin) if Path(self.origin).is_file() else Path(self.origin, self.file)


@dataclass
class Collected:
    """All that the sources hold now, and all that could not be read.

    `articles` are those that were read, by id. `locations` has every article that is in a source, also those that were
    not read because their file or page is unchanged. `ids_by_source` has the ids of all articles of each source, also
    those that other sources have too. `mismatched` are the pages of each source that no longer show their article,
    `broken` the reason for each source that could not be read at all. Articles `removed` by hand are left out, and
    those in the folder `by_hand`, which were mended when they were added, stay as they are there. `seconds` has for
    each source how long after the beginning the last of it was read.
    """

    sources: Sequence[Source]
    indexed: Mapping[str, IndexedArticle]
    identity: ArticleIdentity
    removed: RemovedArticles = field(default_factory=RemovedArticles)
    by_hand: str = ""
    articles: dict[str, Article] = field(default_factory=dict)
    locations: dict[str, ArticleLocation] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    failures_by_source: dict[str, list[Failure]] = field(default_factory=lambda: defaultdict(list))
    ids_by_source: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    mismatched: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    seconds: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._began = time.monotonic()
        self._source = {source.location: source for source in self.sources}
        self._fetch_states: dict[str, dict[str, FetchState]] = {source.location: {} for source in self.sources}
        self._failed_files: dict[str, set[str]] = defaultdict(set)
        self._renamed = frozenset(self.identity.aliases.values())
        self._ids_read: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)

    def add(self, location: str, item: Item) -> None:
        """Add what reading the source at `location` gave."""
        self.seconds[location] = round(time.monotonic() - self._began, 3)
        match item:
            case Loaded():
                self._add_article(self._source[location], item)
            case FetchState():
                self._add_fetch_state(location, item)
            case Notice():
                self.notices.append(item.text)
            case Left():
                self._failed_files[location].add(item.file)
            case Failure():
                self._add_failure(location, item)

    def _add_article(self, source: Source, item: Loaded) -> None:
        loaded = with_source_defaults(item.article, source)
        removed = self.removed.find(loaded, source.location, item.file, is_page=not source.is_local)
        if removed is not None:
            self._leave_out(removed, loaded, source, item)
            return
        if source.is_local:
            article: Article | None = replace(loaded, id=self._file_article_id(loaded.id, source.location, item.file))
        elif self._is_mended(loaded.id):
            article = loaded
        else:
            article = self.identity.resolve(loaded, source.location, item.file)
        if article is None:
            self.notices.append(f"{item.where} no longer shows its article, which stays as it is; look at it")
            self.mismatched[source.location].add(item.file)
            return
        self._ids_read[source.location, item.file][article.id] = text_digest(article)
        location = ArticleLocation(source.location, item.file, item.where)
        if self._claim(article.id, location, article.digest, is_read=True):
            self.articles[article.id] = article

    def _leave_out(self, removed: RemovedArticle, article: Article, source: Source, item: Loaded) -> None:
        digest = text_digest(article)
        self._ids_read[source.location, item.file][removed.id] = digest
        if digest != removed.digest:
            line = f"{item.where}: left out, as its article was removed by hand, though it reads otherwise now"
            self.notices.append(f"{line}; to have it again, run: assistant articles restore {removed.id}")

    def _is_mended(self, article_id: str) -> bool:
        """Whether that article was added by hand, so that what its page shows does not matter."""
        return article_id in self.indexed and self.indexed[article_id].origin == self.by_hand

    def _file_article_id(self, own_id: str, location: str, file: str) -> str:
        """The id of a file's article: the one it had under an earlier file name or by an earlier rule for ids.

        When a new file has taken the name, and with it the id, of a renamed file, it gets an unused id.
        """

        def is_free(article_id: str) -> bool:
            indexed = self.indexed.get(article_id)
            return indexed is None or (indexed.origin, indexed.file) == (location, file)

        known_id = self.identity.known_id(own_id)
        if is_free(known_id):
            return known_id
        if is_free(own_id) or own_id not in self._renamed or is_address(self.indexed[own_id].origin):
            return own_id  # a file with the id of a page is its article, and counts for more
        return self.identity.unused_id(own_id, self.indexed)

    def _add_fetch_state(self, location: str, state: FetchState) -> None:
        ids = self._ids_read.pop((location, state.key), None)
        if ids is None:
            texts = state.texts or ("",) * len(state.articles)
            known = [name if name in self.indexed else self.identity.known_id(name) for name in state.articles]
            ids = {name: text for name, text in zip(known, texts, strict=False) if self._is_known(name)}
            for article_id in ids:
                if article_id in self.indexed:
                    unchanged = ArticleLocation(location, state.key, state.key)
                    self._claim(article_id, unchanged, self.indexed[article_id].digest)
        if state.key not in self.mismatched.get(location, ()):  # else it is fetched and reported again next time
            texts = tuple(ids.values()) if all(ids.values()) else ()
            self._fetch_states[location][state.key] = replace(state, articles=tuple(ids), texts=texts)

    def _is_known(self, article_id: str) -> bool:
        return article_id in self.indexed or article_id in self.articles or article_id in self.removed

    def _are_remote(self, *locations: ArticleLocation) -> bool:
        return not any(self._source[location.origin].is_local for location in locations)

    def _claim(self, article_id: str, location: ArticleLocation, digest: str, *, is_read: bool = False) -> bool:
        """Whether this location is the first with the article; two different files with one id are a failure."""
        first = self.locations.setdefault(article_id, location)
        self.ids_by_source[location.origin].add(article_id)
        unread = is_read and article_id not in self.articles
        if unread and first.origin != location.origin and self._are_remote(first, location):
            first = self.locations[article_id] = location  # what was read now counts for more than what is unchanged
        if first is location:
            return True
        if self._are_remote(first) or self._are_remote(location):
            return False  # the same article by another feed or address
        known = self.articles[article_id].digest if article_id in self.articles else self.indexed[article_id].digest
        if first.path != location.path or known != digest:
            cure = "give each article its own url or id"
            reason = f"same id as {first.where} ({article_id}), left out; {cure}"
            self._add_failure(location.origin, Failure(location.file, location.where, reason))
        return False  # a file that is given twice, by itself and by its folder, is one

    def _add_failure(self, location: str, failure: Failure) -> None:
        failure = replace(failure, source=self._source[location].name)
        self.failures.append(failure)
        self.failures_by_source[location].append(failure)
        self._failed_files[location].add(failure.file)
        if failure.whole:
            self.broken.setdefault(location, failure.reason)

    def match_moved_files(self, find: Callable[[str], Article | None], moved: Collection[str] = ()) -> None:
        """Give renamed and moved files their old ids: a new article equal, but for its id, to one that is gone.

        `find` gives the indexed article with an id, `moved` are earlier locations of the sources.
        """
        added = [article_id for article_id in self.articles if article_id not in self.indexed]
        new = [article_id for article_id in added if not self._are_remote(self.locations[article_id])]
        local = {source.location for source in self.sources if source.is_local}.union(moved)
        gone = [old for old in self.indexed.values() if old.id not in self.locations and old.origin in local]
        if not new or not gone:
            return
        old_ids = {replace(article, id=""): old.id for old in gone if (article := find(old.id)) is not None}
        for new_id in new:
            old_id = old_ids.pop(replace(self.articles[new_id], id=""), None)
            if old_id is not None and not self.has_failed(self.indexed[old_id].origin, self.indexed[old_id].file):
                self._rename(new_id, old_id)

    def _rename(self, new_id: str, old_id: str) -> None:
        self.identity.aliases[new_id] = old_id
        self.articles[old_id] = replace(self.articles.pop(new_id), id=old_id)
        location = self.locations[old_id] = self.locations.pop(new_id)
        self.ids_by_source[location.origin].discard(new_id)
        self.ids_by_source[location.origin].add(old_id)
        state = self._fetch_states[location.origin].get(location.file)
        if state is not None:
            ids = tuple(old_id if article_id == new_id else article_id for article_id in state.articles)
            self._fetch_states[location.origin][location.file] = replace(state, articles=ids)

    def digest(self, location: str, file: str) -> str | None:
        """The digest of what the file or page gives now, None when it was not read."""
        state = self._fetch_states.get(location, {}).get(file)
        return state.digest if state else None

    def mark_broken(self, location: str, reason: str) -> None:
        """Count a source as not read, for `reason`, so that none of its articles is taken for removed."""
        self._add_failure(location, Failure("", location, reason, whole=True))

    def has_failed(self, location: str, file: str) -> bool:
        """Whether this file of this source was not read whole, so that nothing may be concluded from it.

        A folder below the source that could not be read, which ends in /, stands for all files in it.
        """
        failed = self._failed_files.get(location, set())
        folders = (f"{part}/" for part in accumulate(file.split("/")[:-1], "{}/{}".format))
        return location in self.broken or file in failed or not failed.isdisjoint(folders)

    def next_fetch_states(self, before: FetchStates, kept: Iterable[Source]) -> FetchStates:
        """The fetch states of the next generation, which has the sources `kept`: those of now, else those before."""
        states = FetchStates(aliases=self.identity.aliases)
        for source in kept:
            location, options = source.location, reading_options(source)
            now = self._fetch_states.get(location)
            earlier = before.by_source.get(location, {}) if before.readings.get(location) == options else {}
            is_complete = now is not None and source.is_local and location not in self.broken
            places = {**({} if is_complete else earlier), **(now or {})}
            # A page that fails today keeps its state: it is asked for again on the conditions known before.
            failed = self._failed_files.get(location, set()) if source.is_local else set()
            states.by_source[location] = {place: state for place, state in places.items() if place not in failed}
            states.readings[location] = options
        return states


def reading_options(source: Source) -> str:
    """The options that shape the articles of a source: when they change, all of it is read again."""
    return repr((source.publication, source.category, source.follow))


def with_source_defaults(article: Article, source: Source) -> Article:
    """The article with the publication and category that `sources.toml` gives for its source."""
    publication, category = source.publication or article.source, article.category or source.category
    return replace(article, source=publication, category=category)
