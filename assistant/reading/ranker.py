"""The sentence ranker: a linear model over features of a sentence and a question.

`python -m assistant.evaluation.training.fit_ranker` writes its coefficients.
"""

from collections.abc import Sequence
from dataclasses import replace

from assistant.articles import header
from assistant.models import Linear
from assistant.reading.asked_time import Bearing
from assistant.reading.evidence import Candidate, Evidence, SubQuestion
from assistant.text import coverage, stems_with_synonyms

WEIGHTS = "sentence_ranker.json"
FEATURES = ("reader", "reader_passage", "passage_cosine", "rank", "cosine", "coverage", "about", "context", "length")
_LONG = 300  # characters
_CONTEXT = 400  # characters before a sentence that say what it speaks of
# Taken off the score of a sentence for the time that it tells of.
_BEARING = {
    Bearing.OF_ANOTHER_TIME: 5.0,
    Bearing.LONG_AFTER: 3.0,
    Bearing.SOON_AFTER: 0.5,
    Bearing.PLANNED: 1.0,
    Bearing.OF_THAT_TIME: 0.0,
}
_ASTRAY = 20.0  # taken off the score of a sentence that has nothing to do with what a sub-question depends on


def ranked(evidence: Sequence[Evidence], ranker: Linear) -> list[Evidence]:
    """`evidence` with the scores that `ranker` gives, best first."""

    def scored(sentence: Evidence) -> Evidence:
        scores = (ranker.total(features) - _ASTRAY * features["astray"] for features in sentence.features)
        return replace(sentence, scores=tuple(scores))

    return sorted(map(scored, evidence), key=lambda sentence: (-sentence.score, sentence.article.id, sentence.start))


def by_time(evidence: Sequence[Evidence], parts: Sequence[SubQuestion]) -> list[Evidence]:
    """`evidence`, what is of another time than a part asks about behind what is of that time."""

    def scored(sentence: Evidence) -> Evidence:
        taken = (_BEARING[sentence.bearing(part.time)] if part.time else 0.0 for part in parts)
        return replace(sentence, scores=tuple(score - off for score, off in zip(sentence.scores, taken, strict=True)))

    if not any(part.time for part in parts):
        return list(evidence)
    return sorted(map(scored, evidence), key=lambda sentence: (-sentence.score, sentence.article.id, sentence.start))


def ranking_features(
    candidate: Candidate, parts: Sequence[SubQuestion], implied: frozenset[str]
) -> tuple[dict[str, float], ...]:
    """The features of a sentence for each of `parts`; the first is the whole question. `implied` need not be said.

    All but `cosine`, that of the sentence with the part, which is 0 until it is embedded:
    reader and reader_passage: log odds of the reader that the sentence answers and that its passage does;
    passage_cosine: of its passage; rank: 1 / rank of its passage; coverage: share of the
    content words by weight; about: the same for its passage and headline, of the whole question; context: the same
    with the sentences before it; length: characters / 300. Besides these, astray: how far the sentence is off the
    subject of the sub-question that a part depends on, if any.
    """
    text, passage = candidate.article.text, candidate.passage
    stems = implied | stems_with_synonyms(candidate.text)
    context_stems = stems | stems_with_synonyms(text[max(0, candidate.start - _CONTEXT) : candidate.start])
    passage_stems = implied | stems_with_synonyms(f"{header(passage.article)}\n{passage.chunk.text}")
    return tuple(
        {
            "reader": reading.answers,
            "reader_passage": reading.passage_answers,
            "passage_cosine": passage.cosine,
            "rank": 1 / (1 + candidate.rank),
            "cosine": 0.0,
            "coverage": coverage(part.weights, stems),
            # A part is about what the whole question is about: "what was demanded" says little by itself.
            "about": coverage(parts[0].weights, passage_stems),
            "context": coverage(part.weights, context_stems),
            "length": len(candidate.text) / _LONG,
            "astray": _astray(part, stems, passage_stems) if part.depends_on else 0.0,
        }
        for reading, part in zip(candidate.readings, parts, strict=True)
    )


def _astray(part: SubQuestion, stems: frozenset[str], passage_stems: frozenset[str]) -> float:
    """The share that the passage lacks of what `part` depends on, and half that the sentence lacks of its own words."""
    own = {term: weight for term, weight in part.weights.items() if term not in part.depends_on} or part.weights
    return 1 - coverage(part.depends_on, passage_stems) + (1 - coverage(own, stems)) / 2
