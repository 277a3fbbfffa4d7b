"""Web pages into articles, each fetched once per refresh however many sources ask for it."""

import asyncio
import hashlib
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from assistant.articles import Article
from assistant.index import FetchState
from assistant.ingest.files import read_bytes
from assistant.ingest.items import Failure, Loaded
from assistant.ingest.web.client import FetchResult
from assistant.ingest.web.content_type import SUFFIXES
from assistant.ingest.web.errors import WebError
from assistant.ingest.web.session import WebSession


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """The articles of a page and what failed in it; neither when it is `unchanged` since the previous fetch."""

    fetched: FetchResult
    digest: str
    unchanged: bool = False
    outcomes: tuple[Loaded | Failure, ...] = ()

    def articles(self) -> list[Article]:
        """Its articles. Raises NoArticleError when there is none, or one that failed."""
        failed = next((outcome.reason for outcome in self.outcomes if isinstance(outcome, Failure)), None)
        if failed or not self.outcomes:
            raise NoArticleError(failed or "no article was found in it")
        return [outcome.article for outcome in self.outcomes if isinstance(outcome, Loaded)]


class NoArticleError(WebError):
    """The page exists but is not an article."""


class Pages:
    """Fetches and parses the pages of one refresh."""

    def __init__(self, session: WebSession) -> None:
        self._session = session
        self._tasks: dict[tuple[str, FetchState | None], asyncio.Task[FetchedPage]] = {}

    async def get(self, url: str, previous: FetchState | None) -> FetchedPage:
        """The page at `url`, requested on the condition that it changed since `previous`. Raises WebError."""
        # The other fields do not matter for the request, and differ between sources.
        condition = None if previous is None else replace(previous, key="", articles=(), checked=None, links=())
        key = (url.partition("#")[0], condition)
        if key not in self._tasks:
            self._tasks[key] = asyncio.create_task(self._fetch(url, condition))
        return await self._tasks[key]

    async def _fetch(self, url: str, previous: FetchState | None) -> FetchedPage:
        fetched = await self._session.client.fetch(url, previous)
        if _is_front_page(fetched.final_url) and not _is_front_page(url):
            raise NoArticleError("leads to the front page of the site; the article is not there")
        return await parse_page(self._session, fetched, previous)


async def parse_page(session: WebSession, fetched: FetchResult, previous: FetchState | None) -> FetchedPage:
    """The articles of a fetched page. Raises WebError when it is not an article."""
    if fetched.not_modified and previous is not None:
        return FetchedPage(fetched, previous.digest, unchanged=True)
    digest = hashlib.sha256(fetched.body).hexdigest()
    if previous is not None and previous.digest == digest:
        return FetchedPage(fetched, digest, unchanged=True)
    if not fetched.body.strip():
        raise NoArticleError("is empty")
    suffix = SUFFIXES.get(fetched.kind)
    if suffix is None:
        raise NoArticleError(f"is {fetched.description}, not an article")
    outcomes = await session.in_thread(
        read_bytes, fetched.body, suffix, session.sandbox, url=fetched.final_url, encoding=fetched.charset
    )
    return FetchedPage(fetched, digest, outcomes=tuple(outcomes))


def _is_front_page(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path.strip("/") in {"", "index.html", "index.php"} and not parts.query
