"""The entries of a feed or sitemap, and the URLs in them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urldefrag, urljoin, urlsplit

from assistant.ingest.sources import Source
from assistant.utils import is_included

EARLIEST = datetime.min.replace(tzinfo=UTC)  # to sort what has no date after what has one


@dataclass(frozen=True, slots=True)
class Entry:
    """One article in a feed or sitemap. `key` identifies it there: its URL, where it has one.

    `text` is plain; `is_cut` when it says itself that there is more. `lastmod` is when the page last changed for any
    reason, as sitemaps give it. `digest` is that of all other fields.
    """

    key: str
    url: str | None = None
    title: str | None = None
    text: str = ""
    is_cut: bool = False
    published: datetime | None = None
    updated: datetime | None = None
    lastmod: datetime | None = None
    author: str | None = None
    category: str | None = None
    publication: str | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class UrlList:
    """The entries of a feed or sitemap in order, without duplicates, and notices; `sitemaps` are those of an index."""

    entries: tuple[Entry, ...] = ()
    notices: tuple[str, ...] = ()
    sitemaps: tuple[Entry, ...] = ()


def deduplicate(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The first entry of each key, with its digest."""
    first: dict[str, Entry] = {}
    for entry in entries:
        first.setdefault(entry.key, entry)
    return tuple(replace(entry, digest=_digest(entry)) for entry in first.values())


def _digest(entry: Entry) -> str:
    texts = (entry.title, entry.text, entry.author, entry.category, entry.publication)
    state = hashlib.sha256()
    for value in (*texts, entry.published, entry.updated, entry.lastmod):
        state.update(("" if value is None else f"={value}").encode("utf-8", "surrogatepass") + b"\x1f")
    return state.hexdigest()[:32]


def absolute_url(link: str | None, base: str) -> str | None:
    """The http(s) URL that `link` stands for, relative to `base` and without its fragment; None when it is none."""
    link = "".join((link or "").split())  # line ends and indents get into links
    if not link:
        return None
    try:
        url = urldefrag(urljoin(base, link)).url
        parts = urlsplit(url)
        return url if parts.scheme.lower() in {"http", "https"} and parts.hostname else None
    except ValueError:
        return None


def is_allowed(source: Source, url: str) -> bool:
    """Whether the globs of a source allow a URL; a glob may match the whole URL or its path."""
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return is_included((url, path, path.lstrip("/")), source.include, source.exclude)
