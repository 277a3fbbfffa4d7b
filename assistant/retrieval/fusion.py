"""Several rankings into one: by the sum of standard scores, or in turn."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest

import numpy as np

Scores = Mapping[str, float]
"""The score of each name, higher is better."""


def fuse(searches: Iterable[tuple[float, Scores]]) -> dict[str, float]:
    """The weighted sum of the standard scores that each search gave, for every name that one of them found.

    The standard score is (score - mean) / standard deviation over what the search found; a name that it did not find
    counts as its last one did. (Z-score fusion; with it, how far ahead a hit is counts too.)
    """
    given = [(weight, scores) for weight, scores in searches if scores]
    totals: dict[str, float] = dict.fromkeys((name for _, scores in given for name in scores), 0.0)
    for weight, scores in given:
        values = np.fromiter(scores.values(), float)
        mean, spread, last = float(values.mean()), float(values.std()) + 1e-9, float(values.min())
        for name in totals:
            totals[name] += weight * (scores.get(name, last) - mean) / spread
    return totals


def interleave(rankings: Sequence[list[tuple[str, float]]], k: int) -> Iterator[tuple[str, float]]:
    """The first of each ranking, then the second of each, and so on, k in all; within such a row the best first."""
    seen: set[str] = set()
    for row in zip_longest(*rankings):
        for name, score in sorted((hit for hit in row if hit is not None), key=lambda hit: (-hit[1], hit[0])):
            if name not in seen and len(seen) < k:
                seen.add(name)
                yield name, score
