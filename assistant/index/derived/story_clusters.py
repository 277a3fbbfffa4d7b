"""Clusters articles into stories by their vectors, names and dates. Pure: it knows no store.

The similarity of two articles combines the cosine of their vectors, their shared names (rare ones count more) and how
far apart they were published. Average linkage prevents chains whose first and last article have nothing in common.
"""

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from assistant.index.derived.story_neighbours import WINDOW, Near, StoryFeatures, in_order, later_neighbours, vectors_of

# Fitted by logistic regression on 150 labelled pairs of articles; the threshold was then set by inspection.
_NAMES_WEIGHT = 0.26  # of the logarithm of the shared names; the cosine has weight 1
_DAY_PENALTY = 0.018  # for each day between two articles
_PUBLICATION_PENALTY = 0.25  # for the same publication, whose regular features are similar
_THRESHOLD = 1.3  # mean similarity from which two clusters are one story
_UNKNOWN = 7.0  # days assumed where a date is missing
_MIN_NAMES = 8.0  # weight of shared names; articles with less may be similar but are not of one story
_CORPUS = 600  # articles, to which frequencies of names are scaled: fewer say little about how rare a name is
_BOILERPLATE = 0.3  # share of a publication's articles from which a name is boilerplate
_MIN_ARTICLES = 8  # of a publication, for that to be said
_PAIRS = 4000  # compared at a time, so that what is worked out for them stays small
Rows = NDArray[np.int64]
Values = NDArray[np.float64]


def cluster(
    articles: Sequence[StoryFeatures], duplicates: Mapping[str, str], near: Near | None = None
) -> list[tuple[str, ...]]:
    """The stories: ids of at least two articles, oldest first, none in two stories; the same for any order.

    `duplicates` maps each article with near-duplicates to their group, which is never split. `near` is what
    `later_neighbours` gives for each article, where that is known.
    """
    ordered = in_order(articles)
    near = dict(later_neighbours(ordered, range(len(ordered)))) if near is None else near
    clusters = _Clusters(ordered, _Names.of(ordered), _pairs(ordered, near))
    clusters.join_duplicates([duplicates.get(article.id) for article in ordered])
    clusters.join_near()
    return [tuple(ordered[number].id for number in members) for members in clusters.stories()]


def _pairs(ordered: Sequence[StoryFeatures], near: Near) -> Rows:
    """The positions (pairs, 2) of the articles that are near each other."""
    numbers = {article.id: number for number, article in enumerate(ordered)}
    sizes = [len(near[article.id]) for article in ordered]
    later = np.fromiter((numbers[other] for article in ordered for other in near[article.id]), np.int64, sum(sizes))
    return np.stack([np.repeat(np.arange(len(ordered)), sizes), later], axis=1)


@dataclass(frozen=True)
class _Names:
    """The names of each article, as sorted numbers one after the other, and the inverse document frequency of each."""

    flat: Rows
    starts: Rows
    weights: Values

    @classmethod
    def of(cls, articles: Sequence[StoryFeatures]) -> "_Names":
        """The names of `articles` without the boilerplate of a publication.

        "Email" and "Facebook" in every article of a publication are buttons on its pages.
        """
        boilerplate = _boilerplate(articles)
        kept = [article.names - boilerplate[article.source] for article in articles]
        frequencies = Counter(chain.from_iterable(kept))
        scale = min(1.0, _CORPUS / max(1, len(articles)))
        numbers = {name: number for number, name in enumerate(sorted(frequencies))}
        weights = [math.log(_CORPUS / max(1.0, frequencies[name] * scale)) for name in numbers]
        starts = np.cumsum([0, *map(len, kept)])
        flat = np.fromiter(map(numbers.__getitem__, chain.from_iterable(kept)), np.int64, int(starts[-1]))
        order = np.lexsort([flat, np.repeat(np.arange(len(kept)), np.diff(starts))])
        return cls(flat[order], starts, np.array(weights))

    def own(self, number: int) -> list[int]:
        """The names of one article."""
        names: list[int] = self.flat[self.starts[number] : self.starts[number + 1]].tolist()
        return names

    def shared(self, pairs: Rows) -> Values:
        """The weight of the names that the two articles of each pair share; for some thousand pairs at a time."""
        firsts, place = np.unique(pairs[:, 0], return_inverse=True)
        has = np.zeros((len(firsts), len(self.weights)), bool)
        has[self._each(firsts)] = True
        pair, names = self._each(pairs[:, 1])
        common = has[place[pair], names]
        sums = np.bincount(pair[common], self.weights[names[common]], len(pairs))
        return sums.astype(np.float64)  # of no pairs they are whole numbers

    def _each(self, numbers: Rows) -> tuple[Rows, Rows]:
        """Each name of the articles `numbers`, after the place of its article among them."""
        sizes = self.starts[numbers + 1] - self.starts[numbers]
        place = np.repeat(np.arange(len(numbers)), sizes)
        within = np.arange(len(place)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return place, self.flat[self.starts[numbers][place] + within]


def _boilerplate(articles: Sequence[StoryFeatures]) -> Mapping[str | None, set[str]]:
    by_source: dict[str | None, list[StoryFeatures]] = defaultdict(list)
    for article in articles:
        by_source[article.source].append(article)
    boilerplate: dict[str | None, set[str]] = {}
    for source, own in by_source.items():
        names = chain.from_iterable(article.names for article in own) if len(own) >= _MIN_ARTICLES else ()
        boilerplate[source] = {name for name, count in Counter(names).items() if count > _BOILERPLATE * len(own)}
    return boilerplate


@dataclass(slots=True)
class _Cluster:
    """Articles of a story, as sums from which mean similarities follow exactly; `near` are those near any of them."""

    members: list[int]
    vector: Values
    names: Counter[int]
    sources: Counter[str]
    days: float
    dated: int
    near: set[int]

    @property
    def day(self) -> float | None:
        """The mean day of its dated articles."""
        return self.days / self.dated if self.dated else None

    def add(self, other: "_Cluster") -> None:
        """Add the articles of another."""
        self.members += other.members
        self.vector = self.vector + other.vector
        self.names.update(other.names)
        self.sources.update(other.sources)
        self.days += other.days
        self.dated += other.dated
        self.near |= other.near


class _Clusters:
    """Clusters of articles by the position of their oldest; those of one article are made when they are looked at."""

    def __init__(self, articles: Sequence[StoryFeatures], names: _Names, pairs: Rows) -> None:
        self._articles, self._names, self._pairs = articles, names, pairs
        self._weights: list[float] = names.weights.tolist()
        self._vectors = vectors_of(articles)
        self._days = np.array([article.day for article in articles], np.float64)  # None is no number
        sources: dict[str, int] = {}
        known = (sources.setdefault(one.source, len(sources)) if one.source else -1 for one in articles)
        self._sources = np.fromiter(known, np.int64, len(articles))
        self._of = list(range(len(articles)))  # the cluster of each article
        self._clusters: dict[int, _Cluster] = {}
        ends = np.concatenate([pairs, pairs[:, ::-1]])
        self._near = ends[np.argsort(ends[:, 0], kind="stable"), 1]
        self._starts = np.concatenate([[0], np.cumsum(np.bincount(ends[:, 0], minlength=len(articles)))])
        # Negative similarity, two clusters, and their sizes when they were compared.
        self._queue: list[tuple[float, int, int, tuple[int, int]]] = []

    def stories(self) -> list[list[int]]:
        """The positions of the articles of each story, in order."""
        return [sorted(own.members) for _, own in sorted(self._clusters.items()) if len(own.members) > 1]

    def join_duplicates(self, groups: Sequence[str | None]) -> None:
        """Join each group of near-duplicates; `groups` has the group of each position."""
        first: dict[str, int] = {}
        for number, group in enumerate(groups):
            if group is not None and first.setdefault(group, number) != number:
                self._join(first[group], number)

    def join_near(self) -> None:
        """Repeatedly join the two most similar clusters, while any are similar enough."""
        of = np.array(self._of, np.int64)
        firsts, seconds = np.sort(of[self._pairs], axis=1).T
        grown = np.bincount(of, minlength=len(of)) > 1
        is_single = ~(grown[firsts] | grown[seconds])
        self._queue = [*self._similar(self._pairs[is_single])]
        others = zip(firsts[~is_single].tolist(), seconds[~is_single].tolist(), strict=True)
        for first, second in {pair for pair in others if pair[0] != pair[1]}:
            self._queue_similar(first, second)
        heapq.heapify(self._queue)
        while self._queue:
            _, first, second, sizes = heapq.heappop(self._queue)
            if self._sizes(first, second) == sizes:
                self._join(first, second)
                for other in {self._of[number] for number in self._clusters[first].near} - {first}:
                    self._queue_similar(min(first, other), max(first, other))

    def _similar(self, pairs: Rows) -> Iterator[tuple[float, int, int, tuple[int, int]]]:
        """The queue entries of those of `pairs`, clusters of one article each, that are similar enough."""
        for start in range(0, len(pairs), _PAIRS):
            batch = pairs[start : start + _PAIRS]
            names = self._names.shared(batch)
            named = names >= _MIN_NAMES  # as few are, so that the rest is worked out for those
            similarity = self._similarities(batch[named], names[named])
            similar = similarity >= _THRESHOLD
            found = zip(similarity[similar].tolist(), batch[named][similar].tolist(), strict=True)
            yield from ((-round(value, 6), first, second, (1, 1)) for value, (first, second) in found)

    def _similarities(self, pairs: Rows, names: Values) -> Values:
        """The similarity of the articles of each pair, of which the names that they share have that weight."""
        first, second = pairs.T
        days = np.abs(self._days[first] - self._days[second])
        days[np.isnan(days)] = _UNKNOWN
        same = (self._sources[first] == self._sources[second]) & (self._sources[first] >= 0)
        cosine = (self._vectors[first].astype(np.float64) * self._vectors[second]).sum(axis=1)
        similarity = cosine + _NAMES_WEIGHT * np.log1p(names) - _DAY_PENALTY * days - _PUBLICATION_PENALTY * same
        return np.where(days > WINDOW, 0.0, similarity)

    def _sizes(self, first: int, second: int) -> tuple[int, int]:
        """The sizes of two clusters, 0 for one that was joined, which show whether a queue entry is outdated."""
        return self._size(first), self._size(second)

    def _size(self, number: int) -> int:
        own = self._clusters.get(number)
        return len(own.members) if own else int(self._of[number] == number)

    def _queue_similar(self, first: int, second: int) -> None:
        similarity = self._similarity(self._cluster(first), self._cluster(second))
        if similarity >= _THRESHOLD:
            heapq.heappush(self._queue, (-round(similarity, 6), first, second, self._sizes(first, second)))

    def _similarity(self, first: _Cluster, second: _Cluster) -> float:
        """The mean similarity of the articles of two clusters; 0 when too far apart in time or with too few names."""
        pairs = len(first.members) * len(second.members)
        counts, others = first.names, second.names
        shared = counts.keys() & others.keys()  # far sooner than to look for each of them
        names = sum(self._weights[name] * counts[name] * others[name] for name in shared) / pairs
        if names < _MIN_NAMES:  # as of most pairs, so that the rest is worked out for few
            return 0.0
        days = _UNKNOWN if first.day is None or second.day is None else abs(first.day - second.day)
        if days > WINDOW:
            return 0.0
        same_source = sum(count * second.sources[source] for source, count in first.sources.items()) / pairs
        cosine = float(first.vector @ second.vector) / pairs
        return cosine + _NAMES_WEIGHT * math.log1p(names) - _DAY_PENALTY * days - _PUBLICATION_PENALTY * same_source

    def _cluster(self, number: int) -> _Cluster:
        if number not in self._clusters:
            article = self._articles[number]
            self._clusters[number] = _Cluster(
                [number],
                article.vector.astype(np.float64),
                Counter(dict.fromkeys(self._names.own(number), 1)),
                Counter([article.source] if article.source else []),
                article.day or 0.0,
                int(article.day is not None),
                set(self._near[self._starts[number] : self._starts[number + 1]].tolist()),
            )
        return self._clusters[number]

    def _join(self, first: int, second: int) -> None:
        """Join the cluster `second` to `first`, the older one."""
        joined = self._cluster(second)
        self._cluster(first).add(joined)
        del self._clusters[second]
        for member in joined.members:
            self._of[member] = first
