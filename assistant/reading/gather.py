"""Reading: the sentences of passages as evidence for a question, best first by a fitted reader."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.articles import Article, Passage, header
from assistant.models.embedders import Vectors, WordVectors
from assistant.reading.alignment import Alignment, matches
from assistant.reading.evidence import Candidate, Evidence, SubQuestion
from assistant.reading.ranker import ranked, ranker_model, ranking_features
from assistant.retrieval.question import Query
from assistant.text.sentences import sentences_in
from assistant.text.weighting import Weights, coverage, stems_with_synonyms
from assistant.text.words import content_terms, stem, words

_MOST_SENTENCES = 32  # embedded for one question: the bound on its time
_CONTEXT = 400  # characters before a sentence that say what it speaks of
_FEW = 3  # telling words
Encode = Callable[[list[str]], tuple[Vectors, list[WordVectors] | None]]
"""Gives the vectors of texts, and their words with vectors where the embedder has them."""
ImpliedBy = Callable[[Article], frozenset[str]]
"""The stems of a question that an article need not say, as it was published there and then."""


def ask_parts(
    query: Query,
    vectors: Sequence[Vectors],
    weights: Weights,
    rarest: float,
    routed: frozenset[str] = frozenset(),
    absent: bool = False,
) -> list[SubQuestion]:
    """The question `query` as a whole, then the questions that it puts at once, in order.

    `weights` are those of its telling words, `rarest` the highest there is. Stems that are `routed` do not count, as
    they only say where to look.
    """
    known = frozenset(map(stem, words(query.question)))
    shared = [(text, _weights(text, weights, rarest, routed)) for text in (query.question, *query.parts)]
    parts = [SubQuestion.of(text, vectors[n], own, known, absent) for n, (text, own) in enumerate(shared)]
    return [parts[0], *(_leaning(part, parts[0], parts[1]) for part in parts[1:])]


def _weights(text: str, weights: Weights, rarest: float, routed: frozenset[str]) -> dict[str, float]:
    own = {one: weights[one] / rarest for one in map(stem, content_terms(text)) if one in weights}
    return {one: weight for one, weight in own.items() if one not in routed} or own


def _leaning(part: SubQuestion, whole: SubQuestion, first: SubQuestion) -> SubQuestion:
    """`part`; of few words, such as "what was demanded", it is about what the `first` one is about."""
    if part is first or len(part.weights) >= _FEW:
        return part
    lent = {one: weight / 2 for one, weight in first.weights.items()}
    return replace(part, weights={**lent, **part.weights}, vector=whole.vector, leans_on=first.weights)


def gather(
    parts: Sequence[SubQuestion], passages: Sequence[Passage], encode: Encode, implied_by: ImpliedBy
) -> list[Evidence]:
    """The sentences of `passages` as evidence for a question, best first; each place once.

    `parts` are the question as a whole and then those that it puts at once.
    """
    found: dict[tuple[str, int], Candidate] = {}
    for rank, passage in enumerate(passages):
        implied = implied_by(passage.article)
        whole = implied | stems_with_synonyms(f"{header(passage.article)}\n{passage.chunk.text}")
        text = passage.article.text
        for span in sentences_in(text, passage.chunk):
            present = implied | stems_with_synonyms(text[slice(*span)])
            context = present | stems_with_synonyms(text[max(0, span[0] - _CONTEXT) : span[0]])
            found.setdefault((passage.article.id, span[0]), Candidate(passage, rank, span, present, context, whole))
    # Only the most promising are worth the time of embedding them.
    kept = sorted(found.values(), key=lambda one: -_promise(one, parts))[:_MOST_SENTENCES]
    if not kept:
        return []
    texts = [" ".join(one.text.split()) for one in kept]
    vectors, told = encode([*(part.text for part in parts), *texts])
    count = len(parts)
    matched = [
        matches([part.text, *texts], told and [told[number], *told[count:]]) for number, part in enumerate(parts)
    ]
    evidence = [_evidence(*each, parts) for each in zip(kept, vectors[count:], zip(*matched, strict=True), strict=True)]
    return ranked(evidence, ranker_model())


def _promise(one: Candidate, parts: Sequence[SubQuestion]) -> float:
    about = 0.3 * coverage(parts[0].weights, one.whole) + 0.3 * one.passage.cosine
    return about + 0.6 * max(coverage(part.weights, one.present) for part in parts)


def _evidence(
    one: Candidate, vector: Vectors, matched: tuple[Alignment, ...], parts: Sequence[SubQuestion]
) -> Evidence:
    return Evidence(
        article=one.passage.article,
        start=one.span[0],
        end=one.span[1],
        text=one.text,
        passage=one.passage,
        cosine=float(vector @ parts[0].vector),
        coverage=coverage(parts[0].weights, one.present),
        about=coverage(parts[0].weights, one.whole),
        features=tuple(
            ranking_features(one, vector, match, part, parts[0]) for match, part in zip(matched, parts, strict=True)
        ),
        matches=matched,
        vector=vector,
    )
