"""The feeds that a page links to in its head."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.ingest.files import decode_html
from assistant.ingest.files import parse as parse_html
from assistant.ingest.items import ParseError
from assistant.ingest.web.url_list import absolute_url
from assistant.utils import one_line, safe_to_show

_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})
_MAX_CHARACTERS = 300_000
_MAX_LINKS = 10


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A link to a feed."""

    url: str
    title: str | None


def find_feed_links(body: bytes, charset: str | None, base: str) -> tuple[FeedLink, ...]:
    """The feeds that a page links to, except those of comments. `base` is the URL of the page."""
    try:
        tree = parse_html(decode_html(body, charset)[:_MAX_CHARACTERS])
    except ParseError:
        return ()
    bases = [element.get("href") for element in tree.iter("base")]
    base = absolute_url(bases[0], base) or base if bases else base
    feeds: dict[str, FeedLink] = {}
    for link in filter(_is_feed_link, tree.iter("link")):
        url = absolute_url(link.get("href"), base)
        if url is not None and "comments" not in url.rpartition("://")[2]:
            feeds.setdefault(url, FeedLink(url, one_line(link.get("title") or "", 100) or None))
    return tuple(feeds.values())[:_MAX_LINKS]


def _is_feed_link(link: Any) -> bool:
    is_alternate = "alternate" in (link.get("rel") or "").lower().split()
    return is_alternate and (link.get("type") or "").strip().lower() in _FEED_TYPES


def advice(links: Sequence[FeedLink]) -> str:
    """What to do about a listed page that is not an article."""
    if not links:
        return "it names no feed; look on the site for one, or for its sitemap"
    return f"list one of the feeds that it names: {', '.join(safe_to_show(link.url) for link in links)}"
