"""What the robots.txt of a site allows, fetched once per refresh."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import httpx

from assistant.ingest.web.errors import HostClosedError, RobotsForbiddenError, StatusError, UnsafeUrlError, WebError

if TYPE_CHECKING:
    from protego import Protego

USER_AGENT = "ArticleAssistant"
MAX_BYTES = 500_000  # RFC 9309, 2.5; what comes after them is not read
MAX_DELAY = 30.0  # seconds


class RedirectLoopError(WebError):
    """Too many redirects; such a robots.txt counts as missing (RFC 9309, 2.3.1.2)."""


class Robots:
    """The robots.txt rules of all sites; `fetch` returns the bytes of a robots.txt or raises WebError."""

    def __init__(self, fetch: Callable[[str], Awaitable[bytes]]) -> None:
        self._fetch = fetch
        self._rules: dict[str, asyncio.Task[Protego | None]] = {}

    async def check(self, url: httpx.URL) -> float:
        """The seconds to leave between two requests. Raises RobotsForbiddenError when the URL must not be read."""
        rules = await self._rules_of(url)
        if rules is None:
            return 0.0
        if not rules.can_fetch(str(url), USER_AGENT):
            raise RobotsForbiddenError("the site's robots.txt does not allow it")
        rate = rules.request_rate(USER_AGENT)
        between = rate.seconds / rate.requests if rate and rate.requests else 0.0
        return min(max(rules.crawl_delay(USER_AGENT) or 0.0, between), MAX_DELAY)

    async def sitemaps(self, url: httpx.URL) -> list[str]:
        """The sitemaps that the robots.txt of a site lists. Raises WebError when nothing may be read of the site."""
        rules = await self._rules_of(url)
        return [] if rules is None else list(rules.sitemaps)[:20]

    async def _rules_of(self, url: httpx.URL) -> "Protego | None":
        robots_url = str(url.copy_with(raw_path=b"/robots.txt"))
        if robots_url not in self._rules:
            self._rules[robots_url] = asyncio.create_task(self._read(robots_url))
        return await self._rules[robots_url]

    async def _read(self, robots_url: str) -> "Protego | None":
        """The rules of a site; None when all is allowed. Raises WebError when nothing is."""
        try:
            body = await self._fetch(robots_url)
        except RedirectLoopError:
            return None
        except StatusError as error:
            if error.status == 429 or error.status >= 500:
                raise HostClosedError(f"not read this time, as the site's robots.txt answers {error}") from None
            return None  # there is none
        except (HostClosedError, UnsafeUrlError):
            raise
        except WebError as error:
            raise HostClosedError(f"{error} (its robots.txt)") from None
        from protego import Protego

        return Protego.parse(body.decode("utf-8-sig", "replace"))
