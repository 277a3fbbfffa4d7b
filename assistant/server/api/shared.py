"""Shared answers: each for whoever has its key, as it was when it was shared."""

import hashlib
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from assistant.accounts import Principal
from assistant.maintenance import SharedAnswer
from assistant.server.api.answers import AnswerWithOutcome, that_was_given, with_outcome
from assistant.server.api.forms import EXAMPLE_ID, NO_PARAMETERS, PREFIX, Form, PageQuery, ThatKey, page_of, values
from assistant.server.api.problem import PROBLEMS
from assistant.server.idempotency import IDEMPOTENCY_KEY, IdempotentRoute
from assistant.server.identity import Reader, owner_of
from assistant.server.problems import Refusal
from assistant.server.service import InService

router = APIRouter(prefix=PREFIX, tags=["shared answers"], route_class=IdempotentRoute, responses=PROBLEMS)


@dataclass(frozen=True, slots=True)
class Shared(SharedAnswer):
    """An answer that was shared. `owner` is told to themselves and to maintainers, and "" to others."""

    answer: AnswerWithOutcome


class ShareForm(Form):
    """Which answer."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"answer": EXAMPLE_ID}]})

    answer: str = Field(min_length=1, max_length=64, description="The `id` of an answer that you were given.")


class UnshareQuery(Form):
    """What shows that it was you who shared it, where nobody signs in."""

    answer: str = Field("", max_length=64, description="The `id` of the answer that was shared, where nobody signs in.")


@router.post("/shared", status_code=201, dependencies=[NO_PARAMETERS, IDEMPOTENCY_KEY])
def share(form: ShareForm, request: Request, who: Reader, service: InService, response: Response) -> Shared:
    """Share an answer that you were given here: whoever may read here and has its key can read it.

    The window shows it at `/answer/KEY`.
    """
    found = that_was_given(service, who, form.answer)
    owner = owner_of(request, who) or _of_answer(form.answer)
    made = service.assistant.share(found.answer, owner, found.filters)
    response.headers["location"] = f"shared/{made.key}"
    return _shown(made, owner, who)


@router.get("/shared")
def all_shared(
    query: Annotated[PageQuery, Query()], request: Request, response: Response, who: Reader, service: InService
) -> list[Shared]:
    """The answers that you shared, newest first; for maintainers those of everybody."""
    owner = owner_of(request, who)
    found = service.assistant.shared_answers(owner, maintainer=who.may_maintain)
    return page_of((_shown(each, owner, who) for each in found), query, request, response)


@router.get("/shared/{key}", dependencies=[NO_PARAMETERS])
def shared(key: ThatKey, request: Request, who: Reader, service: InService) -> Shared:
    """A shared answer, with the text around each of its quotes."""
    found = service.assistant.shared_answer(key)
    if found is None:
        raise Refusal(404, "Nothing is shared under this key, or it was taken back.", code="missing")
    return _shown(found, owner_of(request, who), who)


@router.delete("/shared/{key}", status_code=204)
def unshare(
    key: ThatKey, query: Annotated[UnshareQuery, Query()], request: Request, who: Reader, service: InService
) -> None:
    """Take a shared answer back: for who shared it, and for maintainers."""
    owner = owner_of(request, who) or (_of_answer(query.answer) if query.answer else None)
    service.assistant.unshare(key, owner, maintainer=who.may_maintain)


def _of_answer(identity: str) -> str:
    """What stands for who was given that answer."""
    return f"answer:{hashlib.sha256(identity.encode('utf-8', 'replace')).hexdigest()}"


def _shown(kept: SharedAnswer, owner: str | None, who: Principal) -> Shared:
    is_told = who.may_maintain or kept.owner == owner
    return Shared(
        **{**values(kept, SharedAnswer), "answer": with_outcome(kept.answer), "owner": kept.owner if is_told else ""}
    )
