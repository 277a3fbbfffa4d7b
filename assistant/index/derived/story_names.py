"""The names of articles, weighed by how rare they are, of which stories are made. Pure: it knows no store."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from assistant.index.derived.story_neighbours import StoryFeatures

_CORPUS = 600  # articles, to which frequencies of names are scaled: fewer say little about how rare a name is
_BOILERPLATE = 0.3  # share of a publication's articles from which a name is boilerplate
_MIN_ARTICLES = 8  # of a publication, for that to be said
Rows = NDArray[np.int64]
Values = NDArray[np.float64]


@dataclass(frozen=True)
class StoryNames:
    """The names of each article, as sorted numbers one after the other, and the inverse document frequency of each."""

    flat: Rows
    starts: Rows
    weights: Values
    _worth: Values  # of each name to what is compared, zero in between

    @classmethod
    def of(cls, articles: Sequence[StoryFeatures]) -> "StoryNames":
        """The names of `articles` without the boilerplate of a publication.

        "Email" and "Facebook" in every article of a publication are buttons on its pages.
        """
        names = sorted(frozenset(chain.from_iterable(article.names for article in articles)))
        numbers = {name: number for number, name in enumerate(names)}
        sizes = [len(article.names) for article in articles]
        every = chain.from_iterable(article.names for article in articles)
        flat = np.fromiter(map(numbers.__getitem__, every), np.int64, sum(sizes))
        # Articles one after the other, the names of each sorted.
        named = np.sort(np.repeat(np.arange(len(articles)), sizes) * len(names) + flat)
        place, flat = np.divmod(named, max(1, len(names)))
        kept = ~_is_boilerplate(articles, place, flat, len(names))
        starts = np.concatenate([[0], np.cumsum(np.bincount(place[kept], minlength=len(articles)))])
        frequencies = np.bincount(flat[kept], minlength=len(names)) * min(1.0, _CORPUS / max(1, len(articles)))
        return cls(flat[kept], starts, np.log(_CORPUS / np.maximum(1.0, frequencies)), np.zeros(len(names)))

    def shared(self, pairs: Rows) -> Values:
        """The weight of the names that the two articles of each pair share; for some thousand pairs at a time."""
        firsts, place = np.unique(pairs[:, 0], return_inverse=True)
        has = np.zeros((len(firsts), len(self.weights)), bool)
        has[self._each(firsts)] = True
        pair, names = self._each(pairs[:, 1])
        common = has[place[pair], names]
        sums = np.bincount(pair[common], self.weights[names[common]], len(pairs))
        return sums.astype(np.float64)  # of no pairs they are whole numbers

    def shared_by_all(self, articles: Rows, others: Rows) -> Values:
        """For each of `others` the weights of the names that it shares with each of `articles`, added up."""
        own = self._each(articles)[1]
        np.add.at(self._worth, own, self.weights[own])
        place, names = self._each(others)
        sums = np.bincount(place, self._worth[names], len(others))
        self._worth[own] = 0.0
        return sums.astype(np.float64)  # of none they are whole numbers

    def _each(self, numbers: Rows) -> tuple[Rows, Rows]:
        """Each name of the articles `numbers`, after the place of its article among them."""
        starts = self.starts[numbers]
        sizes = self.starts[numbers + 1] - starts
        ends = np.cumsum(sizes)
        place = np.repeat(np.arange(len(numbers)), sizes)
        return place, self.flat[np.arange(len(place)) + np.repeat(starts - ends + sizes, sizes)]


def _is_boilerplate(articles: Sequence[StoryFeatures], place: Rows, flat: Rows, names: int) -> NDArray[np.bool_]:
    """Of each name in an article, by its place, whether it is in a large part of those of the publication."""
    sources: dict[str | None, int] = {}
    source = np.array([sources.setdefault(article.source, len(sources)) for article in articles], np.int64)
    _, which, counts = np.unique(source[place] * names + flat, return_inverse=True, return_counts=True)
    own = np.bincount(source)[source[place]]
    often: NDArray[np.bool_] = (own >= _MIN_ARTICLES) & (counts[which] > _BOILERPLATE * own)
    return often
