"""The articles near each other in time and by their vectors, of which stories are made. Pure: it knows no store."""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.models import Vectors
from assistant.utils import batches

WINDOW = 21.0  # days; articles farther apart are not compared
_MARGIN = 1e-6  # days
_MIN_COSINE = 0.5
_COSINE_MARGIN = 1e-4  # of a cosine in half the precision
_NEIGHBOURS = 24  # later articles with the highest cosine, with which each is compared in full
_ROWS = 128  # compared with all others at a time: 30 MB for 60,000 articles


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


def in_order(articles: Iterable[StoryFeatures]) -> list[StoryFeatures]:
    """Articles by date, undated ones last."""
    return sorted(articles, key=lambda article: (article.day is None, article.day or 0.0, article.id))


def affected(articles: Sequence[StoryFeatures], held: Near, gone: Collection[str]) -> list[int]:
    """The positions in `articles`, in order, of those whose near ones have to be looked for.

    `held` are the near ones of all that did not change, `gone` the ids of those that changed or are not there any more.
    """
    gone = frozenset(gone)
    if not held:
        return list(range(len(articles)))
    new = [number for number, article in enumerate(articles) if article.id not in held]
    lost = {number for number, article in enumerate(articles) if not gone.isdisjoint(held.get(article.id, ()))}
    return sorted(lost.union(new, *_earlier_near(articles, new)))


def _earlier_near(articles: Sequence[StoryFeatures], new: Sequence[int]) -> Iterator[list[int]]:
    """The positions of the articles that may be near one of those at the positions `new`, which are later."""
    vectors, days = vectors_of(articles), _days(articles)
    since = np.where(np.isinf(days), -math.inf, days - WINDOW - _MARGIN)
    for block in batches(new, _ROWS):
        start = int(np.searchsorted(days, since[block].min()))
        rows = np.arange(start, block[-1])
        fitting = vectors[rows] @ vectors[block].T >= _MIN_COSINE - _COSINE_MARGIN
        fitting &= (rows[:, None] < np.array(block)) & (days[rows][:, None] >= since[block])
        yield rows[fitting.any(axis=1)].tolist()


def vectors_of(articles: Sequence[StoryFeatures]) -> Vectors:
    """The vectors of articles as one array."""
    return np.stack([article.vector for article in articles]) if articles else np.zeros((0, 0), np.float32)


def _days(articles: Sequence[StoryFeatures]) -> NDArray[np.float64]:
    return np.array([math.inf if article.day is None else article.day for article in articles])


def later_neighbours(
    articles: Sequence[StoryFeatures], numbers: Sequence[int]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Of those at the positions `numbers` in `articles`, sorted by time, the later ones near enough in time and cosine.

    The cost is that of a matrix product over the articles of three weeks; undated ones are compared with all.
    """
    vectors, days = vectors_of(articles), _days(articles)
    dated = int(np.isfinite(days).sum())
    for block in batches(numbers, _ROWS):
        start, last = block[0], block[-1]
        near = int(np.searchsorted(days[:dated], days[min(last, dated - 1)] + WINDOW, "right")) if start < dated else 0
        columns = np.concatenate([np.arange(start, max(near, start)), np.arange(max(dated, start), len(articles))])
        cosines = vectors[block] @ vectors[columns].T
        for number, own in zip(block, cosines, strict=True):
            yield articles[number].id, tuple(articles[other].id for other in _nearest(number, columns, own, days))


def _nearest(number: int, columns: NDArray[np.int64], cosines: Vectors, days: NDArray[np.float64]) -> list[int]:
    """The positions of the articles with the highest cosine that are later than the one at `number`."""
    fitting = (cosines >= _MIN_COSINE) & (columns > number)
    if math.isfinite(days[number]):
        fitting &= (days[columns] <= days[number] + WINDOW) | np.isinf(days[columns])
    nearest = np.flatnonzero(fitting)
    if len(nearest) > _NEIGHBOURS:
        nearest = nearest[np.argsort(-cosines[nearest], kind="stable")[:_NEIGHBOURS]]
    found: list[int] = columns[nearest].tolist()
    return found
