"""Idempotency keys: what is made is made once, also where a client sends its request again.

A router of routes that make something takes `route_class=IdempotentRoute`, and each of these routes
`dependencies=[IDEMPOTENCY_KEY]`, by which the header is in the description of the interface.
"""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, Header
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from assistant.server.guard import asking
from assistant.server.identity import principal_of
from assistant.server.kept_responses import KeptResponses

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
    own = (*_who(request), request.method, str(request.url.path), request.url.query, key)
    before = kept.begin(own, await request.body())
    if before is not None:
        headers = {name: value for name, value in before.headers.items() if name != "content-length"}
        return Response(before.body, before.status_code, {**headers, _REPLAYED: "true"})
    is_kept = False
    try:
        response = await handle(request)
        if 200 <= response.status_code < 300 and not isinstance(response, StreamingResponse):
            kept.finish(own, response)
            is_kept = True
        return response
    finally:
        if not is_kept:  # what was refused can be tried again
            kept.drop(own)


def _who(request: Request) -> tuple[str, ...]:
    """Who makes the request, and what they may do now; where nobody has to say, the address that it comes from."""
    principal = principal_of(request)
    if principal.owner is None and principal.token is None:
        return principal.by, principal.role, asking.get()
    return principal.by, principal.role, principal.owner or "", principal.token or ""
