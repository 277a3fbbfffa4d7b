"""Requests to a server: sent, tried again where that does no harm, and read."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import quote
from uuid import uuid4

import httpx
from pydantic import TypeAdapter, ValidationError
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_random_exponential

from assistant.client.errors import RefusedError, error_of, is_in_progress, may_pass, was_not_made
from assistant.errors import MissingError, SettingsError
from assistant.utils import AsyncToSyncStream, CancelToken, one_line, shared_loop

T = TypeVar("T")

_TRIES = 3
_TAKEN_OVER = 30.0  # seconds in which another server takes over what a killed one was to make
_LONGEST = 3600.0  # seconds that work on the corpus may take before there is a response

Query = Iterable[tuple[str, Any]]


@dataclass(frozen=True)
class Call:
    """A request: `parts` are those of its path. `is_read`: it changes nothing; `is_long`: it may take an hour."""

    method: str
    parts: tuple[str, ...]
    query: Query = ()
    body: Any = None
    data: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    is_read: bool = False
    is_long: bool = False

    @property
    def path(self) -> str:
        """The path of it."""
        return "/".join(quote(part, safe="") for part in self.parts)


def _stops(state: RetryCallState) -> bool:
    if state.outcome is not None and is_in_progress(state.outcome.exception()):
        return (state.seconds_since_start or 0.0) > _TAKEN_OVER
    return state.attempt_number >= _TRIES


@lru_cache(maxsize=100)
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def adapter(kind: Any) -> TypeAdapter[Any]:
    """What reads and writes values of that kind."""
    return _adapter(kind)


def parsed(kind: type[T], content: bytes) -> T:
    """The value that a body has. Raises RefusedError for what is none."""
    try:
        value: T = adapter(kind).validate_json(content)
    except ValidationError as error:
        fault = one_line(str(error), 200)
        raise RefusedError(f"the server's response is not understood ({fault}); is it of another version?") from None
    return value


def plain(value: Any) -> Any:
    """A value of ours as JSON has it."""
    return adapter(type(value)).dump_python(value, mode="json")


class Transport:
    """The connection to one server. May be used from several threads at once; all is sent in one event loop."""

    def __init__(self, address: str, token: str | None, timeout: float, http_client: httpx.AsyncClient | None) -> None:
        if not address.startswith(("https://", "http://")):
            raise SettingsError(f"{one_line(address, 100)} is no address of a server; write https://news.example")
        self._base = f"{address.rstrip('/')}/api/v1/"
        self._headers = {"authorization": f"Bearer {token}"} if token else {}
        self._timeout = timeout
        self._is_own = http_client is None
        self._http = http_client or httpx.AsyncClient()

    def close(self) -> None:
        """Close the connections, unless they are those of a client that was given."""
        if self._is_own:
            self._wait(self._http.aclose())

    # whole responses

    def read(self, kind: type[T], *parts: str, query: Query = ()) -> T:
        """What a GET gives."""
        return parsed(kind, self.send(Call("GET", parts, query, is_read=True)).content)

    def find(self, kind: type[T], *parts: str, query: Query = ()) -> T | None:
        """What a GET gives; None where there is no such thing."""
        try:
            content = self.send(Call("GET", parts, query, is_read=True)).content
        except MissingError:
            return None
        return None if content == b"null" else parsed(kind, content)

    def pages(self, kind: type[T], *parts: str, query: Query = (), size: int = 1000) -> Iterator[T]:
        """All that a list has, read page by page."""
        start, given = 0, list(query)
        while True:
            page = [*given, ("start", start), ("count", size)]
            response = self.send(Call("GET", parts, page, is_read=True))
            yield from parsed(list[kind], response.content)  # type: ignore[valid-type]
            if response.links.get("next") is None:
                return
            start += size

    def make(self, kind: type[T], *parts: str, body: Any = None, is_read: bool = False, is_long: bool = False) -> T:
        """What a POST gives."""
        call = Call("POST", parts, body={} if body is None else body, is_read=is_read, is_long=is_long)
        return parsed(kind, self.send(call).content)

    def send(self, call: Call) -> httpx.Response:
        """The response to a request. Raises the error that it tells."""
        return self._wait(self._sent(call))

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        future = asyncio.run_coroutine_threadsafe(work, shared_loop())
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    async def _sent(self, call: Call) -> httpx.Response:
        headers = {**self._headers, **call.headers}
        if call.method == "POST" and not call.is_read:
            headers["idempotency-key"] = str(uuid4())

        async def once() -> httpx.Response:
            response = await self._http.send(self._request(call, headers))
            if not response.is_success:
                raise error_of(response)
            return response

        retrying = AsyncRetrying(
            retry=retry_if_exception(may_pass if call.is_read else was_not_made),
            stop=_stops,
            wait=wait_random_exponential(multiplier=0.2, max=2),
            reraise=True,
        )
        try:
            return await retrying(once)
        except httpx.TransportError as error:
            raise self._unreachable(error) from None

    def _request(self, call: Call, headers: Mapping[str, str]) -> httpx.Request:
        timeout = httpx.Timeout(self._timeout, read=_LONGEST if call.is_long else self._timeout)
        params = httpx.QueryParams([(name, str(value)) for name, value in call.query])
        url, body = self._base + call.path, call.body
        return self._http.build_request(
            call.method, url, params=params, json=body, content=call.data, headers=headers, timeout=timeout
        )

    def _unreachable(self, error: httpx.TransportError) -> RefusedError:
        reason = one_line(str(error), 200) or type(error).__name__
        return RefusedError(f"{self._base.removesuffix('/api/v1/')} does not respond ({reason}); does it run?")

    # events

    def stream(self, call: Call, parse: Callable[[str, bytes], T | None], stop: CancelToken) -> Iterator[T]:
        """The events of a response, as `parse` gives them from name and data, without those that it gives None for.

        When this is closed, or on `stop`, the connection is closed, and the server stops what it does for it.
        """

        async def write(send: Callable[[T], Any]) -> None:
            async with aclosing(self._events(call)) as events:
                async for name, data in events:
                    if (event := parse(name, data)) is not None:
                        await send(event)

        stream: AsyncToSyncStream[T] = AsyncToSyncStream(write)
        try:
            with stop.listening(stream.cancel):
                yield from stream
        finally:
            stream.close()

    async def _events(self, call: Call) -> AsyncGenerator[tuple[str, bytes], None]:
        request = self._request(call, {**self._headers, "accept": "text/event-stream"})
        try:
            response = await self._http.send(request, stream=True)
            async with aclosing(response):
                if not response.is_success:
                    await response.aread()
                    raise error_of(response)
                async for event in _server_sent(response.aiter_bytes()):
                    yield event
        except httpx.TransportError as error:
            raise self._unreachable(error) from None


async def _server_sent(parts: AsyncGenerator[bytes, None] | Any) -> AsyncGenerator[tuple[str, bytes], None]:
    """The name and the data of each event. Lines end with line feeds only: JSON may have others that end lines."""
    rest, name, data = b"", "", b""
    async for part in parts:
        *lines, rest = (rest + part).split(b"\n")
        for line in lines:
            if not line and (name or data):
                yield name, data
                name, data = "", b""
            elif line.startswith(b"event: "):
                name = line[7:].decode()
            elif line.startswith(b"data: "):
                data += line[6:]
