"""Articles as rows of their table, and filters as conditions on them."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from assistant.articles import Article, Filters
from assistant.index.article_store import Row, parse_datetime
from assistant.text import fold_name

Rows = Callable[..., list[Any]]
"""Gives the rows of an SQL query."""
LISTED = "(SELECT value FROM json_each(?))"  # a list as one value: the number of variables is limited
DATED = "moment BETWEEN ? AND ?"  # earlier versions stored dates such as 9999-12-31 too
DAY = "substr(a.published, 1, 10)"  # in the zone of the article: the day that is shown
DATES = ("published", "updated", "seen", "altered")
_FIELDS = ("id", "title", "text", "source", "published", "url", "author", "category", "updated")


def conditions(filters: Filters) -> tuple[str, list[Any]]:
    """`filters` as an SQL condition on the articles table, alias a, with its values."""
    values = {
        f"a.source_key IN {LISTED}": json.dumps(source_keys(*filters.sources)) if filters.sources else None,
        "a.moment >= ?": filters.earliest,
        "a.moment <= ?": filters.latest,
        f"{DAY} >= ?": filters.first_day,
        f"{DAY} <= ?": filters.last_day,
        f"a.id NOT IN {LISTED}": json.dumps(filters.without) if filters.without else None,
        f"a.id IN {LISTED}": None if filters.only is None else json.dumps(filters.only),
    }
    given = {condition: value for condition, value in values.items() if value is not None}
    return " AND ".join(["TRUE", *given]), list(given.values())


def source_keys(*names: str) -> list[str]:
    """What stands for publications in the index: their folded names; in an older one those in lower case."""
    return [key for name in names for key in (fold_name(name), name.casefold())]


def article_of(row: Row) -> Article:
    """The article in a row of its table. Raises ValueError or TypeError for what is none."""
    return read_article([row.get(field) for field in _FIELDS])


def read_article(row: Sequence[Any]) -> Article:
    """The article whose fields are in `row`, in their order."""
    article_id, title, text, source, published, url, author, category, updated = row
    dates = parse_datetime(published), parse_datetime(updated)
    return Article(article_id, title, text, source, dates[0], url, author, category, dates[1])


def is_moment(text: Any) -> bool:
    """Whether a stored value is a date with its time."""
    try:
        return bool(datetime.fromisoformat(text))
    except (TypeError, ValueError):
        return False
