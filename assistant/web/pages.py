"""Pages: one address into the article that it holds, read once in a run whoever asks for it."""

import asyncio
import hashlib
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from assistant.index.fetch_state import FetchState
from assistant.ingest.items import Failure, Loaded
from assistant.loading.readers import read_bytes
from assistant.web import kinds
from assistant.web.client import Fetched
from assistant.web.failing import WebError
from assistant.web.run import Run


@dataclass(frozen=True, slots=True)
class Page:
    """What an address gave: the articles in it and what failed; neither when it is `unchanged` since the visit."""

    fetched: Fetched
    digest: str
    unchanged: bool = False
    outcomes: tuple[Loaded | Failure, ...] = ()


class NoArticleError(WebError):
    """It is there, and is no article."""


class Pages:
    """The pages of a run."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._asked: dict[tuple[str, FetchState | None], asyncio.Task[Page]] = {}

    async def get(self, url: str, visit: FetchState | None) -> Page:
        """The page at `url`, asked for on the condition that it changed since `visit`. Raises WebError."""
        # What else a visit holds does not matter for the answer, and differs between sources.
        condition = None if visit is None else replace(visit, place="", articles=(), checked=None, links=())
        key = (url.partition("#")[0], condition)
        if key not in self._asked:
            self._asked[key] = asyncio.create_task(self._read(url, condition))
        return await self._asked[key]

    async def _read(self, url: str, visit: FetchState | None) -> Page:
        fetched = await self._run.client.fetch(url, visit)
        if _is_front(fetched.final) and not _is_front(url):
            raise NoArticleError("leads to the front page of the site; the article is not there")
        return await page_of(self._run, fetched, visit)


async def page_of(run: Run, fetched: Fetched, visit: FetchState | None) -> Page:
    """The page that an address gave. Raises WebError when it is none."""
    if fetched.unchanged and visit is not None:
        return Page(fetched, visit.digest, unchanged=True)
    digest = hashlib.sha256(fetched.body).hexdigest()
    if visit is not None and visit.digest == digest:
        return Page(fetched, digest, unchanged=True)
    if not fetched.body.strip():
        raise NoArticleError("is empty")
    sort = kinds.sort_of(fetched.body, fetched.media)
    ending = kinds.ending(sort)
    if ending is None:
        raise NoArticleError(f"is {kinds.named(sort, fetched.media)}, not an article")
    found = await run.in_thread(read_bytes, fetched.body, ending, url=fetched.final, encoding=fetched.charset)
    return Page(fetched, digest, outcomes=tuple(found))


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path.strip("/") in {"", "index.html", "index.php"} and not parts.query
