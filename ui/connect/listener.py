"""Listeners: for each event its handler, the parts that the handler reads and changes, and what the page does then."""

import logging
from collections.abc import Callable, Mapping
from functools import wraps
from inspect import isasyncgenfunction, iscoroutinefunction
from typing import Any

import gradio as gr
from gradio.context import LocalContext

from assistant import AssistantError
from assistant.utils import request_id

from ..layout import Parts
from ..state import unexpected
from ..views.markup import problem

_log = logging.getLogger(__name__)

QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_AT_ONCE = 8  # of each listener but those of answers: a slow one must not hold up other windows


def listener(
    parts: Parts, handler: Callable[..., Any], inputs: list[str], outputs: list[str], **options: Any
) -> dict[str, Any]:
    """The arguments of an event of Gradio: `handler` with the parts that it reads and those that it may change."""

    def values(updates: Mapping[str, Any]) -> Any:
        ordered = [updates.get(name, gr.skip()) for name in outputs]
        return ordered if len(ordered) > 1 else ordered[0]

    @wraps(handler)
    def call(*arguments: Any) -> Any:
        note_request()
        try:
            return values(handler(*arguments))
        except Exception as error:
            return values(_problem(error))

    @wraps(handler)
    async def await_(*arguments: Any) -> Any:
        note_request()
        try:
            return values(await handler(*arguments))
        except Exception as error:
            return values(_problem(error))

    @wraps(handler)
    async def stream(*arguments: Any) -> Any:
        note_request()
        async for updates in handler(*arguments):
            yield values(updates)

    fn = stream if isasyncgenfunction(handler) else await_ if iscoroutinefunction(handler) else call
    read, changed = [parts[name] for name in inputs], [parts[name] for name in outputs]
    return {"fn": fn, "inputs": read, "outputs": changed, "concurrency_limit": _AT_ONCE, **QUIET, **options}


def note_request() -> None:
    """Take the id of the request by which a page began this event: Gradio answers it in another task."""
    event = LocalContext.request.get(None)
    request = event and event.request
    request_id.set(request.scope.get("state", {}).get("request_id", "") if request else "")


def then_in_page(parts: Parts, listener: Any, function: str, *names: str) -> Any:
    """After `listener`, call a function of static/window/main.js with the values of the parts of those names."""
    arguments = ", ".join(names)
    js = f"({arguments}) => window.articleAssistant.{function}({arguments})"
    return listener.then(None, [parts[name] for name in names], None, js=js)


def _problem(error: Exception) -> dict[str, str]:
    """What is said beside the question when a handler fails."""
    if isinstance(error, AssistantError):
        return {"problem": problem(str(error))}
    _log.exception("the window could not do what it was asked for")
    return {"problem": problem(unexpected())}
