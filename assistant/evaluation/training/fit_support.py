"""Fits the measure of support: `python -m assistant.evaluation.training.fit_support DATA`, which writes support.json.

A logistic regression over `checker.FEATURES` tells statements that their passage bears out from others. The first are
claims over articles that the reader was not trained on, sentences that people (CLAPnq) and models (MT-RAG-UN) wrote
from a passage; the others claims that distort their article, another question's answer, and sentences of other
paragraphs of the same Wikipedia article (XQuAD). The threshold keeps `KEPT` of the claims over news that are borne
out, held out; it is folded into the intercept. Figures are held out, by cross-validation over groups that share a
passage.

Needs scikit-learn and the folder of public question sets; both are for maintainers only.
"""

import argparse
import json
import random
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.articles import Article, Chunk, Passage
from assistant.evaluation.bootstrap import Array
from assistant.evaluation.training.newsread import (
    BORNE_OUT,
    NOT_BORNE_OUT,
    STORIES,
    Labelled,
    is_held_out,
    load_newsread,
    load_stories,
)
from assistant.evaluation.training.windows import passages
from assistant.models.linear import FOLDER
from assistant.models.passage_reader import open_reader
from assistant.text.sentences import split_sentences
from assistant.verification import checker
from assistant.verification.checker import Checker

KEPT = 0.925
_COUNTS = {"news": 4.0, "stories": 2.0}  # how much a kind counts, 1 where it is not listed
_FOLDS, _SHORTEST, _SEED = 5, 25, 1


@dataclass(frozen=True, slots=True)
class Pair:
    """A statement with passages that bear it out, or do not."""

    kind: str
    group: str
    text: str
    passages: tuple[Passage, ...]
    holds: bool


def pairs(data: Path) -> Iterator[Pair]:
    """Those of all sets, of each as many that hold as others."""
    chance = random.Random(_SEED)
    for name, told in (("clapnq", list(written(data))), ("mtrag", list(_mtrag(data)))):
        for one in told:
            yield one
            other = chance.choice([each for each in told if each.group != one.group])
            yield Pair(f"{name}, of another", one.group, other.text, one.passages, False)
    yield from _same_article(data, chance)
    yield from _claims("news", load_newsread(data / "newsread"))
    yield from _claims("stories", load_stories(STORIES))


def _claims(name: str, rows: Sequence[Labelled]) -> Iterator[Pair]:
    """Claims over articles kept aside, each with the stretch that bears it out or that it distorts."""
    for row in rows:
        if row.label in (BORNE_OUT, NOT_BORNE_OUT) and is_held_out(row.document):
            wanted = set(row.gold or ([] if row.near is None else [row.near]))
            stretch = max(passages(row.document.sentences), key=lambda places: len(wanted & set(places)))
            text = " ".join(row.document.sentences[place] for place in stretch)
            article = row.document.article(text)
            held = (Passage(Chunk(article.id, 0, len(text), text), article, 1.0),)
            yield Pair(name, row.document.group, row.text, held, row.label == BORNE_OUT)


def _lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def written(data: Path) -> Iterator[Pair]:
    """Sentences that people wrote to answer a question of CLAPnq, with its passage."""
    for row in _lines(data / "clapnq" / "dev.jsonl"):
        passage = row["passages"][0]
        held = (_passage(row["id"], _joined(f"{passage['title']}. {passage['text']}")),)
        for text in _sentences(_joined(row["output"][0]["answer"] or "")):
            yield Pair("clapnq", row["id"], text, held, True)


def _mtrag(data: Path) -> Iterator[Pair]:
    for row in _lines(data / "mtrag-un" / "dev.jsonl"):
        if row["answerability"] == ["ANSWERABLE"]:
            held = tuple(_passage(one["document_id"], one["text"]) for one in row["contexts"] if one["text"].strip())
            for text in _sentences(row["targets"][0]["text"]):
                yield Pair("mtrag", row["conversation_id"], text, held, True)


def _same_article(data: Path, chance: random.Random) -> Iterator[Pair]:
    rows = _lines(data / "xquad" / "dev.jsonl")
    for row in rows:
        for other in rows:
            said = _sentences(other["paragraph"])
            if other is not row and other["title"] == row["title"] and said:
                held = (_passage(row["title"], row["paragraph"]),)
                yield Pair("xquad, same article", row["title"], chance.choice(said), held, False)


def _joined(text: str) -> str:
    """Tokenised text as it is written."""
    text = re.sub(r"\s+([.,;:!?%)'’])", r"\1", text)
    return " ".join(re.sub(r"``\s*|''", '"', re.sub(r"([($])\s+", r"\1", text)).split())


def _sentences(text: str) -> list[str]:
    found = (text[slice(*span)] for span in split_sentences(text))
    return [one for one in found if len(one) > _SHORTEST]


def _passage(name: str, text: str) -> Passage:
    return Passage(Chunk(name, 0, len(text), text), Article(name, name, text), 1.0)


def fit(found: Sequence[Pair], values: Array) -> dict[str, Any]:
    """The contents of support.json; `values` are what is seen of each pair: (pairs, features)."""
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import GroupKFold

    holds = np.array([one.holds for one in found])
    kinds = np.array([one.kind for one in found])
    odds = np.zeros(len(found))
    for train, test in GroupKFold(_FOLDS).split(values, groups=[one.group for one in found]):
        coefficients, intercept = _logistic(values[train], holds[train], kinds[train])
        odds[test] = values[test] @ coefficients + intercept
    threshold = float(np.quantile(odds[holds & (kinds == "news")], 1 - KEPT))
    coefficients, intercept = _logistic(values, holds, kinds)
    told = {
        f"{kind}, {'borne out' if side else 'not'}": round(float(((odds >= threshold) == side)[mine].mean()), 4)
        for kind in dict.fromkeys(kinds)
        for side in (True, False)
        if (mine := (kinds == kind) & (holds == side)).any()
    }
    return {
        "coefficients": {name: round(float(one), 4) for name, one in zip(checker.FEATURES, coefficients, strict=True)},
        "intercept": round(float(intercept) - threshold, 4),
        "held_out": {"auroc": round(float(roc_auc_score(holds, odds)), 4), "told_right": told},
    }


def _logistic(values: Array, holds: NDArray[np.bool_], kinds: NDArray[np.str_]) -> tuple[Array, float]:
    from sklearn.linear_model import LogisticRegression

    labels = [f"{kind} {side}" for kind, side in zip(kinds, holds, strict=True)]
    shares = [_COUNTS.get(kind, 1.0) / labels.count(label) for kind, label in zip(kinds, labels, strict=True)]
    weights = np.array(shares) * len(labels) / sum(shares)
    model = LogisticRegression(max_iter=5000).fit(values, holds, sample_weight=weights)
    return np.asarray(model.coef_[0], np.float64), float(model.intercept_[0])


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of the public question sets")
    read = open_reader().read
    found, rows = list[Pair](), []
    for one in pairs(parser.parse_args().data):
        seen = Checker(dict(enumerate(one.passages, 1)), read).features(one.text, one.passages)
        if seen:
            found.append(one)
            rows.append([seen[name] for name in checker.FEATURES])
    told = fit(found, np.array(rows))
    (FOLDER / checker.SUPPORT).write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(f"{json.dumps(told, indent=2)}\n")


if __name__ == "__main__":
    main()
