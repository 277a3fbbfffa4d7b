"""The names by which clients choose what answers: the assistant as it is set, quotes, or one of the models offered."""

import time
from functools import cache
from typing import Any

from assistant.assistant import Assistant
from assistant.server.problems import Refusal
from assistant.utils import one_line

NAME = "article-assistant"
QUOTES = "quotes"


async def model_names(assistant: Assistant) -> dict[str, str | None]:
    """What `Assistant.ask` takes as its model, by the name that clients choose it by."""
    offered = await assistant.amodels()
    names = [QUOTES, *(choice.name for choice in offered if choice.ready)]
    return {NAME: None, **{f"{NAME}/{name}": name for name in names}}


async def model_of(assistant: Assistant, name: str) -> str | None:
    """What `Assistant.ask` takes for the model that a client calls `name`. Raises Refusal where there is none."""
    usual: dict[str, str | None] = {NAME: None, f"{NAME}/{QUOTES}": QUOTES}
    if name in usual:  # others are looked for on this machine, which takes a while
        return usual[name]
    names = await model_names(assistant)
    if name not in names:
        told = f"There is no model {one_line(name, 100)!r}; there are {', '.join(names)}."
        raise Refusal(404, told, code="model_not_found", more={"param": "model"})
    return names[name]


def model_entry(name: str) -> dict[str, Any]:
    """A model as it is listed."""
    return {"id": name, "object": "model", "created": _started(), "owned_by": NAME}


@cache
def _started() -> int:
    """When models were first listed: there is no better time at which they could be said to be made."""
    return int(time.time())
