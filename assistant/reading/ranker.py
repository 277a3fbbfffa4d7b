"""Reading: the sentences of passages as evidence for a question, best first by a fitted reader."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.models.embedders import Vectors
from assistant.models.linear import Linear, load
from assistant.reading.alignment import Alignment
from assistant.reading.answer_types import has
from assistant.reading.evidence import Candidate, Evidence, SubQuestion
from assistant.text.weighting import coverage

WEIGHTS = "sentence_ranker.json"
FEATURES = (
    *("cosine", "passage_cosine", "coverage", "about", "context", "rank", "asking", "back", "matched"),
    *("kind", "length"),
)
_LONG = 300  # characters
_ASTRAY = 12.0  # taken off the score of a sentence that has nothing to do with what a part leans on


def ranker_model() -> Linear:
    """The reader whose coefficients `python -m assistant.evaluation.training.fit_ranker` wrote."""
    return load(WEIGHTS)


def ranked(evidence: Sequence[Evidence], by: Linear) -> list[Evidence]:
    """`evidence` with the scores that the reader `by` gives, best first."""
    scored = [
        replace(one, scores=tuple(by.total(seen) - _ASTRAY * seen["astray"] for seen in one.features))
        for one in evidence
    ]
    return sorted(scored, key=lambda one: (-one.score, one.article.id, one.start))


def ranking_features(
    one: Candidate, vector: Vectors, match: Alignment, part: SubQuestion, whole: SubQuestion
) -> dict[str, float]:
    """What the reader sees of a sentence for one question.

    cosine: of the sentence; passage_cosine: of its passage; coverage: share of the telling words by weight;
    about: the same for its passage and headline, of the whole question; context: the same with the sentences
    before it; rank: 1 / rank of its passage; asking: nearness of "who" or "when" to a word that the question
    lacks; back: nearness of its words to the question's; matched: nearness of the words of the subject; kind:
    whether it has what is asked for (1), or nothing particular is (0); length: characters / 300. Besides,
    astray: what a part that leans on another finds too little of here.
    """
    return {
        "cosine": float(vector @ part.vector),
        "passage_cosine": one.passage.cosine,
        "coverage": coverage(part.weights, one.present),
        # A part is about what the whole question is about: "what was demanded" says little by itself.
        "about": coverage(whole.weights, one.whole),
        "context": coverage(part.weights, one.context),
        "rank": 1 / (1 + one.rank),
        "asking": match.asking.get(part.asks or "", 0.3),
        "back": match.back,
        "matched": match.mean(part.subject),
        "kind": float(part.kind is not None and has(part.kind, one.text, part.known)),
        "length": len(one.text) / _LONG,
        "astray": _astray(one, part) if part.leans_on else 0.0,
    }


def _astray(one: Candidate, part: SubQuestion) -> float:
    """How little a sentence has of what its part asks, and its passage of what that leans on."""
    own = {name: weight for name, weight in part.weights.items() if name not in part.leans_on} or part.weights
    return 1 - coverage(part.leans_on, one.whole) + (1 - coverage(own, one.present)) / 2
