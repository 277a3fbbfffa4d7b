"""Pages: one address into the article that it holds, read once in a run whoever asks for it."""

import asyncio
import hashlib
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from assistant.index.fetch_state import FetchState
from assistant.ingest.files.registry import read_bytes
from assistant.ingest.items import Failure, Loaded
from assistant.ingest.web import content_type
from assistant.ingest.web.client import Fetched
from assistant.ingest.web.errors import WebError
from assistant.ingest.web.session import WebSession


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """What an address gave: the articles in it and what failed; neither when it is `unchanged` since the visit."""

    fetched: Fetched
    digest: str
    unchanged: bool = False
    outcomes: tuple[Loaded | Failure, ...] = ()


class NoArticleError(WebError):
    """It is there, and is no article."""


class Pages:
    """The pages of a run."""

    def __init__(self, run: WebSession) -> None:
        self._run = run
        self._asked: dict[tuple[str, FetchState | None], asyncio.Task[FetchedPage]] = {}

    async def get(self, url: str, visit: FetchState | None) -> FetchedPage:
        """The page at `url`, asked for on the condition that it changed since `visit`. Raises WebError."""
        # What else a visit holds does not matter for the answer, and differs between sources.
        condition = None if visit is None else replace(visit, place="", articles=(), checked=None, links=())
        key = (url.partition("#")[0], condition)
        if key not in self._asked:
            self._asked[key] = asyncio.create_task(self._read(url, condition))
        return await self._asked[key]

    async def _read(self, url: str, visit: FetchState | None) -> FetchedPage:
        fetched = await self._run.client.fetch(url, visit)
        if _is_front(fetched.final) and not _is_front(url):
            raise NoArticleError("leads to the front page of the site; the article is not there")
        return await page_of(self._run, fetched, visit)


async def page_of(run: WebSession, fetched: Fetched, visit: FetchState | None) -> FetchedPage:
    """The page that an address gave. Raises WebError when it is none."""
    if fetched.unchanged and visit is not None:
        return FetchedPage(fetched, visit.digest, unchanged=True)
    digest = hashlib.sha256(fetched.body).hexdigest()
    if visit is not None and visit.digest == digest:
        return FetchedPage(fetched, digest, unchanged=True)
    if not fetched.body.strip():
        raise NoArticleError("is empty")
    sort = content_type.sort_of(fetched.body, fetched.media)
    ending = content_type.ending(sort)
    if ending is None:
        raise NoArticleError(f"is {content_type.named(sort, fetched.media)}, not an article")
    found = await run.in_thread(
        read_bytes, fetched.body, ending, run.sandbox, url=fetched.final, encoding=fetched.charset
    )
    return FetchedPage(fetched, digest, outcomes=tuple(found))


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path.strip("/") in {"", "index.html", "index.php"} and not parts.query
