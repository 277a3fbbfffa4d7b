"""Stories are those of the plain algorithm: the two most similar clusters are joined, again and again."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations, product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.index.derived.story_clusters import cluster
from assistant.index.derived.story_neighbours import StoryFeatures, in_order, later_neighbours

SIZE = 24
EVENTS = 3


def article(number: int, row: tuple[int, float, float | None, str | None, frozenset[int]]) -> StoryFeatures:
    """An article of an event, more or less near its direction, and naming some of those who take part in it."""
    event, noise, day, source, named = row
    rng = np.random.default_rng(number)
    vector = np.random.default_rng(900 + event).standard_normal(SIZE) + noise * rng.standard_normal(SIZE)
    names = frozenset({"email", *(f"event{event}-{name}" if name < 5 else f"town{name}" for name in named)})
    return StoryFeatures(f"a{number:02d}", source, day, (vector / np.linalg.norm(vector)).astype(np.float32), names)


def corpora() -> st.SearchStrategy[list[StoryFeatures]]:
    rows = st.tuples(
        st.integers(1, EVENTS),
        st.sampled_from([0.0, 0.3, 0.6, 0.9, 1.2]),
        st.none() | st.sampled_from([20_000.0, 20_001.5, 20_006.0, 20_019.0, 20_030.0]),
        st.sampled_from([None, "Chronicle", "Meridian", "Radio"]),
        st.frozensets(st.integers(0, 8), min_size=1),
    )
    return st.lists(rows, max_size=30).map(lambda found: [article(*numbered) for numbered in enumerate(found)])


class Plain:
    """The same stories from every pair of articles, looked at again for every join."""

    def __init__(self, articles: Sequence[StoryFeatures], groups: dict[str, str]) -> None:
        self.ordered = in_order(articles)
        self.names = dict(self._names())
        found = Counter(name for own in self.names.values() for name in own)
        scale = min(1.0, 600 / max(1, len(articles)))
        self.weight = {name: math.log(600 / max(1.0, count * scale)) for name, count in found.items()}
        place = {one.id: number for number, one in enumerate(self.ordered)}
        near = later_neighbours(self.ordered, range(len(self.ordered)))
        self.near = {(place[name], place[other]) for name, others in near for other in others}
        of_group: dict[str, list[int]] = {}
        for number, one in enumerate(self.ordered):
            of_group.setdefault(groups.get(one.id, one.id), []).append(number)
        self.clusters = sorted(of_group.values())

    def _names(self) -> Iterator[tuple[str, frozenset[str]]]:
        for one in self.ordered:
            own = [other.names for other in self.ordered if other.source == one.source]
            counts = Counter(name for names in own for name in names)
            often = {name for name, count in counts.items() if len(own) >= 8 and count > 0.3 * len(own)}
            yield one.id, one.names - often

    def stories(self) -> list[tuple[str, ...]]:
        while ranked := sorted(self._similar()):
            _, first, second = ranked[0]
            self.clusters.remove(second)
            self.clusters[self.clusters.index(first)] = sorted(first + second)
        return [tuple(self.ordered[number].id for number in own) for own in self.clusters if len(own) > 1]

    def _similar(self) -> Iterator[tuple[float, list[int], list[int]]]:
        for first, second in combinations(self.clusters, 2):
            if any((min(pair), max(pair)) in self.near for pair in product(first, second)):
                similarity = self.similarity(first, second)
                if similarity >= 1.3:
                    yield -round(similarity, 6), first, second

    def similarity(self, first: list[int], second: list[int]) -> float:
        pairs = [(self.ordered[one], self.ordered[other]) for one, other in product(first, second)]
        names = np.mean([sum(self.weight[name] for name in self.names[a.id] & self.names[b.id]) for a, b in pairs])
        day, other_day = (
            [one.day for one in map(self.ordered.__getitem__, own) if one.day is not None] for own in (first, second)
        )
        days = abs(np.mean(day) - np.mean(other_day)) if day and other_day else 7.0
        if names < 8 or days > 21:
            return 0.0
        cosine = np.mean([a.vector.astype(np.float64) @ b.vector for a, b in pairs])
        same = np.mean([bool(a.source) and a.source == b.source for a, b in pairs])
        return float(cosine + 0.26 * math.log1p(names) - 0.018 * days - 0.25 * same)


@settings(deadline=None)
@given(corpora(), st.lists(st.integers(0, 29), max_size=6))
def test_stories_are_those_of_the_plain_algorithm(articles: list[StoryFeatures], copies: list[int]) -> None:
    groups = {articles[number].id: f"group{number % 2}" for number in copies if number < len(articles)}
    assert cluster(articles, groups) == Plain(articles, groups).stories()
