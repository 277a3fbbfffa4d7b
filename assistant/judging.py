"""Judging: the chance that the evidence answers the question, by which the assistant refuses."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assistant.chunks import header
from assistant.matching import WordsOf, nearness, together
from assistant.query import Query, stem, words
from assistant.reading import Evidence
from assistant.wording import Weights, marks

FEATURES = (
    *("score", "lead", "passage_cosine", "best_passage_cosine", "names", "matched", "asked_matched"),
    *("asked_second_least", "length", "sentence_length", "asks_how", "yes_or_no"),
)
_LONG = 15
_READ = 5  # sentences whose words are compared with the question's
_YES_OR_NO = frozenset("is are was were do does did has have had can could will would should".split())
# What frames a question and says nothing of its subject.
_FRAME = frozenset(
    map(
        stem,
        "name tell know need article articles report reported say said reason reasons way happen happened thing kind"
        " type many much".split(),
    )
)
COEFFICIENTS = Path(__file__).parent / "judge.json"


@dataclass(frozen=True, slots=True)
class Judge:
    """A logistic regression over `FEATURES`."""

    coefficients: Mapping[str, float]
    intercept: float

    def chance(self, features: Mapping[str, float]) -> float:
        """From 0 to 1: the chance that the articles answer."""
        total = self.intercept + sum(weight * features[name] for name, weight in self.coefficients.items())
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))


@lru_cache(maxsize=1)
def fitted_judge() -> Judge:
    """The judge whose coefficients `python -m assistant.evaluation.fit` wrote."""
    values = json.loads(COEFFICIENTS.read_text(encoding="utf-8"))
    return Judge(values["coefficients"], values["intercept"])


def features(
    query: Query, weights: Weights, evidence: Sequence[Evidence], words_of: WordsOf | None = None
) -> dict[str, float]:
    """What tells whether `evidence` (best first) answers the question.

    score: of the best sentence; lead: how far it is ahead of the second; passage_cosine: of its passage;
    best_passage_cosine: the highest; names: share of the question's names and numbers in its passage;
    matched: mean nearness, by weight, of the question's telling words to those of the best sentences;
    asked_matched: the mean for those that are no names, in sentences of the best one's article;
    asked_second_least: the second least of these; length: number of telling words, of 15 at most, since one
    sentence holds less of a longer question; sentence_length: characters / 300; asks_how and yes_or_no: the
    form of the question, 0 or 1.
    """
    if not evidence:
        return dict.fromkeys(FEATURES, 0.0)
    best, read = evidence[0], evidence[:_READ]
    near = nearness(query.question, [" ".join(one.text.split()) for one in read], words_of)
    every = together(near)
    own = together(one for one, by in zip(near, read, strict=True) if by.article.id == best.article.id)
    about = marks(f"{header(best.article)}\n{best.passage.chunk.text}")
    named = names_and_numbers(query.question)
    asked = sorted(own.get(one, 0.0) for one in _subject(weights, named))
    first = next(iter(words(query.question)), "")
    return {
        "score": best.score,
        "lead": best.score - evidence[1].score if len(evidence) > 1 else 0.2,
        "passage_cosine": best.passage.cosine,
        "best_passage_cosine": max(one.passage.cosine for one in evidence),
        "names": sum(name in about for name in named) / len(named) if named else 1.0,
        "matched": sum(weight * every.get(one, 0.0) for one, weight in weights.items()) / (sum(weights.values()) or 1),
        "asked_matched": sum(asked) / len(asked),
        "asked_second_least": asked[min(1, len(asked) - 1)],
        "length": min(len(query.terms), _LONG) / _LONG,
        "sentence_length": len(best.text) / 300,
        "asks_how": float(first == "how"),
        "yes_or_no": float(first in _YES_OR_NO),
    }


def _subject(weights: Weights, named: set[str]) -> list[str]:
    """The telling stems that are neither names nor the frame of the question; all of them when there are none."""
    telling = [one for one in weights if one not in _FRAME] or list(weights)
    return [one for one in telling if one not in named] or telling or [""]


def names_and_numbers(question: str) -> set[str]:
    """The stems of the words of a question that look like names (capitals not at its start) or numbers."""
    found: set[str] = set()
    for place, token in enumerate(question.split()):
        bare = token.strip(".,;:!?\"'()[]“”‘’")
        if any(map(str.isdigit, bare)) or (place > 0 and bare[:1].isupper()):
            found.update(map(stem, words(bare.removesuffix("'s").removesuffix("’s"))))
    return found
