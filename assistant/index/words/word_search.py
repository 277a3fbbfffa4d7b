"""Searches the postings of a generation by words, with the table of chunks beside them."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, Protocol

import numpy as np

from assistant.articles import Filters
from assistant.index.words.tokens import Tokens
from assistant.index.words.word_index import PLAIN, Mask, Scored, Term, Weights, WordIndex
from assistant.utils import batches

Rows = Callable[..., list[Any]]
NumbersPassing = Callable[[Sequence[int]], dict[int, str]]
"""Gives the chunks that pass of those with these numbers, with their ids."""
_TITLES: Weights = (3.0, 1.0)
_KEPT = 8  # masks, as questions come back to the same publications; a byte for each chunk
_ASKED = 400  # chunks at a time are looked up in the table
_LOOKED_AT = 8  # times as many chunks as before are looked at, until enough of them pass the filters
_CHUNKS_WITH = "FROM chunks WHERE number IN (SELECT value FROM json_each(?))"


class ChunkIds:
    """Chunks by their number: their ids and, as an array, the numbers."""

    def __init__(self, ids: Mapping[int, str]) -> None:
        self.ids = tuple(ids.values())
        self.numbers = np.fromiter(ids, np.int64, len(ids))

    @cached_property
    def names(self) -> frozenset[str]:
        """The ids as a set."""
        return frozenset(self.ids)


class Passing(Protocol):
    """Says which chunks pass filters."""

    def chunk_ids_passing(self, filters: Filters) -> ChunkIds | None:
        """All of them, where the articles are not many."""

    def passing(self, chunk_ids: Sequence[str], filters: Filters) -> set[str]:
        """Those of `chunk_ids`."""

    def numbers_passing(self, numbers: Sequence[int], filters: Filters) -> dict[int, str]:
        """Those of the chunks with these numbers, each with its id."""


class WordSearch:
    """Searches by words; `rows` gives those of an SQL query."""

    def __init__(self, index: WordIndex, rows: Rows) -> None:
        self._index, self._rows, self._tokens = index, rows, Tokens()
        self.vocabulary = index.vocabulary
        self._mask = lru_cache(_KEPT)(self._mask_of)

    def frequency(self, term: str) -> int | None:
        """The number of chunks with a word; None for a phrase."""
        tokens = self._tokens.of(term)
        return self._index.frequency(tokens[0]) if len(tokens) == 1 else None

    def search(
        self,
        terms: Sequence[str],
        k: int,
        few: ChunkIds | None,
        passing: NumbersPassing | None,
    ) -> list[tuple[str, float]]:
        """Up to k (chunk id, BM25 score) of chunks with any of `terms`, best first: of the `few`, or all that pass.

        As many of the best are looked at as it takes until k pass.
        """
        sought = [self._term(term) for term in terms]
        looked_at = k if passing is None else _LOOKED_AT * k
        while True:
            numbers, scores = self._index.best(sought, looked_at, self._mask(few) if few else None)
            found: list[tuple[str, float]] = []
            for hits in batches([*zip(numbers.tolist(), scores.tolist(), strict=True)], _ASKED):
                if len(found) >= k and hits[0][1] < found[k - 1][1]:
                    break  # of equals those count whose ids come first
                found += self._passed(dict(hits), passing)
            if len(found) >= k or len(numbers) < looked_at:
                return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:k]
            looked_at *= _LOOKED_AT

    def _mask_of(self, few: ChunkIds) -> Mask:
        return self._index.mask(few.numbers)

    def _passed(self, scores: Mapping[int, float], passing: NumbersPassing | None) -> Iterator[tuple[str, float]]:
        """The ids of the chunks with these numbers, and their scores; of those that pass."""
        ids = self._ids(list(scores)) if passing is None else passing(list(scores))
        return ((ids[number], score) for number, score in scores.items() if number in ids)

    def _ids(self, numbers: Sequence[int]) -> dict[int, str]:
        return dict(self._rows(f"SELECT number, id {_CHUNKS_WITH}", (json.dumps(numbers),)))

    def _term(self, term: str, weights: Weights = PLAIN) -> Term | Scored:
        """A folded word or phrase, to be looked for in the postings."""
        tokens = self._tokens.of(term)
        if len(tokens) == 1:
            return self._index.term(tokens[0], weights)
        query = f"SELECT rowid, -bm25(words, {weights[0]}, {weights[1]}) FROM words WHERE words MATCH ?"
        return self._index.phrase(dict(self._rows(query, (f'"{term}"',))))

    def scores(self, terms: Sequence[str]) -> dict[str, float]:
        """The score of the best chunk of each article with any of `terms`, words in titles counting thrice."""
        numbers, scores = self._index.best([self._term(term, _TITLES) for term in terms], None)
        query = f"SELECT number, article_id {_CHUNKS_WITH}"
        article_of = dict(self._rows(query, (json.dumps(numbers.tolist()),)))
        worst_first = zip(numbers[::-1].tolist(), scores[::-1].tolist(), strict=True)
        return {article_of[number]: score for number, score in worst_first}
