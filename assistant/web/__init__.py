"""Reading the web, politely and safely: feeds, sitemaps and single pages into articles.

`read` gives, source by source, what was found; `discover` says what an address is. Only public addresses are read, each
site as its robots.txt allows, one request at a time, in bounded time and size.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from assistant.ingest.items import Item, Known
from assistant.settings import Settings
from assistant.sources import Source
from assistant.utils.concurrency import CancelToken

if TYPE_CHECKING:
    from assistant.web.discovering import Found

__all__ = ["discover", "read"]

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


def read(
    sources: Sequence[Source],
    known: Known,
    settings: Settings,
    *,
    stop: CancelToken | None = None,
    progress: Callable[[int], None] = lambda count: None,
    log: Callable[..., None] = lambda event, **values: None,
    resolve: Resolve | None = None,
) -> Iterator[tuple[str, Item]]:
    """What the sources hold, as pairs of a source's location and an item of it: articles, failures, visits, notices.

    Never raises for what the web does. The items of one source come in its own order: of each place first its articles,
    then the visit; last the visits of the feed or sitemap itself. What has not changed since the visit that `known`
    gives is only a visit. It ends soon after `stop` is made, and when it is closed.

    `progress` is told the number of items so far. `known` and `log` are called from another thread, `log` for each
    request with the name of an event and its values. `resolve` looks up the addresses of a name in the system's stead.
    """
    from assistant.web import guard, running

    return running.read(sources, known, settings, stop, progress, log, resolve or guard.system_resolve)


def discover(url: str, settings: Settings) -> "list[Found]":
    """What is at an address, and of a page the feeds that it names and the sitemaps of its site.

    Raises RefreshError, in one line, when it cannot be read.
    """
    from assistant.web import discovering

    return discovering.discover(url, settings)
