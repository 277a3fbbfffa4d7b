"""Searches the vectors within filters by what the table of articles says of them.

Chroma's own filters take 4 ms for each thousand chunks that pass them, and to find few of many in its graph it goes
through all of that. So a few chunks are all compared, of more Chroma is told the ids, and where most chunks pass, the
nearest of all are looked at until enough of them do.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from assistant.articles import NO_FILTERS, Filters
from assistant.index.home.vector_store import VectorStore
from assistant.index.words.word_search import Passing
from assistant.models import Vectors
from assistant.utils import once

_FEW = 500  # chunks that are all compared
_KEPT = 16  # times so many vectors, as questions come back to the same publications; 0.8 MB each at most
_MOST = 1 / 16  # of all chunks, from which it is quicker to look at the nearest of all
_WIDER = 4  # times as many chunks as before are looked at

Hits = list[tuple[str, float]]


class NarrowedVectors:
    """The vectors of a published generation, with filters by its articles."""

    def __init__(self, store: VectorStore, articles: Passing) -> None:
        self._store, self._articles = store, articles
        self.count, self.ids, self.vectors = once(store.count), store.ids, store.vectors
        self.close = store.close
        self._compared = lru_cache(_KEPT)(self._read)

    def search_each(self, vectors: Sequence[Vectors], k: int, filters: Filters = NO_FILTERS) -> list[Hits]:
        """For each vector up to k (chunk id, cosine) of the nearest chunks, nearest first."""
        if filters == NO_FILTERS or filters.only == ():
            return self._store.search_each(vectors, k, filters)
        few, count = self._articles.chunk_ids_passing(filters), self.count()
        if few is None or len(few.ids) > max(_FEW, count * _MOST):
            return [self._search_wider(vector, k, filters) for vector in vectors]
        if len(few.ids) > _FEW:
            return self._store.search_among(vectors, k, few.ids)
        return self._nearest(vectors, k, tuple(few.ids))

    def _nearest(self, vectors: Sequence[Vectors], k: int, ids: tuple[str, ...]) -> list[Hits]:
        names, matrix = self._compared(ids)
        if not names:
            return [[] for _ in vectors]
        cosines = np.stack(vectors) @ matrix
        orders = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
        ranked = zip(orders.tolist(), cosines, strict=True)
        return [[(names[row], float(own[row])) for row in order] for order, own in ranked]

    def _read(self, ids: tuple[str, ...]) -> tuple[list[str], Vectors]:
        """These chunks and their vectors as columns; those that have one."""
        known = self.vectors(ids)
        return [*known], np.stack([*known.values()], axis=1) if known else np.zeros((0, 0), np.float32)

    def _search_wider(self, vector: Vectors, k: int, filters: Filters) -> Hits:
        looked_at, count = _WIDER * k, self.count()
        while True:
            (hits,) = self._store.search_each([vector], min(looked_at, count))
            passing = self._articles.passing([name for name, _ in hits], filters)
            found = [hit for hit in hits if hit[0] in passing]
            if len(found) >= k or looked_at >= count:
                return found[:k]
            looked_at *= _WIDER
