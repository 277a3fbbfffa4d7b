"""Articles: listed page by page, and one with what belongs to it."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from assistant.answers import ArticleRef
from assistant.articles import Article, Chunk
from assistant.index import Listing, Story
from assistant.server.api.forms import (
    NO_PARAMETERS,
    PREFIX,
    FiltersQuery,
    Form,
    PageQuery,
    ThatArticle,
    next_page,
    page_of,
    values,
)
from assistant.server.api.problem import PROBLEMS
from assistant.server.identity import Reader
from assistant.server.problems import Refusal
from assistant.server.service import InService, Service

router = APIRouter(prefix=PREFIX, tags=["articles"], responses=PROBLEMS)

_LONGEST_TEXT = 500


@dataclass(frozen=True, slots=True)
class ListingPage(Listing):
    """Articles that match. `next` leads to the page after it: parameters of this same address; null on the last."""

    next: str | None = None


@dataclass(frozen=True, slots=True)
class MarkedArticle(Article):
    """An article. `marks` are from where to where its text has the words that were asked for."""

    marks: tuple[tuple[int, int], ...] | None = None


class ListingQuery(FiltersQuery):
    """Which articles, and which of the pages."""

    text: str = Field("", max_length=_LONGEST_TEXT, description='Words in any of their forms, and "phrases" verbatim.')
    order: Literal["newest", "relevance"] = Field("newest", description="What comes first.")
    start: int = Field(0, ge=0, le=1_000_000, description="How many to leave out at the beginning.")
    count: int = Field(50, ge=1, le=200, description="How many at most.")


class TextsQuery(FiltersQuery, PageQuery):
    """Which articles, and which of the pages."""

    count: int = Field(100, ge=1, le=100, description="How many at most.")


class TitlesQuery(FiltersQuery):
    """What is typed."""

    prefix: str = Field(max_length=_LONGEST_TEXT, description="Beginnings of words of a title.", examples=["att"])
    count: int = Field(8, ge=1, le=50, description="How many at most.")


class MarksQuery(Form):
    """Words that are looked for."""

    marks: str = Field("", max_length=_LONGEST_TEXT, description="Words whose places in the text are wanted.")


class SimilarQuery(Form):
    """How many."""

    count: int = Field(5, ge=1, le=50, description="How many at most.")


@router.get("/articles")
def articles(
    query: Annotated[ListingQuery, Query()], request: Request, response: Response, who: Reader, service: InService
) -> ListingPage:
    """The articles that match, copies of one folded, each with the part of its text that matches."""
    found = service.assistant.browse(
        query.text, query.filters(), order=query.order, start=query.start, count=query.count
    )
    end = query.start + query.count
    further = next_page(request, end) if end < found.total else None
    if further:
        response.headers["link"] = f'<{further}>; rel="next"'
    return ListingPage(found.total, found.entries, found.found, further)


@router.get("/texts")
def texts(
    query: Annotated[TextsQuery, Query()], request: Request, response: Response, who: Reader, service: InService
) -> list[Article]:
    """The articles that match with their whole texts, newest first, copies too: for who works on all of them."""
    return page_of(service.assistant.articles(query.filters()), query, request, response)


@router.get("/titles")
def titles(query: Annotated[TitlesQuery, Query()], who: Reader, service: InService) -> list[ArticleRef]:
    """Articles with words in their titles that begin with what is typed, newest first."""
    return service.assistant.titles(query.prefix, query.count, query.filters())


@router.get(
    "/articles/{article_id}", response_model=MarkedArticle, responses={304: {"description": "It is as it was."}}
)
def article(
    article_id: ThatArticle,
    query: Annotated[MarksQuery, Query()],
    response: Response,
    who: Reader,
    service: InService,
    if_none_match: Annotated[str | None, Header(max_length=2000, description="The ETag of before.")] = None,
) -> Any:
    """An article. Its `ETag` stays the same until the article changes."""
    found = _article(service, article_id)
    headers = {"etag": f'"{found.digest}"', "cache-control": "private, no-cache"}
    if if_none_match is not None and _names(if_none_match, headers["etag"]):
        return Response(None, 304, headers)
    response.headers.update(headers)
    marks = tuple(service.assistant.word_marks(article_id, query.marks)) if query.marks else None
    return MarkedArticle(**values(found, Article), marks=marks)


def _names(if_none_match: str, etag: str) -> bool:
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or tags == ["*"]


@router.get("/articles/{article_id}/chunks", dependencies=[NO_PARAMETERS])
def chunks(article_id: ThatArticle, who: Reader, service: InService) -> list[Chunk]:
    """The passages of an article as they are searched, in order."""
    _article(service, article_id)
    return service.assistant.chunks(article_id)


@router.get("/articles/{article_id}/similar")
def similar(
    article_id: ThatArticle, query: Annotated[SimilarQuery, Query()], who: Reader, service: InService
) -> list[ArticleRef]:
    """The articles that are nearest to one, without its copies, one of a story."""
    _article(service, article_id)
    return service.assistant.similar(article_id, query.count)


@router.get("/articles/{article_id}/story", dependencies=[NO_PARAMETERS])
def story(article_id: ThatArticle, who: Reader, service: InService) -> Story | None:
    """The story that an article belongs to; null where it is in none."""
    _article(service, article_id)
    return service.assistant.story_of(article_id)


def _article(service: Service, article_id: str) -> Article:
    """The article of that id. Raises Refusal where there is none."""
    found = service.assistant.article(article_id)
    if found is None:
        raise Refusal(404, "There is no article of that id.", code="missing")
    return found
