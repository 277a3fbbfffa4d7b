"""What a page points to: the feeds that it names in its head."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.ingest.files.encodings import UnknownEncoding, decode_html
from assistant.ingest.files.html import blocks
from assistant.ingest.web.url_list import address
from assistant.utils.strings import one_line
from assistant.utils.urls import safe_to_show

_FEEDS = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})
_HEAD = 300_000
_MOST = 10


@dataclass(frozen=True, slots=True)
class Pointer:
    """A feed that a page names."""

    url: str
    title: str | None


def feeds_named(body: bytes, charset: str | None, base: str) -> tuple[Pointer, ...]:
    """The feeds that a page names, those of comments left out."""
    try:
        tree = blocks.parse(decode_html(body, charset)[:_HEAD])
    except (UnknownEncoding, ValueError):
        return ()
    bases = [one.get("href") for one in tree.iter("base")]
    base = address(bases[0], base) or base if bases else base
    found: dict[str, Pointer] = {}
    for link in filter(_is_feed, tree.iter("link")):
        url = address(link.get("href"), base)
        if url is not None and "comments" not in url.rpartition("://")[2]:
            found.setdefault(url, Pointer(url, one_line(link.get("title") or "", 100) or None))
    return tuple(found.values())[:_MOST]


def _is_feed(link: Any) -> bool:
    is_other = "alternate" in (link.get("rel") or "").lower().split()
    return is_other and (link.get("type") or "").strip().lower() in _FEEDS


def cure(named: Sequence[Pointer]) -> str:
    """What to do about a page that is listed and is no article."""
    if not named:
        return "it names no feed; look on the site for one, or for its sitemap"
    return f"list one of the feeds that it names: {', '.join(safe_to_show(one.url) for one in named)}"
