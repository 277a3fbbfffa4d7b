"""Listings: what a feed or sitemap says of the articles that it names."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from urllib.parse import urldefrag, urljoin, urlsplit

from assistant.ingest.sources.source import Source


@dataclass(frozen=True, slots=True)
class Entry:
    """One article, as a feed or sitemap tells of it. `place` names it in there: its address, where it has one.

    `text` is plain; `is_cut` when it says itself that there is more of it. `changed` is when the page was last written,
    for whatever reason, as sitemaps tell. `said` is a digest of all the rest.
    """

    place: str
    url: str | None = None
    title: str | None = None
    text: str = ""
    is_cut: bool = False
    published: datetime | None = None
    updated: datetime | None = None
    changed: datetime | None = None
    author: str | None = None
    category: str | None = None
    publication: str | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class UrlList:
    """The entries of a feed or sitemap in its order, each once, and what a maintainer should know of it.

    `sheets` are the further sitemaps that it names, each with what it says of when they changed.
    """

    entries: tuple[Entry, ...] = ()
    notices: tuple[str, ...] = ()
    sheets: tuple[Entry, ...] = ()


def digest(*values: object) -> str:
    """A name for what was said: 32 hex digits."""
    state = hashlib.sha256()
    for value in values:
        state.update(("" if value is None else f"={value}").encode("utf-8", "surrogatepass") + b"\x1f")
    return state.hexdigest()[:32]


def once(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The first of each place, with the digest of what it says."""
    first: dict[str, Entry] = {}
    for entry in entries:
        if entry.place not in first:
            dates = (entry.published, entry.updated, entry.changed)
            plain = (entry.title, entry.text, entry.author, entry.category, entry.publication)
            first[entry.place] = replace(entry, said=digest(*plain, *dates))
    return tuple(first.values())


def address(link: str | None, base: str) -> str | None:
    """The whole address that a link names, None when it is none of the web."""
    link = "".join((link or "").split())  # line ends and indents get into links
    if not link:
        return None
    try:
        whole = urldefrag(urljoin(base, link)).url
        parts = urlsplit(whole)
        return whole if parts.scheme.lower() in {"http", "https"} and parts.hostname else None
    except ValueError:
        return None


def iso_date(text: str | None) -> datetime | None:
    """A date of ISO 8601 as an aware datetime, None for another: a year alone says too little."""
    try:
        found = datetime.fromisoformat(text.strip()) if text else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)


def is_wanted(source: Source, place: str) -> bool:
    """Whether the globs of a source let an address in; one that starts with / is of its path."""
    if source.include and not any(_matches(place, glob) for glob in source.include):
        return False
    return not any(_matches(place, glob) for glob in source.exclude)


def _matches(place: str, glob: str) -> bool:
    parts = urlsplit(place)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return any(fnmatchcase(one, glob) for one in (place, path, path.lstrip("/")))
