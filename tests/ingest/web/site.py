"""A web of a few hosts on loopback, for the tests: a real server that does what a page says, and notes who asked."""

import asyncio
import contextlib
import re
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime

HOSTS = 4
_NAME = re.compile(rb"@([1-4])(?![\w.])")
Act = Callable[[asyncio.StreamWriter, asyncio.Event], Awaitable[None]]


@dataclass(frozen=True)
class Reply:
    """What the server answers. @1 to @4 stand for the addresses of its hosts, in the body and the headers.

    `raw` is sent as it is, in the place of all else. `act` goes on after that, as a server does that hangs or drips.
    With `etag` or `modified` a request on that condition is answered with 304.
    """

    body: bytes | str = b""
    status: int = 200
    media: str | None = "text/html; charset=utf-8"
    encoding: str = "utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    act: Act | None = None
    etag: str | None = None
    modified: str | None = None

    def bytes(self, site: "Site", request: "Request") -> bytes:
        if self.raw is not None:
            return site.named(self.raw)
        headers = {"Connection": "close", **self.headers}
        if self.etag:
            headers["ETag"] = self.etag
        if self.modified:
            headers["Last-Modified"] = self.modified
        if request.unchanged:
            return _head(304, headers)
        body = self.body if isinstance(self.body, bytes) else site.named(self.body.encode()).decode()
        body = body.encode(self.encoding) if isinstance(body, str) else site.named(body)
        if self.media:
            headers["Content-Type"] = self.media
        if self.act is None:
            headers.setdefault("Content-Length", str(len(body)))
        return _head(self.status, {name: site.named(value.encode()).decode() for name, value in headers.items()}) + body

    def is_known(self, request: Mapping[str, str]) -> bool:
        """Whether the conditions of a request hold, so that it is not sent again."""
        tag, since = request.get("if-none-match"), request.get("if-modified-since")
        if tag is not None:
            return tag == self.etag
        return since is not None and since == self.modified


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} So", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("utf-8")


@dataclass(frozen=True)
class Request:
    """A request that the server got; `url` is as @1/path."""

    url: str
    headers: Mapping[str, str]
    unchanged: bool = False
    at: float = 0.0  # in seconds of the server's loop


class Site:
    """The hosts. `pages` has for each URL (@2/path, or /path on every host) what it answers, one by one."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.pages: dict[str, list[Reply]] = {}
        self.asked: list[Request] = []
        self.connected: list[str] = []  # the hosts, also of connections that ask for nothing
        self.most_at_once: dict[str, int] = {}
        self._open: dict[str, int] = {}
        self._loop = loop
        self._closing: asyncio.Event | None = None
        self._servers: list[asyncio.Server] = []
        self.port = 0

    def serve(self, pages: Mapping[str, Reply | list[Reply]]) -> None:
        """What is served from now on."""
        self.pages = {url: replies if isinstance(replies, list) else [replies] for url, replies in pages.items()}
        self.asked.clear()

    def urls(self, robots: bool = False) -> list[str]:
        """What was asked for, in order; robots.txt on demand."""
        return [request.url for request in self.asked if robots or not request.url.endswith("/robots.txt")]

    def named(self, text: bytes) -> bytes:
        """`text` with the addresses of the hosts for @1 to @4."""
        return _NAME.sub(lambda match: self.base(int(match[1])).encode(), text)

    def shown(self, text: str) -> str:
        """`text` with @1 to @4 for the addresses of the hosts."""
        for number in range(1, HOSTS + 1):
            text = text.replace(self.base(number), f"@{number}")
        return text

    def base(self, number: int) -> str:
        return f"http://127.0.0.{number}:{self.port}"

    async def open(self) -> None:
        self._closing = asyncio.Event()
        first = _bound("127.0.0.1", 0)
        self.port = first.getsockname()[1]
        for sock in (first, *(_bound(f"127.0.0.{number}", self.port) for number in range(2, HOSTS + 1))):
            self._servers.append(await asyncio.start_server(self._answer, sock=sock, limit=1 << 20))

    def secure(self, context: ssl.SSLContext) -> int:
        """A port on which the first host answers by TLS."""

        async def start() -> int:
            sock = _bound("127.0.0.1", 0)
            self._servers.append(await asyncio.start_server(self._answer, sock=sock, ssl=context))
            return int(sock.getsockname()[1])

        return asyncio.run_coroutine_threadsafe(start(), self._loop).result(10)

    async def close(self) -> None:
        assert self._closing
        self._closing.set()
        for server in self._servers:
            server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert self._closing
        self.connected.append(writer.get_extra_info("sockname")[0])
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            number = writer.get_extra_info("sockname")[0].rpartition(".")[2]
            path = lines[0].split(" ")[1]
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
            reply = self._next(f"@{number}{path}", path)
            request = Request(f"@{number}{path}", headers, reply.is_known(headers), self._loop.time())
            self.asked.append(request)
            with self._counted(number):
                writer.write(reply.bytes(self, request))
                await writer.drain()
                if reply.act is not None:
                    await reply.act(writer, self._closing)
        writer.close()

    @contextlib.contextmanager
    def _counted(self, host: str) -> Iterator[None]:
        self._open[host] = self._open.get(host, 0) + 1
        self.most_at_once[host] = max(self.most_at_once.get(host, 0), self._open[host])
        yield
        self._open[host] -= 1

    def _next(self, url: str, path: str) -> Reply:
        replies = self.pages.get(url) or self.pages.get(path)
        if not replies:
            return Reply("none", status=404)
        return replies.pop(0) if len(replies) > 1 else replies[0]


def _bound(host: str, port: int) -> socket.socket:
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((host, port))
    return sock


class Web:
    """The loop in which the servers of all tests run."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="sites", daemon=True)
        self._thread.start()

    def site(self) -> Site:
        site = Site(self._loop)
        asyncio.run_coroutine_threadsafe(site.open(), self._loop).result(10)
        return site

    def end(self, site: Site) -> None:
        asyncio.run_coroutine_threadsafe(site.close(), self._loop).result(10)

    def close(self) -> None:
        async def finish() -> None:
            rest = asyncio.all_tasks() - {asyncio.current_task()}
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(finish(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


async def hang(writer: asyncio.StreamWriter, closing: asyncio.Event) -> None:
    """Says nothing more, and keeps the connection open."""
    await closing.wait()


def meet(hosts: int) -> Act:
    """Waits until so many hosts are being asked at once."""
    barrier = asyncio.Barrier(hosts)

    async def act(writer: asyncio.StreamWriter, closing: asyncio.Event) -> None:
        await barrier.wait()

    return act


def signal(event: threading.Event) -> Act:
    """Sets the event when the request comes, and then says nothing more."""

    async def act(writer: asyncio.StreamWriter, closing: asyncio.Event) -> None:
        event.set()
        await closing.wait()

    return act


async def reset(writer: asyncio.StreamWriter, closing: asyncio.Event) -> None:
    """Breaks the connection off."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


async def end(writer: asyncio.StreamWriter, closing: asyncio.Event) -> None:
    """Closes the connection, as a server does that names no length."""


def endless(piece: bytes) -> Act:
    """Says the same thing for ever, as fast as it is read."""

    async def act(writer: asyncio.StreamWriter, closing: asyncio.Event) -> None:
        while not closing.is_set():
            writer.write(piece)
            await writer.drain()

    return act


def drip(piece: bytes) -> Act:
    """A little at a time, for ever."""

    async def act(writer: asyncio.StreamWriter, closing: asyncio.Event) -> None:
        while not closing.is_set():
            writer.write(piece)
            await writer.drain()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(closing.wait(), 0.02)

    return act


def http_date(*when: int) -> str:
    """A date as in headers."""
    year, month, day, *rest = when
    hour, minute, second = (*rest, 0, 0, 0)[:3]
    return format_datetime(datetime(year, month, day, hour, minute, second, tzinfo=UTC), usegmt=True)
