"""What the robots.txt of a site allows, asked for once in a run."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from assistant.ingest.web.errors import ClosedError, ForbiddenError, RefusedError, StatusError, WebError

if TYPE_CHECKING:
    from protego import Protego

AGENT = "ArticleAssistant"
LARGEST = 500_000  # bytes that count (RFC 9309, 2.5); what comes after them is not read
LONGEST_DELAY = 30.0


class CircleError(WebError):
    """It is redirected too often; a robots.txt that is counts as none (RFC 9309, 2.3.1.2)."""


@dataclass(frozen=True, slots=True)
class _Rules:
    parsed: "Protego | None" = None  # None: all is allowed
    refusal: type[WebError] | None = None  # as what, and why, nothing of the site is read
    because: str = ""


class Robots:
    """The rules of all sites of a run; `fetch` gives the bytes of a robots.txt or raises WebError."""

    def __init__(self, fetch: Callable[[str], Awaitable[bytes]]) -> None:
        self._fetch = fetch
        self._rules: dict[str, asyncio.Task[_Rules]] = {}

    async def check(self, url: httpx.URL) -> float:
        """Seconds to leave between two requests. Raises ForbiddenError when the address must not be read."""
        rules = await self._of(url)
        if rules.refusal is not None:
            raise rules.refusal(rules.because)
        if rules.parsed is None:
            return 0.0
        if not rules.parsed.can_fetch(str(url), AGENT):
            raise ForbiddenError("the site's robots.txt does not allow it")
        rate = rules.parsed.request_rate(AGENT)
        delays = (
            rules.parsed.crawl_delay(AGENT) or 0.0,
            rate.seconds / rate.requests if rate and rate.requests else 0.0,
        )
        return min(max(delays), LONGEST_DELAY)

    async def sitemaps(self, url: httpx.URL) -> list[str]:
        """The sitemaps that the robots.txt of a site names."""
        rules = await self._of(url)
        return list(rules.parsed.sitemaps)[:20] if rules.parsed is not None else []

    async def _of(self, url: httpx.URL) -> _Rules:
        place = str(url.copy_with(raw_path=b"/robots.txt"))
        if place not in self._rules:
            self._rules[place] = asyncio.create_task(self._read(place))
        return await self._rules[place]

    async def _read(self, place: str) -> _Rules:
        try:
            body = await self._fetch(place)
        except CircleError:
            return _Rules()
        except StatusError as error:
            if error.status == 429 or error.status >= 500:
                because = f"not read this time, as the site's robots.txt answers {error}"
                return _Rules(refusal=ClosedError, because=because)
            return _Rules()  # there is none
        except (ClosedError, RefusedError) as error:
            return _Rules(refusal=type(error), because=str(error))
        except WebError as error:
            return _Rules(refusal=ClosedError, because=f"{error} (its robots.txt)")
        return _Rules(_parsed(body))


def _parsed(body: bytes) -> "Protego":
    from protego import Protego

    return Protego.parse(body.decode("utf-8-sig", "replace"))
