"""Judging: the chance that the evidence answers the question, by which the assistant refuses."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assistant.chunks import header
from assistant.query import Query, stem, words
from assistant.reading import Evidence, Weights
from assistant.wording import marks

FEATURES = ("score", "cosine", "coverage", "passage_cosine", "about", "names", "unknown", "length")
_LONG = 15
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


def features(query: Query, weights: Weights, evidence: Sequence[Evidence]) -> dict[str, float]:
    """What tells whether `evidence` (best first) answers the question; each from about 0 to 1.7.

    names: share of the question's names and numbers in the best passage; unknown: share of its telling
    words that are not in the best passage, damped for short questions; length: number of telling words, of
    15 at most, since one sentence holds less of a longer question.
    """
    if not evidence:
        return dict.fromkeys(FEATURES, 0.0)
    best = evidence[0]
    about = marks(f"{header(best.article)}\n{best.passage.chunk.text}")
    named = names_and_numbers(query.question)
    missing = sum(weight for one, weight in weights.items() if one not in about)
    return {
        "score": best.score,
        "cosine": max(one.cosine for one in evidence[:5]),
        "coverage": best.coverage,
        "passage_cosine": best.passage.cosine,
        "about": best.about,
        "names": sum(name in about for name in named) / len(named) if named else 1.0,
        "unknown": missing / (1 + sum(weights.values())),
        "length": min(len(query.terms), _LONG) / _LONG,
    }


def names_and_numbers(question: str) -> set[str]:
    """The stems of the words of a question that look like names (capitals not at its start) or numbers."""
    found: set[str] = set()
    for place, token in enumerate(question.split()):
        bare = token.strip(".,;:!?\"'()[]“”‘’")
        if any(map(str.isdigit, bare)) or (place > 0 and bare[:1].isupper()):
            found.update(map(stem, words(bare.removesuffix("'s").removesuffix("’s"))))
    return found
