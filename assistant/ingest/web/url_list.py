"""The entries of a feed or sitemap, and the URLs in them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from urllib.parse import urldefrag, urljoin, urlsplit

from assistant.ingest.sources import Source


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
    """The entries of a feed or sitemap in its order, without duplicates, and what a maintainer should know of it.

    `sitemaps` are the entries of a sitemap index.
    """

    entries: tuple[Entry, ...] = ()
    notices: tuple[str, ...] = ()
    sitemaps: tuple[Entry, ...] = ()


def _digest(*values: object) -> str:
    state = hashlib.sha256()
    for value in values:
        state.update(("" if value is None else f"={value}").encode("utf-8", "surrogatepass") + b"\x1f")
    return state.hexdigest()[:32]


def deduplicate(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The first entry of each key, with its digest."""
    first: dict[str, Entry] = {}
    for entry in entries:
        if entry.key not in first:
            dates = (entry.published, entry.updated, entry.lastmod)
            texts = (entry.title, entry.text, entry.author, entry.category, entry.publication)
            first[entry.key] = replace(entry, digest=_digest(*texts, *dates))
    return tuple(first.values())


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


def iso_date(text: str | None) -> datetime | None:
    """An ISO 8601 date as an aware datetime, in UTC where it has no zone; None for anything else."""
    try:
        moment = datetime.fromisoformat(text.strip()) if text else None
    except ValueError:
        return None
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)


def is_included(source: Source, url: str) -> bool:
    """Whether the globs of a source allow a URL; a glob may match the whole URL or its path."""
    if source.include and not any(_matches(url, glob) for glob in source.include):
        return False
    return not any(_matches(url, glob) for glob in source.exclude)


def _matches(url: str, glob: str) -> bool:
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return any(fnmatchcase(text, glob) for text in (url, path, path.lstrip("/")))
