"""The guard before all that is served: names, origins, proxies, sizes, and an id for each request."""

import asyncio
import logging
import re
import secrets
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

from assistant.errors import AssistantError
from assistant.server.access import Names, Proxies, counted_address, foreign_page, header_values, unknown_name
from assistant.server.connections import TOO_MANY
from assistant.server.problems import Message, Receive, Refusal, Send, refusal_of, send_refusal, unexpected
from assistant.utils import request_id

_log = logging.getLogger(__name__)

MAX_BODY = 256_000  # bytes of a request
_BODY_SECONDS = 30.0  # in which it must have come
_REQUEST_ID = b"x-request-id"
_PLAIN_ID = re.compile(rb"[\w.-]{8,64}", re.ASCII)
_SAFE_METHODS = ("GET", "HEAD")
_BY_PROXY = (b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"x-real-ip", b"forwarded", b"via")

asking: ContextVar[str] = ContextVar("asking", default="")
"""The address of who makes the request that is being served, as it is counted."""

connection_id: ContextVar[str] = ContextVar("connection_id", default="")
"""What stands for the connection by which it came; a client that keeps it is known again by that."""


class RequestGuard:
    """ASGI middleware: only names of its own, only its own pages, only bounded bodies; what a proxy says, if trusted.

    `streamed` gives the most bytes of a body that is not to be read beforehand, by the path; None for all others.
    `is_page` tells which paths a browser opens: those may be led to from other sites, and are told of a fault as text.
    The scope of a request that is passed on has in its `state` the `request_id`, the `authority` that a trusted proxy
    was asked as, and as `proxy_user` who is signed in with their groups, if such a proxy says so in `user_header`;
    `is_by_unknown_proxy` is set where somebody else passed it on. What fails unexpectedly is logged here, once.
    `served` is told of each request at its end: its scope, status and seconds.
    """

    def __init__(
        self,
        app: Any,
        names: Names,
        proxies: Proxies | None = None,
        root_path: str = "",
        *,
        streamed: Callable[[str], int | None] = lambda path: None,
        is_page: Callable[[str], bool] = lambda path: False,
        user_header: str | None = None,
        groups_header: str | None = None,
        served: Callable[[Message, int, float], object] = lambda scope, status, seconds: None,
    ) -> None:
        self._app = app
        self._names = names
        self._proxies = proxies or Proxies()
        self._root_path = root_path.rstrip("/")
        self._streamed = streamed
        self._is_page = is_page
        self._user_header = (user_header or "").lower().encode()
        self._groups_header = (groups_header or "").lower().encode()
        self._served = served

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Message, receive: Receive, send: Send) -> None:
        status, began, is_read, is_whole = 0, time.perf_counter(), False, False

        async def noting(message: Message) -> None:
            nonlocal status, is_whole
            is_whole = message["type"] == "http.response.body" and not message.get("more_body")
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message.get("headers", []), (_REQUEST_ID, identity.encode())]
                message = {**message, "headers": headers}
            await send(message)

        identity = self._request_id(scope)
        request_id.set(identity)
        try:
            scope = self._below_root(scope)
            scope = self._checked(scope)
            receive, is_read = await self._body(scope, receive), self._streamed(scope["path"]) is None
            await self._app(scope, receive, noting)
        except (Refusal, AssistantError) as error:
            if status:
                raise
            refusal = error if isinstance(error, Refusal) else refusal_of(error)
            refusal.is_unread = refusal.is_unread and not is_read
            await send_refusal(receive, noting, refusal, scope["path"], as_text=self._is_text(scope))
        except Exception:
            if status and not is_whole:
                raise  # so that the connection is closed; the log is told there, too
            _log.exception("a request could not be served: %s %s", scope["method"], scope["path"])
            if not status:
                await send_refusal(receive, noting, unexpected(), scope["path"], as_text=self._is_text(scope))
        finally:
            self._served(scope, status, time.perf_counter() - began)

    def _request_id(self, scope: Message) -> str:
        """An id of its own, or the one that a trusted proxy gave it."""
        given = dict(scope["headers"]).get(_REQUEST_ID, b"")
        peer = scope["client"][0] if scope.get("client") else ""
        if _PLAIN_ID.fullmatch(given) and self._proxies.trusts(peer):
            return str(given, "ascii")
        return secrets.token_hex(8)

    def _is_text(self, scope: Message) -> bool:
        """Whether a person reads what is said: a browser opens the path, or it is none that a program would ask."""
        is_for_programs = scope["path"].startswith(("/api/", "/v1/", "/mcp", "/gradio_api/", "/upload"))
        is_form = scope["path"].rstrip("/") in ("/login", "/logout") and scope["method"] == "POST"
        return not is_for_programs and not is_form

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
        connection_id.set(f"{id(connection):x}" if connection is not None else "")
        if connection is not None and is_proxied and not connection.count_for(client):
            raise Refusal(429, TOO_MANY, [(b"retry-after", b"10")])
        asking.set(counted_address(client))
        forwarded = self._forwarded_host(headers) if is_proxied else ""
        self._check_access(scope, headers, forwarded)
        proto = header_values(headers, b"x-forwarded-proto")[:1] if is_proxied else []
        scheme = "https" if proto == ["https"] else "http" if proto else scope["scheme"]
        # By HTTP/1.0 nginx passes on what it says nothing else of, as it comes.
        is_passed_on = scope.get("http_version") == "1.0" or not headers.keys().isdisjoint(_BY_PROXY)
        state = {
            **scope.get("state", {}),
            "request_id": request_id.get(),
            "authority": forwarded,
            "proxy_user": self._proxy_user(scope["headers"]) if is_proxied else None,
            "is_by_unknown_proxy": not is_proxied and is_passed_on,
        }
        kept = [pair for pair in scope["headers"] if not self._is_dropped(pair[0])]
        return {**scope, "headers": kept, "client": (client, 0), "scheme": scheme, "state": state}

    def _is_dropped(self, header: bytes) -> bool:
        """Whether nothing behind the guard sees that header, however it is spelt: only a trusted proxy may set it."""
        plain = header.lower().replace(b"_", b"-")
        own = plain in (self._user_header, self._groups_header)
        return own or plain.startswith((b"x-forwarded-", b"x-gradio-"))

    def _proxy_user(self, headers: list[tuple[bytes, bytes]]) -> tuple[str, frozenset[str]] | None:
        """Who is signed in, as the proxy says, and their groups; None where it does not say one name."""
        found = [value for name, value in headers if name == self._user_header and self._user_header]
        # Of two, one may be from who asks.
        if len(found) != 1 or b"," in found[0]:
            return None
        groups = [value for name, value in headers if name == self._groups_header and self._groups_header]
        named = groups[0].split(b",") if len(groups) == 1 else []
        return _text(found[0]), frozenset(filter(None, map(_text, named)))

    def _forwarded_host(self, headers: Mapping[bytes, bytes]) -> str:
        forwarded = "".join(header_values(headers, b"x-forwarded-host")[:1])
        return forwarded if forwarded and self._names.allows(forwarded) else ""

    def _check_access(self, scope: Message, headers: Mapping[bytes, bytes], forwarded: str) -> None:
        host = headers.get(b"host", b"").decode("latin-1")
        if not self._names.allows(host):
            raise Refusal(421, unknown_name(host))
        origin = headers.get(b"origin")
        site = headers.get(b"sec-fetch-site")
        if origin is not None and not self._names.is_own_page(
            origin.decode("latin-1"), host, forwarded, same_origin=site == b"same-origin"
        ):
            raise Refusal(403, foreign_page(origin.decode("latin-1")))
        if site == b"cross-site" and not (self._is_page(scope["path"]) and scope["method"] in _SAFE_METHODS):
            raise Refusal(403, "This comes from a page of another site.")

    async def _body(self, scope: Message, receive: Receive) -> Receive:
        most = self._streamed(scope["path"])
        return await _with_body(scope, receive) if most is None else _bounded(receive, most)


def _text(value: bytes) -> str:
    try:
        return value.decode().strip()
    except UnicodeDecodeError:
        return value.decode("latin-1").strip()


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
                    return replayed(message, receive)
                body += message.get("body", b"")
                if len(body) > MAX_BODY:
                    too_long.is_unread = message.get("more_body", False)
                    raise too_long
                if not message.get("more_body"):
                    return replayed({"type": "http.request", "body": bytes(body), "more_body": False}, receive)
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


def replayed(message: Message, receive: Receive) -> Receive:
    """`receive` that gives `message` once more before what is still to come."""
    messages = [message]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay
