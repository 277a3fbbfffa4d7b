"""When the articles of a generation were published, by day and moment; `rows` gives those of an SQL query."""

from dataclasses import replace
from datetime import date, datetime

from assistant.articles import Filters
from assistant.index.article_store import parse_datetime, possible_moments
from assistant.index.home.article_rows import DATED, DAY, Rows

_TWO_DAYS = 2 * 24 * 60 * 60


def span(rows: Rows, today: date) -> tuple[datetime | None, datetime | None]:
    """When the first article of the oldest day and the last of the newest were published, as is known `today`."""
    query = f"SELECT published FROM articles a WHERE {DATED} AND moment"
    first, last = (
        f"(SELECT min(moment) FROM articles WHERE {DATED})",
        f"(SELECT max(moment) FROM articles WHERE {DATED})",
    )
    limits = (*possible_moments(), *possible_moments())
    # What is oldest by its day is at most two days from what is oldest as a moment.
    oldest = rows(f"{query} <= {first} + {_TWO_DAYS} ORDER BY {DAY}, moment LIMIT 1", limits)
    newest = rows(f"{query} >= {last} - {_TWO_DAYS} ORDER BY {DAY} DESC, moment DESC LIMIT 1", limits)
    return (parse_datetime(oldest[0][0]), parse_datetime(newest[0][0])) if oldest else (None, None)


def by_day(rows: Rows) -> list[tuple[str | None, date, int]]:
    """The number of articles by publication, in one spelling, and day in the article's own zone, oldest first."""
    found = rows(
        "SELECT source_key, source, substr(published, 1, 10), count(*) FROM articles WHERE moment BETWEEN ? AND ? "
        "GROUP BY 1, 3 ORDER BY 3, 1",
        possible_moments(),
    )
    names: dict[str | None, str | None] = {}
    return [(names.setdefault(key, source), date.fromisoformat(day), count) for key, source, day, count in found]


def newest_by_origin(rows: Rows) -> dict[str, tuple[int, datetime | None]]:
    """The number of articles of each source, by location, and when the newest of them was published."""
    # Of the columns beside max(), SQLite gives those of the row that has it.
    latest = f"max(CASE WHEN {DATED} THEN moment END)"
    query = f"SELECT origin, count(*), {latest}, published FROM articles GROUP BY origin"
    return {
        origin: (count, None if moment is None else parse_datetime(published))
        for origin, count, moment, published in rows(query, possible_moments())
    }


def by_moment(rows: Rows, filters: Filters) -> Filters:
    """The same articles for a store that knows moments but no days: without those of the days beside."""
    if filters.first_day is None and filters.last_day is None:
        return filters
    moments = (filters.earliest, filters.latest)
    days = (filters.first_day or "", filters.last_day or "9999")
    query = f"SELECT id FROM articles a WHERE moment BETWEEN ? AND ? AND {DAY} NOT BETWEEN ? AND ?"
    beside = (row[0] for row in rows(query, (*moments, *days)))
    return replace(filters, without=(*filters.without, *beside))
