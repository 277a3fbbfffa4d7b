"""Feedback: what readers think of answers that this server gave them."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import ConfigDict, Field, StrictBool
from starlette.requests import Request
from starlette.responses import Response

from assistant.maintenance import LONGEST_REASON, Feedback
from assistant.server.api.answers import that_was_given
from assistant.server.api.forms import (
    EXAMPLE_ID,
    NO_PARAMETERS,
    PREFIX,
    SINCE,
    Form,
    Moment,
    PageQuery,
    ThatKey,
    page_of,
)
from assistant.server.api.problem import PROBLEMS
from assistant.server.idempotency import IDEMPOTENCY_KEY, IdempotentRoute
from assistant.server.identity import Maintainer, Reader
from assistant.server.service import InService

router = APIRouter(prefix=PREFIX, tags=["feedback"], route_class=IdempotentRoute, responses=PROBLEMS)


class FeedbackForm(Form):
    """What you think of an answer."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"answer": EXAMPLE_ID, "good": False, "reason": "The quote is of another year."}]
        }
    )

    answer: str = Field(min_length=1, max_length=64, description="The `id` of an answer that you were given.")
    good: StrictBool
    reason: str = Field("", max_length=LONGEST_REASON)


class FeedbackQuery(PageQuery):
    """Since when, and which part."""

    since: Moment | None = Field(None, description=SINCE)


@router.post("/feedback", status_code=201, dependencies=[NO_PARAMETERS, IDEMPOTENCY_KEY])
def rate(form: FeedbackForm, who: Reader, service: InService) -> Feedback:
    """Say what you think of an answer that you were given here, in place of what you said of it before."""
    found = that_was_given(service, who, form.answer)
    return service.assistant.rate(found.answer, form.good, form.reason, key=form.answer)


@router.delete("/feedback/{answer_id}", status_code=204, dependencies=[NO_PARAMETERS])
def unrate(answer_id: ThatKey, who: Reader, service: InService) -> None:
    """Take back what you said of an answer."""
    that_was_given(service, who, answer_id)
    service.assistant.unrate(answer_id)


@router.get("/feedback")
def feedback(
    query: Annotated[FeedbackQuery, Query()], request: Request, response: Response, who: Maintainer, service: InService
) -> list[Feedback]:
    """What was said of answers, newest first; for maintainers."""
    return page_of(service.assistant.feedback(query.since), query, request, response)
