"""Searches the vectors within filters by what the table of articles says of them.

Chroma's own filters take 4 ms for each thousand chunks that pass them, and to find few of many in its graph it goes
through all of that. So a few chunks are all compared, of more Chroma is told the ids, and where most chunks pass, the
nearest of all are looked at until enough of them do.
"""

import math
from collections.abc import Sequence
from functools import lru_cache, partial

import numpy as np

from assistant.articles import NO_FILTERS, Filters
from assistant.index.home.vector_store import VectorStore
from assistant.index.words.word_search import ChunkIds, Passing
from assistant.models import Vectors
from assistant.utils import batches, once

_FEW = 500  # chunks that are all compared
_KEPT = 16  # times so many vectors, as questions come back to the same publications; 0.8 MB each at most
_MOST = 1 / 16  # of all chunks, from which it is quicker to look at the nearest of all
_WIDER = 4  # times as many chunks as before are looked at, at most
_SPARE = 1.3
_ASKED = 400  # chunks at a time are looked up in the table of articles

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
            return [self._search_wider(vector, k, filters, few) for vector in vectors]
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

    def _search_wider(self, vector: Vectors, k: int, filters: Filters, known: ChunkIds | None) -> Hits:
        passing = partial(self._articles.passing, filters=filters) if known is None else known.names.intersection
        passed, asked = set[str](), set[str]()
        looked_at, count = _WIDER * k, self.count()
        while True:
            (hits,) = self._store.search_each([vector], min(looked_at, count))
            found: Hits = []
            for block in batches(hits, _ASKED):
                new = [name for name, _ in block if name not in asked]
                asked.update(new)
                passed |= passing(new)
                found += [hit for hit in block if hit[0] in passed]
                if len(found) >= k:
                    return found[:k]
            if looked_at >= count:
                return found
            # As many as would do if the rest passed as these did, and some more.
            wanted = math.ceil(_SPARE * looked_at * k / max(1, len(found)))
            looked_at = min(max(wanted, 2 * looked_at), _WIDER * looked_at)
