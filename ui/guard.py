"""The requests that are served, and what is made of them: paths, names, origins, sizes, headers, and the page."""

import asyncio
import json
import re
import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from contextlib import AbstractContextManager, nullcontext, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException

from . import page
from .access import READER_COOKIE, Names, Proxies, counted_address, foreign_page, header_values, reader_of, unknown_name
from .connections import TOO_MANY
from .waiting import BusyError

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

MAX_BODY = 256_000  # bytes of a request
_UPLOAD = "/upload"  # the one path whose requests may be longer, and are not kept in memory
_BODY_SECONDS = 30.0  # in which it must have come
_DRAINED = 16 * MAX_BODY  # bytes that are read of one that is refused, so that its sender reads why
_YEAR = 365 * 86400
_UNBUFFERED = (b"x-accel-buffering", b"no")
_UNKEPT = (b"cache-control", b"no-store")  # of what holds articles or names a reader
_FILES = re.compile(r"/(assets|static|window)/|/(theme\.css|favicon\.ico|robots\.txt)")  # the same for everybody

asking: ContextVar[str] = ContextVar("asking", default="")
"""The address of who makes the request that is being served, as it is counted."""

# All that is served: not Gradio's uploads, files, proxying, its API and the pages about it.
_ALLOWED_PATHS = re.compile(
    r"/(config|theme\.css|favicon\.ico|robots\.txt|login|logout)/?"
    r"|/(assets|static|window)/.+"
    r"|/gradio_api/(app_id|login_check|token|user|startup-events|theme\.css|queue/join|queue/data|reset|cancel)/?"
    r"|/gradio_api/heartbeat/\w+"
)

_NOTHING_BELOW = (
    "There is nothing here. If a proxy has the window below a path, have it take the path off, or set root_path "
    "(ASSISTANT_ROOT_PATH, --root-path) and start it again."
)


def _is_below(path: str) -> bool:
    """Whether the path is one of the window's own, below another."""
    parts = path[:1000].split("/")[:8]
    return any(_is_served("/" + "/".join(parts[start:])) for start in range(2, len(parts)))


def _is_served(path: str) -> bool:
    return page.is_page(path) or _ALLOWED_PATHS.fullmatch(path) is not None


@dataclass(frozen=True)
class Hooks:
    """What the guard needs to know of what it guards.

    `are_asked_by` tells which events of a page ask a question; `check` raises BusyError when one from a window at an
    address is turned away now; `listening` is entered while a window listens for answers, and `left` called when it
    hung up. `log_out` makes the tokens that are among these values of cookies worthless. `first_parts` gives what
    a page holds from the beginning, by the ids of its parts. `may_upload` tells whether who sends a request may hand in
    a file, of at most `max_upload` bytes; without it nobody may.
    """

    are_asked_by: Callable[[object], bool] = lambda event: False
    check: Callable[[str, str, str | None], None] = lambda window, address, browser: None
    listening: Callable[[str], AbstractContextManager[None]] = lambda window: nullcontext()
    left: Callable[[str], None] = lambda window: None
    log_out: Callable[[Iterable[str]], None] = lambda values: None
    first_parts: page.FirstParts = dict
    may_upload: Callable[[Message], bool] | None = None
    max_upload: int = MAX_BODY


@dataclass(eq=False)
class Refusal(Exception):
    """Why a request is not served. `headers` are sent beside the usual ones; `is_unread`: more of it is to come."""

    status: int
    text: str
    headers: Headers = field(default_factory=list)
    is_unread: bool = False


class RequestGuard:
    """ASGI middleware: only the paths that the window needs, by names of its own, from its own page, in bounded size.

    The page's own scripts get a nonce, so that a script or an event handler that came in with a text would
    not run even if it were not escaped. 'unsafe-eval' is there because Gradio compiles its templates.
    """

    def __init__(
        self,
        app: Any,
        names: Names,
        proxies: Proxies | None = None,
        hooks: Hooks | None = None,
        root_path: str = "",
    ) -> None:
        self._app = app
        self._names = names
        self._proxies = proxies or Proxies()
        self._hooks = hooks or Hooks()
        self._root_path = root_path.rstrip("/")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            try:
                scope = self._checked(self._below_root(scope))
                is_upload = scope["path"] == _UPLOAD
                receive = self._upload_body(scope, receive) if is_upload else await _with_body(scope, receive)
                await self._serve(scope, receive, send)
            except Refusal as refusal:
                await _refuse(scope, receive, send, refusal)

    def _below_root(self, scope: Message) -> Message:
        """The request with its path below the one of the setting `root_path`, whether or not a proxy took that off.

        Raises Refusal, which leads to the page, for that path without its last /.
        """
        path = scope["path"]
        if not self._root_path or not f"{path}/".startswith(f"{self._root_path}/"):
            return scope
        below = path[len(self._root_path) :]
        if not below:
            query = b"?" + scope["query_string"] if scope["query_string"] else b""
            location = f"{self._root_path}/".encode() + query
            raise Refusal(308, "The window is at this address with a / at its end.", [(b"location", location)])
        return {**scope, "path": below, "raw_path": below.encode()}

    def _checked(self, scope: Message) -> Message:
        """The request with the address of who asks, without what only a trusted proxy may say. Raises Refusal."""
        headers = dict(scope["headers"])
        peer = scope["client"][0] if scope.get("client") else ""
        is_proxied = self._proxies.trusts(peer)
        client = self._proxies.client(peer, header_values(headers, b"x-forwarded-for")) if is_proxied else peer
        connection = scope.get("state", {}).get("connection")
        if connection is not None and is_proxied and not connection.count_for(client):
            raise Refusal(429, TOO_MANY, [(b"retry-after", b"10")])
        asking.set(counted_address(client))
        self._check_access(scope, headers, is_proxied)
        proto = header_values(headers, b"x-forwarded-proto")[:1] if is_proxied else []
        scheme = "https" if proto == ["https"] else "http" if proto else scope["scheme"]
        kept = [pair for pair in scope["headers"] if not pair[0].startswith((b"x-forwarded-", b"x-gradio-"))]
        return {**scope, "headers": kept, "client": (client, 0), "scheme": scheme}

    def _check_access(self, scope: Message, headers: Mapping[bytes, bytes], is_proxied: bool) -> None:
        host = headers.get(b"host", b"").decode("latin-1")
        if not self._names.allows(host):
            raise Refusal(421, unknown_name(host))
        is_upload = scope["path"] == _UPLOAD and self._hooks.may_upload is not None
        if not is_upload and not _is_served(scope["path"]):
            raise Refusal(404, _NOTHING_BELOW if _is_below(scope["path"]) else "There is nothing here.")
        if scope["path"].rstrip("/") == "/logout" and scope["method"] != "POST":
            raise Refusal(405, "To leave, send this address a POST.", [(b"allow", b"POST")])
        if is_upload and scope["method"] != "POST":
            raise Refusal(405, "To hand in a file, send this address a POST.", [(b"allow", b"POST")])
        origin = headers.get(b"origin")
        site = headers.get(b"sec-fetch-site")
        forwarded = "".join(header_values(headers, b"x-forwarded-host")[:1]) if is_proxied else ""
        if origin is not None and not self._names.is_own_page(
            origin.decode("latin-1"), host, forwarded, same_origin=site == b"same-origin"
        ):
            raise Refusal(403, foreign_page(origin.decode("latin-1")))
        if site == b"cross-site" and not (page.is_page(scope["path"]) and scope["method"] == "GET"):
            raise Refusal(403, "This comes from a page of another site.")

    def _upload_body(self, scope: Message, receive: Receive) -> Receive:
        """`receive` for a file, which goes on as it comes; of one that is too long no more is read. Raises Refusal."""
        if self._hooks.may_upload is None or not self._hooks.may_upload(scope):
            raise Refusal(403, "Only who keeps the articles may add some.", is_unread=True)
        return _bounded(receive, self._hooks.max_upload)

    async def _serve(self, scope: Message, receive: Receive, send: Send) -> None:
        path = scope["path"].rstrip("/")
        if page.is_page(scope["path"]):
            sender = _PageSender(send, _new_reader(scope), scope["path"], self._hooks.first_parts)
            await self._app(_uncompressed({**scope, "path": "/", "raw_path": b"/"}), receive, sender)
        elif path == "/logout":
            await self._log_out(scope, send)
        elif path == "/gradio_api/queue/data":
            # By default nginx holds a response back until it has kilobytes of it.
            await self._stream(scope, receive, _with_headers(send, [*_security_headers(), _UNBUFFERED, _UNKEPT]))
        else:
            if path == "/gradio_api/queue/join":
                receive = await self._check_question(scope, receive)
            unkept = [] if _FILES.match(path) else [_UNKEPT]
            await self._app(scope, receive, _with_headers(send, [*_security_headers(), *unkept]))

    async def _log_out(self, scope: Message, send: Send) -> None:
        cookies = _cookies(scope)
        self._hooks.log_out(cookies.values())
        ended = [name for name in cookies if name.startswith("access-token")]
        headers = [(b"location", b"./"), (b"content-length", b"0"), *_security_headers()]
        headers += [(b"set-cookie", f"{name}=; Path=/; Max-Age=0; HttpOnly".encode("latin-1")) for name in ended]
        await send({"type": "http.response.start", "status": 303, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    async def _check_question(self, scope: Message, receive: Receive) -> Receive:
        """Turn a question away that has no place, before anything is done about it. Raises Refusal."""
        message = await receive()
        window, event = _joined(message.get("body", b""))  # none of one that hung up
        if window and self._hooks.are_asked_by(event):
            try:
                self._hooks.check(window, counted_address(scope["client"][0]), reader_of(_cookies(scope)))
            except BusyError as busy:
                # Not 503: for that Gradio's page has words of its own.
                raise Refusal(429, str(busy)) from None
        return _replayed(message, receive)

    async def _stream(self, scope: Message, receive: Receive, send: Send) -> None:
        """The answers that a window listens for; when it hangs up before they are there, they are not made."""
        window = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [""])[0]
        is_complete = False

        async def noting(message: Message) -> None:
            nonlocal is_complete
            is_complete |= message["type"] == "http.response.body" and not message.get("more_body")
            await send(message)

        try:
            with self._hooks.listening(window):
                await self._app(scope, receive, noting)
        except RuntimeError as error:
            # Gradio has told a page that its window is not known, as after a restart, and raises that too.
            if not isinstance(error.__cause__, HTTPException):
                raise
            await noting({"type": "http.response.body", "body": b""})
        finally:
            if not is_complete:
                self._hooks.left(window)


def _joined(body: bytes) -> tuple[str, object]:
    """The window and the event of a request to join Gradio's queue; "" for what is none."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return "", None
    window = data.get("session_hash") if isinstance(data, dict) else None
    return (window, data.get("fn_index")) if isinstance(window, str) else ("", None)


async def _with_body(scope: Message, receive: Receive) -> Receive:
    """`receive` with the body, which has come whole. Raises Refusal for one that is too long or too slow."""
    length = dict(scope["headers"]).get(b"content-length", b"0")
    too_long = Refusal(413, f"This is too long: more than {MAX_BODY:,} bytes.", is_unread=True)
    if not length.isdigit() or len(length) > 20 or int(length) > MAX_BODY:
        raise too_long
    body = bytearray()
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return _replayed(message, receive)
                body += message.get("body", b"")
                if len(body) > MAX_BODY:
                    too_long.is_unread = message.get("more_body", False)
                    raise too_long
                if not message.get("more_body"):
                    return _replayed({"type": "http.request", "body": bytes(body), "more_body": False}, receive)
    except TimeoutError:
        raise Refusal(408, "This did not come in time.") from None


def _bounded(receive: Receive, most: int) -> Receive:
    read = 0

    async def bounded() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        return message if read <= most else {"type": "http.disconnect"}

    return bounded


def _replayed(message: Message, receive: Receive) -> Receive:
    messages = [message]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay


async def _refuse(scope: Message, receive: Receive, send: Send, refusal: Refusal) -> None:
    """Say why, as Gradio's page shows it where that has asked; read what is still sent meanwhile, up to a point."""
    is_for_page = scope["path"].startswith(("/gradio_api/", "/login", _UPLOAD))
    body = json.dumps({"detail": refusal.text}).encode() if is_for_page else refusal.text.encode()
    kind = b"application/json" if is_for_page else b"text/plain; charset=utf-8"
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), *refusal.headers]
    headers += [(b"x-content-type-options", b"nosniff"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    # A connection that is closed with something unread is reset, and the response may be lost with it.
    if refusal.is_unread:
        with suppress(TimeoutError):
            async with asyncio.timeout(_BODY_SECONDS):
                await _drain(receive)
    await send({"type": "http.response.body", "body": b""})


async def _drain(receive: Receive) -> None:
    read = 0
    while read < _DRAINED and (message := await receive()).get("more_body"):
        read += len(message["body"])


def _new_reader(scope: Message) -> Headers:
    """The cookie by which a browser is known again, for one that has none."""
    if _cookies(scope).get(READER_COOKIE):
        return []
    # Lax: a browser that comes by a link of another site must not be given another one in its place.
    secure = "; Secure" if scope["scheme"] == "https" else ""
    text = f"{READER_COOKIE}={secrets.token_urlsafe(16)}; HttpOnly; SameSite=Lax; Path=/; Max-Age={_YEAR}{secure}"
    return [(b"set-cookie", text.encode())]


def _cookies(scope: Message) -> dict[str, str]:
    try:
        parsed = SimpleCookie(dict(scope["headers"]).get(b"cookie", b"").decode("latin-1"))
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in parsed.items()}


class _PageSender:
    """Collects the page that was asked for at `path`, finishes it and sends it."""

    def __init__(self, send: Send, more: Headers, path: str, first_parts: page.FirstParts) -> None:
        self._send = send
        self._more = more
        self._path = path
        self._first_parts = first_parts
        self._start: Message = {}
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        body, nonce = await asyncio.to_thread(page.finish, self._body, self._path, self._first_parts)
        unwanted = (b"content-length", b"cache-control")
        headers = [pair for pair in _without_cors(self._start["headers"]) if pair[0].lower() not in unwanted]
        length = [(b"content-length", str(len(body)).encode()), _UNKEPT]
        await self._send(
            {**self._start, "headers": headers + length + self._more + _security_headers(f" 'nonce-{nonce}'")}
        )
        await self._send({"type": "http.response.body", "body": body})


def _security_headers(nonce: str = "") -> list[tuple[bytes, bytes]]:
    policy = (
        "default-src 'none'; connect-src 'self'; img-src 'self' data:; font-src 'self'; manifest-src 'self'; "
        f"style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-eval'{nonce}; worker-src 'self' blob:; "
        "form-action 'self'; base-uri 'self'; frame-ancestors 'none'; object-src 'none'"
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


def _without_cors(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """`headers` without those by which Gradio lets other sites read responses."""
    return [pair for pair in headers if not pair[0].lower().startswith(b"access-control-")]
