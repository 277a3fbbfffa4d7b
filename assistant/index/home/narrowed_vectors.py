"""Searches the vectors within filters by what the table of articles says of them.

Chroma's own filters take 4 ms for each thousand chunks that pass them, and to find few of many in its graph it goes
through all of that. So a few chunks are all compared, of more Chroma is told the ids, and where most chunks pass, the
nearest of all are looked at until enough of them do.
"""

import math
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache, partial

import numpy as np

from assistant.articles import NO_FILTERS, Filters
from assistant.index.home.vector_store import VectorStore
from assistant.index.words.word_search import Passing
from assistant.models import Vectors
from assistant.utils import batches, once

_FEW = 500  # chunks that are all compared; the vectors of so many, 0.8 MB, are kept
_KEPT = 16  # filters of which something is kept, as questions come back to the same publications
_MOST = 1 / 16  # of all chunks, from which it is quicker to look at the nearest of all
_WIDER, _FAR_WIDER = 4, 16  # times as many chunks as before are looked at, at most
_SAMPLE = 8  # that pass, from which they say how many will
_SPARE = 1.3
_ASKED = 400  # chunks at a time are looked up in the table of articles
_MOST_KNOWN = 20_000  # chunks of which it is kept whether they pass filters, 0.2 kB each

Hits = list[tuple[str, float]]
PassingOf = Callable[[Sequence[str]], Collection[str]]
"""Gives those of chunks that pass filters."""


class NarrowedVectors:
    """The vectors of a published generation, with filters by its articles."""

    def __init__(self, store: VectorStore, articles: Passing) -> None:
        self._store, self._articles = store, articles
        self.count, self.ids, self.vectors = once(store.count), store.ids, store.vectors
        self.close = store.close
        self._compared = lru_cache(_KEPT)(self._read)
        self._passing = lru_cache(_KEPT)(lambda filters: _KnownToPass(partial(articles.passing, filters=filters)))

    def search_each(self, vectors: Sequence[Vectors], k: int, filters: Filters = NO_FILTERS) -> list[Hits]:
        """For each vector up to k (chunk id, cosine) of the nearest chunks, nearest first."""
        if filters == NO_FILTERS or filters.only == ():
            return self._store.search_each(vectors, k, filters)
        few, count = self._articles.chunk_ids_passing(filters), self.count()
        if few is None or len(few.ids) > max(_FEW, count * _MOST):
            passing = self._passing(filters).among if few is None else few.names.intersection
            return self._search_wider(vectors, k, passing)
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

    def _search_wider(self, vectors: Sequence[Vectors], k: int, passing: PassingOf) -> list[Hits]:
        """As `search_each`, among the nearest of all: about as many for each vector as it took for the one before."""
        found = list[Hits]()
        looked_at = _WIDER * k
        for vector in vectors:
            hits, needed = self._nearest_passing(vector, k, passing, looked_at)
            found.append(hits)
            looked_at = max(_WIDER * k, math.ceil(_SPARE * needed))
        return found

    def _nearest_passing(self, vector: Vectors, k: int, passing: PassingOf, looked_at: int) -> tuple[Hits, int]:
        """The nearest that pass, and how many of all had to be looked at, of which `looked_at` are at first."""
        count = self.count()
        while True:
            (hits,) = self._store.search_each([vector], min(looked_at, count))
            found: Hits = []
            for number, block in enumerate(batches(hits, _ASKED), 1):
                passed = passing([name for name, _ in block])
                found += [hit for hit in block if hit[0] in passed]
                if len(found) >= k:
                    return found[:k], number * _ASKED
            if looked_at >= count:
                return found, count
            # As many as would do if the rest passed as these did, and some more; of few found little is known.
            wanted = math.ceil(_SPARE * looked_at * k / max(1, len(found)))
            most = _FAR_WIDER if len(found) >= _SAMPLE else _WIDER
            looked_at = min(max(wanted, 2 * looked_at), most * looked_at)


class _KnownToPass:
    """Which chunks pass filters, kept of those that were asked about last. May be used from several threads."""

    def __init__(self, passing: PassingOf) -> None:
        self._passing = passing
        self._known: dict[str, bool] = {}

    def among(self, names: Sequence[str]) -> set[str]:
        """Those of `names` that pass."""
        known = self._known  # another thread may begin a new one
        if new := [name for name in names if name not in known]:
            passing = set(self._passing(new))
            known.update((name, name in passing) for name in new)
        if len(known) > _MOST_KNOWN:
            self._known = {}
        return {name for name in names if known[name]}
