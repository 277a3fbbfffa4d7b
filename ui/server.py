"""Serving the window: the port, the server and its passwords; what is served, `guard` says."""

import asyncio
import errno
import logging
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from types import FrameType
from typing import TYPE_CHECKING, Any

from assistant import AssistantError, Settings

from . import static_files
from .access import Names, Proxies, maintains
from .connections import protocol
from .guard import Hooks, Message, RequestGuard, asking
from .tries import PasswordTries

if TYPE_CHECKING:
    import uvicorn
    from fastapi import APIRouter
    from starlette.requests import Request

_log = logging.getLogger(__name__)

_MAX_WAITING = 64  # questions that may wait for a model at the same time
_OPEN_FILES = 65_536

UploadRoute = Callable[[Callable[["Request"], bool]], "APIRouter"]
"""What makes the route by which files are handed in, given what tells whether who sends a request may do that."""


def listen(host: str, port: int) -> closing[socket.socket]:
    """A socket that listens at `host` and `port`. Raises AssistantError when that cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return closing(socket.create_server((host, port), family=family))
    except OSError as error:
        raise AssistantError(_listen_error(host, port, error)) from None


def _listen_error(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is taken by another program; stop it, or choose another port with --port"
    if error.errno == errno.EACCES:
        return f"port {port} may not be used by this account; choose one above 1023 with --port"
    reason = error.strerror or str(error)
    return f"the chat window cannot be served at {host}, port {port} ({reason}); choose others with --host, --port"


def run(server: "uvicorn.Server", listener: socket.socket) -> None:
    """Serve on `listener` until Ctrl+C or SIGTERM."""
    _allow_many_connections()
    signal.signal(signal.SIGTERM, _stop)
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        pass


def make(
    blocks: Any,
    port: int,
    *,
    host: str,
    settings: Settings,
    users: Mapping[str, str] | None,
    css: str,
    hooks: Hooks,
    upload_route: UploadRoute | None = None,
) -> "uvicorn.Server":
    """A server of `blocks`, which says that it is at `host` and `port` once it is.

    With `upload_route` those who may maintain hand files in there.
    """
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            # Answers are made in threads; the few that a loop has by itself would soon all wait for a model.
            asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_MAX_WAITING, "answering"))
            await super().startup(sockets)
            if self.started:
                print_address(host, port, settings.root_path.rstrip("/"))

    proxies = Proxies(settings.trusted_proxies)
    check = _password_check(PasswordTries(users)) if users else None
    users_of = _Users(settings, needs_password=bool(users))
    application = _application(blocks, check, css, upload_route and upload_route(users_of.may_maintain))
    users_of.gradio = application.routes[-1].app  # which is mounted last
    if upload_route:
        hooks = replace(hooks, may_upload=users_of.may_upload)
    config = uvicorn.Config(
        _guarded(application, settings, Names(host, settings.hosts), proxies, hooks),
        http=protocol(settings.max_connections, proxies),
        ws="none",
        proxy_headers=False,  # the guard has them
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=2,  # open windows hold a connection each; they do not keep us here
    )
    return Server(config)


class _Users:
    """The users that Gradio has let in, by the cookies of their requests."""

    gradio: Any = None

    def __init__(self, settings: Settings, *, needs_password: bool) -> None:
        self._settings, self._needs_password = settings, needs_password

    def may_maintain(self, request: "Request") -> bool:
        """Whether who sends that request may maintain the corpus."""
        names = (f"access-token-{kind}{self.gradio.cookie_id}" for kind in ("", "unsecure-"))
        user = next((user for name in names if (user := self.gradio.tokens.get(request.cookies.get(name)))), None)
        return not (self._needs_password and user is None) and maintains(self._settings, user)

    def may_upload(self, scope: Message) -> bool:
        """The same of a request that is yet to be read."""
        from starlette.requests import Request

        return self.may_maintain(Request(scope))


def _allow_many_connections() -> None:
    """As many open files as the system allows the process: each connection is one."""
    if sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _guarded(application: Any, settings: Settings, names: Names, proxies: Proxies, hooks: Hooks) -> RequestGuard:
    tokens = application.routes[-1].app.tokens  # of Gradio's own application, which is mounted last

    def log_out(cookies: Iterable[str]) -> None:
        for value in cookies:
            tokens.pop(value, None)

    return RequestGuard(application, names, proxies, replace(hooks, log_out=log_out), settings.root_path)


def _password_check(tries: PasswordTries) -> Callable[[str, str], Awaitable[bool]]:
    """What Gradio asks whether a password is right; whoever has to wait is told for how long (429)."""
    from fastapi import HTTPException

    async def check(name: str, password: str) -> bool:
        seconds = tries.wait(name, asking.get())
        if seconds:
            told = f"Too many wrong passwords; try again in {seconds} s."
            raise HTTPException(429, told, {"Retry-After": str(seconds)})
        return tries.check(name, password, asking.get())

    return check


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def print_address(host: str, port: int, root_path: str = "") -> None:
    """Print the address at which a browser finds the window."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    path = f"{root_path}/" if root_path else ""
    sys.stdout.write(f"The chat window is at http://{name}:{port}{path} (Ctrl+C ends it)\n")
    sys.stdout.flush()


def _application(
    blocks: Any, check: Callable[[str, str], Awaitable[bool]] | None, css: str, uploads: "APIRouter | None" = None
) -> Any:
    import gradio as gr
    from fastapi import FastAPI

    fonts = ["system-ui", "sans-serif"]  # names only: Gradio's own themes fetch theirs
    own = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    static_files.add_routes(own)
    if uploads is not None:
        own.include_router(uploads)
    app = gr.mount_gradio_app(
        own,
        blocks,
        path="/",
        auth=check,
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        theme=gr.themes.Base(font=fonts, font_mono=["monospace"]),
        css=css,
    )
    _bound_memory(app, blocks)
    return app


def _bound_memory(app: Any, blocks: Any) -> None:
    """A version of Gradio that keeps windows in another way is left as it is: it serves all the same."""
    try:
        from .sessions import install

        install(app, blocks)
    except Exception as error:
        _log.warning("this version of Gradio keeps windows in another way, their memory may grow: %r", error)
