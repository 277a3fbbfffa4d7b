"""Retrieval: vectors and BM25, fused by weighted reciprocal rank, behind a LangChain retriever."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from numpy.typing import NDArray

from assistant.articles import Article
from assistant.chunks import Chunk
from assistant.index import Generation
from assistant.query import NO_FILTERS, Filters, Query

# The weights and the constant of the fusion are those that did best on the development questions of
# MultiHop-RAG: BM25 counts three times as much as vectors, and the first ranks count much.
_BM25_WEIGHT = 3.0
_RANK_CONSTANT = 10
_DEPTH = 100

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk that was found. `score` ranks it among the others; `cosine` is its nearness to the question."""

    chunk: Chunk
    article: Article
    score: float
    cosine: float = 0.0


def search(
    generation: Generation, query: Query, vector: Vector, k: int = 10, filters: Filters = NO_FILTERS
) -> list[Passage]:
    """The k best passages for `query`, best first; `vector` is its embedding.

    A question that names publications of the corpus gets its passages from each of them in turn, unless
    the filters say which to use.
    """
    named = [] if filters.source else publications_named(query.question, generation.db.sources())
    lists = [_fused(generation, query, vector, replace(filters, source=name)) for name in named]
    if not lists:
        lists = [_fused(generation, query, vector, filters)]
    best = list(_in_turn(lists, k))
    found = generation.db.passages([name for name, _ in best])
    vectors = generation.vectors.vectors([name for name, _ in best])
    return [Passage(*found[name], score=score, cosine=float(vectors[name] @ vector)) for name, score in best]


def _fused(generation: Generation, query: Query, vector: Vector, filters: Filters) -> list[tuple[str, float]]:
    near = generation.vectors.search(vector, _DEPTH, filters)
    worded = generation.db.search(query.terms, _DEPTH, filters)
    return fuse([(1.0, [name for name, _ in near]), (_BM25_WEIGHT, [name for name, _ in worded])])


def fuse(rankings: Iterable[tuple[float, Sequence[str]]]) -> list[tuple[str, float]]:
    """Weighted reciprocal rank fusion of (weight, names best first): score = Σ weight / (10 + rank).

    After Cormack, Clarke and Büttcher (SIGIR 2009), with a smaller constant. Equal scores by name.
    """
    scores: dict[str, float] = defaultdict(float)
    for weight, names in rankings:
        for rank, name in enumerate(names, 1):
            scores[name] += weight / (_RANK_CONSTANT + rank)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def _in_turn(lists: Sequence[list[tuple[str, float]]], k: int) -> Iterator[tuple[str, float]]:
    seen: set[str] = set()
    for row in zip_longest(*lists):
        for item in row:
            if item is not None and item[0] not in seen and len(seen) < k:
                seen.add(item[0])
                yield item


def publications_named(question: str, sources: Iterable[str]) -> list[str]:
    """Those of `sources` that the question names, in the order of their first mention.

    A name of several words is found in any case, with or without a leading "The"; a single word, such as
    "Wired", only when written with the same capitals.
    """
    places = []
    for name in sources:
        bare = name.removeprefix("The ")
        case = re.IGNORECASE if " " in bare else re.NOFLAG
        found = re.search(rf"(?<!\w){re.escape(bare)}(?!\w)", question, case)
        if found:
            places.append((found.start(), -len(bare), name))
    ordered = sorted(places)
    return [name for place, size, name in ordered if not _inside(place, size, ordered)]


def _inside(place: int, size: int, others: Iterable[tuple[int, int, str]]) -> bool:
    """Whether a mention is part of a longer one, as "Reuters" is of "Reuters Health"."""
    return any(start <= place and place - size <= start - length and length < size for start, length, _ in others)


class HybridRetriever(BaseRetriever):
    """The same search as a LangChain retriever: documents with the chunk as text and its origin as metadata.

    Metadata: article_id, title, source, published (ISO 8601 or None), url, start, end, score.
    """

    find: Callable[[str, int, Filters], list[Passage]]
    k: int = 10
    filters: Filters = NO_FILTERS

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [as_document(passage) for passage in self.find(query, self.k, self.filters)]


def as_document(passage: Passage) -> Document:
    """The LangChain document of a passage."""
    article, chunk = passage.article, passage.chunk
    return Document(
        page_content=chunk.text,
        metadata={
            "article_id": article.id,
            "title": article.title,
            "source": article.source,
            "published": article.published.isoformat() if article.published else None,
            "url": article.url,
            "start": chunk.start,
            "end": chunk.end,
            "score": passage.score,
        },
    )
