"""The window's own gate: the few paths of Gradio that it needs, whose turn a question has, and the page as served."""

import asyncio
import json
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException

from assistant.accounts import Principal
from assistant.server import (
    READER_COOKIE,
    Message,
    Receive,
    Refusal,
    Send,
    cookies,
    counted_address,
    reader_of,
    replayed,
)

from . import page
from .window_owners import WindowOwners

Headers = list[tuple[bytes, bytes]]

UPLOAD = "/upload"  # the one path whose requests may be longer, and are not kept in memory
_JOIN = "/gradio_api/queue/join"
_OF_WINDOW = (_JOIN, "/gradio_api/cancel")  # whose bodies name a window
_NAME = re.compile(r"[\w-]{1,64}", re.ASCII)  # of a window
_HEARTBEAT = "/gradio_api/heartbeat/"  # a request that lasts as long as the page is open
_YEAR = 365 * 86400
_UNBUFFERED = (b"x-accel-buffering", b"no")
_UNKEPT = (b"cache-control", b"no-store")  # of what holds articles or names a reader
_FILES = re.compile(r"/(assets|static|window)/|/(theme\.css|favicon\.ico|robots\.txt)")  # the same for everybody

# All that is served: not Gradio's uploads, files, proxying, its login, its API and the pages about it.
_ALLOWED_PATHS = re.compile(
    r"/(config|theme\.css|favicon\.ico|robots\.txt)/?"
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


def route(path: str) -> str:
    """The template that the path is of, as "/assets/{file}"; "" for none of the window's."""
    if page.is_page(path):
        return "/"
    if path.startswith(_HEARTBEAT):
        return f"{_HEARTBEAT}{{window}}"
    if found := _FILES.match(path):
        return f"/{found[1]}/{{file}}" if found[1] else "/{file}"
    return path.rstrip("/") if path == UPLOAD or _is_served(path) else ""


def is_file(path: str) -> bool:
    """Whether a file that is the same for everybody is at that path."""
    return _FILES.match(path) is not None


@dataclass(frozen=True)
class Hooks:
    """What the gate needs to know of what is behind it.

    `are_asked_by` tells which events of a page ask a question; `check` raises AssistantError when one of somebody, from
    a window at an address, is turned away now; `listening` is entered while a window listens for answers, and `left`
    called when it hung up. `first_parts` gives what a page holds from the beginning, by the ids of its parts, and
    `of_person` those that depend on who opens it, as `head_of` does for its head. `takes_files`: those who may maintain
    hand files in. `is_open` is entered while a page is open.
    """

    are_asked_by: Callable[[object], bool] = lambda event: False
    check: Callable[[Principal, str, str, str | None], None] = lambda who, window, address, browser: None
    listening: Callable[[str], AbstractContextManager[None]] = lambda window: nullcontext()
    left: Callable[[str], None] = lambda window: None
    first_parts: page.FirstParts = dict
    of_person: Callable[[Principal], Mapping[str, str]] = lambda who: {}
    head_of: Callable[[Principal], str] = lambda who: ""
    takes_files: bool = False
    is_open: Callable[[], AbstractContextManager[Any]] = nullcontext


class WindowGate:
    """ASGI middleware: only the paths that the window needs, each with the headers that keep others from it.

    The page's own scripts get a nonce, so that a script or an event handler that came in with a text would
    not run even if it were not escaped. 'unsafe-eval' is there because Gradio compiles its templates.
    """

    def __init__(self, app: Any, hooks: Hooks | None = None) -> None:
        self._app = app
        self._hooks = hooks or Hooks()
        self._owners = WindowOwners()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request. Raises Refusal, and AssistantError for a question that has no place."""
        self._check_path(scope)
        path = scope["path"].rstrip("/")
        if page.is_page(scope["path"]):
            finished = partial(page.finish, path=scope["path"], first_parts=self._first_parts(scope))
            finished = partial(finished, head=self._hooks.head_of(scope["state"]["principal"]))
            sender = _PageSender(send, _new_reader(scope), finished)
            await self._app(_uncompressed({**scope, "path": "/", "raw_path": b"/"}), receive, sender)
        elif path == "/gradio_api/queue/data":
            # By default nginx holds a response back until it has kilobytes of it.
            await self._stream(scope, receive, _with_headers(send, [*_security_headers(), _UNBUFFERED, _UNKEPT]))
        else:
            if path in _OF_WINDOW:
                receive = await self._check_event(scope, receive)
            elif path.startswith(_HEARTBEAT):
                self._owners.check(scope["state"]["principal"], path.removeprefix(_HEARTBEAT))
            unkept = [] if is_file(path) else [_UNKEPT]
            with self._hooks.is_open() if path.startswith(_HEARTBEAT) else nullcontext():
                await self._app(scope, receive, _with_headers(send, [*_security_headers(), *unkept]))

    def _first_parts(self, scope: Message) -> page.FirstParts:
        who = scope["state"]["principal"]
        return lambda: {**self._hooks.first_parts(), **self._hooks.of_person(who)}

    def _check_path(self, scope: Message) -> None:
        path = scope["path"]
        is_upload = path == UPLOAD and self._hooks.takes_files
        if not is_upload and not _is_served(path):
            raise Refusal(404, _NOTHING_BELOW if _is_below(path) else "There is nothing here.")
        if is_upload and scope["method"] != "POST":
            raise Refusal(405, "To hand in a file, send this address a POST.", [(b"allow", b"POST")])
        if is_upload and not scope["state"]["principal"].may_maintain:
            raise Refusal(403, "Only who keeps the articles may add some.", is_unread=True)

    async def _check_event(self, scope: Message, receive: Receive) -> Receive:
        """Turn away what is of no window or of somebody else's, and a question that has no place, before all else."""
        message = await receive()
        window, event = _joined(message.get("body", b""))
        if not window and message["type"] == "http.request":
            raise Refusal(422, "This is no event of a window; load the page again.")
        who, address = scope["state"]["principal"], counted_address(scope["client"][0])
        self._owners.check(who, window)
        if scope["path"].startswith(_JOIN) and self._hooks.are_asked_by(event):
            self._hooks.check(who, window, address, reader_of(cookies(scope)))
        return replayed(message, receive)

    async def _stream(self, scope: Message, receive: Receive, send: Send) -> None:
        """The answers that a window listens for; when it hangs up before they are there, they are not made."""
        window = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [""])[0]
        self._owners.check(scope["state"]["principal"], window)
        is_complete = has_left = False

        async def hearing() -> Message:
            nonlocal has_left
            message = await receive()
            has_left |= message["type"] == "http.disconnect" and not is_complete
            return message

        async def noting(message: Message) -> None:
            nonlocal is_complete
            is_complete |= message["type"] == "http.response.body" and not message.get("more_body")
            await send(message)

        try:
            with self._hooks.listening(window):
                await self._app(scope, hearing, noting)
        except RuntimeError as error:
            # Gradio has told a page that its window is not known, as after a restart, and raises that too.
            if not isinstance(error.__cause__, HTTPException):
                raise
            await noting({"type": "http.response.body", "body": b""})
        finally:
            # Gradio that sees it itself, between two messages, ends the response as if all had been sent.
            if has_left or not is_complete:
                self._hooks.left(window)


def _joined(body: bytes) -> tuple[str, object]:
    """The window and the event of a request to join Gradio's queue; "" for what is none."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return "", None
    window = data.get("session_hash") if isinstance(data, dict) else ""
    if not isinstance(window, str) or not _NAME.fullmatch(window):
        return "", None
    return window, data.get("fn_index")


def _new_reader(scope: Message) -> Headers:
    """The cookie by which a browser is known again, for one that has none."""
    if cookies(scope).get(READER_COOKIE):
        return []
    # Lax: a browser that comes by a link of another site must not be given another one in its place.
    secure = "; Secure" if scope["scheme"] == "https" else ""
    text = f"{READER_COOKIE}={secrets.token_urlsafe(16)}; HttpOnly; SameSite=Lax; Path=/; Max-Age={_YEAR}{secure}"
    return [(b"set-cookie", text.encode())]


class _PageSender:
    """Collects the page that was asked for, sends it as `finish` makes it, which gives its nonce, too."""

    def __init__(self, send: Send, more: Headers, finish: Callable[[bytes], tuple[bytes, str]]) -> None:
        self._send = send
        self._more = more
        self._finish = finish
        self._start: Message = {}
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        body, nonce = await asyncio.to_thread(self._finish, self._body)
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
