"""The application that is served: interfaces for programs, the sign-in, and the window for all other paths."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from assistant.database import database, shown
from assistant.errors import AssistantError
from assistant.server import (
    account,
    api,
    health,
    maintaining,
    model_context,
    openai_protocol,
    scrape,
    sign_in,
)
from assistant.server.access import Names, Proxies
from assistant.server.guard import RequestGuard
from assistant.server.identity import Identity
from assistant.server.metrics import interface, interface_of
from assistant.server.problems import Message, Receive, Refusal, Send, content_of, refusal_of, unexpected
from assistant.server.request_log import note_route, served
from assistant.server.service import Service
from assistant.server.validation import invalid
from assistant.server.window import MakeWindow, Window, no_window
from assistant.settings import Settings

_ROUTERS = (
    health.router,
    scrape.router,
    sign_in.router,
    account.router,
    openai_protocol.router,
    model_context.router,
    # Fixed paths come before those with names in them: articles/removed before articles/{article_id}.
    *maintaining.ROUTERS,
    *api.ROUTERS,
)
PAGES = frozenset({"/login", "/login/oidc", "/login/callback", "/account"})  # which browsers open, beside the window's


def application(service: Service, host: str, make_window: MakeWindow | None = None) -> RequestGuard:
    """What serves `service`, as an ASGI application, at `host`; with the window that `make_window` gives, if any."""
    settings = service.settings
    window = make_window(service) if make_window else no_window()
    programs = interfaces(service, window)

    def is_page(path: str) -> bool:
        return path in PAGES or window.is_page(path)

    known = Identity(
        _Dispatcher(programs, window), service.accounts, window.is_open, is_page, settings.root_path, _places(settings)
    )
    return RequestGuard(
        known,
        Names(host, settings.hosts),
        Proxies(settings.trusted_proxies),
        settings.root_path,
        streamed=lambda path: maintaining.streamed(path) or window.streamed(path),
        is_page=is_page,
        user_header=settings.user_header,
        groups_header=settings.groups_header,
        served=partial(served, service.metrics),
    )


def _places(settings: Settings) -> tuple[str, ...]:
    """Where errors may say that something is: folders, and a database; the longest first, as one may be in another."""
    folders = (settings.home, settings.cache, Path.home())
    written = {str(each) for folder in folders if folder for each in (folder, folder.absolute(), folder.resolve())}
    if (address := database(settings).address) is not None:
        written.add(shown(address))
    return tuple(sorted(written - {".", "/"}, key=len, reverse=True))


def interfaces(service: Service, window: Window | None = None) -> FastAPI:
    """All that programs are served, without the guard before it."""
    app = FastAPI(
        title="Article Assistant",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=partial(_lifespan, window=window),
        exception_handlers={
            Refusal: _refused,
            AssistantError: _failed,
            RequestValidationError: _invalid,
            HTTPException: _http,
            Exception: _unexpected,
        },
    )
    app.state.service, app.state.window = service, window or no_window()
    for router in _ROUTERS:
        app.include_router(router)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI, window: Window | None) -> AsyncIterator[None]:
    async with AsyncExitStack() as running:
        await running.enter_async_context(model_context.running(app))
        running.callback(app.state.service.accounts.close)
        if window is not None:
            await running.enter_async_context(window.lifespan())
        yield


class _Dispatcher:
    """Gives a request to what has a path for it: the interfaces for programs, else the window."""

    def __init__(self, programs: FastAPI, window: Window) -> None:
        self._programs, self._window = programs, window
        self._first = {_first_part(getattr(route, "path", "")) for router in _ROUTERS for route in router.routes}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._programs(scope, receive, send)
            return
        first = _first_part(scope["path"])
        interface.set(interface_of(first))
        if first in self._first:
            try:
                await self._programs(scope, receive, send)
            finally:
                note_route(scope, _template(scope, first))
        else:
            note_route(scope, self._window.route(scope["path"]))
            await self._window(scope, receive, send)


def _template(scope: Message, first_part: str) -> str:
    """The template of the route that has served a request; of one within a part that routes by itself, that part."""
    path: str = getattr(scope.get("route"), "path", "")
    return path or (f"/{first_part}" if "endpoint" in scope else "")


def _first_part(path: str) -> str:
    return path.split("/", 2)[1] if path.startswith("/") else ""


def _response(request: Request, refusal: Refusal) -> Response:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in refusal.headers}
    status, kind, content = content_of(refusal, request.scope["path"])
    return JSONResponse(content, status, {"cache-control": "no-store", **headers}, media_type=kind)


async def _refused(request: Request, refusal: Any) -> Response:
    return _response(request, refusal)


async def _failed(request: Request, error: Any) -> Response:
    return _response(request, refusal_of(error))


async def _http(request: Request, error: Any) -> Response:
    """What Starlette itself refuses: paths and methods that there are not."""
    headers = [(name.lower().encode(), value.encode()) for name, value in (error.headers or {}).items()]
    return _response(request, Refusal(error.status_code, _reason(request.method, error), headers))


def _reason(method: str, error: Any) -> str:
    if error.status_code == 404:
        return "There is nothing here; /api/v1/docs lists what there is for programs."
    if error.status_code == 405 and (allowed := (error.headers or {}).get("Allow")):
        return f"{method} cannot be done here; send {allowed.replace(', ', ' or ')}."
    return str(error.detail)


async def _invalid(request: Request, error: Any) -> Response:
    """What does not have the form that the interface has, each fault with its place."""
    return _response(request, invalid(error.errors(), request.headers.get("content-type", "")))


async def _unexpected(request: Request, error: Exception) -> Response:
    """Something else, which goes on to the guard, who logs it."""
    return _response(request, unexpected())
