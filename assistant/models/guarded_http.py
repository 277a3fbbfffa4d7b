"""What holds for every request to a model's server: it goes where it was sent, its key is not read on the way, it ends.

Providers' packages bring their own http clients, of httpx or of httpx2, which have the same form.
"""

import asyncio
import ipaddress
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from types import ModuleType
from typing import Any
from urllib.parse import urljoin, urlsplit

from pydantic import BaseModel

from assistant.errors import ModelError
from assistant.utils import one_line, safe_to_show, shared_loop

NO_KEY = "none"  # a server of one's own asks for no key, its client does
MOST_BYTES = 16_000_000  # of one answer: 30,000 tokens of thoughts with all that stands around each
_DEPTH = 5  # objects between a chat model and its http client
_CLOSING = 5.0  # seconds
_KEY_HEADERS = ("authorization", "x-api-key", "api-key", "x-goog-api-key")
_LIBRARIES = ("httpx", "httpx2")


class GuardError(ModelError):
    """A request was not sent, or its answer not read, whatever another try would bring."""


def guard(chat: object) -> None:
    """Make the http clients that `chat` holds follow no redirect, send no key in the clear and read no endless answer.

    What they find raises GuardError, or has it as its cause.
    """
    for client in _clients(chat, _DEPTH, set()):
        client.follow_redirects = False
        _go_straight_to_this_machine(client)
        hooks = client.event_hooks
        for kind, hook in hooks_of(client).items():
            if hook not in hooks[kind]:
                hooks[kind].append(hook)
        client.event_hooks = hooks


def _go_straight_to_this_machine(client: Any) -> None:
    """Send nothing for this machine by a proxy of the environment, which may be elsewhere."""
    library = _library(type(client))
    pattern = getattr(getattr(sys.modules.get(library or ""), "_utils", None), "URLPattern", None)
    mounts = getattr(client, "_mounts", None)
    if pattern is None or not isinstance(mounts, dict):
        return
    straight = {pattern(f"all://{host}"): None for host in ("localhost", "127.0.0.1", "[::1]")}
    client._mounts = dict(sorted({**mounts, **straight}.items()))


def close_clients(clients: Iterable[Any]) -> None:
    """Close http clients with their connections, which those that are asynchronous have in the shared loop."""
    for client in clients:
        if hasattr(client, "aclose"):
            closing = asyncio.run_coroutine_threadsafe(client.aclose(), shared_loop())
            with suppress(TimeoutError):
                closing.result(_CLOSING)
        else:
            client.close()


def hooks_of(client: Any) -> dict[str, Callable[[Any], Any]]:
    """The hooks for a client by kind, as its class takes them."""
    if hasattr(client, "aclose"):
        return {"request": _check_request_async, "response": _check_response_async}
    return {"request": _check_request, "response": _check_response}


def is_this_machine(host: str) -> bool:
    """Whether a host is loopback."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower().rstrip(".").rpartition(".")[2] == "localhost"


def is_clear(url: str) -> bool:
    """Whether what is sent to `url` can be read on the way there."""
    parts = urlsplit(url)
    return parts.scheme.lower() == "http" and not is_this_machine(parts.hostname or "")


def key_in_clear(url: str) -> str:
    """What is said of a key that would go to such a URL."""
    host = urlsplit(url).hostname
    return (
        f"the key would go to {host} over plain http, where others can read it; "
        f"set model_url to an https address, or model_key to {NO_KEY} for a server that asks for none"
    )


def _clients(holder: object, depth: int, seen: set[int]) -> Iterator[Any]:
    if id(holder) in seen or depth < 0 or isinstance(holder, str | bytes | int | float | type | ModuleType):
        return
    seen.add(id(holder))
    if _library(type(holder)) and hasattr(holder, "event_hooks"):
        yield holder
        return
    private = holder.__pydantic_private__ if isinstance(holder, BaseModel) else None
    for value in [*getattr(holder, "__dict__", {}).values(), *(private or {}).values()]:
        yield from _clients(value, depth - 1, seen)


def _library(kind: type) -> str | None:
    """The library that a class is of, or is derived from."""
    roots = (base.__module__.partition(".")[0] for base in kind.__mro__)
    return next((root for root in roots if root in _LIBRARIES), None)


async def _check_request_async(request: Any) -> None:
    _check_request(request)


async def _check_response_async(response: Any) -> None:
    _check_response(response)


def _check_request(request: Any) -> None:
    url = str(request.url)
    keys = (request.headers.get(name, "").rpartition(" ")[2] for name in _KEY_HEADERS)
    if is_clear(url) and any(key not in ("", NO_KEY) for key in keys):
        raise GuardError(key_in_clear(url))
    # What comes compressed could be a thousand times as much as is counted.
    request.headers["Accept-Encoding"] = "identity"


def _check_response(response: Any) -> None:
    if 300 <= response.status_code < 400:
        target = urljoin(str(response.request.url), response.headers.get("location", ""))
        shown = one_line(safe_to_show(target.partition("?")[0]), 150)
        raise GuardError(
            f"the model's server redirects to {shown}, and no question is sent on; set model_url to its new address"
        )
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("", "identity"):
        raise GuardError(
            f"the model's server sends its answer compressed ({one_line(coding, 40)}), though asked not to; "
            "look at model_url"
        )
    library = _library(type(response))
    if library is not None:
        response.stream = _counted(library, hasattr(response.stream, "__aiter__"))(response.stream)


@lru_cache
def _counted(library: str, is_async: bool) -> type[Any]:
    """A stream of that library that gives what another gives, up to MOST_BYTES."""
    module = sys.modules[library]
    return type("Counted", (_Counted, module.AsyncByteStream if is_async else module.SyncByteStream), {})


class _Counted:
    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._left = MOST_BYTES

    def _count(self, piece: bytes) -> bytes:
        self._left -= len(piece)
        if self._left < 0:
            raise GuardError(
                f"the model's server sent over {MOST_BYTES // 1_000_000} MB for one answer; look at model and model_url"
            )
        return piece

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            yield self._count(piece)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._stream:
            yield self._count(piece)

    def close(self) -> None:
        self._stream.close()

    async def aclose(self) -> None:
        await self._stream.aclose()
