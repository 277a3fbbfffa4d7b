"""The corpus: its stories, what it covers, what is new in it, and how it came to be."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from assistant.articles import Filters
from assistant.index import Overview, Story
from assistant.maintenance import Diff, News, SourceState, Status, Step
from assistant.server.api.forms import (
    NO_PARAMETERS,
    PREFIX,
    SINCE,
    UNTIL,
    Form,
    Moment,
    PageQuery,
    SourcesQuery,
    ThatKey,
    page_of,
    values,
)
from assistant.server.api.problem import PROBLEMS
from assistant.server.identity import Reader
from assistant.server.problems import Refusal
from assistant.server.service import InService

router = APIRouter(prefix=PREFIX, tags=["corpus"], responses=PROBLEMS)


@dataclass(frozen=True, slots=True)
class AskableStory(Story):
    """A story with the question on its latest."""

    question: str = ""


class StoriesQuery(Form):
    """Which stories."""

    count: int = Field(10, ge=1, le=200, description="How many at most.")
    since: Moment | None = Field(None, description="Only those with an article published since. " + SINCE)


class NewsQuery(SourcesQuery, PageQuery):
    """Since when, and which part."""

    since: Moment = Field(description="When you looked last. " + SINCE, examples=["2020-01-01"])
    published_since: Moment | None = Field(None, description="Only what was published since. " + SINCE)
    published_until: Moment | None = Field(None, description="Only what was published until then. " + UNTIL)

    def filters(self) -> Filters:
        """Which articles."""
        published = (self.published_since, self.published_until)
        return Filters(tuple(self.source), *published, tuple(self.without), tuple(self.only) or None)


class DiffQuery(Form):
    """Two states of the index, as `history` names them, or "current" and "previous"."""

    before: str = Field("previous", max_length=40, examples=["000001"])
    after: str = Field("current", max_length=40)


@router.get("/stories")
def stories(query: Annotated[StoriesQuery, Query()], who: Reader, service: InService) -> list[Story]:
    """Events that at least two articles report, the newest and most covered first."""
    return service.assistant.stories(query.count, query.since)


@router.get("/stories/{story_id}", dependencies=[NO_PARAMETERS])
def story(story_id: ThatKey, who: Reader, service: InService) -> AskableStory:
    """A story with the question on its latest."""
    found = next((each for each in service.assistant.stories(1_000_000) if each.id == story_id), None)
    if found is None:
        raise Refusal(404, "There is no story of that id; stories are formed anew at each refresh.", code="missing")
    question = service.assistant.story_question(found)
    return AskableStory(**values(found, Story), question=question)


@router.get("/overview", dependencies=[NO_PARAMETERS])
def overview(who: Reader, service: InService) -> Overview:
    """What the corpus covers: its publications by day, and the people, places and others that it names most."""
    return service.assistant.overview()


@router.get("/news")
def news(
    query: Annotated[NewsQuery, Query()], request: Request, response: Response, who: Reader, service: InService
) -> list[News]:
    """The articles that are new here since a moment, and those that were corrected since, newest first."""
    return page_of(service.assistant.iter_news(query.since, query.filters()), query, request, response)


@router.get("/history")
def history(
    query: Annotated[PageQuery, Query()], request: Request, response: Response, who: Reader, service: InService
) -> list[Step]:
    """What each refresh changed, newest first. Where a source is on the server's disk is for maintainers."""
    steps = page_of(service.assistant.history(), query, request, response)
    return steps if who.may_maintain else [replace(step, sources={}, failures=()) for step in steps]


@router.get("/diff")
def diff(query: Annotated[DiffQuery, Query()], who: Reader, service: InService) -> Diff:
    """Which articles and sentences came, changed and went between two states of the index that are kept."""
    return service.assistant.diff(query.before, query.after)


@router.get("/status", dependencies=[NO_PARAMETERS])
def status(who: Reader, service: InService) -> Status:
    """The state of the corpus and of its sources. Where these are, and why one failed, is for maintainers."""
    found = service.assistant.status()
    return found if who.may_maintain else for_readers(found)


def for_readers(status: Status) -> Status:
    """`status` without any place on the server's disk."""
    embedder = None if status.embedder and Path(status.embedder).is_absolute() else status.embedder
    generations = tuple(
        replace(each, sources=(), listed=(), names={}, embedder=embedder or "") for each in status.generations
    )
    states = tuple(map(_state_for_readers, status.states))
    return replace(
        status,
        home=Path(),
        embedder=embedder,
        sources=(),
        generations=generations,
        states=states,
        trouble=None,
        damage=(),
    )


def _state_for_readers(state: SourceState) -> SourceState:
    visits = tuple(replace(visit, reason=None) for visit in state.health.visits)
    health = replace(state.health, reason=None, places=(), visits=visits)
    name = "" if state.name == state.location or "/" in state.name or "\\" in state.name else state.name
    every = timedelta(seconds=state.every.total_seconds()) if state.every else None
    return replace(state, name=name, location="", health=health, warnings=(), every=every)
