"""What a question alone gives away of its label, and how to train and measure without it.

Writers of questions that are not answered ask differently from writers of those that are. A model of the words of the
question alone tells them apart, and a reader that learns so shines on a test of the same kind.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.evaluation.training.newsread import Labelled

Scores = npt.NDArray[np.float64]

_FOLDS = 5
_CALIPER = 0.12  # most difference of the log odds of a pair


def text_only_scores(rows: Sequence[Labelled], positive: str) -> Scores:
    """Log odds of `positive`, by the words of each row alone, from a model that has not seen its document."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 3), min_df=3, sublinear_tf=True, token_pattern=r"(?u)\b\w+\b|\?"),
        LogisticRegression(C=2, max_iter=3000),
    )
    labels = np.array([row.label == positive for row in rows])
    groups = [row.document.group for row in rows]
    texts = [row.text for row in rows]
    predicted: Any = cross_val_predict(
        model, texts, labels, groups=groups, cv=GroupKFold(_FOLDS), method="decision_function"
    )
    return np.asarray(predicted, np.float64)


def matched(rows: Sequence[Labelled], scores: Scores, positive: str) -> list[int]:
    """Numbers of rows in pairs, one `positive` and one not, whose scores differ by at most 0.12: each at most once."""
    order = np.argsort(scores, kind="stable")
    positives = [int(number) for number in order if rows[number].label == positive]
    kept: list[int] = []
    at = 0
    for number in map(int, order):
        if rows[number].label == positive:
            continue
        while at < len(positives) and scores[positives[at]] < scores[number] - _CALIPER:
            at += 1
        if at < len(positives) and scores[positives[at]] <= scores[number] + _CALIPER:
            kept += [positives[at], number]
            at += 1
    return kept


def weights(rows: Sequence[Labelled], scores: Scores, positive: str, most: float = 3) -> Scores:
    """How much each row counts in training, so that its text alone tells nothing: odds for those not `positive`.

    All rows are kept, in the place of pairs alone. At most `most`, since a few rows would else count for all.
    """
    odds = np.minimum(np.exp(scores), most)
    return np.where([row.label == positive for row in rows], 1.0, odds)
