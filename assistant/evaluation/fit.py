"""Fits the judge of refusals: `python -m assistant.evaluation.fit DATA`, which writes assistant/judge.json.

A logistic regression on a mix of kinds of questions (`WEIGHTS` says how much each counts, both outcomes of
each the same, so that no set and no outcome rules):

- xquad: a question with its paragraph in the corpus, and without it (mostly off the subject)
- xquad_cut: its paragraph without the sentence that answers (on the subject, near misses)
- clapnq: one passage on the subject, with or without the answer, among all the others; clapnq_given: by itself
- multihop: questions to news articles, and null questions

The threshold lies where `KEPT` of the answerable questions of each set are answered; it is folded into the
intercept, so that the setting refuse_below = 0.5 stands for it. Figures are held out, by cross-validation over
groups of questions that share a paragraph, a passage or a fact.

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
from assistant.articles import Article, article_id
from assistant.evaluation import sets
from assistant.judging import COEFFICIENTS, FEATURES
from assistant.query import NO_FILTERS, Filters
from assistant.sentences import sentences
from assistant.settings import Settings

KEPT = 0.94
WEIGHTS = {"xquad": 2.0, "xquad_cut": 1.0, "clapnq": 2.0, "clapnq_given": 2.0, "multihop": 1.0}
Row = tuple[str, str, bool, dict[str, float]]
"""Set, group of questions that are not to be torn apart, whether it can be answered, features."""


def rows(data: Path, home: Path) -> Iterator[Row]:
    """The features of every question."""
    yield from _xquad(data, home)
    yield from _clapnq(data, home)
    with Assistant.open(Settings(home=home / "multihop")) as assistant:
        assistant.refresh([data / "multihoprag" / "corpus.jsonl"])
        for number, asked in enumerate(sets.multihop(data)):
            group = asked.facts[0] if asked.facts else f"null {number}"
            yield "multihop", group, bool(asked.facts), assistant.evidence_features(asked.question, NO_FILTERS)


def _xquad(data: Path, home: Path) -> Iterator[Row]:
    articles, spans = sets.xquad(data)
    by_id = {one.id: one for one in articles}
    cut = {number: _cut(by_id[one.article_id], one.spans, number) for number, one in enumerate(spans)}
    records = sets.as_records([*articles, *(one for one in cut.values() if one)], home / "xquad.jsonl")
    with Assistant.open(Settings(home=home / "xquad_cut")) as assistant:
        assistant.refresh([records])
        for number, asked in enumerate(spans):
            group, others = asked.article_id, tuple(name for name in by_id if name != asked.article_id)
            yield "xquad", group, True, assistant.evidence_features(asked.question, Filters(only=tuple(by_id)))
            yield "xquad", group, False, assistant.evidence_features(asked.question, Filters(only=others))
            if one := cut[number]:
                only = Filters(only=(*others, one.id))
                yield "xquad_cut", group, False, assistant.evidence_features(asked.question, only)


def _cut(article: Article, spans: tuple[str, ...], number: int) -> Article | None:
    """`article` without the sentences that have the answer; None when too little is left."""
    lower = [span.casefold() for span in spans]
    texts = [article.text[slice(*span)] for span in sentences(article.text)]
    kept = [text for text in texts if not any(span in text.casefold() for span in lower)]
    enough = len(kept) > 1 and not any(span in " ".join(kept).casefold() for span in lower)
    return Article(article_id(key=f"cut {number}"), article.title, " ".join(kept)) if enough else None


def _clapnq(data: Path, home: Path) -> Iterator[Row]:
    asked = list(sets.clapnq(data))
    records = sets.as_records([one for _, passages, _ in asked for one in passages], home / "clapnq.jsonl")
    with Assistant.open(Settings(home=home / "clapnq")) as assistant:
        assistant.refresh([records])
        for question, passages, answerable in asked:
            group, only = passages[0].id, Filters(only=tuple(one.id for one in passages))
            yield "clapnq", group, answerable, assistant.evidence_features(question, NO_FILTERS)
            yield "clapnq_given", group, answerable, assistant.evidence_features(question, only)


def fit(found: list[Row]) -> dict[str, Any]:
    """The judge's coefficients, with the figures of its fit by cross-validation over groups."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    values = np.array([[one[3][name] for name in FEATURES] for one in found])
    answerable = np.array([one[2] for one in found])
    names = np.array([one[0] for one in found])
    weights = {"logisticregression__sample_weight": _balanced(names, answerable)}
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.05, max_iter=5000))
    held_out = cross_val_predict(
        model,
        values,
        answerable,
        groups=np.array([one[1] for one in found]),
        cv=GroupKFold(5),
        method="decision_function",
        params=weights,
    )
    model.fit(values, answerable, **weights)
    threshold = min(
        float(np.quantile(held_out[(names == name) & answerable], 1 - KEPT)) for name in set(names[answerable])
    )
    scaler, regression = model[0], model[1]
    coefficients = regression.coef_[0] / scaler.scale_
    intercept = float(regression.intercept_[0] - (coefficients * scaler.mean_).sum()) - threshold
    return {
        "coefficients": {name: round(float(one), 4) for name, one in zip(FEATURES, coefficients, strict=True)},
        "intercept": round(intercept, 4),
        "held_out": _figures(names, answerable, held_out, threshold),
    }


def _balanced(names: NDArray[np.str_], answerable: NDArray[np.bool_]) -> NDArray[np.float64]:
    weights = np.zeros(len(names))
    for name, weight in WEIGHTS.items():
        for outcome in (True, False):
            chosen = (names == name) & (answerable == outcome)
            weights[chosen] = weight / max(1, chosen.sum())
    return np.asarray(weights / weights.mean(), np.float64)


def _figures(
    names: NDArray[np.str_], answerable: NDArray[np.bool_], held_out: NDArray[np.float64], threshold: float
) -> dict[str, dict[str, float]]:
    from sklearn.metrics import roc_auc_score

    figures = {}
    for name in WEIGHTS:
        # What was cut from is XQuAD's: its answerable questions are the other half of the near misses.
        mine = (names == name) | ((name == "xquad_cut") & (names == "xquad") & answerable)
        yes, no = held_out[mine & answerable], held_out[mine & ~answerable]
        figures[name] = {
            "questions": int(mine.sum()),
            "auroc": round(float(roc_auc_score(answerable[mine], held_out[mine])), 4),
            "answered": round(float((yes >= threshold).mean()), 4),
            "refused": round(float((no < threshold).mean()), 4),
        }
    return figures


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of the public question sets")
    parser.add_argument("--home", type=Path, help="folder for the indexes, kept (default: a temporary one)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        home = given.home or Path(temporary)
        home.mkdir(parents=True, exist_ok=True)
        found = list(rows(given.data, home))
    fitted = fit(found)
    COEFFICIENTS.write_text(json.dumps(fitted, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(fitted, indent=2) + "\n")


if __name__ == "__main__":
    main()
