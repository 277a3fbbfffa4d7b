"""The client: one address, asked for politely, in bounded time and size, with a plain line for what went wrong."""

import http.cookiejar
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType

import httpx

from assistant.index.fetch_state import FetchState
from assistant.ingest.web.decompress import ACCEPTED, Unpacked
from assistant.ingest.web.errors import StatusError, WebError, web_error
from assistant.ingest.web.rate_limit import HostQueue
from assistant.ingest.web.retry import Clock, tries, wait_asked
from assistant.ingest.web.robots import AGENT, LARGEST, CircleError, Robots
from assistant.ingest.web.ssrf_guard import Resolve, SsrfGuard, checked, system_resolve
from assistant.ingest.web.transport import Transport
from assistant.settings import Settings
from assistant.utils.strings import one_line
from assistant.utils.urls import safe_to_show

MOST_REDIRECTS = 5
_ACCEPT = (
    "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, application/pdf;q=0.8, text/plain;q=0.8, */*;q=0.1"
)
_BUSY = frozenset({429, 503})  # a host that goes on with these would hold up all the others
_MOVED, _FOR_GOOD = frozenset({301, 302, 303, 307, 308}), frozenset({301, 308})
_FIELD = re.compile(r"[\x21-\x7e][\x20-\x7e]{0,499}")  # what may be sent back as a header


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave. `status` is 200, or 304 when it is as it was at the visit, with no body then.

    `final` is where the redirects led; `moved` is the new address when the old one has moved there for good.
    """

    url: str
    final: str
    status: int
    body: bytes
    media: str
    charset: str | None
    etag: str | None
    modified: str | None
    moved: str | None

    @property
    def unchanged(self) -> bool:
        """Whether it is as it was at the visit before."""
        return self.status == 304


class Client:
    """Reads addresses for one run; used as an asynchronous context manager, in one loop."""

    def __init__(
        self, settings: Settings, *, resolve: Resolve = system_resolve, log: Callable[..., None] = lambda *_, **__: None
    ) -> None:
        self._settings, self._log = settings, log
        self._turns = HostQueue(settings.web_delay)
        self.robots = Robots(self._robots)
        transport = Transport(SsrfGuard(settings.web_hosts, resolve))
        # No environment: a proxy named there would make the connections past the guard.
        self._http = httpx.AsyncClient(
            transport=transport,
            trust_env=False,
            headers={"User-Agent": _agent(settings), "Accept": _ACCEPT, "Accept-Encoding": ACCEPTED},
            cookies=http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(allowed_domains=[])),
            timeout=httpx.Timeout(None, connect=settings.web_timeout / 2),
        )

    async def __aenter__(self) -> "Client":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def fetch(self, url: str, visit: FetchState | None = None) -> Fetched:
        """The address, on the condition that it changed since `visit`. Raises WebError in all that may go wrong."""
        return await self._fetch(url, visit, self._settings.web_max_mb * 1_000_000)

    async def _robots(self, url: str) -> bytes:
        return (await self._fetch(url, None, LARGEST, robots=True)).body

    async def _fetch(self, url: str, visit: FetchState | None, limit: float, robots: bool = False) -> Fetched:
        host, tried = checked(url).host, 0
        try:
            async for attempt in tries(self._settings):
                with attempt:
                    tried += 1
                    found = await _Chain(self, url, visit, limit, robots).followed()
                    self._turns.answered(host)
                    return found
        except WebError as error:
            busy = isinstance(error, StatusError) and error.status in _BUSY
            (self._turns.silent if error.silent or busy else self._turns.answered)(host)
            if isinstance(error, StatusError) and error.closes:
                self._turns.close(host, f"{host} answered {error}")
            if tried > 1:
                error.args = (f"{error} (tried {tried} times)",)
            raise
        raise AssertionError("the last try returns or raises")

    @asynccontextmanager
    async def answer(
        self, url: httpx.URL, headers: Mapping[str, str], clock: Clock, robots: bool, cookies: httpx.Cookies
    ) -> AsyncIterator[httpx.Response]:
        """The answer of one address, in its host's turn and in the time that is left; raises WebError."""
        pause = 0.0 if robots else await self.robots.check(url)
        async with self._turns.turn(url.host, pause):
            begun, status = time.monotonic(), 0
            try:
                async with clock.running():
                    request = self._http.build_request("GET", url, headers=headers)
                    cookies.set_cookie_header(request)
                    response = await self._http.send(request, stream=True)
                    try:
                        status = response.status_code
                        yield response
                    finally:
                        await response.aclose()
            except Exception as error:
                raise web_error(error, self._settings.web_timeout) from None
            finally:
                self._log("asked", url=safe_to_show(str(url)), status=status, seconds=time.monotonic() - begun)

    def hold(self, host: str, error: StatusError) -> None:
        """Let nobody ask a host that wants to be left alone for a while."""
        if error.worth and error.wait:
            self._turns.hold(host, error.wait)

    @property
    def shown_limit(self) -> str:
        """The size over which nothing is read, in words."""
        return f"{self._settings.web_max_mb:g} MB (setting web_max_mb)"

    @property
    def clock(self) -> Clock:
        """The time in which an address must have come whole."""
        return Clock(self._settings.web_timeout)


class _Chain:
    """One try at an address, with the redirects that it leads through."""

    def __init__(self, client: Client, url: str, visit: FetchState | None, limit: float, robots: bool) -> None:
        self._client, self._url, self._visit, self._limit, self._robots = client, url, visit, limit, robots
        self._clock = client.clock
        self._cookies = httpx.Cookies()
        self._for_good = True
        self._moved: str | None = None

    async def followed(self) -> Fetched:
        current = checked(self._url)
        seen: set[tuple[str, int]] = set()
        for _ in range(MOST_REDIRECTS + 1):
            here = (str(current), len(self._cookies))
            if here in seen:
                raise CircleError("redirects in a circle")
            seen.add(here)
            found = await self._step(current)
            if isinstance(found, Fetched):
                return found
            current = found
        raise CircleError(f"redirects more than {MOST_REDIRECTS} times")

    async def _step(self, url: httpx.URL) -> Fetched | httpx.URL:
        """What the address gives, or where it leads."""
        headers = self._condition(url)
        async with self._client.answer(url, headers, self._clock, self._robots, self._cookies) as response:
            status = response.status_code
            if status in _MOVED:
                return self._led(url, response)
            if status == 304 and headers:
                return self._made(url, response, b"")
            if status not in {200, 203}:
                error = StatusError(status, wait_asked(response.headers.get("retry-after")))
                self._client.hold(url.host, error)
                raise error
            return self._made(url, response, await self._body(response))

    def _condition(self, url: httpx.URL) -> dict[str, str]:
        visit = self._visit
        # What the server said of one address says nothing of another to which it is redirected now.
        if visit is None or str(url) != str(checked(visit.final or self._url)):
            return {}
        headers = {"If-None-Match": visit.etag, "If-Modified-Since": visit.modified}
        return {name: value for name, value in headers.items() if value and _FIELD.fullmatch(value)}

    def _led(self, url: httpx.URL, response: httpx.Response) -> httpx.URL:
        place = response.headers.get("location")
        if not place:
            raise WebError(f"{response.status_code}: is redirected, without saying where to")
        self._cookies.extract_cookies(response)
        target = checked(url.join(place))
        self._for_good = self._for_good and response.status_code in _FOR_GOOD
        if self._for_good:
            self._moved = str(target)
        return target

    async def _body(self, response: httpx.Response) -> bytes:
        shown = self._client.shown_limit
        unpacked = Unpacked(response.headers.get("content-encoding", ""), self._limit, shown, cut=self._robots)
        length = response.headers.get("content-length", "")
        if length.isdecimal() and int(length) > self._limit and not self._robots:
            raise WebError(f"larger than {shown}")
        async for chunk in response.aiter_raw():
            unpacked.add(chunk)
            if unpacked.is_full:
                break
        return unpacked.whole()

    def _made(self, url: httpx.URL, response: httpx.Response, body: bytes) -> Fetched:
        media, _, _ = response.headers.get("content-type", "").partition(";")
        kept = self._visit if response.status_code == 304 else None
        return Fetched(
            url=self._url,
            final=str(url),
            status=304 if response.status_code == 304 else 200,
            body=body,
            media=media.strip().lower(),
            charset=response.charset_encoding,
            etag=_field(response, "etag") or (kept.etag if kept else None),
            modified=_field(response, "last-modified") or (kept.modified if kept else None),
            moved=self._moved,
        )


def _field(response: httpx.Response, name: str) -> str | None:
    value = response.headers.get(name, "")
    return value if _FIELD.fullmatch(value) else None


def _agent(settings: Settings) -> str:
    try:
        named = f"{AGENT}/{version('article-assistant')}"
    except PackageNotFoundError:  # run from a copy of the sources that was never installed
        named = AGENT
    contact = one_line(settings.web_contact or "").encode("ascii", "ignore").decode()
    return f"{named} (+{contact})" if contact else named
