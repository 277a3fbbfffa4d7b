"""The protocol over HTTP ("streamable HTTP"), at /mcp."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.routing import Route

from assistant.server.identity import principal_of
from assistant.server.problems import Message, Receive, Refusal, Send

_MOST_SESSIONS = 1000  # of clients that keep one
_IDLE_SECONDS = 1800.0


@asynccontextmanager
async def running(app: FastAPI) -> AsyncIterator[None]:
    """Serve /mcp of `app` until the end of the block."""
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

    from assistant.server.model_context.protocol import context_server

    server = context_server(app.state.service)
    # Names and origins are looked at by the guard, before all that is served.
    sessions = StreamableHTTPSessionManager(
        server._lowlevel_server, max_sessions=_MOST_SESSIONS, session_idle_timeout=_IDLE_SECONDS
    )
    async with sessions.run():
        app.state.context_sessions = sessions
        yield


class _Endpoint:
    """Serves a request as who makes it: a session goes on only for who began it."""

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        sessions = getattr(scope["app"].state, "context_sessions", None)
        if sessions is None:
            raise Refusal(503, "The server is being started; try again in a moment.")
        ended: Message = {"more_body": False}

        async def noting(message: Message) -> None:
            ended.update(more_body=message["type"] == "http.response.start" or message.get("more_body", False))
            await send(message)

        await sessions.handle_request({**scope, "user": _user(scope)}, receive, noting)
        if ended["more_body"]:  # a stream that was ended by the server's stop
            await send({"type": "http.response.body", "body": b""})


def _user(scope: Message) -> Any:
    """Who makes a request, as the SDK compares those of one session."""
    from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
    from mcp.server.auth.provider import AccessToken

    who = principal_of(Request(scope))
    return AuthenticatedUser(AccessToken(token="", client_id=who.by, scopes=[who.role], subject=who.token or who.owner))


router = APIRouter(routes=[Route("/mcp", _Endpoint(), include_in_schema=False)])
