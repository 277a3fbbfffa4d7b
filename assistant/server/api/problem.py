"""How errors are described: as problem details (RFC 9457)."""

from typing import Any

from pydantic import BaseModel, Field

from assistant.server.problems import MEDIA_TYPE


class Problem(BaseModel):
    """Why a request was not served. `code` names the kind of error for programs."""

    type: str
    title: str
    status: int
    detail: str = Field(description="What happened, the value, and the cure, in one line.")
    code: str


_SCHEMA = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}


def _problem(text: str) -> dict[str, Any]:
    return {"description": text, "content": _SCHEMA}


PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: _problem("Who asks is not signed in, and must be."),
    403: _problem("Who asks may not do this."),
    404: _problem("What is named is not there, or not for who asks."),
    409: _problem("Something else is under way; try again."),
    422: _problem("The request is not as it must be."),
    "default": _problem("Another problem."),
}
"""What any route may respond with instead."""
