"""From a question's passages to evidence: their most promising sentences are embedded, aligned and ranked."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.articles import Article, Passage, header
from assistant.models import Vectors, WordVectors
from assistant.reading.alignment import align
from assistant.reading.evidence import Candidate, Evidence, SubQuestion
from assistant.reading.ranker import ranked, ranker_model, ranking_features
from assistant.retrieval import Query
from assistant.text import Weights, content_terms, coverage, sentences_in, stem, stems_with_synonyms, word_stems

_MAX_SENTENCES = 32  # embedded for one question: the bound on its time
_CONTEXT = 400  # characters before a sentence that say what it speaks of
_FEW = 3  # content words
Encode = Callable[[list[str]], tuple[Vectors, list[WordVectors] | None]]
"""Gives the vectors of texts, and their words with vectors where the embedder has them."""
ImpliedBy = Callable[[Article], frozenset[str]]
"""The stems of a question that an article need not say, as it was published there and then."""


def sub_questions(
    query: Query,
    vectors: Sequence[Vectors],
    weights: Weights,
    rarest: float,
    routed: frozenset[str] = frozenset(),
    absent: bool = False,
) -> list[SubQuestion]:
    """The question `query` as a whole, then the questions that it puts at once, in order.

    `weights` are those of its content words, `rarest` the highest there is. Stems that are `routed` do not count, as
    they only say where to look.
    """
    known = frozenset(word_stems(query.question))
    whole, *parts = (
        SubQuestion.of(text, vector, _weights(text, weights, rarest, routed), known, absent)
        for text, vector in zip((query.question, *query.parts), vectors, strict=True)
    )
    return [whole, *parts[:1], *(_with_dependency(part, whole, parts[0]) for part in parts[1:])]


def _weights(text: str, weights: Weights, rarest: float, routed: frozenset[str]) -> dict[str, float]:
    own = {term: weights[term] / rarest for term in map(stem, content_terms(text)) if term in weights}
    return {term: weight for term, weight in own.items() if term not in routed} or own


def _with_dependency(part: SubQuestion, whole: SubQuestion, first: SubQuestion) -> SubQuestion:
    """`part`; of few words, such as "what was demanded", it is about what the `first` one is about."""
    if len(part.weights) >= _FEW:
        return part
    inherited = {term: weight / 2 for term, weight in first.weights.items()}
    return replace(part, weights={**inherited, **part.weights}, vector=whole.vector, depends_on=first.weights)


def gather_evidence(
    parts: Sequence[SubQuestion], passages: Sequence[Passage], encode: Encode, implied_by: ImpliedBy
) -> list[Evidence]:
    """The sentences of `passages` as evidence for a question, best first; each sentence of an article once.

    `parts` are the question as a whole and then those that it puts at once.
    """

    def promise(candidate: Candidate) -> float:
        about = 0.3 * coverage(parts[0].weights, candidate.passage_stems) + 0.3 * candidate.passage.cosine
        return about + 0.6 * max(coverage(part.weights, candidate.stems) for part in parts)

    # Only the most promising are worth the time of embedding them.
    candidates = sorted(_candidates(passages, implied_by), key=promise, reverse=True)[:_MAX_SENTENCES]
    if not candidates:
        return []
    sentences = [" ".join(candidate.text.split()) for candidate in candidates]
    vectors, word_vectors = encode([*(part.text for part in parts), *sentences])
    count = len(parts)
    by_part = [
        align([part.text, *sentences], word_vectors and [word_vectors[number], *word_vectors[count:]])
        for number, part in enumerate(parts)
    ]
    evidence = []
    for candidate, vector, *alignments in zip(candidates, vectors[count:], *by_part, strict=True):
        features = tuple(
            ranking_features(candidate, vector, alignment, part, parts[0])
            for alignment, part in zip(alignments, parts, strict=True)
        )
        span = (candidate.start, candidate.end)
        evidence.append(Evidence(candidate.passage, *span, features, alignments=tuple(alignments), vector=vector))
    return ranked(evidence, ranker_model())


def _candidates(passages: Sequence[Passage], implied_by: ImpliedBy) -> list[Candidate]:
    candidates: dict[tuple[str, int], Candidate] = {}
    for rank, passage in enumerate(passages):
        implied = implied_by(passage.article)
        passage_stems = implied | stems_with_synonyms(f"{header(passage.article)}\n{passage.chunk.text}")
        text = passage.article.text
        for start, end in sentences_in(text, passage.chunk):
            present = implied | stems_with_synonyms(text[start:end])
            context = present | stems_with_synonyms(text[max(0, start - _CONTEXT) : start])
            candidate = Candidate(passage, start, end, rank, present, context, passage_stems)
            candidates.setdefault((passage.article.id, start), candidate)
    return list(candidates.values())
