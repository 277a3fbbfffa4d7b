"""Searches the chunks of a generation by words: their postings, or else the full-text index in SQLite."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Protocol

from assistant.articles import NO_FILTERS, Article, Chunk, Filters, header
from assistant.index.home.article_rows import conditions
from assistant.index.words.word_search import Passing, WordSearch
from assistant.text import WORD, split_words, stem


class Tables(Passing, Protocol):
    """The tables of articles, chunks and full text of a generation."""

    def rows(self, query: str, values: Sequence[Any] = (), *, after: str = "") -> list[Any]:
        """The rows of a query; `after` a statement on the same connection."""

    def passages(self, ids: Sequence[str]) -> dict[str, tuple[Chunk, Article]]:
        """The chunk and article behind each id."""


class SqliteWords:
    """The words in `tables`, which may be of an index from before they were folded; `postings` may be found damaged."""

    def __init__(self, tables: Tables, postings: WordSearch | None, *, is_folded: bool) -> None:
        self._tables, self._rows = tables, tables.rows
        self.postings, self._is_folded = postings, is_folded

    def search(self, terms: Sequence[str], k: int, filters: Filters = NO_FILTERS) -> list[tuple[str, float]]:
        """Up to k (chunk id, BM25 score) of chunks with any of `terms`, best first; higher is better."""
        if not terms:
            return []
        if self.postings is not None:
            with suppress(IndexError):  # of damaged postings
                return self._search_postings(self.postings, terms, k, filters)
            self.postings = None
        where, values = conditions(filters)
        join = "" if filters == NO_FILTERS else "JOIN articles a ON a.id = c.article_id"
        return self._rows(
            f"SELECT c.id, -bm25(words) AS score FROM words JOIN chunks c ON c.number = words.rowid {join} "
            f"WHERE words MATCH ? AND {where} ORDER BY score DESC, c.id LIMIT ?",
            (" OR ".join(map(self._matching, terms)), *values, k),
        )

    def _search_postings(
        self, postings: WordSearch, terms: Sequence[str], k: int, filters: Filters
    ) -> list[tuple[str, float]]:
        if filters == NO_FILTERS:
            return postings.search(terms, k, None, None)
        if (few := self._tables.chunk_ids_passing(filters)) is not None:
            return postings.search(terms, k, few, None)
        return postings.search(terms, k, None, partial(self._tables.numbers_passing, filters=filters))

    def scores(self, terms: Sequence[str]) -> dict[str, float]:
        """The BM25 score of the best chunk of each article with any of `terms`, words in titles counting thrice."""
        if self.postings is not None:
            with suppress(IndexError):  # of damaged postings
                return self.postings.scores(terms)
            self.postings = None
        query = (
            "SELECT c.article_id, -bm25(words, 3.0, 1.0) AS score FROM words JOIN chunks c ON c.number = words.rowid "
            "WHERE words MATCH ? ORDER BY score"
        )
        return dict(self._rows(query, (" OR ".join(map(self._matching, terms)),)))  # the last, best one counts

    def ids_matching(self, term: str) -> set[str]:
        """The ids of the articles with a chunk that has `term`, a folded word or phrase."""
        query = "SELECT DISTINCT c.article_id FROM words JOIN chunks c ON c.number = words.rowid WHERE words MATCH ?"
        return {row[0] for row in self._rows(query, (self._matching(term),))}

    def frequency(self, term: str) -> int:
        """The number of chunks with `term`."""
        if self.postings is not None and (found := self.postings.frequency(term)) is not None:
            return found
        query = "SELECT count(*) FROM words WHERE words MATCH ?"
        return int(self._rows(query, (self._matching(term),))[0][0])

    def _matching(self, term: str) -> str:
        """`term`, a folded word or phrase, as the full-text index is asked for it."""
        if self._is_folded or not term.isdigit():
            return f'"{term}"'
        return f'("{term}" OR "{int(term):,}")'

    def vocabulary(self) -> list[str]:
        """The stems of all words in articles, headlines and names of publications."""
        if self.postings is not None:
            return self.postings.vocabulary()
        stems = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.stems USING fts5vocab (main, words, row)"
        return [row[0] for row in self._tables.rows("SELECT term FROM temp.stems", after=stems)]

    def spelling(self, term: str) -> str | None:
        """A word with the stem `term`, as spelled in an article."""
        query = "SELECT c.id FROM words JOIN chunks c ON c.number = words.rowid WHERE words MATCH ? LIMIT 1"
        found = self._tables.passages([row[0] for row in self._rows(query, (f'"{term}"',))]).values()
        texts = [text for chunk, article in found for text in (header(article), chunk.text)]
        candidates = (word[0] for text in texts for word in WORD.finditer(text))
        return next((word for word in candidates if term in map(stem, split_words(word))), None)
