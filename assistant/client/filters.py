"""Filters and days as requests have them."""

from datetime import date
from typing import Any

from assistant.articles import Filters

Query = list[tuple[str, Any]]


def moment(name: str, value: date | None) -> Query:
    """The parameter for a day or a moment, if there is one."""
    return [] if value is None else [(name, value.isoformat())]


def filters_body(filters: Filters) -> dict[str, Any]:
    """The same as part of a body."""
    body: dict[str, Any] = {"source": list(filters.sources), "without": list(filters.without)}
    body |= dict(moment("since", filters.since)) | dict(moment("until", filters.until))
    return body if filters.only is None else {**body, "only": list(filters.only)}


def filters_query(filters: Filters) -> Query:
    """The same as parameters."""
    query = [("source", name) for name in filters.sources] + [("without", name) for name in filters.without]
    if filters.only is not None:  # an empty list cannot be said with parameters; no article has this id
        query += [("only", name) for name in filters.only or ("-",)]
    return [*query, *moment("since", filters.since), *moment("until", filters.until)]
