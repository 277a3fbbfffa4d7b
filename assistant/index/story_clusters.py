"""Clusters articles into stories by their vectors, names and dates. Pure: it knows no store.

The similarity of two articles combines the cosine of their vectors, their shared names (rare ones count more) and how
far apart they were published. Average linkage prevents chains whose first and last article have nothing in common.
"""

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.models import Vectors
from assistant.utils import batches

# Fitted by logistic regression on 150 labelled pairs of articles; the threshold was then set by inspection.
_NAMES_WEIGHT = 0.26  # of the logarithm of the shared names; the cosine has weight 1
_DAY_PENALTY = 0.018  # for each day between two articles
_PUBLICATION_PENALTY = 0.25  # for the same publication, whose regular features are similar
_THRESHOLD = 1.3  # mean similarity from which two clusters are one story
_WINDOW = 21.0  # days; articles farther apart are not compared
_MARGIN = 1e-6  # days
_UNKNOWN = 7.0  # days assumed where a date is missing
_MIN_COSINE = 0.5
_MIN_NAMES = 8.0  # weight of shared names; articles with less may be similar but are not of one story
_NEIGHBOURS = 24  # later articles with the highest cosine, with which each is compared in full
_ROWS = 128  # compared with all others at a time: 30 MB for 60,000 articles
_CORPUS = 600  # articles, to which frequencies of names are scaled: fewer say little about how rare a name is
_BOILERPLATE = 0.3  # share of a publication's articles from which a name is boilerplate
_MIN_ARTICLES = 8  # of a publication, for that to be said


@dataclass(frozen=True, slots=True)
class StoryFeatures:
    """The features of an article: `day` in days since 1970, `vector` of length one, `names` in lower case."""

    id: str
    source: str | None
    day: float | None
    vector: Vectors
    names: frozenset[str]


Near = Mapping[str, Sequence[str]]
"""The later articles with which each is compared in full, by id."""


def in_order(articles: Sequence[StoryFeatures]) -> list[StoryFeatures]:
    """Articles by date, undated ones last."""
    return sorted(articles, key=lambda article: (article.day is None, article.day or 0.0, article.id))


def cluster(
    articles: Sequence[StoryFeatures], duplicates: Mapping[str, str], near: Near | None = None
) -> list[tuple[str, ...]]:
    """The stories: ids of at least two articles, oldest first, none in two stories; the same for any order.

    `duplicates` maps each article with near-duplicates to their group, which is never split. `near` is what
    `later_neighbours` gives for each article, where that is known.
    """
    ordered = in_order(articles)
    near = dict(later_neighbours(ordered, range(len(ordered)))) if near is None else near
    numbers = {article.id: number for number, article in enumerate(ordered)}
    weights = _weights(ordered)
    clusters = _Clusters(ordered, weights)
    clusters.join_duplicates([duplicates.get(article.id) for article in ordered])
    clusters.join_near((numbers[one], numbers[other]) for one, others in near.items() for other in others)
    return [tuple(ordered[number].id for number in members) for members in clusters.stories()]


def _weights(articles: Sequence[StoryFeatures]) -> list[dict[str, float]]:
    """The names of each article with their inverse document frequency, without the boilerplate of a publication.

    "Email" and "Facebook" in every article of a publication are buttons on its pages.
    """
    by_source: dict[str | None, list[StoryFeatures]] = defaultdict(list)
    for article in articles:
        by_source[article.source].append(article)
    boilerplate: dict[str | None, set[str]] = {}
    for source, own in by_source.items():
        counts = Counter(name for article in own for name in article.names) if len(own) >= _MIN_ARTICLES else Counter()
        boilerplate[source] = {name for name, count in counts.items() if count > _BOILERPLATE * len(own)}
    kept = [article.names - boilerplate[article.source] for article in articles]
    frequencies = Counter(name for names in kept for name in names)
    scale = min(1.0, _CORPUS / max(1, len(articles)))
    return [{name: math.log(_CORPUS / max(1.0, frequencies[name] * scale)) for name in sorted(names)} for names in kept]


def affected(articles: Sequence[StoryFeatures], days: Collection[float | None]) -> list[int]:
    """The positions in `articles`, sorted by time, of those that may be near an article of one of these days."""
    if None in days:
        return list(range(len(articles)))
    known = np.array(sorted(day for day in days if day is not None))
    own = np.array([math.inf if article.day is None else article.day for article in articles])
    following = np.searchsorted(known, own - _MARGIN)
    has = following < len(known)
    has[has] = known[following[has]] <= own[has] + _WINDOW + _MARGIN
    return [int(number) for number in np.flatnonzero(has)]


def later_neighbours(
    articles: Sequence[StoryFeatures], numbers: Sequence[int]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Of those at the positions `numbers` in `articles`, sorted by time, the later ones near enough in time and cosine.

    The cost is that of a matrix product over the articles of three weeks; undated ones are compared with all.
    """
    vectors = np.stack([article.vector for article in articles]) if articles else np.zeros((0, 0), np.float32)
    days = np.array([math.inf if article.day is None else article.day for article in articles])
    dated = int(np.isfinite(days).sum())
    for block in batches(numbers, _ROWS):
        start, last = block[0], block[-1]
        near = int(np.searchsorted(days[:dated], days[min(last, dated - 1)] + _WINDOW, "right")) if start < dated else 0
        columns = np.concatenate([np.arange(start, max(near, start)), np.arange(max(dated, start), len(articles))])
        cosines = vectors[block] @ vectors[columns].T
        for number, own in zip(block, cosines, strict=True):
            yield articles[number].id, tuple(articles[other].id for other in _nearest(number, columns, own, days))


def _nearest(number: int, columns: NDArray[np.int64], cosines: Vectors, days: NDArray[np.float64]) -> list[int]:
    """The positions of the articles with the highest cosine that are later than the one at `number`."""
    fitting = (cosines >= _MIN_COSINE) & (columns > number)
    if math.isfinite(days[number]):
        fitting &= (days[columns] <= days[number] + _WINDOW) | np.isinf(days[columns])
    nearest = np.flatnonzero(fitting)
    if len(nearest) > _NEIGHBOURS:
        nearest = nearest[np.argsort(-cosines[nearest], kind="stable")[:_NEIGHBOURS]]
    found: list[int] = columns[nearest].tolist()
    return found


class _Clusters:
    """Clusters of articles by the position of their oldest, as sums from which mean similarities follow exactly."""

    def __init__(self, articles: Sequence[StoryFeatures], weights: Sequence[Mapping[str, float]]) -> None:
        self._articles = articles
        self._weight = {name: weight for own in weights for name, weight in own.items()}
        self._members = {number: [number] for number in range(len(articles))}
        self._vectors = {number: article.vector.astype(np.float64) for number, article in enumerate(articles)}
        self._names = {number: Counter(dict.fromkeys(own, 1)) for number, own in enumerate(weights)}
        self._sources = {
            number: Counter([article.source] if article.source else []) for number, article in enumerate(articles)
        }
        self._neighbours: dict[int, set[int]] = defaultdict(set)
        # Negative similarity, two clusters, and their sizes when they were compared.
        self._queue: list[tuple[float, int, int, tuple[int, int]]] = []

    def stories(self) -> list[list[int]]:
        """The positions of the articles of each story, in order."""
        return [sorted(members) for _, members in sorted(self._members.items()) if len(members) > 1]

    def join_duplicates(self, groups: Sequence[str | None]) -> None:
        """Join each group of near-duplicates; `groups` has the group of each position."""
        first: dict[str, int] = {}
        for number, group in enumerate(groups):
            if group is not None and first.setdefault(group, number) != number:
                self._join(first[group], number)

    def join_near(self, pairs: Iterator[tuple[int, int]]) -> None:
        """Repeatedly join the two most similar clusters, while any are similar enough."""
        cluster_of = {number: first for first, members in self._members.items() for number in members}
        for pair in pairs:
            first, second = sorted(cluster_of[number] for number in pair)
            if first != second:
                self._neighbours[first].add(second)
                self._neighbours[second].add(first)
        for first, others in self._neighbours.items():
            for second in others:
                if first < second:
                    self._queue_similar(first, second)
        while self._queue:
            _, first, second, sizes = heapq.heappop(self._queue)
            if self._sizes(first, second) == sizes:
                self._join(first, second)
                for other in self._neighbours[first]:
                    self._queue_similar(*sorted((first, other)))

    def _sizes(self, first: int, second: int) -> tuple[int, int]:
        """The sizes of two clusters, 0 for one that was joined, which show whether a queue entry is outdated."""
        return len(self._members.get(first, ())), len(self._members.get(second, ()))

    def _queue_similar(self, first: int, second: int) -> None:
        similarity = self._similarity(first, second)
        if similarity >= _THRESHOLD:
            heapq.heappush(self._queue, (-round(similarity, 6), first, second, self._sizes(first, second)))

    def _similarity(self, first: int, second: int) -> float:
        """The mean similarity of the articles of two clusters; 0 when too far apart in time or with too few names."""
        pairs = len(self._members[first]) * len(self._members[second])
        fewer, more = sorted((self._names[first], self._names[second]), key=len)
        names = sum(self._weight[name] * count * more[name] for name, count in fewer.items() if name in more) / pairs
        if names < _MIN_NAMES:  # as of most pairs, so that the rest is worked out for few
            return 0.0
        days = self._days_between(first, second)
        if days > _WINDOW:
            return 0.0
        sources = self._sources[second]
        same_source = sum(count * sources[source] for source, count in self._sources[first].items()) / pairs
        cosine = float(self._vectors[first] @ self._vectors[second]) / pairs
        return cosine + _NAMES_WEIGHT * math.log1p(names) - _DAY_PENALTY * days - _PUBLICATION_PENALTY * same_source

    def _days_between(self, first: int, second: int) -> float:
        days = self._mean_day(first), self._mean_day(second)
        return _UNKNOWN if days[0] is None or days[1] is None else abs(days[0] - days[1])

    def _mean_day(self, number: int) -> float | None:
        days = [day for member in self._members[number] if (day := self._articles[member].day) is not None]
        return sum(days) / len(days) if days else None

    def _join(self, first: int, second: int) -> None:
        """Join the cluster `second` to `first`, the older one."""
        self._members[first] += self._members.pop(second)
        self._vectors[first] = self._vectors[first] + self._vectors.pop(second)
        self._names[first].update(self._names.pop(second))
        self._sources[first].update(self._sources.pop(second))
        for other in self._neighbours.pop(second, set()):
            self._neighbours[other].discard(second)
            if other != first:
                self._neighbours[other].add(first)
                self._neighbours[first].add(other)
