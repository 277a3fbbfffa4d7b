"""What requests have in common: days, filters and pages; unknown names are refused."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import date, datetime
from itertools import islice
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Path, Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from assistant.articles import Filters

T = TypeVar("T")

PREFIX = "/api/v1"
_MOST_IDS, _MOST_SOURCES = 500, 50
_LAST = 1_000_000  # from which on nothing can be listed


def _moment(value: Any) -> Any:
    """A day or a moment as ISO 8601 has it; no numbers, which could be meant for anything."""
    try:
        if not isinstance(value, str):
            raise ValueError
        return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("write a day as 2025-05-28, a moment as 2025-05-28T09:30:00Z") from None


def _whole(value: Any) -> Any:
    if isinstance(value, bool | str):
        raise ValueError("give a whole number")
    return value


NOT_A_TEXT = BeforeValidator(_whole)
WholeNumber = Annotated[int, NOT_A_TEXT]
"""A number of a body, where 1.0 is 1, and neither "1" nor true is."""

Moment = Annotated[date | datetime, BeforeValidator(_moment)]
ArticleId = Annotated[str, Field(min_length=1, max_length=64)]
Name = Annotated[str, Field(min_length=1, max_length=200)]

SINCE = "A day (2025-05-28) or a moment (2025-05-28T09:30:00Z), inclusive; a time without a zone is UTC."
UNTIL = "The same for the end, inclusive: a day is meant whole."
_SOURCE = "A publication, in any case of its letters, or several of them."
_ONLY = "Ids of the articles that may be used; all without it."
_WITHOUT = "Ids of articles to leave out."


EXAMPLE_ID = "b21d5cb1a4f2c1f0a9c4d0e3f7a86c55"  # of an answer


class Form(BaseModel):
    """A body or the parameters of a request, of which all names are known."""

    model_config = ConfigDict(extra="forbid")


def _no_parameters(query: Annotated[Form, Query()]) -> None:
    pass


NO_PARAMETERS = Depends(_no_parameters)
"""A dependency of routes without parameters: some that are given all the same are refused by name."""


class FiltersForm(Form):
    """Which articles may be used; all, where nothing is given."""

    source: Name | Annotated[list[Name], Field(max_length=_MOST_SOURCES)] | None = Field(None, description=_SOURCE)
    since: Moment | None = Field(None, description=SINCE)
    until: Moment | None = Field(None, description=UNTIL)
    only: Annotated[list[ArticleId], Field(max_length=_MOST_IDS)] | None = Field(None, description=_ONLY)
    without: Annotated[list[ArticleId], Field(max_length=_MOST_IDS)] = Field([], description=_WITHOUT)

    def filters(self) -> Filters:
        """The same as Filters."""
        return _filters(self.source, self.since, self.until, self.without, self.only)


class SourcesQuery(Form):
    """Which articles, whenever they were published, as parameters, which are given again for each further one."""

    source: Annotated[list[Name], Field(max_length=_MOST_SOURCES)] = Field([], description=_SOURCE)
    only: Annotated[list[ArticleId], Field(max_length=_MOST_IDS)] = Field([], description=_ONLY)
    without: Annotated[list[ArticleId], Field(max_length=_MOST_IDS)] = Field([], description=_WITHOUT)


class FiltersQuery(SourcesQuery):
    """The filters as parameters."""

    since: Moment | None = Field(None, description=SINCE)
    until: Moment | None = Field(None, description=UNTIL)

    def filters(self) -> Filters:
        """The same as Filters."""
        return _filters(self.source, self.since, self.until, self.without, self.only or None)


def _filters(
    source: str | list[str] | None,
    since: date | None,
    until: date | None,
    without: list[str],
    only: list[str] | None,
) -> Filters:
    names = tuple(source) if isinstance(source, list) else source
    return Filters(names, since, until, tuple(without), None if only is None else tuple(only))


class PageQuery(Form):
    """Which part of a list."""

    start: int = Field(0, ge=0, le=_LAST, description="How many to leave out at the beginning.")
    count: int = Field(100, ge=1, le=1000, description="How many at most.")


ThatArticle = Annotated[str, Path(max_length=64, description="The id of an article.", examples=["21edb5bd7a35a867"])]
ThatKey = Annotated[str, Path(max_length=64, description="The id, as it was given.")]


def next_page(request: Request, start: int) -> str:
    """What leads from the address of `request` to the page that begins at `start`: its parameters."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "start"]
    return "?" + urlencode([*kept, ("start", start)])


def page_of(items: Iterable[T], page: PageQuery, request: Request, response: Response) -> list[T]:
    """The part of `items` that is asked for; where there are more, the response has a `Link` to the next part."""
    found = list(islice(items, page.start, page.start + page.count + 1))
    if len(found) > page.count:
        response.headers["link"] = f'<{next_page(request, page.start + page.count)}>; rel="next"'
    return found[: page.count]


def values(instance: Any, kind: type) -> dict[str, Any]:
    """The fields that `instance` has as one of `kind`, by name."""
    return {field.name: getattr(instance, field.name) for field in fields(kind)}
