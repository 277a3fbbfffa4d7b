"""What is said of a request that cannot be served: problem details (RFC 9457) in one line with the cure."""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from assistant.accounts import WaitError
from assistant.errors import (
    AssistantError,
    DamagedError,
    EmbedderError,
    LockedError,
    MissingError,
    ModelError,
    NoArticlesError,
    NoSpaceError,
    QuestionError,
    RefreshError,
    SettingsError,
    StorageError,
)
from assistant.server.limits import LimitError
from assistant.server.waiting import BusyError, LeftError, StoppingError
from assistant.utils import one_line, request_id, safe_to_show

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

hidden_places: ContextVar[tuple[str, ...]] = ContextVar("hidden_places", default=())
"""The folders of this machine whose places who is served must not see; set with each request."""

MEDIA_TYPE = "application/problem+json"
_UNEXPECTED = "Something went wrong here; try again. If it goes on, tell who runs this server, with the request id."
_NO_ARTICLES = "No articles are indexed here yet; a maintainer can refresh them."  # not where the home is
_DRAIN_SECONDS, _DRAINED = 30.0, 4_000_000  # of a request that is refused, so that its sender reads why

# By what kind of error: the status, and the code by which a program tells it.
_CODES: tuple[tuple[type[AssistantError], int, str], ...] = (
    (BusyError, 429, "busy"),
    (LimitError, 429, "limit"),
    (WaitError, 429, "wait"),
    (LeftError, 503, "left"),
    (StoppingError, 503, "stopping"),
    (QuestionError, 422, "question"),
    (MissingError, 404, "missing"),
    (NoArticlesError, 503, "no_articles"),
    (ModelError, 502, "model"),
    (EmbedderError, 503, "embedder"),
    (DamagedError, 503, "damaged"),
    (StorageError, 503, "storage"),
    (LockedError, 409, "locked"),
    (NoSpaceError, 507, "no_space"),
    (RefreshError, 409, "refresh"),
    (SettingsError, 422, "settings"),
    (AssistantError, 422, "assistant"),
)

_OPENAI_KINDS = {403: "permission_error", 429: "rate_limit_error"}
_OPENAI_CODES = {401: "invalid_api_key", 429: "rate_limit_exceeded"}


@dataclass(eq=False)
class Refusal(Exception):
    """Why a request is not served: a status and a line with the cure.

    `code` names the kind for programs, `headers` are sent beside the usual ones, `more` are further members of the
    problem details. `is_unread`: more of the request is to come.
    """

    status: int
    text: str
    headers: Headers = field(default_factory=list)
    is_unread: bool = False
    code: str = ""
    more: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(self.text)

    @property
    def details(self) -> dict[str, Any]:
        """The problem details."""
        title = HTTPStatus(self.status).phrase
        code = self.code or title.lower().replace(" ", "_").replace("-", "_")
        return {
            "type": "about:blank",
            "title": title,
            "status": self.status,
            "detail": self.text,
            "code": code,
            **self.more,
        }


def content_of(refusal: Refusal, path: str) -> tuple[int, str, dict[str, Any]]:
    """What a client that asked for `path` is told: the status, the media type, and the body.

    Problem details, or for the clients of OpenAI's protocol what they read.
    """
    if not path.startswith("/v1/"):
        return refusal.status, MEDIA_TYPE, refusal.details
    status = 400 if refusal.status == 422 else refusal.status
    details = refusal.details
    kind = "server_error" if status >= 500 else _OPENAI_KINDS.get(status, "invalid_request_error")
    code = _OPENAI_CODES.get(status) if refusal.code in ("", "busy") else refusal.code
    error = {"message": refusal.text, "type": kind, "param": refusal.more.get("param"), "code": code or details["code"]}
    return status, "application/json", {"error": error}


def refusal_of(error: AssistantError) -> Refusal:
    """The refusal that tells a client of `error`."""
    status, code = next((status, code) for kind, status, code in _CODES if isinstance(error, kind))
    headers = [(b"retry-after", str(seconds).encode())] if (seconds := getattr(error, "seconds", 0)) else []
    more = getattr(error, "details", {})
    return Refusal(status, told_of(error), headers, code=code, more=more)


def told_of(error: Exception) -> str:
    """What a client is told of `error`, in a line: for most without where on this machine something is."""
    if isinstance(error, NoArticlesError) and hidden_places.get():
        return _NO_ARTICLES
    text = safe_to_show(one_line(str(error)))
    for place in hidden_places.get():
        text = text.replace(f"{place}/", "").replace(place, "the database" if "://" in place else "the home")
    return text


def unexpected() -> Refusal:
    """What is said where something failed of which only the log tells, under the id of the request."""
    return Refusal(500, _UNEXPECTED, code="unexpected", more={"request_id": request_id.get()})


async def send_refusal(receive: Receive, send: Send, refusal: Refusal, path: str, *, as_text: bool = False) -> None:
    """Say why, as who asked for `path` reads it or `as_text`; read what is still sent meanwhile, up to a point."""
    status, kind, content = content_of(refusal, path)
    body = refusal.text.encode() if as_text else json.dumps(content).encode()
    kind = "text/plain; charset=utf-8" if as_text else kind
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode()), *refusal.headers]
    headers += [(b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    # A connection that is closed with something unread is reset, and the response may be lost with it.
    if refusal.is_unread:
        with suppress(TimeoutError):
            async with asyncio.timeout(_DRAIN_SECONDS):
                await _drain(receive)
    await send({"type": "http.response.body", "body": b""})


async def _drain(receive: Receive) -> None:
    read = 0
    while read < _DRAINED and (message := await receive()).get("more_body"):
        read += len(message["body"])
