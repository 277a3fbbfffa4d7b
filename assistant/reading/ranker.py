"""The sentence ranker: a linear model over features of a sentence and a question."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.models import Linear, Vectors, load
from assistant.reading.alignment import Alignment
from assistant.reading.answer_types import has
from assistant.reading.evidence import Candidate, Evidence, SubQuestion
from assistant.text import coverage

WEIGHTS = "sentence_ranker.json"
FEATURES = (
    *("cosine", "passage_cosine", "coverage", "about", "context", "rank", "asking", "back", "matched"),
    *("kind", "length"),
)
_LONG = 300  # characters
_ASTRAY = 12.0  # taken off the score of a sentence that has nothing to do with what a sub-question depends on


def ranker_model() -> Linear:
    """The sentence ranker whose coefficients `python -m assistant.evaluation.training.fit_ranker` wrote."""
    return load(WEIGHTS)


def ranked(evidence: Sequence[Evidence], ranker: Linear) -> list[Evidence]:
    """`evidence` with the scores that `ranker` gives, best first."""

    def scored(sentence: Evidence) -> Evidence:
        scores = (ranker.total(features) - _ASTRAY * features["astray"] for features in sentence.features)
        return replace(sentence, scores=tuple(scores))

    return sorted(map(scored, evidence), key=lambda sentence: (-sentence.score, sentence.article.id, sentence.start))


def ranking_features(
    candidate: Candidate, vector: Vectors, alignment: Alignment, part: SubQuestion, whole: SubQuestion
) -> dict[str, float]:
    """The features of a sentence for one question.

    cosine: of the sentence; passage_cosine: of its passage; coverage: share of the content words by weight;
    about: the same for its passage and headline, of the whole question; context: the same with the sentences
    before it; rank: 1 / rank of its passage; asking: cosine of "who" or "when" with a word that the question
    lacks; back: mean cosine of its words with the question's; matched: mean cosine of the words of the subject; kind:
    whether it has what is asked for (1), or nothing particular is (0); length: characters / 300. Besides these,
    astray: how far the sentence is off the subject of the sub-question that `part` depends on, if any.
    """
    return {
        "cosine": float(vector @ part.vector),
        "passage_cosine": candidate.passage.cosine,
        "coverage": coverage(part.weights, candidate.stems),
        # A part is about what the whole question is about: "what was demanded" says little by itself.
        "about": coverage(whole.weights, candidate.passage_stems),
        "context": coverage(part.weights, candidate.context_stems),
        "rank": 1 / (1 + candidate.rank),
        "asking": alignment.question_words.get(part.question_word or "", 0.3),
        "back": alignment.back,
        "matched": alignment.mean(part.subject),
        "kind": float(part.kind is not None and has(part.kind, candidate.text, part.known)),
        "length": len(candidate.text) / _LONG,
        "astray": _astray(candidate, part) if part.depends_on else 0.0,
    }


def _astray(candidate: Candidate, part: SubQuestion) -> float:
    """The share that the passage lacks of what `part` depends on, and half that the sentence lacks of its own words."""
    own = {term: weight for term, weight in part.weights.items() if term not in part.depends_on} or part.weights
    return 1 - coverage(part.depends_on, candidate.passage_stems) + (1 - coverage(own, candidate.stems)) / 2
