"""Fits the sentence ranker and answerability: `python -m assistant.evaluation.training.fit_ranker DATA`.

It writes sentence_ranker.json and answerability.json.

The ranker is a conditional logit (McFadden 1974) over `ranker.FEATURES`, by which the probability that a sentence is
the one that answers is a softmax over the sentences of its question. Answerability, whether the evidence answers at
all, is a logistic regression over `answerability.FEATURES`. Both are fitted on a mix of kinds of questions (see
`examples`); `RANKED` and `JUDGED` say how much each counts, for answerability both outcomes of each the same, so that
no set and no outcome rules. Its odds are then scaled and moved (Platt 1999) so that the probability is right for the
questions of `CALIBRATED`. Figures are held out, by cross-validation over groups of questions that share a
paragraph, a passage or a fact; the ranker is fitted anew in each fold.

Needs scikit-learn and the folder of public question sets; both are for maintainers only.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.evaluation.bootstrap import Array
from assistant.evaluation.training.examples import Example, examples
from assistant.evaluation.training.reader_figures import calibration_error
from assistant.models.linear import FOLDER, Linear
from assistant.reading import answerability, ranker
from assistant.settings import Settings

RANKED = {"xquad": 1.0, "clapnq": 0.5, "multihop": 0.25, "news": 2.0, "stories": 1.0}
JUDGED = {
    "xquad": 2.0,
    "xquad_cut": 1.0,
    "clapnq": 2.0,
    "clapnq_given": 2.0,
    "multihop": 1.0,
    "mtrag": 1.0,
    "news": 4.0,
    "stories": 4.0,
}
CALIBRATED = "news"
_SHRINK, _STRENGTH = 0.003, 0.2  # the ridge of the ranker; C of answerability
_FOLDS = 5


def fit_ranking(found: Sequence[Example]) -> Linear:
    """The ranker that makes the sentences that answer most likely; ridge on standardised features."""
    from scipy.optimize import minimize
    from scipy.special import logsumexp

    known = [one for one in found if one.set in RANKED and any(one.gold)]
    rows = [np.array([[one.features[0][name] for name in ranker.FEATURES] for one in each.evidence]) for each in known]
    spread = np.concatenate(rows).std(axis=0) + 1e-9
    rows = [row / spread for row in rows]
    gold = [np.array(one.gold) for one in known]
    weights = _shares([one.set for one in known], RANKED)

    def loss(values: Array) -> tuple[float, Array]:
        total, slope = _SHRINK * float(values @ values), 2 * _SHRINK * values
        for row, mine, weight in zip(rows, gold, weights, strict=True):
            odds = row @ values
            every, right = logsumexp(odds), logsumexp(odds[mine])
            total -= weight * (right - every)
            right_shares = np.where(mine, np.exp(odds - right), 0.0)
            slope = slope - weight * (right_shares - np.exp(odds - every)) @ row
        return total, slope

    values = minimize(loss, np.zeros(len(spread)), jac=True, method="L-BFGS-B").x / spread
    return Linear({name: round(float(one), 4) for name, one in zip(ranker.FEATURES, values, strict=True)})


def _shares(names: Sequence[str], counts: dict[str, float]) -> Array:
    """The weight of each example, so that each set has its share whatever its size; they add up to 1."""
    sizes = {name: names.count(name) for name in set(names)}
    weights = np.array([counts[name] / sizes[name] for name in names])
    return np.asarray(weights / weights.sum(), np.float64)


def seen(found: Sequence[Example], ranking: Linear) -> Array:
    """The features of answerability of each example, by that ranker: (examples, features)."""
    rows = []
    for one in found:
        features = answerability.features(one.part, 0, ranker.ranked(one.evidence, ranking))
        rows.append([features[name] for name in answerability.FEATURES])
    return np.array(rows)


def fit_answerability(values: Array, found: Sequence[Example]) -> Linear:
    """The logistic regression over `values`, the features of the examples `found`."""
    from sklearn.linear_model import LogisticRegression

    kept = [number for number, one in enumerate(found) if one.set in JUDGED]
    middle, spread = values[kept].mean(axis=0), values[kept].std(axis=0) + 1e-9
    answerable = np.array([found[number].answerable for number in kept])
    labels = [f"{found[number].set} {found[number].answerable}" for number in kept]
    weights = _shares(labels, {label: JUDGED[label.split()[0]] for label in labels}) * len(kept)
    weights *= [found[number].weight for number in kept]
    model = LogisticRegression(C=_STRENGTH, max_iter=5000)
    model.fit((values[kept] - middle) / spread, answerable, sample_weight=weights)
    coefficients = model.coef_[0] / spread
    intercept = float(model.intercept_[0] - coefficients @ middle)
    return Linear(dict(zip(answerability.FEATURES, map(float, coefficients), strict=True)), intercept)


def held_out(found: Sequence[Example]) -> tuple[Array, NDArray[np.int64]]:
    """For each example the log odds that it is answered, and the best rank of a gold sentence, by a fit without it.

    The rank is from 1; 0 where no sentence is gold.
    """
    from sklearn.model_selection import GroupKFold

    odds, ranks = np.zeros(len(found)), np.zeros(len(found), np.int64)
    groups = [one.group for one in found]
    for train, test in GroupKFold(_FOLDS).split(np.zeros((len(found), 1)), groups=groups):
        known, unseen = [found[n] for n in train], [found[n] for n in test]
        ranking = fit_ranking(known)
        model = fit_answerability(seen(known, ranking), known)
        odds[test] = seen(unseen, ranking) @ np.array([model.coefficients[name] for name in answerability.FEATURES])
        odds[test] += model.intercept
        ranks[test] = [_rank(one, ranking) for one in unseen]
    return odds, ranks


def calibration(odds: Array, found: Sequence[Example]) -> tuple[float, float]:
    """What to multiply log odds by, and then to add to them; half of the questions count as answered."""
    from sklearn.linear_model import LogisticRegression

    kept = [number for number, one in enumerate(found) if one.set == CALIBRATED]
    answerable = np.array([found[number].answerable for number in kept])
    weights = np.array([found[number].weight for number in kept])
    weights /= np.where(answerable, weights[answerable].sum(), weights[~answerable].sum())
    model = LogisticRegression(C=1e6).fit(odds[kept, None], answerable, sample_weight=weights * len(kept))
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def _rank(one: Example, ranking: Linear) -> int:
    totals = [ranking.total(each.features[0]) for each in one.evidence]
    order = sorted(range(len(totals)), key=lambda n: -totals[n])
    return next((rank for rank, n in enumerate(order, 1) if one.gold and one.gold[n]), 0)


def figures(
    found: Sequence[Example], chances: Array, ranks: NDArray[np.int64], threshold: float
) -> dict[str, dict[str, float]]:
    """For each set what ranker and answerability do for it; near misses count as in training."""
    from sklearn.metrics import roc_auc_score

    names = np.array([one.set for one in found])
    answerable = np.array([one.answerable for one in found])
    weights = np.array([one.weight for one in found])
    told: dict[str, dict[str, float]] = {}
    for name in JUDGED:
        # What was cut from is XQuAD's: its answerable questions are the other half of the near misses.
        mine = (names == name) | ((name == "xquad_cut") & (names == "xquad") & answerable)
        if not mine.any():
            continue
        yes, no = mine & answerable, mine & ~answerable
        balanced = weights * np.where(answerable, 1 / weights[yes].sum(), 1 / weights[no].sum())
        told[name] = {
            "questions": int(mine.sum()),
            "auroc": round(float(roc_auc_score(answerable[mine], chances[mine], sample_weight=weights[mine])), 4),
            "calibration_error": round(calibration_error(chances[mine], answerable[mine], balanced[mine]), 4),
            "answered": round(float(np.average(chances[yes] >= threshold, weights=weights[yes])), 4),
            "refused": round(float(np.average(chances[no] < threshold, weights=weights[no])), 4),
        }
        own = ranks[(names == name) & answerable]
        if name in RANKED:
            told[name] |= {f"gold_in_best_{k}": round(float(((own > 0) & (own <= k)).mean()), 4) for k in (1, 2, 3)}
    return told


def fit(found: Sequence[Example], threshold: float) -> tuple[dict[str, Any], dict[str, Any]]:
    """The contents of sentence_ranker.json and of answerability.json."""
    odds, ranks = held_out(found)
    slope, level = calibration(odds, found)
    ranking = fit_ranking(found)
    model = fit_answerability(seen(found, ranking), found)
    told = {
        "coefficients": {name: round(slope * one, 4) for name, one in model.coefficients.items()},
        "intercept": round(slope * model.intercept + level, 4),
        "held_out": figures(found, 1 / (1 + np.exp(-slope * odds - level)), ranks, threshold),
    }
    return {"coefficients": ranking.coefficients}, told


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of the public question sets")
    parser.add_argument("--home", type=Path, help="folder for the indexes, kept (default: a temporary one)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        home = given.home or Path(temporary)
        home.mkdir(parents=True, exist_ok=True)
        found = [one for one in examples(given.data, home) if one.evidence]
    fitted = fit(found, Settings().refuse_below)
    for name, values in zip((ranker.WEIGHTS, answerability.WEIGHTS), fitted, strict=True):
        (FOLDER / name).write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
        sys.stdout.write(f"{name}\n{json.dumps(values, indent=2)}\n")


if __name__ == "__main__":
    main()
