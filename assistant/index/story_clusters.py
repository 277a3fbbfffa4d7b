"""Clustering: which articles tell of one story, from their vectors, names and dates. Pure; it knows no store.

Two articles are near in what they mean (cosine), whom and what they name (shared names, rare ones more) and when they
were published. Clusters are joined by average linkage, so that a story is not a chain of articles of which the first
and the last have nothing in common.
"""

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.models.embedders import Vectors

# Fitted by logistic regression on 150 pairs of articles that were read and labelled, the threshold then by eye.
_NAMES = 0.26  # what the logarithm of the shared names counts, beside a cosine of 1
_A_DAY = 0.018  # what a day between two articles takes away
_OF_ONE = 0.25  # what it takes away that both are of one publication, whose regular features are alike
_THRESHOLD = 1.3  # mean nearness from which two clusters are one story
_WINDOW = 21.0  # days between two articles, above which they are not compared
_UNKNOWN = 7.0  # days that count where one has no date
_LEAST_COSINE = 0.5
_LEAST_NAMES = 8.0  # shared names, by their weight: without any, two articles are alike and not of one story
_NEIGHBOURS = 24  # later articles that each is compared with in full, the nearest in meaning
_ROWS = 128  # compared with all others at a time: 30 MB for 60,000 articles
_CORPUS = 600  # articles: how rare a name is in fewer says little, and in more it is no rarer than in one of these
_BOILERPLATE, _ENOUGH = 0.3, 8  # share of a publication's articles that have a name in all of them; of so many


@dataclass(frozen=True, slots=True)
class StoryFeatures:
    """What an article is compared by. `day` is in days since 1970; `vector` has length one; `names` in lower case."""

    id: str
    source: str | None
    day: float | None
    vector: Vectors
    names: frozenset[str]


def cluster(articles: Sequence[StoryFeatures], duplicates: Mapping[str, str]) -> list[tuple[str, ...]]:
    """The stories: ids of at least two articles, oldest first, none in two stories; the same for any order.

    `duplicates` has for each article with near-duplicates the name of their group, which is never parted. The time is
    that of one matrix product over the articles of three weeks; those without a date are compared with all.
    """
    ordered = sorted(articles, key=lambda one: (one.day is None, one.day or 0.0, one.id))
    weights = _weights(ordered)
    clusters = _Clusters(ordered, weights)
    clusters.join_duplicates([duplicates.get(one.id) for one in ordered])
    clusters.join_near(_candidates(ordered))
    return [tuple(ordered[number].id for number in members) for members in clusters.stories()]


def _weights(articles: Sequence[StoryFeatures]) -> list[dict[str, float]]:
    """The names of each article with their weights (inverse document frequency), without a publication's boilerplate.

    "Email" and "Facebook" in every article of a publication are its buttons.
    """
    by_source: dict[str | None, list[StoryFeatures]] = defaultdict(list)
    for article in articles:
        by_source[article.source].append(article)
    usual: dict[str | None, set[str]] = {}
    for source, own in by_source.items():
        counts = Counter(name for article in own for name in article.names) if len(own) >= _ENOUGH else Counter()
        usual[source] = {name for name, count in counts.items() if count > _BOILERPLATE * len(own)}
    kept = [article.names - usual[article.source] for article in articles]
    frequencies = Counter(name for names in kept for name in names)
    scale = min(1.0, _CORPUS / max(1, len(articles)))
    return [{name: math.log(_CORPUS / max(1.0, frequencies[name] * scale)) for name in sorted(names)} for names in kept]


def _candidates(articles: Sequence[StoryFeatures]) -> Iterator[tuple[int, int]]:
    """Pairs of places in `articles`, which are in order of time, that are near enough in time and meaning."""
    if len(articles) < 2:
        return
    vectors = np.stack([one.vector for one in articles])
    days = np.array([math.inf if one.day is None else one.day for one in articles])
    dated = int(np.isfinite(days).sum())
    for start in range(0, len(articles), _ROWS):
        stop = min(start + _ROWS, len(articles))
        near = int(np.searchsorted(days[:dated], days[min(stop, dated) - 1] + _WINDOW, "right")) if start < dated else 0
        columns = np.concatenate([np.arange(start, max(near, start)), np.arange(max(dated, start), len(articles))])
        cosines = vectors[start:stop] @ vectors[columns].T
        for row in range(stop - start):
            yield from _nearest(start + row, columns, cosines[row], days)


def _nearest(
    number: int, columns: NDArray[np.int64], cosines: Vectors, days: NDArray[np.float64]
) -> Iterator[tuple[int, int]]:
    """The article at `number` with those after it that are nearest in meaning."""
    fitting = (cosines >= _LEAST_COSINE) & (columns > number)
    if math.isfinite(days[number]):
        fitting &= (days[columns] <= days[number] + _WINDOW) | np.isinf(days[columns])
    found = np.flatnonzero(fitting)
    if len(found) > _NEIGHBOURS:
        found = found[np.argsort(-cosines[found], kind="stable")[:_NEIGHBOURS]]
    yield from ((number, int(columns[place])) for place in found)


class _Clusters:
    """Articles on their way to stories, each cluster under the place of its oldest article.

    A cluster keeps the sums over its articles, from which the mean nearness to another follows exactly.
    """

    def __init__(self, articles: Sequence[StoryFeatures], weights: Sequence[Mapping[str, float]]) -> None:
        self._articles = articles
        self._weight = {name: weight for own in weights for name, weight in own.items()}
        self._members = {number: [number] for number in range(len(articles))}
        self._vectors = {number: one.vector.astype(np.float64) for number, one in enumerate(articles)}
        self._names = {number: Counter(dict.fromkeys(own, 1)) for number, own in enumerate(weights)}
        self._sources = {number: Counter([one.source] if one.source else []) for number, one in enumerate(articles)}
        self._near: dict[int, set[int]] = defaultdict(set)

    def stories(self) -> list[list[int]]:
        """The places of the articles of each story, in order."""
        return [sorted(members) for _, members in sorted(self._members.items()) if len(members) > 1]

    def join_duplicates(self, groups: Sequence[str | None]) -> None:
        """Make a cluster of each group of near-duplicates; `groups` has its name for each place."""
        first: dict[str, int] = {}
        for number, group in enumerate(groups):
            if group is not None and first.setdefault(group, number) != number:
                self._join(first[group], number)

    def join_near(self, pairs: Iterator[tuple[int, int]]) -> None:
        """Join the nearest two clusters, as long as any are near enough."""
        cluster_of = {number: first for first, members in self._members.items() for number in members}
        for one, other in pairs:
            first, second = sorted((cluster_of[one], cluster_of[other]))
            if first != second:
                self._near[first].add(second)
                self._near[second].add(first)
        queue = [entry for first in self._near for second in self._near[first] if first < second
                 for entry in self._entry(first, second)]  # fmt: skip
        heapq.heapify(queue)
        while queue:
            _, first, second, size = heapq.heappop(queue)
            if self._size(first, second) == size:
                self._join(first, second)
                for other in self._near[first]:
                    for entry in self._entry(*sorted((first, other))):
                        heapq.heappush(queue, entry)

    def _size(self, first: int, second: int) -> tuple[int, int] | None:
        """How many articles the two clusters have, None when one is gone: whether an entry is still of now."""
        if first not in self._members or second not in self._members:
            return None
        return len(self._members[first]), len(self._members[second])

    def _entry(self, first: int, second: int) -> Iterator[tuple[float, int, int, tuple[int, int]]]:
        nearness = self._nearness(first, second)
        size = self._size(first, second)
        if nearness >= _THRESHOLD and size is not None:
            yield -round(nearness, 6), first, second, size

    def _nearness(self, first: int, second: int) -> float:
        """The mean nearness of the articles of two clusters; 0 when they are too far from each other in time."""
        pairs = len(self._members[first]) * len(self._members[second])
        days = self._days_between(first, second)
        fewer, more = sorted((self._names[first], self._names[second]), key=len)
        names = sum(self._weight[name] * count * more[name] for name, count in fewer.items() if name in more) / pairs
        sources = self._sources[second]
        of_one = sum(count * sources[source] for source, count in self._sources[first].items()) / pairs
        if days > _WINDOW or names < _LEAST_NAMES:
            return 0.0
        cosine = float(self._vectors[first] @ self._vectors[second]) / pairs
        return cosine + _NAMES * math.log1p(names) - _A_DAY * days - _OF_ONE * of_one

    def _days_between(self, first: int, second: int) -> float:
        one, other = self._mean_day(first), self._mean_day(second)
        return _UNKNOWN if one is None or other is None else abs(one - other)

    def _mean_day(self, number: int) -> float | None:
        days = [day for member in self._members[number] if (day := self._articles[member].day) is not None]
        return sum(days) / len(days) if days else None

    def _join(self, first: int, second: int) -> None:
        """Take the cluster `second` into `first`, which is the older."""
        self._members[first] += self._members.pop(second)
        self._vectors[first] = self._vectors[first] + self._vectors.pop(second)
        self._names[first].update(self._names.pop(second))
        self._sources[first].update(self._sources.pop(second))
        for other in self._near.pop(second, set()):
            self._near[other].discard(second)
            if other != first:
                self._near[other].add(first)
                self._near[first].add(other)
