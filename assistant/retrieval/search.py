"""Retrieval: for each thing a question asks, passages by words and by vectors, behind a LangChain retriever."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from assistant.articles import NO_FILTERS, Article, Chunk, Filters, Passage
from assistant.index import Generation
from assistant.retrieval.question import Query
from assistant.text.sentences import sentences_in
from assistant.text.weighting import Weights, coverage, idf_weights, stems_with_synonyms
from assistant.text.words import content_terms

# Chosen on the development questions of MultiHop-RAG, in steps of a half or less; nothing hangs on the last digit.
_WORDS, _MEANING = 1.0, 0.5  # weights of BM25 and of vectors for the question as a whole
_CLAUSE = 0.7  # what the same count for a clause of it
_SENTENCE = 5.0  # weight of the cosine of a passage's best sentence
_DEPTH = 100  # candidates of each search
_RERANKED = 30  # of these, reordered by their sentences
_SENTENCES = 24  # embedded for one search: the bound on its time
_PER_PASSAGE = 2
QueryVectors = NDArray[np.float32]
Embed = Callable[[list[str]], QueryVectors]
Scores = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class DateBoost:
    """Days of publication that are favoured, inclusive, and by how much."""

    since: date | None
    until: date | None
    weight: float


@dataclass(frozen=True, slots=True)
class SubQuery:
    """One thing to look for: a clause of the question (the whole of it when None), in one publication or in all."""

    clause: str | None = None
    source: str | None = None
    days: tuple[DateBoost, ...] = ()


def hybrid_search(
    generation: Generation,
    query: Query,
    sub_queries: Sequence[SubQuery],
    embed: Embed,
    k: int = 10,
    filters: Filters = NO_FILTERS,
) -> list[Passage]:
    """The k best passages for `query`, best first, from the lists of all `sub_queries` in turn."""
    asked = [query.question, *dict.fromkeys(sub_query.clause for sub_query in sub_queries if sub_query.clause)]
    vectors = dict(zip(asked, embed(asked), strict=True))
    searcher = _Searcher(generation, query, vectors, filters, embed, max(_PER_PASSAGE, _SENTENCES // len(sub_queries)))
    best = list(_in_turn([searcher.ranked(sub_query) for sub_query in sub_queries], k))
    found = generation.db.passages([name for name, _ in best])
    held = generation.vectors.vectors([name for name, _ in best])
    whole = vectors[query.question]
    return [Passage(*found[name], score=score, cosine=float(held[name] @ whole)) for name, score in best]


@dataclass(frozen=True, slots=True)
class _Searcher:
    generation: Generation
    query: Query
    vectors: Mapping[str, QueryVectors]
    filters: Filters
    embed: Embed
    sentences: int

    def ranked(self, sub_query: SubQuery) -> list[tuple[str, float]]:
        """The best candidates of one sub_query with their scores, best first."""
        filters = replace(self.filters, source=sub_query.source) if sub_query.source else self.filters
        texts = [self.query.question, *([sub_query.clause] if sub_query.clause else [])]
        near = self.generation.vectors.search_each([self.vectors[text] for text in texts], _DEPTH, filters)
        terms = [self.query.terms, *([content_terms(sub_query.clause)] if sub_query.clause else [])]
        worded = [self.generation.db.search(self._useful(one), _DEPTH, filters) for one in terms]
        totals = combine(
            [
                (weight * share, dict(found))
                for share, lists in zip((1.0, _CLAUSE), zip(worded, near, strict=True), strict=False)
                for weight, found in zip((_WORDS, _MEANING), lists, strict=True)
            ]
        )
        totals = self._dated(totals, sub_query.days)
        best = sorted(totals.items(), key=lambda item: (-item[1], item[0]))
        again = self._by_sentences(best[:_RERANKED], sub_query)
        lowest = again[-1][1] if again else 0.0
        return [*again, *((name, min(score, lowest)) for name, score in best[_RERANKED:])]

    def _useful(self, terms: Sequence[str]) -> list[str]:
        """`terms` without those that are nearly everywhere: they cost most and tell least."""
        common = self.generation.manifest.chunks / 5
        rare = [term for term in terms if self.generation.frequency(term) <= common]
        return rare if len(rare) >= 3 else list(terms)

    def _dated(self, totals: Scores, days: Sequence[DateBoost]) -> dict[str, float]:
        if not days:
            return dict(totals)
        published = self.generation.db.days(list(totals))
        return {
            name: total + max(one.weight * within(published.get(name), one) for one in days)
            for name, total in totals.items()
        }

    def _by_sentences(self, best: list[tuple[str, float]], sub_query: SubQuery) -> list[tuple[str, float]]:
        """`best` reordered by the nearness of each passage's most promising sentences to what is asked."""
        found = self.generation.db.passages([name for name, _ in best])
        weights = [
            self.weights(self.query.terms),
            *([self.weights(content_terms(sub_query.clause))] if sub_query.clause else []),
        ]
        promising = _promising([(name, total, *found[name]) for name, total in best], weights)[: self.sentences]
        if not promising:
            return best
        rows = self.embed([text for _, text in promising])
        asked = [self.vectors[self.query.question], *([self.vectors[sub_query.clause]] if sub_query.clause else [])]
        cosines: dict[str, float] = {}
        for (name, _), row in zip(promising, rows, strict=True):
            cosines[name] = max(cosines.get(name, -1.0), sum(float(row @ one) for one in asked))
        # A passage whose sentences were not looked at is taken for an average one.
        average = sum(cosines.values()) / len(cosines)
        again = [(name, total + _SENTENCE * (cosines.get(name, average) - average)) for name, total in best]
        return sorted(again, key=lambda item: (-item[1], item[0]))

    def weights(self, terms: Sequence[str]) -> Weights:
        """The inverse document frequencies of the stems of `terms`."""
        return idf_weights({term: self.generation.frequency(term) for term in terms}, self.generation.manifest.chunks)


def within(day: date | None, days: DateBoost) -> bool:
    """Whether `day` is one of `days`."""
    return day is not None and (days.since or date.min) <= day <= (days.until or date.max)


def _promising(
    passages: Iterable[tuple[str, float, Chunk, Article]], weights: Sequence[Weights]
) -> list[tuple[str, str]]:
    """(chunk id, sentence) of the sentences with most of the question's telling words, best first."""
    ranked: list[tuple[float, str, str]] = []
    for name, total, chunk, article in passages:
        texts = [" ".join(article.text[slice(*span)].split()) for span in sentences_in(article.text, chunk)]
        shares = [(sum(coverage(one, stems_with_synonyms(text)) for one in weights), text) for text in texts]
        kept = sorted(shares, reverse=True)[:_PER_PASSAGE]
        ranked.extend((share + 0.15 * total, name, text) for share, text in kept)
    return [(name, text) for _, name, text in sorted(ranked, reverse=True)]


def combine(searches: Iterable[tuple[float, Scores]]) -> dict[str, float]:
    """The weighted sum of the standard scores that each search gave, for every name that one of them found.

    The standard score is (score - mean) / standard deviation over what the search found; a name that it
    did not find counts as its last one did. (Z-score fusion; with it, how far ahead a hit is counts too.)
    """
    given = [(weight, found) for weight, found in searches if found]
    totals: dict[str, float] = dict.fromkeys((name for _, found in given for name in found), 0.0)
    for weight, found in given:
        values = np.fromiter(found.values(), float)
        mean, spread = float(values.mean()), float(values.std()) + 1e-9
        last = float(values.min())
        for name in totals:
            totals[name] += weight * (found.get(name, last) - mean) / spread
    return totals


def _in_turn(lists: Sequence[list[tuple[str, float]]], k: int) -> Iterator[tuple[str, float]]:
    """The first of each list, then the second of each, and so on; within such a row the best first."""
    seen: set[str] = set()
    for row in zip_longest(*lists):
        for item in sorted((one for one in row if one is not None), key=lambda one: (-one[1], one[0])):
            if item[0] not in seen and len(seen) < k:
                seen.add(item[0])
                yield item
