"""Searching: the passages that are nearest to a query, and the words around what is cited."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import ConfigDict, Field

from assistant.answers import Citation, Excerpt
from assistant.articles import Filters, Passage
from assistant.server.api.forms import NO_PARAMETERS, PREFIX, ArticleId, FiltersForm, FiltersQuery, Form, WholeNumber
from assistant.server.api.problem import PROBLEMS
from assistant.server.identity import Reader
from assistant.server.service import InService, Service

router = APIRouter(prefix=PREFIX, tags=["searching"], responses=PROBLEMS)

_K = "How many passages at most."
_LONGEST_QUERY = 10_000
_CITED: list[Any] = [
    {
        "citations": [
            {
                "article_id": "21edb5bd7a35a867",
                "quote": "A cyberattack on the Czech Ministry of Foreign Affairs",
                "start": 0,
                "end": 54,
            }
        ]
    }
]
QUERIES: list[Any] = [{"query": "attack condemned", "k": 3}, {"query": "the mayor", "filters": {"since": "2023-01-01"}}]


class SearchForm(Form):
    """A search."""

    model_config = ConfigDict(json_schema_extra={"examples": QUERIES})

    query: str = Field(min_length=1, max_length=_LONGEST_QUERY)
    k: WholeNumber = Field(10, ge=1, le=100, description=_K)
    filters: FiltersForm = Field(default_factory=FiltersForm)


class SearchQuery(FiltersQuery):
    """The same as parameters."""

    query: str = Field(min_length=1, max_length=_LONGEST_QUERY, examples=["attack condemned"])
    k: int = Field(10, ge=1, le=100, description=_K)


class CitationForm(Form):
    """A citation of an answer; what else it has need not be sent, and is not looked at."""

    model_config = ConfigDict(extra="ignore")

    article_id: ArticleId
    quote: str = Field(max_length=20_000)
    start: WholeNumber = Field(ge=0, le=2**31)
    end: WholeNumber = Field(ge=0, le=2**31)

    def citation(self) -> Citation:
        """The same as Citation."""
        return Citation(1, self.article_id, "", None, None, None, self.quote, self.start, self.end)


class CitationsForm(Form):
    """Citations of an answer."""

    model_config = ConfigDict(json_schema_extra={"examples": _CITED})

    citations: list[CitationForm] = Field(max_length=200)


@router.post("/search", dependencies=[NO_PARAMETERS])
def search(form: SearchForm, who: Reader, service: InService) -> list[Passage]:
    """The passages that are nearest to a query, best first, each with its article."""
    return _found(service, form.query, form.k, form.filters.filters())


@router.get("/search")
def search_by_address(query: Annotated[SearchQuery, Query()], who: Reader, service: InService) -> list[Passage]:
    """The same, asked for by an address."""
    return _found(service, query.query, query.k, query.filters())


def _found(service: Service, query: str, k: int, filters: Filters) -> list[Passage]:
    return service.assistant.search(query, k, filters)


@router.post("/excerpts", dependencies=[NO_PARAMETERS])
def excerpts(form: CitationsForm, who: Reader, service: InService) -> list[Excerpt]:
    """Each quote with the text around it; the quote alone where its article is gone or was corrected since."""
    return list(service.assistant.excerpts([each.citation() for each in form.citations]))
