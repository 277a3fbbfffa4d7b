"""Fits the sentence ranker and answerability: `python -m assistant.evaluation.training.fit_ranker DATA`.

It writes sentence_ranker.json and answerability.json.

The reader ranks sentences: a conditional logit (McFadden 1974) over `reading.FEATURES`, by which the probability
that a sentence is the one that answers is a softmax over the sentences of its question. The judge tells whether the
best of them answers at all: a logistic regression over `judging.FEATURES`. Both are fitted on a mix of kinds of
questions (see `examples`); `READ` and `JUDGED` say how much each counts, for the judge both outcomes of each the same,
so that no set and no outcome rules.

The threshold lies where `KEPT` of XQuAD's answerable questions are answered, held out: a question in thirty is given
up so that most of those without an answer are refused. It is folded into the intercept, so that the setting
refuse_below = 0.5 stands for it. Figures are held out, by cross-validation
over groups of questions that share a paragraph, a passage or a fact; the reader is fitted anew in each fold.

Needs scikit-learn and the folder of public question sets; both are for maintainers only.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.evaluation.bootstrap import Array
from assistant.evaluation.training.examples import Example, examples
from assistant.models.linear import FOLDER, Linear
from assistant.reading import answerability, ranker

READ = {"xquad": 1.0, "clapnq": 0.5, "multihop": 0.25}
JUDGED = {"xquad": 2.0, "xquad_cut": 1.0, "clapnq": 2.0, "clapnq_given": 2.0, "multihop": 1.0, "mtrag": 1.0}
KEPT = {"xquad": 0.97}
_SHRINK, _STRENGTH = 0.003, 0.2  # the ridge of the reader; C of the judge
_FOLDS = 5


def fit_reader(found: Sequence[Example]) -> Linear:
    """The reader that makes the sentences that answer most likely; ridge on standardised features."""
    from scipy.optimize import minimize
    from scipy.special import logsumexp

    known = [one for one in found if one.set in READ and any(one.gold)]
    rows = [np.array([[one.features[0][name] for name in ranker.FEATURES] for one in each.evidence]) for each in known]
    spread = np.concatenate(rows).std(axis=0) + 1e-9
    rows = [row / spread for row in rows]
    gold = [np.array(one.gold) for one in known]
    weights = _shares([one.set for one in known], READ)

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


def judged(found: Sequence[Example], reader: Linear) -> Array:
    """What the judge sees of each example, by `reader`: (examples, features)."""
    rows = []
    for one in found:
        seen = answerability.features(one.part, 0, ranker.ranked(one.evidence, reader))
        rows.append([seen[name] for name in answerability.FEATURES])
    return np.array(rows)


def fit_judge(values: Array, found: Sequence[Example]) -> Linear:
    """The judge of `values`, what it sees of the examples `found`."""
    from sklearn.linear_model import LogisticRegression

    kept = [number for number, one in enumerate(found) if one.set in JUDGED]
    middle, spread = values[kept].mean(axis=0), values[kept].std(axis=0) + 1e-9
    answerable = np.array([found[number].answerable for number in kept])
    labels = [f"{found[number].set} {found[number].answerable}" for number in kept]
    weights = _shares(labels, {label: JUDGED[label.split()[0]] for label in labels}) * len(kept)
    model = LogisticRegression(C=_STRENGTH, max_iter=5000)
    model.fit((values[kept] - middle) / spread, answerable, sample_weight=weights)
    coefficients = model.coef_[0] / spread
    intercept = float(model.intercept_[0] - coefficients @ middle)
    return Linear(dict(zip(answerability.FEATURES, map(float, coefficients), strict=True)), intercept)


def held_out(found: Sequence[Example]) -> tuple[Array, NDArray[np.int64]]:
    """For each example the log odds of a judge, and the best rank of a gold sentence of a reader, that never saw it.

    The rank is from 1; 0 where no sentence is gold.
    """
    from sklearn.model_selection import GroupKFold

    odds, ranks = np.zeros(len(found)), np.zeros(len(found), np.int64)
    groups = [one.group for one in found]
    for train, test in GroupKFold(_FOLDS).split(np.zeros((len(found), 1)), groups=groups):
        seen, unseen = [found[n] for n in train], [found[n] for n in test]
        reader = fit_reader(seen)
        judge = fit_judge(judged(seen, reader), seen)
        values = judged(unseen, reader)
        odds[test] = values @ np.array([judge.coefficients[name] for name in answerability.FEATURES]) + judge.intercept
        ranks[test] = [_rank(one, reader) for one in unseen]
    return odds, ranks


def _rank(one: Example, reader: Linear) -> int:
    totals = [reader.total(each.features[0]) for each in one.evidence]
    order = sorted(range(len(totals)), key=lambda n: -totals[n])
    return next((rank for rank, n in enumerate(order, 1) if one.gold and one.gold[n]), 0)


def threshold_of(found: Sequence[Example], odds: Array) -> float:
    """The highest odds at which each set of `KEPT` has its share of answerable questions answered."""
    names = np.array([one.set for one in found])
    answerable = np.array([one.answerable for one in found])
    return min(
        float(np.quantile(odds[(names == name) & answerable], 1 - kept))
        for name, kept in KEPT.items()
        if ((names == name) & answerable).any()
    )


def figures(
    found: Sequence[Example], odds: Array, ranks: NDArray[np.int64], threshold: float
) -> dict[str, dict[str, float]]:
    """For each set what reader and judge do for it."""
    from sklearn.metrics import roc_auc_score

    names = np.array([one.set for one in found])
    answerable = np.array([one.answerable for one in found])
    told: dict[str, dict[str, float]] = {}
    for name in JUDGED:
        # What was cut from is XQuAD's: its answerable questions are the other half of the near misses.
        mine = (names == name) | ((name == "xquad_cut") & (names == "xquad") & answerable)
        yes, no = odds[mine & answerable], odds[mine & ~answerable]
        told[name] = {
            "questions": int(mine.sum()),
            "auroc": round(float(roc_auc_score(answerable[mine], odds[mine])), 4),
            "answered": round(float((yes >= threshold).mean()), 4),
            "refused": round(float((no < threshold).mean()), 4),
        }
        own = ranks[(names == name) & answerable]
        if name in READ:
            told[name] |= {f"gold_in_best_{k}": round(float(((own > 0) & (own <= k)).mean()), 4) for k in (1, 2, 3)}
    return told


def fit(found: Sequence[Example]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The contents of reader.json and of judge.json."""
    odds, ranks = held_out(found)
    threshold = threshold_of(found, odds)
    reader = fit_reader(found)
    judge = fit_judge(judged(found, reader), found)
    judge = replace(
        judge,
        coefficients={name: round(one, 4) for name, one in judge.coefficients.items()},
        intercept=round(judge.intercept - threshold, 4),
    )
    told = {"coefficients": judge.coefficients, "intercept": judge.intercept}
    return {"coefficients": reader.coefficients}, {**told, "held_out": figures(found, odds, ranks, threshold)}


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of the public question sets")
    parser.add_argument("--home", type=Path, help="folder for the indexes, kept (default: a temporary one)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        home = given.home or Path(temporary)
        home.mkdir(parents=True, exist_ok=True)
        found = list(examples(given.data, home))
    for name, values in zip((ranker.WEIGHTS, answerability.WEIGHTS), fit(found), strict=True):
        (FOLDER / name).write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
        sys.stdout.write(f"{name}\n{json.dumps(values, indent=2)}\n")


if __name__ == "__main__":
    main()
