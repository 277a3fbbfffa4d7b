"""Judging: the chance that the evidence answers the question, by which the assistant refuses."""

from collections.abc import Mapping, Sequence

from assistant.articles import header
from assistant.models.linear import Linear, load
from assistant.reading.alignment import Alignment, best_of
from assistant.reading.answer_types import has
from assistant.reading.evidence import Evidence, SubQuestion
from assistant.text.weighting import stems_with_synonyms

WEIGHTS = "answerability.json"
FEATURES = (
    *("score", "coverage", "passage_cosine", "matched", "subject_matched", "second_least", "together", "names"),
    *("rest_matched", "rest_mean", "asking", "length", "rarest", "typed_cosine", "typed_coverage", "typed_asking"),
    *("article_matched", "asks_kind", "kind_lacking", "absent", "rare_coverage", "subject_coverage"),
    *("matched_squared", "rest_squared", "length_squared"),
)
_LONG = 15
_READ = 5  # of the best sentences


def answerability_model() -> Linear:
    """The judge whose coefficients `python -m assistant.evaluation.training.fit_ranker` wrote."""
    return load(WEIGHTS)


def probability(number: int, parts: Sequence[SubQuestion], evidence: Sequence[Evidence]) -> float:
    """The chance, 0 to 1, that `evidence` answers part `number`; one that leans is judged with the whole too."""
    if not evidence:
        return 0.0
    own = answerability_model().probability(features(parts[number], number, evidence))
    if parts[number].leans_on:
        return max(own, answerability_model().probability(features(parts[0], 0, evidence)))
    return own


def features(part: SubQuestion, number: int, evidence: Sequence[Evidence]) -> dict[str, float]:
    """What tells whether `evidence` answers `part`, which is `number` of its scores.

    Of the best sentence: score; coverage of the telling words; passage_cosine; names, the share of the question's
    names and numbers in its passage; asking, nearness of "who" or "when" to a word that the question lacks. Of the
    best five, the best value each: matched, nearness of the telling words by weight; subject_matched, of those that
    are no names; second_least, the second least near of these; together, nearness of neighbouring words;
    rest_matched and rest_mean, nearness of the words that its headline lacks, by weight and as a mean;
    article_matched, mean nearness of the words that are no names in those of its own article; kind_lacking, whether
    none of them has the kind of thing that is asked for. Of the
    question: length, its telling words of 15 at most, since one sentence holds less of a longer question; rarest,
    the highest weight of a word, 1 for one that is nowhere; whether it asks for a kind of thing; whether it
    asks of a publication that the corpus does not have (absent).
    Where it is typed without capitals, so that names in it cannot be told, passage cosine, coverage and asking count
    again. The rest are products of two, and squares, for what does not grow evenly.
    """
    if not evidence:
        return dict.fromkeys(FEATURES, 0.0)
    read = sorted(evidence, key=lambda one: -one.scores[number])[:_READ]
    best = read[0]
    match = [one.matches[number] for one in read]
    near = best_of(match)
    within = best_of(one.matches[number] for one in read if one.article.id == best.article.id)
    weights, own = part.weights, best.features[number]
    titled = stems_with_synonyms(best.article.title)
    rest = {one: weight for one, weight in weights.items() if one not in titled} or weights
    told = [near.get(one, 0.0) for one in rest if one in part.subject] or [near.get(one, 0.0) for one in rest]
    about = stems_with_synonyms(f"{header(best.article)}\n{best.passage.chunk.text}")
    typed = float(part.text == part.text.lower())
    matched, rest_matched = _mean(near, weights), _mean(near, rest)
    subject_matched = max(one.mean(part.subject) for one in match)
    length = min(len(weights), _LONG) / _LONG
    rarest = max(weights.values(), default=0.0)
    return {
        "score": best.scores[number],
        "coverage": own["coverage"],
        "passage_cosine": own["passage_cosine"],
        "matched": matched,
        "subject_matched": subject_matched,
        "second_least": max(_second_least(one, part) for one in match),
        "together": max(one.together(list(weights), weights) for one in match),
        "names": sum(name in about for name in part.named) / len(part.named) if part.named else 1.0,
        "rest_matched": rest_matched,
        "rest_mean": sum(told) / len(told) if told else 0.0,
        "asking": own["asking"],
        "length": length,
        "rarest": rarest,
        "typed_cosine": typed * max(one.passage.cosine for one in read),
        "typed_coverage": typed * own["coverage"],
        "typed_asking": typed * own["coverage"] * own["asking"],
        "article_matched": sum(within.get(one, 0.0) for one in part.subject) / max(1, len(part.subject)),
        "asks_kind": float(part.kind is not None),
        "kind_lacking": float(not any(has(part.kind, one.text, part.known) for one in read)),
        "absent": float(part.absent),
        "rare_coverage": rarest * own["coverage"],
        "subject_coverage": subject_matched * own["coverage"],
        "matched_squared": matched**2,
        "rest_squared": rest_matched**2,
        "length_squared": length**2,
    }


def _mean(near: Mapping[str, float], weights: Mapping[str, float]) -> float:
    return sum(weight * near.get(one, 0.0) for one, weight in weights.items()) / (sum(weights.values()) or 1.0)


def _second_least(one: Alignment, part: SubQuestion) -> float:
    found = sorted(one.near.get(name, 0.0) for name in part.subject) or [0.0]
    return found[min(1, len(found) - 1)]
