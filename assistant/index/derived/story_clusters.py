"""Clusters articles into stories by their vectors, names and dates. Pure: it knows no store.

The similarity of two articles combines the cosine of their vectors, their shared names (rare ones count more) and how
far apart they were published. Average linkage prevents chains whose first and last article have nothing in common.
"""

import heapq
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.index.derived.story_names import Rows, StoryNames, Values
from assistant.index.derived.story_neighbours import WINDOW, Near, StoryFeatures, in_order, later_neighbours, vectors_of

# Fitted by logistic regression on 150 labelled pairs of articles; the threshold was then set by inspection.
_NAMES_WEIGHT = 0.26  # of the logarithm of the shared names; the cosine has weight 1
_DAY_PENALTY = 0.018  # for each day between two articles
_PUBLICATION_PENALTY = 0.25  # for the same publication, whose regular features are similar
_THRESHOLD = 1.3  # mean similarity from which two clusters are one story
_UNKNOWN = 7.0  # days assumed where a date is missing
_MIN_NAMES = 8.0  # weight of shared names; articles with less may be similar but are not of one story
_MAX_COSINE = 1.001  # of vectors of length one, with what is rounded
_PAIRS = 1000  # compared at a time, so that what is worked out for them stays small, and its memory is used again


def cluster(
    articles: Sequence[StoryFeatures], duplicates: Mapping[str, str], near: Near | None = None
) -> list[tuple[str, ...]]:
    """The stories: ids of at least two articles, oldest first, none in two stories; the same for any order.

    `duplicates` maps each article with near-duplicates to their group, which is never split. `near` is what
    `later_neighbours` gives for each article, where that is known.
    """
    ordered = in_order(articles)
    near = dict(later_neighbours(ordered, range(len(ordered)))) if near is None else near
    clusters = _Clusters(ordered, StoryNames.of(ordered), _pairs(ordered, near))
    clusters.join_duplicates([duplicates.get(article.id) for article in ordered])
    clusters.join_near()
    return [tuple(ordered[number].id for number in members) for members in clusters.stories()]


def _pairs(ordered: Sequence[StoryFeatures], near: Near) -> Rows:
    """The positions (pairs, 2) of the articles that are near each other."""
    numbers = {article.id: number for number, article in enumerate(ordered)}
    sizes = [len(near[article.id]) for article in ordered]
    later = np.fromiter((numbers[other] for article in ordered for other in near[article.id]), np.int64, sum(sizes))
    return np.stack([np.repeat(np.arange(len(ordered)), sizes), later], axis=1)


@dataclass(slots=True)
class _Cluster:
    """Articles of a story, as sums from which mean similarities follow; `near` are clusters near any of them."""

    members: Rows
    vector: Values
    sources: Counter[int]
    days: float
    dated: int
    near: Rows

    @property
    def day(self) -> float:
        """The mean day of its dated articles; no number without any."""
        return self.days / self.dated if self.dated else math.nan

    def add(self, other: "_Cluster") -> None:
        """Add the articles of another."""
        self.members = np.concatenate([self.members, other.members])
        self.vector = self.vector + other.vector
        self.sources.update(other.sources)
        self.days += other.days
        self.dated += other.dated
        self.near = np.concatenate([self.near, other.near])


class _Clusters:
    """Clusters of articles by the position of their oldest; those of one article are made when they are looked at."""

    def __init__(self, articles: Sequence[StoryFeatures], names: StoryNames, pairs: Rows) -> None:
        self._names, self._pairs = names, pairs
        self._vectors = vectors_of(articles)
        self._days = np.array([article.day for article in articles], np.float64)  # None is no number
        self._means = self._days.copy()  # of each cluster
        sources: dict[str, int] = {}
        known = (sources.setdefault(one.source, len(sources)) if one.source else -1 for one in articles)
        self._sources = np.fromiter(known, np.int64, len(articles))
        self._of = np.arange(len(articles))  # the cluster of each article
        self._sizes = np.ones(len(articles), np.int64)  # of each cluster, 0 for one that was joined to another
        self._clusters: dict[int, _Cluster] = {}
        ends = np.concatenate([pairs, pairs[:, ::-1]])
        self._near = ends[np.argsort(ends[:, 0], kind="stable"), 1]
        self._starts = np.concatenate([[0], np.cumsum(np.bincount(ends[:, 0], minlength=len(articles)))])
        # Negative similarity, two clusters, and their sizes when they were compared.
        self._queue: list[tuple[float, int, int, tuple[int, int]]] = []

    def stories(self) -> list[list[int]]:
        """The positions of the articles of each story, in order."""
        return [sorted(own.members.tolist()) for _, own in sorted(self._clusters.items()) if len(own.members) > 1]

    def join_duplicates(self, groups: Sequence[str | None]) -> None:
        """Join each group of near-duplicates; `groups` has the group of each position."""
        first: dict[str, int] = {}
        for number, group in enumerate(groups):
            if group is not None and first.setdefault(group, number) != number:
                self._join(first[group], number)

    def join_near(self) -> None:
        """Repeatedly join the two most similar clusters, while any are similar enough."""
        grown = self._sizes[self._of] > 1
        self._queue = [*self._similar(self._pairs[~grown[self._pairs].any(axis=1)])]
        for number in np.flatnonzero(self._sizes > 1).tolist():
            self._queue_near(number)
        heapq.heapify(self._queue)
        while self._queue:
            _, first, second, sizes = heapq.heappop(self._queue)
            if self._sizes_of(first, second) == sizes:
                self._join(first, second)
                self._queue_near(first)

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

    def _sizes_of(self, first: int, second: int) -> tuple[int, int]:
        """The sizes of two clusters, which show whether a queue entry is outdated."""
        return int(self._sizes[first]), int(self._sizes[second])

    def _queue_near(self, number: int) -> None:
        """Queue the pairs of a cluster of several articles and each of those near it that is similar enough."""
        own = self._clusters[number]
        near = np.unique(self._of[own.near])
        own.near = near = near[near != number]
        days = self._apart(number, near)
        near, days = near[days <= WINDOW], days[days <= WINDOW]  # as few are, so that the rest is worked out for those
        others, names, days = self._named(own, near, days)
        similarity = self._mean_similarities(own, others, names, days)
        similar = similarity >= _THRESHOLD
        for other, value in zip(others[similar].tolist(), similarity[similar].tolist(), strict=True):
            first, second = min(number, other), max(number, other)
            heapq.heappush(self._queue, (-round(value, 6), first, second, self._sizes_of(first, second)))

    def _apart(self, number: int, others: Rows) -> Values:
        """The days between the mean days of a cluster and of `others`."""
        days: Values = np.abs(self._means[others] - self._means[number])
        days[np.isnan(days)] = _UNKNOWN
        return days

    def _named(self, own: _Cluster, others: Rows, days: Values) -> tuple[Rows, Values, Values]:
        """Those of `others` that may be similar enough, the names that they share with a cluster, and the `days`.

        Those of one article come first.
        """
        by_size = np.argsort(self._sizes[others] > 1, kind="stable")
        others, days = others[by_size], days[by_size]
        sizes = self._sizes[others]
        parts = [self._clusters[other].members for other in others[sizes > 1].tolist()]
        articles = np.concatenate([others[: len(others) - len(parts)], *parts])
        sums = np.bincount(np.repeat(np.arange(len(others)), sizes), self._names.shared_by_all(own.members, articles))
        names = sums / (sizes * len(own.members))
        named = names >= _MIN_NAMES
        named &= _MAX_COSINE + _NAMES_WEIGHT * np.log1p(names) - _DAY_PENALTY * days >= _THRESHOLD
        return others[named], names[named], days[named]

    def _mean_similarities(self, own: _Cluster, others: Rows, names: Values, days: Values) -> Values:
        """The mean similarity of the articles of a cluster and each of `others`, which share `names`."""
        sizes = self._sizes[others]
        single = others[sizes == 1]
        grown = [self._clusters[other] for other in others[sizes > 1].tolist()]
        cosine = [*(self._vectors[single].astype(np.float64) @ own.vector), *(own.vector @ one.vector for one in grown)]
        same_source = [
            *(own.sources[source] for source in self._sources[single].tolist()),
            *(sum(count * one.sources[source] for source, count in own.sources.items()) for one in grown),
        ]
        means = (np.array(cosine) - _PUBLICATION_PENALTY * np.array(same_source)) / (sizes * len(own.members))
        return np.asarray(means + _NAMES_WEIGHT * np.log1p(names) - _DAY_PENALTY * days, np.float64)

    def _cluster(self, number: int) -> _Cluster:
        if number not in self._clusters:
            day, source = self._days[number].item(), self._sources[number].item()
            is_dated = not math.isnan(day)
            self._clusters[number] = _Cluster(
                np.array([number]),
                self._vectors[number].astype(np.float64),
                Counter([source] if source >= 0 else []),
                day if is_dated else 0.0,
                int(is_dated),
                self._near[self._starts[number] : self._starts[number + 1]],
            )
        return self._clusters[number]

    def _join(self, first: int, second: int) -> None:
        """Join the cluster `second` to `first`, the older one."""
        joined = self._cluster(second)
        self._cluster(first).add(joined)
        del self._clusters[second]
        self._of[joined.members] = first
        self._sizes[first] += self._sizes[second]
        self._sizes[second] = 0
        self._means[first] = self._clusters[first].day
