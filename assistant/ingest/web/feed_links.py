"""The feeds that a page links to in its head."""

from collections.abc import Sequence
from typing import Any

from assistant.ingest.files import decode_html
from assistant.ingest.files import parse as parse_html
from assistant.ingest.items import ParseError
from assistant.ingest.web.url_list import absolute_url
from assistant.utils import safe_to_show

_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})
_MAX_CHARACTERS = 300_000
_MAX_LINKS = 10


def find_feed_links(body: bytes, charset: str | None, base: str) -> list[str]:
    """The URLs of the feeds that a page links to, except those of comments. `base` is the URL of the page."""
    try:
        tree = parse_html(decode_html(body, charset)[:_MAX_CHARACTERS])
    except ParseError:
        return []
    bases = [element.get("href") for element in tree.iter("base")][:1]
    base = next(filter(None, (absolute_url(href, base) for href in bases)), base)
    urls = (absolute_url(link.get("href"), base) for link in tree.iter("link") if _is_feed_link(link))
    found = dict.fromkeys(url for url in urls if url and "comments" not in url.rpartition("://")[2])
    return list(found)[:_MAX_LINKS]


def _is_feed_link(link: Any) -> bool:
    is_alternate = "alternate" in (link.get("rel") or "").lower().split()
    return is_alternate and (link.get("type") or "").strip().lower() in _FEED_TYPES


def advice(links: Sequence[str]) -> str:
    """What to do about a listed page that is not an article."""
    if not links:
        return "it names no feed; look on the site for one, or for its sitemap"
    return f"list one of the feeds that it names: {', '.join(map(safe_to_show, links))}"
