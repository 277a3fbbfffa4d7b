"""Idempotency keys: what is made is made once, also where a client sends its request again.

A router of routes that make something takes `route_class=IdempotentRoute`, and each of these routes
`dependencies=[IDEMPOTENCY_KEY]`, by which the header is in the description of the interface.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Header
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from assistant.server.guard import asking
from assistant.server.identity import principal_of
from assistant.server.kept_responses import KeptResponses

T = TypeVar("T")

LONGEST_KEY = 200  # characters
_REPLAYED = "idempotent-replayed"


def _idempotency_key(
    idempotency_key: Annotated[
        str | None,
        Header(
            description="Any text, such as a random UUID: the same request with the same key within a day gets the "
            "response of the first one, and nothing is made twice.",
            min_length=1,
            max_length=LONGEST_KEY,
            pattern=r"^[!-~]+$",
        ),
    ] = None,
) -> None:
    pass


IDEMPOTENCY_KEY = Depends(_idempotency_key)
"""A dependency of each route that makes something."""


class IdempotentRoute(APIRoute):
    """A route that looks at the header `Idempotency-Key` of a POST: see `KeptResponses`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, which makes nothing twice."""
        handle = super().get_route_handler()

        async def idempotent(request: Request) -> Response:
            key = request.headers.get("idempotency-key")
            if request.method != "POST" or not key or len(key) > LONGEST_KEY:
                return await handle(request)
            return await _once(request, key, handle)

        return idempotent


async def _once(request: Request, key: str, handle: Callable[[Request], Coroutine[Any, Any, Response]]) -> Response:
    kept: KeptResponses = request.app.state.service.responses
    run = asyncio.to_thread if kept.is_remote else _here
    own = (*_who(request), request.method, str(request.url.path), request.url.query, key)
    before = await run(kept.begin, own, await request.body())
    if isinstance(before, Response):
        before.headers[_REPLAYED] = "true"
        return before
    response = None
    try:
        with kept.noting(before):
            response = await handle(request)
        return response
    finally:
        if response is not None and 200 <= response.status_code < 300 and not isinstance(response, StreamingResponse):
            await run(kept.finish, before, response)
        else:  # what was refused can be tried again
            await run(kept.drop, before)


async def _here(do: Callable[..., T], *arguments: Any) -> T:
    return do(*arguments)


def _who(request: Request) -> tuple[str, ...]:
    """Who makes the request, and what they may do now; where nobody has to say, the address that it comes from."""
    principal = principal_of(request)
    if principal.owner is None and principal.token is None:
        return principal.by, principal.role, asking.get()
    return principal.by, principal.role, principal.owner or "", principal.token or ""
