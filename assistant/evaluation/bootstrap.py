"""Estimates from weighted questions, and their intervals by the bootstrap over clusters.

A resample draws as many clusters as there are, with replacement (Davison and Hinkley, Bootstrap Methods and
their Application, 1997, section 3.8); each question weighs as often as its cluster was drawn. Weights are an
array of one row for a resample, one column for a question; an estimate gives one value for a row, NaN where
the row has nothing to say.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Estimate = Callable[[Array], Array]

RESAMPLES = 1000


def resamples(clusters: Sequence[str], times: int = RESAMPLES, seed: int = 0) -> Array:
    """The weights of `times` resamples; the same for the same clusters and seed."""
    names, members = np.unique(np.asarray(clusters, dtype=object).astype(str), return_inverse=True)
    count = len(names)
    if not count:
        return np.zeros((times, 0))
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=times)
    return np.asarray(drawn[:, members], np.float64)


def interval(estimate: Estimate, weights: Array, level: float = 0.95) -> tuple[float, float] | None:
    """The percentile interval of an estimate; None when no resample says anything."""
    values = estimate(weights)
    values = values[np.isfinite(values)]
    if not values.size:
        return None
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def ratio(over: Array, under: Array) -> Estimate:
    """Σ weight · over / Σ weight · under: a mean when `under` is one, a share of chosen ones else."""

    def estimate(weights: Array) -> Array:
        return _divided(weights @ over, weights @ under)

    return estimate


def _divided(over: Array, under: Array) -> Array:
    return np.divide(over, under, out=np.full_like(over, np.nan), where=under > 0)


def quantile(values: Array, share: float) -> Estimate:
    """The smallest value that at least `share` of the weight does not exceed; NaNs among the values are left out."""
    known = np.flatnonzero(np.isfinite(values))
    order = known[np.argsort(values[known], kind="stable")]

    def estimate(weights: Array) -> Array:
        summed = np.cumsum(weights[:, order], axis=1)
        if not order.size:
            return np.full(len(weights), np.nan)
        place = (summed < share * summed[:, -1:] - 1e-9).sum(axis=1)
        return np.where(summed[:, -1] > 0, values[order][np.minimum(place, order.size - 1)], np.nan)

    return estimate


def auroc(scores: Array, positive: NDArray[np.bool_]) -> Estimate:
    """The area under the ROC curve: how often a positive scores higher than a negative, ties counting half.

    It equals `sklearn.metrics.roc_auc_score` with sample weights, for all rows at once.
    """
    order = np.argsort(scores, kind="stable")
    starts = np.flatnonzero(np.diff(scores[order], prepend=np.nan) != 0)

    def estimate(weights: Array) -> Array:
        if not order.size:
            return np.full(len(weights), np.nan)
        ordered = weights[:, order]
        hits = np.add.reduceat(ordered * positive[order], starts, axis=1)
        others = np.add.reduceat(ordered * ~positive[order], starts, axis=1)
        below = np.cumsum(others, axis=1) - others
        return _divided((hits * (below + others / 2)).sum(axis=1), hits.sum(axis=1) * others.sum(axis=1))

    return estimate


BINS = 10


def bins(chances: Array) -> NDArray[np.intp]:
    """The number, from 0, of the tenth that each chance lies in."""
    return np.asarray(np.minimum((chances * BINS).astype(np.intp), BINS - 1))


def calibration_error(chances: Array, outcomes: Array) -> Estimate:
    """The expected calibration error over ten equal bins (Naeini et al., AAAI 2015).

    The mean distance, by questions, between the chance that was given and the share that came true.
    """
    inside = np.eye(BINS)[bins(chances)]

    def estimate(weights: Array) -> Array:
        apart = np.abs((weights * (chances - outcomes)) @ inside).sum(axis=1)
        return _divided(apart, weights.sum(axis=1))

    return estimate
