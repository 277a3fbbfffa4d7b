"""Hybrid search: for each sub-query passages by words and by vectors, their scores fused, reranked by sentences."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date

from assistant.articles import NO_FILTERS, Article, Chunk, Filters, Passage
from assistant.index import Generation
from assistant.models import Vectors
from assistant.retrieval.fusion import Scores, fuse, interleave
from assistant.retrieval.question import Query
from assistant.text import Weights, content_terms, coverage_by, idf_weights, sentences_in, stems_with_synonyms

# Chosen on the development questions of MultiHop-RAG, in steps of a half or less; nothing hangs on the last digit.
_WORDS, _MEANING = 1.0, 0.5  # weights of BM25 and of vectors for the question as a whole
_CLAUSE = 0.7  # what the same count for a clause of it
_SENTENCE = 5.0  # weight of the cosine of a passage's best sentence
_DEPTH = 100  # candidates of each search
_RERANKED = 30  # of these, reordered by their sentences
_SENTENCES = 24  # embedded for one search: the bound on its time
_PER_PASSAGE = 2  # with one, of 18 passages, an old figure stands beside the corrected one
Embed = Callable[[list[str]], Vectors]
Hits = list[tuple[str, float]]
"""Ids of chunks with their scores, best first."""


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
    """The k best passages for `query`, best first, from the rankings of all `sub_queries` in turn."""
    texts = list(dict.fromkeys([query.question, *(each.clause for each in sub_queries if each.clause)]))
    most_sentences = max(_PER_PASSAGE, _SENTENCES // len(sub_queries))
    # The question is embedded, and vectors are searched, on another core than words.
    with ThreadPoolExecutor(1, "vectors") as beside:
        embedding = beside.submit(lambda: dict(zip(texts, embed(texts), strict=True)))
        search = _Search(generation, query, embedding, filters, most_sentences)
        nearest = [beside.submit(search.by_vectors, sub_query) for sub_query in sub_queries]
        rankings = [search.ranking(*each) for each in zip(sub_queries, nearest, strict=True)]
    sentences = list({text: None for ranking in rankings for _, text in ranking.promising})
    known = dict(zip(sentences, embed(sentences), strict=True)) if sentences else {}
    best = list(interleave([search.reranked(ranking, known) for ranking in rankings], k))
    found = {id: passage for ranking in rankings for id, passage in ranking.passages.items()}
    found |= generation.db.passages([id for id, _ in best if id not in found])
    cosines = {id: cosine for hits in nearest for id, cosine in hits.result()[0]}
    farther = generation.vectors.vectors([id for id, _ in best if id not in cosines])
    question = search.vectors[query.question]
    cosines |= {id: float(vector @ question) for id, vector in farther.items()}
    return [Passage(*found[id], score=score, cosine=cosines[id]) for id, score in best]


@dataclass(frozen=True, slots=True)
class _Ranking:
    """The chunks for one sub-query with their scores, best first, and what was `asked`.

    `passages` has the best of them, `promising` sentences of these.
    """

    chunks: Hits
    asked: Sequence[str]
    passages: Mapping[str, tuple[Chunk, Article]]
    promising: Sequence[tuple[str, str]]  # chunk id, sentence


@dataclass(frozen=True, slots=True)
class _Search:
    generation: Generation
    query: Query
    embedding: Future[dict[str, Vectors]]
    filters: Filters
    most_sentences: int

    @property
    def vectors(self) -> Mapping[str, Vectors]:
        """Those of the question and its clauses."""
        return self.embedding.result()

    def by_vectors(self, sub_query: SubQuery) -> list[Hits]:
        """The chunks nearest to the question and to the clause of it, if there is one."""
        moments = self.generation.db.by_moment(self._filters(sub_query))
        return self.generation.vectors.search_each(
            [self.vectors[text] for text in self._asked(sub_query)], _DEPTH, moments
        )

    def ranking(self, sub_query: SubQuery, by_vectors: Future[list[Hits]]) -> _Ranking:
        """The best chunks for one sub-query, by words and by vectors."""
        asked, filters = self._asked(sub_query), self._filters(sub_query)
        by_words = [self.generation.db.search(self._rare(terms), _DEPTH, filters) for terms in asked.values()]
        totals = fuse(
            (weight * share, dict(hits))
            for share, both in zip((1.0, _CLAUSE), zip(by_words, by_vectors.result(), strict=True), strict=False)
            for weight, hits in zip((_WORDS, _MEANING), both, strict=True)
        )
        totals = self._boosted(totals, sub_query.days)
        best = sorted(totals.items(), key=lambda hit: (-hit[1], hit[0]))
        passages = self.generation.db.passages([id for id, _ in best[:_RERANKED]])
        return _Ranking(best, list(asked), passages, self._promising(best[:_RERANKED], passages, asked))

    def _filters(self, sub_query: SubQuery) -> Filters:
        return replace(self.filters, source=sub_query.source) if sub_query.source else self.filters

    def _asked(self, sub_query: SubQuery) -> dict[str, Sequence[str]]:
        """The question and the clause of it, if there is one, each with its content words."""
        clause = {sub_query.clause: content_terms(sub_query.clause)} if sub_query.clause else {}
        return {self.query.question: self.query.terms, **clause}

    def _rare(self, terms: Sequence[str]) -> list[str]:
        """`terms` without those that are nearly everywhere: they cost most and tell least."""
        common = self.generation.manifest.chunks / 5
        rare = [term for term in terms if self.generation.frequency(term) <= common]
        return rare if len(rare) >= 3 else list(terms)

    def _boosted(self, totals: Scores, days: Sequence[DateBoost]) -> dict[str, float]:
        if not days:
            return dict(totals)
        published = self.generation.db.days(list(totals))
        return {
            id: total + max(boost.weight * within(published.get(id), boost) for boost in days)
            for id, total in totals.items()
        }

    def _promising(
        self, best: Hits, passages: Mapping[str, tuple[Chunk, Article]], asked: Mapping[str, Sequence[str]]
    ) -> list[tuple[str, str]]:
        counted = [{term: self.generation.frequency(term) for term in terms} for terms in asked.values()]
        weights = [idf_weights(counts, self.generation.manifest.chunks) for counts in counted]
        return _promising([(id, total, *passages[id]) for id, total in best], weights)[: self.most_sentences]

    def reranked(self, ranking: _Ranking, sentences: Mapping[str, Vectors]) -> Hits:
        """The chunks, the first of them reordered by the nearness of their promising `sentences` to what is asked."""
        best, others = ranking.chunks[:_RERANKED], ranking.chunks[_RERANKED:]
        if not ranking.promising:
            return ranking.chunks
        cosines: dict[str, float] = {}
        for id, text in ranking.promising:
            nearness = sum(float(sentences[text] @ self.vectors[asked]) for asked in ranking.asked)
            cosines[id] = max(cosines.get(id, -1.0), nearness)
        # A passage whose sentences were not looked at is taken for an average one.
        average = sum(cosines.values()) / len(cosines)
        nearest = [(id, total + _SENTENCE * (cosines.get(id, average) - average)) for id, total in best]
        nearest.sort(key=lambda hit: (-hit[1], hit[0]))
        return [*nearest, *((id, min(score, nearest[-1][1])) for id, score in others)]


def within(day: date | None, days: DateBoost) -> bool:
    """Whether `day` is one of `days`."""
    return day is not None and (days.since or date.min) <= day <= (days.until or date.max)


def _promising(
    passages: Iterable[tuple[str, float, Chunk, Article]], weights: Sequence[Weights]
) -> list[tuple[str, str]]:
    """(chunk id, sentence) of the sentences with most of the question's content words, best first."""
    ranked: list[tuple[float, str, str]] = []
    coverages = [coverage_by(each) for each in weights]
    for id, total, chunk, article in passages:
        sentences = [" ".join(article.text[slice(*span)].split()) for span in sentences_in(article.text, chunk)]
        shares = [(sum(share(stems_with_synonyms(text)) for share in coverages), text) for text in sentences]
        best = sorted(shares, reverse=True)[:_PER_PASSAGE]
        ranked.extend((share + 0.15 * total, id, text) for share, text in best)
    return [(id, text) for _, id, text in sorted(ranked, reverse=True)]
