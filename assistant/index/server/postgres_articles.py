"""The articles and chunks of one generation of an index in PostgreSQL."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from assistant.answers import ArticleRef
from assistant.articles import NO_FILTERS, Article, Chunk, Filters
from assistant.index.article_store import (
    RECORDS,
    EarlierVersion,
    IndexedArticle,
    SeenArticle,
    parse_datetime,
    possible_moments,
)
from assistant.index.server.postgres_sessions import Row, Rows
from assistant.text import fold_name

_AT = "came <= :generation AND (went IS NULL OR went > :generation)"
_TABLES = ", ".join(
    f"{name} AS NOT MATERIALIZED (SELECT * FROM index_{name} WHERE {_AT})" for name in ("articles", "chunks", "earlier")
)
_CHUNKS = "chunks c JOIN articles a ON a.id = c.article_id"
_FIELDS = "a.id, a.title, a.text, a.source, a.published, a.url, a.author, a.category, a.updated"
_DATED = "moment BETWEEN :first_moment AND :last_moment"
_DAY = "substr(a.published, 1, 10)"  # in the zone of the article: the day that is shown
_TWO_DAYS = 2 * 24 * 60 * 60


def listed(name: str) -> str:
    """A list that is given as one value of that name, as JSON, for some rows that an index finds."""
    return f"(ARRAY{given(name)})"


def given(name: str) -> str:
    """A list that is given as one value of that name, as JSON, for any number of rows."""
    return f"(SELECT json_array_elements_text(CAST(:{name} AS json)))"


class PostgresTexts:
    """The articles and chunks of one generation, but for the search of words. `ask` gives rows, in any thread."""

    def __init__(self, ask: Rows, generation: int) -> None:
        self._ask, self.generation = ask, generation

    def rows(self, query: str, **values: Any) -> list[Row]:
        """The rows of a query over the tables `articles`, `chunks` and `earlier` of this generation."""
        if ":first_moment" in query:
            values["first_moment"], values["last_moment"] = possible_moments()
        return self._ask(f"WITH {_TABLES} {query}", {**values, "generation": self.generation})

    def counts(self) -> tuple[int, int]:
        """The numbers of articles and of chunks."""
        articles, chunks = self.rows("SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM chunks)")[0]
        return int(articles), int(chunks)

    # articles

    def article(self, article_id: str) -> Article | None:
        """The article with that id."""
        rows = self.rows(f"SELECT {_FIELDS} FROM articles a WHERE a.id = :id", id=article_id)
        return _article(rows[0]) if rows else None

    def articles(self, filters: Filters = NO_FILTERS) -> Iterator[Article]:
        """The articles that pass `filters`, newest first, undated ones last."""
        return map(_article, self._newest_first(_FIELDS, filters))

    def _newest_first(self, columns: str, filters: Filters, start: int = 0, count: int = -1) -> list[Row]:
        where, values = conditions(filters)
        order = f"ORDER BY CASE WHEN a.{_DATED} THEN a.moment END DESC NULLS LAST, a.id LIMIT :count OFFSET :start"
        limits = {"count": None if count < 0 else count, "start": max(start, 0)}
        return self.rows(f"SELECT {columns} FROM articles a WHERE {where} {order}", **values, **limits)

    def article_ids(self, filters: Filters = NO_FILTERS) -> list[str]:
        """The ids of the articles that pass `filters`, newest first, undated ones last."""
        return [row[0] for row in self._newest_first("a.id", filters)]

    def listed(self, filters: Filters = NO_FILTERS, start: int = 0, count: int = -1) -> list[ArticleRef]:
        """The articles that pass `filters`, newest first, undated ones last: `count` from `start` on, or all."""
        rows = self._newest_first("a.id, a.title, a.source, a.published, a.url", filters, start, count)
        return [ArticleRef(name, title, source, parse_datetime(day), url) for name, title, source, day, url in rows]

    def number_of_articles(self, filters: Filters = NO_FILTERS) -> int:
        """The number of articles that pass `filters`."""
        where, values = conditions(filters)
        return int(self.rows(f"SELECT count(*) FROM articles a WHERE {where}", **values)[0][0])

    def titles(self) -> list[tuple[str, str]]:
        """The id and title of every article, newest first, undated ones last."""
        return [(row[0], row[1]) for row in self._newest_first("a.id, a.title", NO_FILTERS)]

    def newest_text(self) -> str | None:
        """The text of the newest article; None where there is none."""
        found = self._newest_first("a.text", NO_FILTERS, count=1)
        return str(found[0][0]) if found else None

    def texts(self, ids: Sequence[str]) -> dict[str, str]:
        """The text of each article, by id."""
        return {row[0]: row[1] for row in self._of("id, text", ids)}

    def titles_and_texts(self, ids: Sequence[str]) -> list[tuple[str, str, str]]:
        """Id, title and text of each article."""
        return [(row[0], row[1], row[2]) for row in self._of("id, title, text", ids)]

    def title_digests(self, ids: Sequence[str]) -> list[tuple[str, str, str]]:
        """Id, digest and title of each article."""
        return [(row[0], row[1], row[2]) for row in self._of("id, digest, title", ids)]

    def _of(self, columns: str, ids: Sequence[str]) -> list[Row]:
        return self.rows(f"SELECT {columns} FROM articles WHERE id = ANY {listed('ids')}", ids=json.dumps(list(ids)))

    def long_titles(self, longer_than: int) -> list[tuple[str, str]]:
        """The id and title of each article with a title of more characters."""
        rows = self.rows("SELECT id, title FROM articles WHERE length(title) > :length", length=longer_than)
        return [(row[0], row[1]) for row in rows]

    def digests(self) -> dict[str, str]:
        """The digest of each article, by id."""
        return {row[0]: row[1] for row in self.rows("SELECT id, digest FROM articles")}

    def indexed_articles(self) -> dict[str, IndexedArticle]:
        """Every article as a refresh needs it, by id."""
        rows = self.rows("SELECT id, origin, file, digest, title, url FROM articles")
        return {row[0]: IndexedArticle(*row) for row in rows}

    def find_identical(self, article: Article) -> str | None:
        """The id of an article with the same title, text, publication and date."""
        query = (
            "SELECT id, published FROM articles WHERE title = :title AND text = :text "
            "AND source_key IS NOT DISTINCT FROM CAST(:source AS text) ORDER BY number"
        )
        source = article.source and fold_name(article.source)
        rows = self.rows(query, title=article.title, text=article.text, source=source)
        return next((name for name, published in rows if parse_datetime(published) == article.published), None)

    def seen(self, filters: Filters = NO_FILTERS) -> list[SeenArticle]:
        """When each article that passes `filters` came."""
        rows = self._newest_first("a.id, a.title, a.published, a.seen, coalesce(a.altered, a.seen)", filters)
        return [
            SeenArticle(article_id, title, parse_datetime(published), *map(datetime.fromisoformat, moments))
            for article_id, title, published, *moments in rows
        ]

    def earlier(self, article_id: str) -> list[EarlierVersion]:
        """The versions of an article that were replaced, oldest first."""
        query = "SELECT replaced, title, text FROM earlier WHERE article_id = :id ORDER BY number"
        rows = self.rows(query, id=article_id)
        return [EarlierVersion(datetime.fromisoformat(replaced), title, text) for replaced, title, text in rows]

    def published(self) -> list[tuple[str | None, date, int]]:
        """The number of articles by publication, in one spelling, and day in the article's own zone, oldest first."""
        rows = self.rows(
            f"SELECT source_key, max(source), substr(published, 1, 10), count(*) FROM articles WHERE {_DATED} "
            "GROUP BY 1, 3 ORDER BY 3, 1 NULLS FIRST"
        )
        names: dict[str | None, str | None] = {}
        return [(names.setdefault(key, source), date.fromisoformat(day), count) for key, source, day, count in rows]

    def sources(self) -> dict[str, int]:
        """The number of articles of each publication, largest first."""
        query = (
            "SELECT max(source), count(*) FROM articles WHERE source IS NOT NULL GROUP BY source_key ORDER BY 2 DESC, 1"
        )
        return {row[0]: row[1] for row in self.rows(query)}

    def source_spellings(self) -> list[str]:
        """The names of all publications, in each spelling."""
        return [row[0] for row in self.rows("SELECT DISTINCT source FROM articles WHERE source IS NOT NULL")]

    def origins(self) -> dict[str, tuple[int, datetime | None]]:
        """The number of articles of each source, by location, and when the newest of them was published."""
        moment = f"CASE WHEN {_DATED} THEN moment END"
        query = (
            f"SELECT origin, count(*), (array_agg(published ORDER BY {moment} DESC NULLS LAST))[1], "
            f"max({moment}) FROM articles GROUP BY origin"
        )
        return {
            origin: (count, None if newest is None else parse_datetime(published))
            for origin, count, published, newest in self.rows(query)
        }

    def dates(self) -> tuple[datetime | None, datetime | None]:
        """When the first article of the oldest day and the last of the newest were published.

        A day is that of the article in its own zone; dates that cannot be do not count.
        """
        ends = f"(SELECT min(moment) AS first, max(moment) AS last FROM articles WHERE {_DATED}) ends"
        query = f"SELECT a.published FROM articles a, {ends} WHERE a.{_DATED}"
        # What is oldest by its day is at most two days from what is oldest as a moment.
        oldest = self.rows(f"{query} AND a.moment <= first + {_TWO_DAYS} ORDER BY {_DAY}, a.moment LIMIT 1")
        newest = self.rows(f"{query} AND a.moment >= last - {_TWO_DAYS} ORDER BY {_DAY} DESC, a.moment DESC LIMIT 1")
        return (parse_datetime(oldest[0][0]), parse_datetime(newest[0][0])) if oldest else (None, None)

    def by_moment(self, filters: Filters) -> Filters:
        """The same articles for a store that knows moments but no days: without those of the days beside."""
        if filters.first_day is None and filters.last_day is None:
            return filters
        days = {"first_day": filters.first_day or "", "last_day": filters.last_day or "9999"}
        beside = self.rows(
            "SELECT id FROM articles a WHERE moment BETWEEN :earliest AND :latest "
            f"AND {_DAY} NOT BETWEEN :first_day AND :last_day",
            **{**days, "earliest": filters.earliest, "latest": filters.latest},
        )
        return replace(filters, without=(*filters.without, *(row[0] for row in beside)))

    # chunks

    def chunks(self, article_id: str) -> list[Chunk]:
        """The chunks of an article, in order."""
        ids = self.chunk_ids_by_article([article_id]).get(article_id, [])
        passages = self.passages(ids)
        return [passages[chunk_id][0] for chunk_id in ids]

    def passages(self, ids: Sequence[str]) -> dict[str, tuple[Chunk, Article]]:
        """The chunk and article behind each id."""
        passages: dict[str, tuple[Chunk, Article]] = {}
        articles: dict[str, Article] = {}
        query = f'SELECT id, start, "end", article_id FROM chunks WHERE id = ANY {listed("ids")}'
        rows = self.rows(query, ids=json.dumps(list(ids)))
        whole = f"SELECT {_FIELDS} FROM articles a WHERE a.id = ANY {listed('ids')}"  # each text once
        wanted = json.dumps(list({row[3] for row in rows}))
        articles = {row[0]: _article(row) for row in self.rows(whole, ids=wanted)} if rows else {}
        for chunk_id, start, end, article_id in rows:
            article = articles[article_id]
            passages[chunk_id] = (Chunk(article_id, start, end, article.text[start:end]), article)
        return passages

    def days(self, ids: Sequence[str]) -> dict[str, date]:
        """The day on which the article of each chunk was published; undated ones are left out."""
        query = f"SELECT c.id, a.published FROM {_CHUNKS} WHERE c.id = ANY {listed('ids')} AND a.{_DATED}"
        rows = self.rows(query, ids=json.dumps(list(ids)))
        return {chunk_id: datetime.fromisoformat(published).date() for chunk_id, published in rows}

    def articles_of(self, chunk_ids: Sequence[str]) -> dict[str, str]:
        """The id of the article of each chunk, by the id of that."""
        query = f"SELECT id, article_id FROM chunks WHERE id = ANY {listed('ids')}"
        return {row[0]: row[1] for row in self.rows(query, ids=json.dumps(list(chunk_ids)))}

    def chunk_ids(self, article_id: str | None = None) -> set[str]:
        """The ids of all chunks, or of those of one article."""
        if article_id:
            return {row[0] for row in self.rows("SELECT id FROM chunks WHERE article_id = :id", id=article_id)}
        return {row[0] for row in self.rows("SELECT id FROM chunks")}

    def chunk_ids_by_article(self, article_ids: Sequence[str]) -> dict[str, list[str]]:
        """The ids of the chunks of each article, in order."""
        query = f'SELECT article_id, id FROM chunks WHERE article_id = ANY {listed("ids")} ORDER BY start, "end"'
        ids: dict[str, list[str]] = defaultdict(list)
        for article_id, chunk_id in self.rows(query, ids=json.dumps(list(article_ids))):
            ids[article_id].append(chunk_id)
        return ids

    def records(self, table: str, article_ids: Sequence[str]) -> list[Mapping[str, Any]]:
        """What is stored of articles in a table, by column: "articles", "earlier" (oldest first) or "chunks"."""
        key, columns = RECORDS[table]
        names = ", ".join(f'"{name}"' for name in columns)
        query = f"SELECT {names} FROM {table} WHERE {key} = ANY {listed('ids')} ORDER BY number"
        return [dict(zip(columns, row, strict=True)) for row in self.rows(query, ids=json.dumps(list(article_ids)))]

    def chunks_with_content(self, contents: Iterable[str]) -> dict[str, str]:
        """The id of an indexed chunk for each hash of an embedded text that has one."""
        query = f"SELECT content, id FROM chunks WHERE content = ANY {listed('contents')} ORDER BY number"
        return {row[0]: row[1] for row in self.rows(query, contents=json.dumps(list(contents)))}

    def faults(self) -> list[str]:
        """Inconsistencies between the tables; empty when there are none."""
        orphaned, empty = self.rows(
            "SELECT (SELECT count(*) FROM chunks WHERE NOT EXISTS (SELECT 1 FROM articles a WHERE a.id = article_id)), "
            "(SELECT count(*) FROM articles a WHERE NOT EXISTS (SELECT 1 FROM chunks WHERE article_id = a.id))"
        )[0]
        counts = {"orphaned chunks": orphaned, "articles without a chunk": empty}
        return [f"{count} {name}" for name, count in counts.items() if count]


def conditions(filters: Filters) -> tuple[str, dict[str, Any]]:
    """`filters` as an SQL condition on the articles table, alias a, with its values."""
    keys = json.dumps([fold_name(name) for name in filters.sources]) if filters.sources else None
    values = {
        f"a.source_key IN {given('sources')}": ("sources", keys),
        "a.moment >= :earliest": ("earliest", filters.earliest),
        "a.moment <= :latest": ("latest", filters.latest),
        f"{_DAY} >= :first_day": ("first_day", filters.first_day),
        f"{_DAY} <= :last_day": ("last_day", filters.last_day),
        f"a.id NOT IN {given('without')}": ("without", json.dumps(filters.without) if filters.without else None),
        f"a.id IN {given('only')}": ("only", None if filters.only is None else json.dumps(list(filters.only))),
    }
    used = {condition: value for condition, value in values.items() if value[1] is not None}
    return " AND ".join(["TRUE", *used]), dict(used.values())


def _article(row: Row) -> Article:
    article_id, title, text, source, published, url, author, category, updated = row
    dates = parse_datetime(published), parse_datetime(updated)
    return Article(article_id, title, text, source, dates[0], url, author, category, dates[1])
