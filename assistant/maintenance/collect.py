"""Gathering: what all the sources hold now, read whole before anything is changed."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import accumulate
from pathlib import Path

from assistant.articles import Article
from assistant.index.fetch_state import FetchState, FetchStates
from assistant.index.sqlite_store import Held
from assistant.ingest import files
from assistant.ingest.files import Sandbox
from assistant.ingest.items import Failure, Item, Known, Loaded, Notice
from assistant.ingest.sources.source import Source
from assistant.maintenance.identity import Identity
from assistant.settings import Settings
from assistant.utils.concurrency import CancelToken
from assistant.utils.json_logging import log_event

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PlaceOfArticle:
    """Where an article is: the location of the source and the file or address in it, as it is told of."""

    origin: str
    file: str
    where: str

    @property
    def path(self) -> Path:
        """The file, whichever source it was found by."""
        return Path(self.origin) if Path(self.origin).is_file() else Path(self.origin, self.file)


@dataclass
class Gathered:
    """All that the sources hold now, and all that could not be read.

    `arrived` are the articles that were read, by id; `places` has for each article that is in a source where it is,
    also for those that were not read because their place is as it was. `given` are the ids of all that each source has,
    whoever else has them, and `odd` the places of each whose page is no longer that of its article. `broken` has the
    reason for each source that could not be read at all.
    """

    sources: Sequence[Source]
    held: Mapping[str, Held]
    identity: Identity
    arrived: dict[str, Article] = field(default_factory=dict)
    places: dict[str, PlaceOfArticle] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    failed: dict[str, list[Failure]] = field(default_factory=lambda: defaultdict(list))
    given: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    odd: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        self._source = {one.location: one for one in self.sources}
        self._visits: dict[str, dict[str, FetchState]] = {one.location: {} for one in self.sources}
        self._failed: dict[str, set[str]] = defaultdict(set)
        self._renamed = frozenset(self.identity.aliases.values())
        self._given: dict[tuple[str, str], list[str]] = defaultdict(list)

    def take(self, location: str, item: Item) -> None:
        """Add what a source gave."""
        match item:
            case Loaded():
                self._take_article(self._source[location], item)
            case FetchState():
                self._take_visit(location, item)
            case Notice():
                self.notices.append(item.text)
            case Failure():
                self._fail(location, item)

    def _take_article(self, source: Source, item: Loaded) -> None:
        loaded = of_source(item.article, source)
        if source.is_local:
            article: Article | None = replace(loaded, id=self._name(loaded.id, source.location, item.file))
        else:
            article = self.identity.of(loaded, source.location, item.file)
        if article is None:
            self.notices.append(f"{item.where} is another page than it was, so its article stays as it is; look at it")
            self.odd[source.location].add(item.file)
            return
        self._given[source.location, item.file].append(article.id)
        if self._is_first(
            article.id, PlaceOfArticle(source.location, item.file, item.where), article.digest, is_read=True
        ):
            self.arrived[article.id] = article

    def _name(self, own: str, location: str, file: str) -> str:
        """The id of the article of a file: that which it had under an earlier name, or by an earlier rule.

        Where another file now has the place of one that was renamed, and with it its id, it gets a new one.
        """
        name = self.identity.name(own)
        here = (location, file)
        if name != own and self._place(name) in {here, None}:
            return name
        if self._place(own) in {here, None} or own not in self._renamed:
            return own
        return self.identity.free(own, self.held)

    def _place(self, name: str) -> tuple[str, str] | None:
        was = self.held.get(name)
        return (was.origin, was.file) if was else None

    def _take_visit(self, location: str, visit: FetchState) -> None:
        given = self._given.pop((location, visit.key), None)
        if given is None:
            names = [name if name in self.held else self.identity.name(name) for name in visit.articles]
            given = [name for name in names if name in self.held or name in self.arrived]
            for name in given:
                if name in self.held:
                    self._is_first(name, PlaceOfArticle(location, visit.key, visit.key), self.held[name].digest)
        if visit.key not in self.odd.get(location, ()):  # else it is asked for again, and told of again
            self._visits[location][visit.key] = replace(visit, articles=tuple(given))

    def _are_far(self, *places: PlaceOfArticle) -> bool:
        return not any(self._source[one.origin].is_local for one in places)

    def _is_first(self, name: str, place: PlaceOfArticle, digest: str, *, is_read: bool = False) -> bool:
        """Whether no other place has given the article yet; that two files are the same one is a failure."""
        first = self.places.setdefault(name, place)
        self.given[place.origin].add(name)
        if is_read and name not in self.arrived and first.origin != place.origin and self._are_far(first, place):
            first = self.places[name] = place  # what was read now counts for more than what stayed as it was
        if first is place:
            return True
        if self._are_far(first) or self._are_far(place):
            return False  # the same article by another feed or address
        known = self.arrived[name].digest if name in self.arrived else self.held[name].digest
        if first.path != place.path or known != digest:
            cure = "give each article its own url or id"
            reason = f"same id as {first.where} ({name}), left out; {cure}"
            self._fail(place.origin, Failure(place.file, place.where, reason))
        return False  # a file that is given twice, by itself and by its folder, is one

    def _fail(self, location: str, failure: Failure) -> None:
        failure = replace(failure, source=self._source[location].name)
        self.failures.append(failure)
        self.failed[location].append(failure)
        self._failed[location].add(failure.file)
        if failure.whole:
            self.broken.setdefault(location, failure.reason)

    def find_moved(self, find: Callable[[str], Article | None]) -> None:
        """Know files again that were renamed or moved: a new article that is, but for its id, one that is gone."""
        new = [name for name in self.arrived if name not in self.held and not self._are_far(self.places[name])]
        local = {one.location for one in self.sources if one.is_local}
        gone = [was for was in self.held.values() if was.id not in self.places and was.origin in local]
        if not new or not gone:
            return
        left = {replace(article, id=""): was.id for was in gone if (article := find(was.id)) is not None}
        for name in new:
            was = left.pop(replace(self.arrived[name], id=""), None)
            if was is not None and not self.has_failed(self.held[was].origin, self.held[was].file):
                self._rename(name, was)

    def _rename(self, name: str, was: str) -> None:
        self.identity.aliases[name] = was
        self.arrived[was] = replace(self.arrived.pop(name), id=was)
        place = self.places[was] = self.places.pop(name)
        self.given[place.origin].discard(name)
        self.given[place.origin].add(was)
        visit = self._visits[place.origin].get(place.file)
        if visit is not None:
            names = tuple(was if one == name else one for one in visit.articles)
            self._visits[place.origin][place.file] = replace(visit, articles=names)

    def digest(self, location: str, file: str) -> str | None:
        """The digest of what the place gives now, None when it was not looked at."""
        visit = self._visits.get(location, {}).get(file)
        return visit.digest if visit else None

    def refuse(self, location: str, reason: str) -> None:
        """Have a source count as broken for `reason`: nothing of what it has is taken for gone."""
        self._fail(location, Failure("", location, reason, whole=True))

    def has_failed(self, location: str, file: str) -> bool:
        """Whether this file of this source was not read whole, so that nothing may be concluded from it.

        A folder below the source that could not be read, which ends in /, stands for all files in it.
        """
        failed = self._failed.get(location, set())
        folders = (f"{part}/" for part in accumulate(file.split("/")[:-1], "{}/{}".format))
        return location in self.broken or file in failed or not failed.isdisjoint(folders)

    def visits(self, before: FetchStates, kept: Iterable[Source]) -> FetchStates:
        """The visits of the next generation, which has the sources `kept`: those of now, else those before."""
        found = FetchStates(aliases=self.identity.aliases)
        for source in kept:
            location, way = source.location, reading(source)
            now = self._visits.get(location)
            earlier = before.by_source.get(location, {}) if before.readings.get(location) == way else {}
            whole = now is not None and source.is_local and location not in self.broken
            places = {**({} if whole else earlier), **(now or {})}
            # Of the web what was known stays: a page that fails today is asked for again as what it was.
            void = self._failed.get(location, set()) if source.is_local else set()
            found.by_source[location] = {name: one for name, one in places.items() if name not in void}
            found.readings[location] = way
        return found


def reading(source: Source) -> str:
    """How the articles of a source are read: with another, none of them is as it was."""
    return repr((source.publication, source.category, source.follow))


def of_source(article: Article, source: Source) -> Article:
    """The article with what `sources.toml` says of all articles of its source."""
    publication, category = source.publication or article.source, article.category or source.category
    return replace(article, source=publication, category=category)


def gather(
    gathered: Gathered,
    known: Known,
    settings: Settings,
    progress: Callable[[int], None],
    stop: CancelToken | None,
    sandbox: Sandbox,
) -> None:
    """Read every source of `gathered` into it; `progress` is told the number of articles so far."""
    for location, item in items(gathered.sources, known, settings, stop, sandbox):
        gathered.take(location, item)
        progress(len(gathered.places))


def items(
    sources: Sequence[Source], known: Known, settings: Settings, stop: CancelToken | None, sandbox: Sandbox
) -> Iterator[tuple[str, Item]]:
    """What each of `sources` gives, with its location: first files and folders, then the web."""
    limit = settings.max_file_mb * 1_000_000
    for source in sources:
        if source.is_local:
            visits = partial(known, source.location)
            items = files.read(
                source.location,
                limit,
                known=visits,
                include=source.include,
                exclude=source.exclude,
                sandbox=sandbox,
            )
            yield from ((source.location, item) for item in items)
    far = [source for source in sources if not source.is_local]
    if far:
        from assistant.ingest import web

        yield from web.read(far, known, settings, stop=stop, log=partial(log_event, _log), sandbox=sandbox)
