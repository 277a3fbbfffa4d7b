"""The search of words in one generation of an index in PostgreSQL: BM25 exactly as SQLite's full-text index has it."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assistant.articles import NO_FILTERS, Filters, header
from assistant.index.server.postgres_articles import PostgresTexts, conditions, given
from assistant.index.server.postgres_pruning import Bound, reaching, starting
from assistant.index.server.postgres_sessions import Rows
from assistant.index.words.full_text_terms import Terms, phrase_of
from assistant.text import WORD, split_words, stem
from assistant.utils import once

_K1, _B = 1.2, 0.75  # of SQLite's bm25()
_LEAST_IDF = 1e-6
_FEW = 5000  # phrases in chunks, which are ranked sooner than it is found out which can be left out
_DIGITS = 10  # of scores that are compared: what is equal stays so in whatever order it was added up
_BEST = "ORDER BY CAST(score AS real) DESC FETCH FIRST :k ROWS WITH TIES"  # all that may be among the k best
# How often a column has a phrase. Terms have no sign that means something in a pattern.
_OF_PHRASE = "pattern text, size integer, repeats boolean"
_FREQUENCY = (
    "CASE WHEN repeats THEN regexp_count({0}, pattern) "
    "ELSE (octet_length({0}) - octet_length(replace({0}, pattern, ''))) / size END"
)
_MATCHING = "words @@ CAST(:wanted AS tsquery)"


class PostgresArticles(PostgresTexts):
    """The articles, chunks and words of one generation."""

    def close(self) -> None:
        """Nothing is held by it."""

    def frequency(self, term: str) -> int:
        """The number of chunks with `term`."""
        phrase = phrase_of(term)
        return self._statistics([phrase]).count(phrase)

    def _statistics(self, phrases: Sequence[Terms]) -> "_Statistics":
        words = sorted({phrase[0] for phrase in phrases if len(phrase) == 1})
        rows = self.rows(
            "SELECT term, sum(chunks), 0 FROM index_terms WHERE term = ANY (CAST(:words AS text[])) "
            "AND generation <= :generation GROUP BY term UNION ALL "
            "SELECT NULL, coalesce(sum(chunks), 0), coalesce(sum(terms), 0) FROM index_sizes "
            "WHERE generation <= :generation",
            words=words,
        )
        known: dict[Terms, int] = {(term,): int(count) for term, count, _ in rows if term is not None}
        known |= {phrase: self._count(phrase) for phrase in phrases if len(phrase) > 1}
        (chunks, terms) = next((int(row[1]), int(row[2])) for row in rows if row[0] is None)
        return _Statistics(known, chunks, terms)

    def _count(self, phrase: Terms) -> int:
        where, values = _having(phrase)
        return int(self.rows(f"SELECT count(*) FROM chunks WHERE {where}", **values)[0][0])

    def ids_matching(self, term: str) -> set[str]:
        """The ids of the articles with a chunk that has `term`, a folded word or phrase."""
        phrase = phrase_of(term)
        if not phrase:
            return set()
        where, values = _having(phrase)
        return {row[0] for row in self.rows(f"SELECT DISTINCT article_id FROM chunks WHERE {where}", **values)}

    def vocabulary(self) -> list[str]:
        """The stems of all words in articles, headlines and names of publications."""
        counted = "SELECT term FROM index_terms WHERE generation <= :generation GROUP BY term HAVING sum(chunks) > 0"
        return [row[0] for row in self.rows(f"{counted} ORDER BY term")]

    def spelling(self, term: str) -> str | None:
        """A word with the stem `term`, as spelled in an article."""
        phrase = phrase_of(term)
        if not phrase:
            return None
        where, values = _having(phrase)
        number = self.rows(f"SELECT min(number) FROM chunks WHERE {where}", **values)[0][0]
        ids = [row[0] for row in self.rows("SELECT id FROM chunks WHERE number = :number", number=number)]
        found = self.passages(ids).values()
        texts = [text for chunk, article in found for text in (header(article), chunk.text)]
        candidates = (word[0] for text in texts for word in WORD.finditer(text))
        return next((word for word in candidates if term in map(stem, split_words(word))), None)

    # ranking

    def scores(self, terms: Sequence[str]) -> dict[str, float]:
        """The BM25 score of the best chunk of each article with any of `terms`, words in titles counting thrice."""
        ranking = self._ranking(terms)
        if ranking is None:
            return {}
        query = (
            f"SELECT c.article_id, max(score) FROM ({_scored(more_for_header=2)}) scored "
            "JOIN chunks c USING (number) GROUP BY 1 ORDER BY 2, 1"
        )
        return {row[0]: row[1] for row in self.rows(query, **ranking.values())}

    def search(self, terms: Sequence[str], k: int, filters: Filters = NO_FILTERS) -> list[tuple[str, float]]:
        """Up to k (chunk id, BM25 score) of chunks with any of `terms`, best first; higher is better."""
        ranking = self._ranking(terms)
        if ranking is None or k < 1:
            return []
        if ranking.candidates <= _FEW:
            return self._best(ranking, k, filters)
        # Whatever k chunks score, the k best ones score no less; what cannot reach that is not looked at.
        first = self._best(ranking, k, filters, starting(ranking.bounds, k))
        enough = first[-1][1] if len(first) == k else 0.0
        return self._best(ranking, k, filters, reaching(ranking.bounds, enough))

    def _best(self, ranking: "_Ranking", k: int, filters: Filters, among: str = "") -> list[tuple[str, float]]:
        """The k best chunks; of those that match the query `among` where there is one."""
        where, limits = conditions(filters)
        if filters == NO_FILTERS:  # nothing but the best is looked up
            best = f"(SELECT * FROM ({_scored()}) scored {_BEST}) best"
            query = f"SELECT c.id, score FROM {best} JOIN chunks c USING (number)"
        else:
            scored = _scored(f"article_id IN {given('only')}" if filters.only is not None else "TRUE")
            query = (
                f"SELECT c.id, score FROM ({scored}) scored JOIN chunks c USING (number) "
                f"JOIN articles a ON a.id = c.article_id WHERE {where} {_BEST}"
            )
        rows = self.rows(query, **ranking.values(among), **limits, k=k)
        found = [(str(row[0]), float(row[1])) for row in rows]
        return sorted(found, key=lambda pair: (-float(f"{pair[1]:.{_DIGITS}g}"), pair[0]))[:k]

    def _ranking(self, terms: Sequence[str]) -> "_Ranking | None":
        """How chunks are ranked for these terms; None where none can have one of them."""
        phrases = [phrase for term in terms if (phrase := phrase_of(term))]
        known = self._statistics(phrases) if phrases else _Statistics({}, 0, 0)
        counted = [(phrase, count) for phrase in phrases if (count := known.count(phrase))]
        return _Ranking(counted, known.chunks, known.terms / known.chunks) if counted else None


class PublishedArticles(PostgresArticles):
    """Those of a published generation, which does not change: what every question needs is asked once."""

    def __init__(self, ask: Rows, generation: int) -> None:
        super().__init__(ask, generation)
        self._dates, self._sources = once(super().dates), once(super().sources)

    def dates(self) -> tuple[datetime | None, datetime | None]:
        """When the first article of the oldest day and the last of the newest were published."""
        return self._dates()

    def sources(self) -> dict[str, int]:
        """The number of articles of each publication, largest first."""
        return dict(self._sources())


@dataclass(frozen=True, slots=True)
class _Statistics:
    """How many chunks have each of some phrases, and the numbers of chunks and of terms in them."""

    known: Mapping[Terms, int]
    chunks: int
    terms: int

    def count(self, phrase: Terms) -> int:
        """The number of chunks with that phrase."""
        return self.known.get(phrase, 0)


class _Ranking:
    """BM25 for these phrases, each with the number of chunks that have it."""

    def __init__(self, counted: Sequence[tuple[Terms, int]], chunks: int, average: float) -> None:
        self._average = average
        self._weighted = [(phrase, _idf(count, chunks)) for phrase, count in counted]
        self.candidates = sum(count for _, count in counted)
        self.bounds = [
            Bound(all_of(phrase), idf * (_K1 + 1.0), count)
            for (phrase, count), (_, idf) in zip(counted, self._weighted, strict=True)
        ]

    def values(self, among: str = "") -> dict[str, Any]:
        """The values of `_scored`; only chunks count that match the query `among`, where there is one."""
        rows = [
            {"wanted": f"{all_of(phrase)} & ({among})" if among else all_of(phrase), "idf": idf, **_pattern(phrase)}
            for phrase, idf in self._weighted
        ]
        return {"phrases": json.dumps(rows), "average": self._average}


def _scored(own: str = "TRUE", more_for_header: int = 0) -> str:
    """The query for the number and BM25 score of each chunk with any of the phrases, of those that are `own`."""
    frequency = _FREQUENCY.format("terms")
    if more_for_header:
        frequency += f" + {more_for_header} * {_FREQUENCY.format('header')}"
    norm = f"CAST({_K1} AS float8) * ({1.0 - _B} + CAST({_B} AS float8) * length / CAST(:average AS float8))"
    return (
        f"SELECT number, sum(idf * ((f * CAST({_K1 + 1.0} AS float8)) / (f + {norm}))) AS score FROM "
        f"json_to_recordset(CAST(:phrases AS json)) AS phrase ({_OF_PHRASE}, wanted text, idf float8) "
        f"CROSS JOIN LATERAL (SELECT number, length, CAST({frequency} AS float8) AS f FROM chunks "
        f"WHERE words @@ CAST(wanted AS tsquery) AND {own} OFFSET 0) found WHERE f > 0 GROUP BY number"
    )


def _idf(count: int, chunks: int) -> float:
    idf = math.log((chunks - count + 0.5) / (count + 0.5))
    return idf if idf > 0 else _LEAST_IDF


def all_of(phrase: Terms) -> str:
    """The query for chunks with all these terms, as PostgreSQL reads it; they are letters and digits only."""
    return "(" + " & ".join(f"'{term}'" for term in phrase) + ")"


def _having(phrase: Terms) -> tuple[str, Mapping[str, Any]]:
    """The condition on a chunk that it has that phrase, and its values."""
    values: dict[str, Any] = {"wanted": all_of(phrase)}
    if len(phrase) == 1:
        return _MATCHING, values
    asked = f"json_to_record(CAST(:phrase AS json)) AS phrase ({_OF_PHRASE})"
    own = f"(SELECT {_FREQUENCY.format('terms')} FROM {asked})"
    return f"{_MATCHING} AND {own} > 0", {**values, "phrase": json.dumps(_pattern(phrase))}


def _pattern(phrase: Terms) -> dict[str, Any]:
    """A phrase as `_FREQUENCY` counts it. Where it may overlap with itself, both count, as a pattern finds them."""
    spaced = "".join(f" {term} " for term in phrase)
    repeats = any(phrase[:length] == phrase[-length:] for length in range(1, len(phrase)))
    return {"pattern": f"(?={spaced})" if repeats else spaced, "size": len(spaced.encode()), "repeats": repeats}
