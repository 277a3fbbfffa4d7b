"""Searches the postings of a generation by words, with the table of chunks beside them."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from assistant.articles import Filters
from assistant.index.words.tokens import Tokens
from assistant.index.words.word_index import PLAIN, Scored, Term, Weights, WordIndex

Rows = Callable[..., list[Any]]
_TITLES: Weights = (3.0, 1.0)
_LOOKED_AT = 8  # times as many chunks as before are looked at, until enough of them pass the filters
_CHUNKS_WITH = "FROM chunks WHERE number IN (SELECT value FROM json_each(?))"


class ChunkIds:
    """Chunks by their number: their ids and, as an array, the numbers."""

    def __init__(self, ids: Mapping[int, str]) -> None:
        self.ids = tuple(ids.values())
        self.numbers = np.fromiter(ids, np.int64, len(ids))


class Passing(Protocol):
    """Says which chunks pass filters."""

    def chunk_ids_passing(self, filters: Filters) -> ChunkIds | None:
        """All of them, where the articles are not many."""

    def passing(self, chunk_ids: Sequence[str], filters: Filters) -> set[str]:
        """Those of `chunk_ids`."""


class WordSearch:
    """Searches by words; `rows` gives those of an SQL query."""

    def __init__(self, index: WordIndex, rows: Rows) -> None:
        self._index, self._rows, self._tokens = index, rows, Tokens()
        self.vocabulary = index.vocabulary

    def frequency(self, term: str) -> int | None:
        """The number of chunks with a word; None for a phrase."""
        tokens = self._tokens.of(term)
        return self._index.frequency(tokens[0]) if len(tokens) == 1 else None

    def search(
        self,
        terms: Sequence[str],
        k: int,
        few: ChunkIds | None,
        passing: Callable[[Sequence[str]], set[str]] | None,
    ) -> list[tuple[str, float]]:
        """Up to k (chunk id, BM25 score) of chunks with any of `terms`, best first: of the `few`, or all that pass.

        As many of the best are looked at as it takes until k pass.
        """
        sought = [self._term(term) for term in terms]
        looked_at = k if passing is None else _LOOKED_AT * k
        while True:
            numbers, scores = self._index.best(sought, looked_at, few.numbers if few else None)
            ids = dict(self._rows(f"SELECT number, id {_CHUNKS_WITH}", (json.dumps(numbers.tolist()),)))
            passed = set(ids.values()) if passing is None else passing(list(ids.values()))
            hits = zip(map(ids.get, numbers.tolist()), scores.tolist(), strict=True)
            found = [(name, score) for name, score in hits if name in passed and name is not None]
            if len(found) >= k or len(numbers) < looked_at:
                return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:k]
            looked_at *= _LOOKED_AT

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
