"""What a page points to: the feeds that it names in its head."""

from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

from assistant.addresses import safe_to_show
from assistant.articles import one_line
from assistant.loading.encodings import UnknownEncoding, decode_html
from assistant.web.listings import address

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
        text = decode_html(body, charset)
    except UnknownEncoding:
        return ()
    head = _Head()
    head.feed(text[:_HEAD])
    found: dict[str, Pointer] = {}
    for link, title in head.links:
        url = address(link, address(head.base, base) or base)
        if url is not None and "comments" not in url.rpartition("://")[2]:
            found.setdefault(url, Pointer(url, one_line(title or "", 100) or None))
    return tuple(found.values())[:_MOST]


def cure(named: Sequence[Pointer]) -> str:
    """What to do about a page that is listed and is no article."""
    if not named:
        return "it names no feed; look on the site for one, or for its sitemap"
    return f"list one of the feeds that it names: {', '.join(safe_to_show(one.url) for one in named)}"


class _Head(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[tuple[str, str | None]] = []
        self.base: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "base" and self.base is None:
            self.base = values.get("href")
        if tag != "link" or "alternate" not in (values.get("rel") or "").lower().split():
            return
        if (values.get("type") or "").strip().lower() in _FEEDS and values.get("href"):
            self.links.append((values["href"] or "", values.get("title")))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
