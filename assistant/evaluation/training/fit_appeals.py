"""Fits what tells appeals to the reader from sentences: `python -m assistant.evaluation.training.fit_appeals DATA`.

It writes appeals.json, a logistic regression over `appeals.appeal_features`. Appeals, and sentences that are like them,
were written by hand; the other sentences are those of the public sets of articles in DATA. Needs scikit-learn.
"""

import json
import random
import sys
from collections import Counter
from pathlib import Path

import click

from assistant.ingest.files.appeals import WEIGHTS, appeal_features
from assistant.models.linear import FOLDER
from assistant.text import split_sentences

_EXAMPLES = Path(__file__).parent / "appeals"
_SENTENCES = 40_000
_RARE = 0.02  # a weight nearer to zero is left out
_LIKE_THEM = 15  # how many other sentences one counts that was written to be like an appeal


def articles(data: Path) -> list[str]:
    """Sentences of articles in random order, but for those that a site has put among them."""
    lines = (data / "multihoprag" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    bodies = [json.loads(line)["body"] for line in lines]
    counted = Counter(body[start:end] for body in bodies for start, end in split_sentences(body))
    sentences = sorted(sentence for sentence, count in counted.items() if count == 1 and 3 < len(sentence) < 320)
    random.Random(0).shuffle(sentences)
    return sentences[:_SENTENCES]


def main(data: Path) -> None:
    """Fit and write; prints how many of each are told apart in tenfold cross-validation."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    appeals, like_them = ((_EXAMPLES / name).read_text("utf-8").splitlines() for name in ("appeals.txt", "texts.txt"))
    others = articles(data)
    known = {name for text in (*appeals, *like_them) for name in appeal_features(text)}
    texts = [*appeals, *like_them, *others]
    vectorizer = DictVectorizer()
    rows = [{name: value for name, value in appeal_features(text).items() if name in known} for text in texts]
    matrix = vectorizer.fit_transform(rows)
    labels = [1] * len(appeals) + [0] * (len(like_them) + len(others))
    weights = [30.0] * len(appeals) + [float(_LIKE_THEM)] * len(like_them) + [1.0] * len(others)
    model = LogisticRegression(C=3.0, max_iter=500)
    guessed = cross_val_predict(
        model, matrix, labels, cv=StratifiedKFold(10, shuffle=True, random_state=0), params={"sample_weight": weights}
    )
    found = sum(guessed[: len(appeals)])
    wrong = sum(guessed[len(appeals) :])
    click.echo(f"{found} of {len(appeals)} appeals; {wrong} of {len(labels) - len(appeals)} sentences taken for one")
    model.fit(matrix, labels, sample_weight=weights)
    names = zip(vectorizer.feature_names_, model.coef_[0], strict=True)
    coefficients = {name: round(float(weight), 3) for name, weight in names if abs(weight) > _RARE}
    written = {"intercept": round(float(model.intercept_[0]), 3), "coefficients": coefficients}
    (FOLDER / WEIGHTS).write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
