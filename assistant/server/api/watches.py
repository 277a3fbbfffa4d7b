"""Watched questions: asked again after each refresh, with how their answers changed."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from assistant.accounts import Principal
from assistant.articles import Filters
from assistant.errors import AssistantError
from assistant.maintenance import Watch, WatchChange
from assistant.server.access import address_of
from assistant.server.api.forms import (
    NO_PARAMETERS,
    PREFIX,
    SINCE,
    UNTIL,
    Form,
    Moment,
    Name,
    PageQuery,
    page_of,
)
from assistant.server.api.problem import PROBLEMS
from assistant.server.idempotency import IDEMPOTENCY_KEY, IdempotentRoute
from assistant.server.identity import Reader, owner_of
from assistant.server.problems import Refusal
from assistant.server.questions import turn
from assistant.server.service import InService, Service

router = APIRouter(prefix=PREFIX, tags=["watches"], route_class=IdempotentRoute, responses=PROBLEMS)

MOST_WATCHES = 100  # each question is asked after every refresh
_EXAMPLES: list[Any] = [{"question": "Who condemned the attack?"}]


class WatchFilters(Form):
    """Which publications and days it is asked of."""

    source: Name | Annotated[list[Name], Field(max_length=50)] | None = Field(None, description="Publications.")
    since: Moment | None = Field(None, description=SINCE)
    until: Moment | None = Field(None, description=UNTIL)

    def filters(self) -> Filters:
        """The same as Filters."""
        return Filters(tuple(self.source) if isinstance(self.source, list) else self.source, self.since, self.until)


class WatchForm(Form):
    """A question to watch."""

    model_config = ConfigDict(json_schema_extra={"examples": _EXAMPLES})

    question: str = Field(min_length=1, max_length=10_000)
    filters: WatchFilters = Field(default_factory=WatchFilters)


class ChangesQuery(PageQuery):
    """Since when, and which part."""

    since: Moment | None = Field(None, description=SINCE)


@router.get("/watches", dependencies=[NO_PARAMETERS])
def watches(request: Request, who: Reader, service: InService) -> list[Watch]:
    """The watched questions of all with their last answers. `owner` is told of your own, and to maintainers."""
    owner = owner_of(request, who)
    return [_shown(watch, owner, who) for watch in service.assistant.watches()]


@router.post("/watches", status_code=201, dependencies=[NO_PARAMETERS, IDEMPOTENCY_KEY])
async def watch(form: WatchForm, request: Request, who: Reader, service: InService, response: Response) -> Watch:
    """Have a question asked again, in quotes, after each refresh. One that is watched already stays as it is."""
    if len(service.assistant.watches()) >= MOST_WATCHES:
        raise AssistantError(f"{MOST_WATCHES} questions are watched, the most that are; end one of them first")
    owner = owner_of(request, who)
    async with turn(service, who, address_of(request), form.question):  # it is answered at once
        made = await run_in_threadpool(_watched, service, form, owner)
    response.headers["location"] = f"watches/{made.number}"
    return _shown(made, owner, who)


def _watched(service: Service, form: WatchForm, owner: str | None) -> Watch:
    if len(service.assistant.watches()) >= MOST_WATCHES:
        raise AssistantError(f"{MOST_WATCHES} questions are watched, the most that are; end one of them first")
    return service.assistant.watch(form.question, form.filters.filters(), owner=owner)


@router.get("/watches/changes")
def changes(
    query: Annotated[ChangesQuery, Query()], request: Request, response: Response, who: Reader, service: InService
) -> list[WatchChange]:
    """How the answers to watched questions changed, newest first."""
    return page_of(service.assistant.watch_changes(query.since), query, request, response)


@router.delete("/watches/{number}", status_code=204, dependencies=[NO_PARAMETERS])
def unwatch(
    number: Annotated[int, Path(ge=1, le=2**53, description="As `GET /api/v1/watches` has it.")],
    request: Request,
    who: Reader,
    service: InService,
) -> None:
    """Watch a question no more: for who added it, and for maintainers."""
    found = next((watch for watch in service.assistant.watches() if watch.number == number), None)
    if found is not None and not who.may_maintain and (found.owner is None or found.owner != owner_of(request, who)):
        raise Refusal(403, "Only who added this question, or a maintainer, can end it.")
    service.assistant.unwatch(number)


def _shown(watch: Watch, owner: str | None, who: Principal) -> Watch:
    is_told = who.may_maintain or (owner is not None and watch.owner == owner)
    return watch if is_told else replace(watch, owner=None)
