"""Answerability: the probability that the evidence answers a question; below a limit the assistant refuses."""

from collections.abc import Sequence

from assistant.articles import header
from assistant.models import Linear, load
from assistant.reading.alignment import Alignment, best_cosines, weighted_mean
from assistant.reading.answer_types import has
from assistant.reading.evidence import Evidence, SubQuestion
from assistant.text import stems_with_synonyms

WEIGHTS = "answerability.json"
FEATURES = (
    *("score", "coverage", "passage_cosine", "matched", "subject_matched", "second_least", "together", "names"),
    *("rest_matched", "rest_mean", "asking", "length", "rarest", "typed_cosine", "typed_coverage", "typed_asking"),
    *("article_matched", "asks_kind", "kind_lacking", "absent", "rare_coverage", "subject_coverage"),
    *("matched_squared", "rest_squared", "length_squared"),
)
_LONG = 15  # content words
_BEST = 5  # sentences that are looked at


def answerability_model() -> Linear:
    """The model whose coefficients `python -m assistant.evaluation.training.fit_ranker` wrote."""
    return load(WEIGHTS)


def answer_probability(number: int, parts: Sequence[SubQuestion], evidence: Sequence[Evidence]) -> float:
    """The probability, 0 to 1, that `evidence` answers `parts[number]`; `parts[0]` is the whole question.

    For a sub-question that depends on another it is that of the whole question where that is higher.
    """
    if not evidence:
        return 0.0
    numbers = {number, 0} if parts[number].depends_on else {number}
    return max(answerability_model().probability(features(parts[n], n, evidence)) for n in numbers)


def features(part: SubQuestion, number: int, evidence: Sequence[Evidence]) -> dict[str, float]:
    """The features of `evidence` for `part`, whose scores are the `number`th of each sentence.

    Of the best sentence: score; coverage of the content words; passage_cosine; names, the share of the question's
    names and numbers in its passage; asking, cosine of "who" or "when" with a word that the question lacks. Of the
    best five, the best value each: matched, weighted mean cosine of the content words; subject_matched, of those that
    are no names; second_least, the second least of these cosines; together, of neighbouring words; rest_matched and
    rest_mean, of the words that its headline lacks, by weight and as a mean; article_matched, mean cosine of the
    words that are no names with those of its own article; kind_lacking, whether none has the kind of thing that is
    asked for. Of the question: length, its content words of 15 at most, since one sentence holds less of a longer
    question; rarest, the highest weight of a word, 1 for one that is nowhere; asks_kind, whether it asks for a kind
    of thing; absent, whether it asks of a publication that the corpus does not have.
    Where it is typed without capitals, so that names in it cannot be told, passage cosine, coverage and asking count
    again. The rest are products of two, and squares, for what does not grow evenly.
    """
    if not evidence:
        return dict.fromkeys(FEATURES, 0.0)
    sentences = sorted(evidence, key=lambda sentence: -sentence.scores[number])[:_BEST]
    best, alignments = sentences[0], [sentence.alignments[number] for sentence in sentences]
    cosines = best_cosines(alignments)
    of_article = [sentence for sentence in sentences if sentence.article.id == best.article.id]
    in_article = best_cosines(sentence.alignments[number] for sentence in of_article)
    weights, ranked = part.weights, best.features[number]
    headline = stems_with_synonyms(best.article.title)
    rest = {term: weight for term, weight in weights.items() if term not in headline} or weights
    rest_cosines = [cosines.get(term, 0.0) for term in rest if term in part.subject]
    rest_cosines = rest_cosines or [cosines.get(term, 0.0) for term in rest]
    passage_stems = stems_with_synonyms(f"{header(best.article)}\n{best.passage.chunk.text}")
    typed = float(part.text == part.text.lower())
    matched, rest_matched = weighted_mean(cosines, weights), weighted_mean(cosines, rest)
    subject_matched = max(alignment.mean(part.subject) for alignment in alignments)
    length, rarest = min(len(weights), _LONG) / _LONG, max(weights.values(), default=0.0)
    return {
        "score": best.scores[number],
        "coverage": ranked["coverage"],
        "passage_cosine": ranked["passage_cosine"],
        "matched": matched,
        "subject_matched": subject_matched,
        "second_least": max(_second_least(alignment, part) for alignment in alignments),
        "together": max(alignment.together(list(weights), weights) for alignment in alignments),
        "names": sum(name in passage_stems for name in part.names) / len(part.names) if part.names else 1.0,
        "rest_matched": rest_matched,
        "rest_mean": sum(rest_cosines) / len(rest_cosines) if rest_cosines else 0.0,
        "asking": ranked["asking"],
        "length": length,
        "rarest": rarest,
        "typed_cosine": typed * max(sentence.passage.cosine for sentence in sentences),
        "typed_coverage": typed * ranked["coverage"],
        "typed_asking": typed * ranked["coverage"] * ranked["asking"],
        "article_matched": sum(in_article.get(term, 0.0) for term in part.subject) / max(1, len(part.subject)),
        "asks_kind": float(part.kind is not None),
        "kind_lacking": float(not any(has(part.kind, sentence.text, part.known) for sentence in sentences)),
        "absent": float(part.absent),
        "rare_coverage": rarest * ranked["coverage"],
        "subject_coverage": subject_matched * ranked["coverage"],
        "matched_squared": matched**2,
        "rest_squared": rest_matched**2,
        "length_squared": length**2,
    }


def _second_least(alignment: Alignment, part: SubQuestion) -> float:
    cosines = sorted(alignment.cosines.get(term, 0.0) for term in part.subject) or [0.0]
    return cosines[min(1, len(cosines) - 1)]
