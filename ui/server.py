"""Serving the window: the port, the page's security headers, and nothing from outside."""

import asyncio
import errno
import logging
import re
import secrets
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from types import FrameType
from typing import Any

from assistant import AssistantError

_log = logging.getLogger(__name__)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_MAX_BYTES = 8_000_000  # of a request: a conversation that is opened again is the longest
_MAX_WAITING = 64  # questions that may wait for a model at the same time

# All that is served: not Gradio's uploads, files, proxying, its API and the pages about it.
_ALLOWED_PATHS = re.compile(
    r"/|/(config|theme\.css|favicon\.ico|robots\.txt|login|logout)/?"
    r"|/(assets|static)/.+"
    r"|/gradio_api/(app_id|login_check|token|user|startup-events|theme\.css|queue/join|queue/data|reset|cancel)/?"
    r"|/gradio_api/heartbeat/\w+"
)

# Links for social networks and for installing the page as an app; and the base address, with which
# a link to a card would leave a page that was opened as /?something.
_UNWANTED = re.compile(rb'<meta\s+(?:property="og:|name="twitter:)[^>]*>|<base\s[^>]*>|<link rel="manifest"[^>]*>')
_SCRIPT = re.compile(rb"<script(?=[\s>])")


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


def run(blocks: Any, listener: socket.socket, *, host: str, users: Mapping[str, str] | None, css: str) -> None:
    """Serve `blocks` on `listener` until Ctrl+C or SIGTERM."""
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            # Answers are made in threads; the few that a loop has by itself would soon all wait for a model.
            asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_MAX_WAITING, "answering"))
            await super().startup(sockets)
            if self.started:
                print_address(host, listener.getsockname()[1])

    config = uvicorn.Config(
        RequestGuard(_application(blocks, users, css)),
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=2,  # open windows hold a connection each; they do not keep us here
    )
    signal.signal(signal.SIGTERM, _stop)
    try:
        Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        pass


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def print_address(host: str, port: int) -> None:
    """Print the address at which a browser finds the window."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    sys.stdout.write(f"The chat window is at http://{name}:{port} (Ctrl+C ends it)\n")
    sys.stdout.flush()


def _application(blocks: Any, users: Mapping[str, str] | None, css: str) -> Any:
    import gradio as gr
    from fastapi import FastAPI

    fonts = ["system-ui", "sans-serif"]  # names only: Gradio's own themes fetch theirs
    app = gr.mount_gradio_app(
        FastAPI(docs_url=None, redoc_url=None, openapi_url=None),
        blocks,
        path="/",
        auth=list(users.items()) if users else None,
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


class RequestGuard:
    """ASGI middleware: only the paths that the window needs, with headers that keep a page to this server.

    What comes from a page of another site is refused, whatever Gradio would allow it.
    The page's own scripts get a nonce, so that a script or an event handler that came in with a text would
    not run even if it were not escaped. 'unsafe-eval' is there because Gradio compiles its templates.
    """

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif not _ALLOWED_PATHS.fullmatch(scope["path"]):
            await _refuse(send, 404, b"There is nothing here.")
        elif _is_foreign(scope):
            await _refuse(send, 403, b"This comes from a page of another site.")
        elif _length(scope) > _MAX_BYTES:
            await _refuse(send, 413, b"This is too long.")
        elif scope["path"] == "/":
            await self._app(_uncompressed(scope), receive, _PageSender(send))
        else:
            await self._app(scope, receive, _with_headers(send, _security_headers()))


class _PageSender:
    """Collects the page, takes out what is unwanted, adds the nonce, and sends it."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message = {}
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        nonce = secrets.token_urlsafe(16)
        body = _clean(self._body, nonce)
        headers = [pair for pair in _without_cors(self._start["headers"]) if pair[0].lower() != b"content-length"]
        length = [(b"content-length", str(len(body)).encode())]
        await self._send({**self._start, "headers": headers + length + _security_headers(f" 'nonce-{nonce}'")})
        await self._send({"type": "http.response.body", "body": body})


def _clean(page: bytes, nonce: str) -> bytes:
    return _SCRIPT.sub(b'<script nonce="%b"' % nonce.encode(), _UNWANTED.sub(b"", page))


def _security_headers(nonce: str = "") -> list[tuple[bytes, bytes]]:
    policy = (
        "default-src 'none'; connect-src 'self'; img-src 'self' data:; font-src 'self'; manifest-src 'self'; "
        f"style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-eval'{nonce}; worker-src 'self' blob:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    )
    return [
        (b"content-security-policy", policy.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"cross-origin-resource-policy", b"same-origin"),
    ]


def _with_headers(send: Send, headers: list[tuple[bytes, bytes]]) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*_without_cors(message.get("headers", [])), *headers]}
        await send(message)

    return send_with_headers


def _uncompressed(scope: Message) -> Message:
    headers = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
    return {**scope, "headers": headers}


def _is_foreign(scope: Message) -> bool:
    """Whether a request comes from a page of another site; a link from there to the window is allowed."""
    headers = {name.lower(): value for name, value in scope["headers"]}
    origin = headers.get(b"origin")
    if origin is not None and origin.partition(b"://")[2] != headers.get(b"host"):
        return True
    return scope["path"] != "/" and headers.get(b"sec-fetch-site") == b"cross-site"


def _length(scope: Message) -> int:
    """The length that a request declares, in bytes; more than is allowed when it declares none."""
    headers = {name.lower(): value for name, value in scope["headers"]}
    if b"transfer-encoding" in headers:
        return _MAX_BYTES + 1
    length = headers.get(b"content-length", b"0")
    return int(length) if length.isdigit() and len(length) < 20 else _MAX_BYTES + 1


def _without_cors(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """`headers` without those by which Gradio lets other sites read responses."""
    return [pair for pair in headers if not pair[0].lower().startswith(b"access-control-")]


async def _refuse(send: Send, status: int, message: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": message})
