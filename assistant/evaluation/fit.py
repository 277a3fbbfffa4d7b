"""Fits the judge of refusals: `python -m assistant.evaluation.fit DATA`, which writes assistant/judge.json.

A logistic regression on XQuAD (each question with its paragraph in the corpus and without) and MultiHop-RAG
(questions with facts and null questions). Both sets and both outcomes count the same, so that no set and no
outcome rules. The threshold lies where 95% of the answerable questions of each set are answered; it is
folded into the intercept, so that the setting refuse_below = 0.5 stands for it.

Needs scikit-learn and the folder of public question sets; both are for maintainers only.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.answering import Assistant
from assistant.evaluation import sets
from assistant.judging import COEFFICIENTS, FEATURES
from assistant.query import NO_FILTERS, Filters
from assistant.settings import Settings

KEPT = 0.95
Row = tuple[str, str, bool, dict[str, float]]
"""Set, group of questions that are not to be torn apart, whether it can be answered, features."""


def rows(data: Path, home: Path) -> Iterator[Row]:
    """The features of every question."""
    articles, spans = sets.xquad(data)
    with Assistant.open(Settings(home=home / "xquad")) as assistant:
        assistant.refresh([sets.as_records(articles, home / "xquad.jsonl")])
        for one in spans:
            group = one.article_id
            yield "xquad", group, True, assistant.evidence_features(one.question, NO_FILTERS)
            without = Filters(without=(one.article_id,))
            yield "xquad", group, False, assistant.evidence_features(one.question, without)
    with Assistant.open(Settings(home=home / "multihop")) as assistant:
        assistant.refresh([data / "multihoprag" / "corpus.jsonl"])
        for number, asked in enumerate(sets.multihop(data)):
            group = asked.facts[0] if asked.facts else f"null {number}"
            yield (
                "multihop",
                group,
                bool(asked.facts),
                assistant.evidence_features(asked.question, NO_FILTERS),
            )


def fit(found: list[Row]) -> dict[str, Any]:
    """The judge's coefficients, with the figures of its fit by cross-validation over groups."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import GroupKFold, cross_val_predict

    features = np.array([[one[3][name] for name in FEATURES] for one in found])
    answerable = np.array([one[2] for one in found])
    names = np.array([one[0] for one in found])
    weights = _balanced(names, answerable)
    model = LogisticRegression(C=10.0, max_iter=5000)
    groups = np.array([one[1] for one in found])
    held_out = cross_val_predict(
        model,
        features,
        answerable,
        groups=groups,
        cv=GroupKFold(5),
        method="decision_function",
        params={"sample_weight": weights},
    )
    model.fit(features, answerable, sample_weight=weights)
    each = {name: held_out[(names == name) & answerable] for name in sorted(set(names))}
    threshold = min(float(np.quantile(values, 1 - KEPT)) for values in each.values())
    figures = {
        name: {
            "questions": int((names == name).sum()),
            "auroc": round(float(roc_auc_score(answerable[names == name], held_out[names == name])), 4),
            "answered": round(float((held_out[(names == name) & answerable] >= threshold).mean()), 4),
            "refused": round(float((held_out[(names == name) & ~answerable] < threshold).mean()), 4),
        }
        for name in each
    }
    return {
        "coefficients": {name: round(float(one), 4) for name, one in zip(FEATURES, model.coef_[0], strict=True)},
        "intercept": round(float(model.intercept_[0]) - threshold, 4),
        "held_out": figures,
    }


def _balanced(names: NDArray[np.str_], answerable: NDArray[np.bool_]) -> NDArray[np.float64]:
    weights = np.zeros(len(names))
    for name in set(names):
        for outcome in (True, False):
            chosen = (names == name) & (answerable == outcome)
            weights[chosen] = len(names) / (4 * chosen.sum())
    return weights


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of the public question sets")
    parser.add_argument("--home", type=Path, help="folder for the two indexes, kept (default: a temporary one)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        home = given.home or Path(temporary)
        home.mkdir(parents=True, exist_ok=True)
        fitted = fit(list(rows(given.data, home)))
    COEFFICIENTS.write_text(json.dumps(fitted, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(fitted, indent=2) + "\n")


if __name__ == "__main__":
    main()
