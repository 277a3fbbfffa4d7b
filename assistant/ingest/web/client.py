"""Fetches URLs politely, in bounded time and size, with a one-line reason for whatever goes wrong."""

import asyncio
import http.cookiejar
import re
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version

import httpx

from assistant.index import FetchState
from assistant.ingest.web.content_type import WORDS, ContentType, content_type_of
from assistant.ingest.web.decompress import ACCEPT_ENCODING, decompress, too_large
from assistant.ingest.web.errors import StatusError, WebError, web_error
from assistant.ingest.web.pacing import HostQueue, retrying
from assistant.ingest.web.robots import MAX_BYTES, USER_AGENT, RedirectLoopError, Robots
from assistant.ingest.web.ssrf_guard import GuardedTransport, Resolve, SsrfGuard, system_resolve, validated_url
from assistant.settings import Settings
from assistant.utils import one_line, parse_retry_after, safe_to_show

MAX_REDIRECTS = 5
_ACCEPT = (
    "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, application/pdf;q=0.8, text/plain;q=0.8, */*;q=0.1"
)
_REDIRECTS, _PERMANENT_REDIRECTS = frozenset({301, 302, 303, 307, 308}), frozenset({301, 308})
_HEADER_VALUE = re.compile(r"[\x21-\x7e][\x20-\x7e]{0,499}")  # an ETag or date that may be sent back


@dataclass(frozen=True, slots=True)
class FetchResult:
    """A response, without a body when it is `not_modified`; `moved_to` is its URL after permanent redirects."""

    final_url: str
    not_modified: bool
    body: bytes
    media_type: str
    charset: str | None
    etag: str | None
    last_modified: str | None
    moved_to: str | None

    @property
    def kind(self) -> ContentType:
        """What the body is."""
        return content_type_of(self.body, self.media_type)

    @property
    def description(self) -> str:
        """What the body is in words, for a maintainer."""
        other = f"no text ({self.media_type})" if self.media_type else "nothing that can be read"
        return WORDS.get(self.kind, other)


@dataclass(slots=True)
class _Attempt:
    """One attempt at the URL `start`; `url` is where it is on its way along the redirects.

    `seconds_left` are those in which it must have been read whole, not counting the waits for a turn at its hosts.
    """

    start: str
    url: httpx.URL
    previous: FetchState | None
    is_robots: bool
    seconds_left: float
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)
    is_permanent: bool = True
    moved_to: str | None = None

    def conditional_headers(self) -> dict[str, str]:
        previous = self.previous
        # The ETag of one URL says nothing of another to which it redirects now.
        if previous is None or str(self.url) != str(validated_url(previous.final or self.start)):
            return {}
        headers = {"If-None-Match": previous.etag, "If-Modified-Since": previous.modified}
        return {name: value for name, value in headers.items() if value and _HEADER_VALUE.fullmatch(value)}

    def redirect(self, response: httpx.Response) -> None:
        location = response.headers.get("location")
        if not location:
            raise WebError(f"{response.status_code}: is redirected, without saying where to")
        self.cookies.extract_cookies(response)
        self.url = validated_url(self.url.join(location))
        self.is_permanent = self.is_permanent and response.status_code in _PERMANENT_REDIRECTS
        if self.is_permanent:
            self.moved_to = str(self.url)

    def result(self, response: httpx.Response, body: bytes) -> FetchResult:
        media_type, _, _ = response.headers.get("content-type", "").partition(";")
        previous = self.previous if response.status_code == 304 else None
        return FetchResult(
            final_url=str(self.url),
            not_modified=response.status_code == 304,
            body=body,
            media_type=media_type.strip().lower(),
            charset=response.charset_encoding,
            etag=_header(response, "etag") or (previous.etag if previous else None),
            last_modified=_header(response, "last-modified") or (previous.modified if previous else None),
            moved_to=self.moved_to,
        )


class Client(AbstractAsyncContextManager["Client"]):
    """Fetches URLs for one refresh; an asynchronous context manager, for one event loop."""

    def __init__(
        self, settings: Settings, *, resolve: Resolve = system_resolve, log: Callable[..., None] = lambda *_, **__: None
    ) -> None:
        self._settings, self.log = settings, log
        self._hosts = HostQueue(settings.web_delay)
        self.robots = Robots(self._fetch_robots)
        # Not from the environment: a proxy named there would connect past the guard.
        self._http = httpx.AsyncClient(
            transport=GuardedTransport(SsrfGuard(settings.web_hosts, resolve)),
            trust_env=False,
            headers={"User-Agent": _user_agent(settings), "Accept": _ACCEPT, "Accept-Encoding": ACCEPT_ENCODING},
            cookies=http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(allowed_domains=[])),
            timeout=httpx.Timeout(None, connect=settings.web_timeout / 2),
        )

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def _fetch_robots(self, url: str) -> bytes:
        return (await self.fetch(url, is_robots=True)).body

    async def fetch(self, url: str, previous: FetchState | None = None, *, is_robots: bool = False) -> FetchResult:
        """Fetch `url` on the condition that it changed since `previous`. Raises WebError for whatever goes wrong."""
        host, retry = validated_url(url).host, retrying(self._settings)
        try:
            result: FetchResult = await retry(self._follow, url, previous, is_robots)
        except WebError as error:
            self._hosts.note(host, error)
            if (attempts := retry.statistics["attempt_number"]) > 1:
                error.args = (f"{error} (tried {attempts} times)",)
            raise
        self._hosts.note(host, None)
        return result

    async def _follow(self, url: str, previous: FetchState | None, is_robots: bool) -> FetchResult:
        attempt = _Attempt(url, validated_url(url), previous, is_robots, self._settings.web_timeout)
        seen: set[tuple[str, int]] = set()
        for _ in range(MAX_REDIRECTS + 1):
            step = (str(attempt.url), len(attempt.cookies))
            if step in seen:
                raise RedirectLoopError("redirects in a circle")
            seen.add(step)
            result = await self._request(attempt)
            if result is not None:
                return result
        raise RedirectLoopError(f"redirects more than {MAX_REDIRECTS} times")

    async def _request(self, attempt: _Attempt) -> FetchResult | None:
        """The response, in the turn of its host and within the time left; None for a redirect, which is noted."""
        url, headers = attempt.url, attempt.conditional_headers()
        pause = 0.0 if attempt.is_robots else await self.robots.check(url)
        async with self._hosts.turn(url.host, pause):
            started, status = time.monotonic(), 0
            try:
                async with asyncio.timeout(max(0.0, attempt.seconds_left)):
                    request = self._http.build_request("GET", url, headers=headers)
                    attempt.cookies.set_cookie_header(request)
                    async with aclosing(await self._http.send(request, stream=True)) as response:
                        status = response.status_code
                        return await self._result(attempt, response, is_conditional=bool(headers))
            except Exception as error:
                raise web_error(error, self._settings.web_timeout) from None
            finally:
                seconds = time.monotonic() - started
                attempt.seconds_left -= seconds
                self.log("asked", url=safe_to_show(str(url)), status=status, seconds=seconds)

    async def _result(self, attempt: _Attempt, response: httpx.Response, is_conditional: bool) -> FetchResult | None:
        status = response.status_code
        if status in _REDIRECTS:
            attempt.redirect(response)
            return None
        if status == 304 and is_conditional:
            return attempt.result(response, b"")
        if status not in {200, 203}:
            error = StatusError(status, parse_retry_after(response.headers.get("retry-after")))
            if error.is_retryable and error.retry_after:
                self._hosts.hold(attempt.url.host, error.retry_after)
            raise error
        return attempt.result(response, await self._read_body(response, attempt.is_robots))

    async def _read_body(self, response: httpx.Response, is_robots: bool) -> bytes:
        """The decompressed body; that of a robots.txt is cut off where it is too large."""
        limit = MAX_BYTES if is_robots else self._settings.web_max_mb * 1_000_000
        length = response.headers.get("content-length", "")
        body = bytearray()
        if length.isdecimal() and int(length) > limit and not is_robots:
            raise too_large(limit)
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > limit:
                break
        return decompress(bytes(body), response.headers.get("content-encoding", ""), limit, truncate=is_robots)


def _header(response: httpx.Response, name: str) -> str | None:
    value = response.headers.get(name, "")
    return value if _HEADER_VALUE.fullmatch(value) else None


def _user_agent(settings: Settings) -> str:
    try:
        name = f"{USER_AGENT}/{version('article-assistant')}"
    except PackageNotFoundError:  # run from a copy of the sources that was never installed
        name = USER_AGENT
    contact = one_line(settings.web_contact or "").encode("ascii", "ignore").decode()
    return f"{name} (+{contact})" if contact else name
