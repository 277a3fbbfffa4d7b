"""A source of articles, as `sources.toml` lists it or as it is given by path or URL."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from assistant.utils import normalize_url, one_line

SourceKind = Literal["folder", "file", "feed", "sitemap", "page", "web"]
KINDS: tuple[SourceKind, ...] = ("folder", "file", "feed", "sitemap", "page")
"""The kinds that `sources.toml` can list, each under a key of that name."""
LOCAL: frozenset[SourceKind] = frozenset({"folder", "file"})


@dataclass(frozen=True, slots=True)
class Source:
    """A source of articles. `location` is an absolute path or a URL, and identifies it in the index.

    Kind "web" is a URL that only reading shows to be a feed, a sitemap or a page. `publication` is the publication of
    all its articles, `category` the category of those that have none. `include` and `exclude` are globs for paths in a
    folder or for URLs; without `include` all are included. `follow` says whether an item of a feed is followed to its
    page: "auto" does so where the feed does not have the full text. `most` is the number of pages read of a feed or
    sitemap in one refresh. `recheck` is how long after reading a page it is fetched again, for corrections. `every`,
    `stale_after` and `quiet_after` override the settings. `budget` is the time after which the rest of it is left for
    the next refresh. `paused`: it is not read, and its articles stay. `listed`: it is in `sources.toml`, or it is the
    folder of articles that were added by hand.
    """

    name: str
    kind: SourceKind
    location: str
    publication: str | None = None
    category: str | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    follow: Literal["auto", "always", "never"] = "auto"
    most: int = 200
    recheck: timedelta = timedelta(days=1)
    every: timedelta | None = None
    stale_after: timedelta | None = None
    quiet_after: timedelta | None = None
    budget: timedelta | None = None
    paused: bool = False
    listed: bool = False

    @property
    def is_local(self) -> bool:
        """Whether it is a folder or file: articles missing there are removed, while a web source only adds some."""
        return self.kind in LOCAL


def location_of(text: str, kind: SourceKind, folder: Path) -> str:
    """The location of a source: a URL, or the absolute path of `text` as seen from `folder`, in which ~ is home.

    Raises ValueError, whose text ends a sentence.
    """
    if kind not in LOCAL:
        return _web_url(text)
    if is_address(text):
        raise ValueError("is an address; name a folder or file, or say feed, sitemap or page")
    from assistant.ingest.files import source_name

    try:
        return source_name(folder / Path(text).expanduser())
    except (OSError, ValueError, RuntimeError):
        raise ValueError("is no path; write it as /folder/file, or as seen from the folder of this file") from None


def is_address(text: str) -> bool:
    """Whether `text` is meant as a URL, of whatever scheme, and not as a path."""
    return bool(re.match(r"\s*[a-z][a-z0-9+.-]*://", text, re.I))


def url_or_path(location: str) -> str | Path:
    """A location as a user gives it: a URL as text, a folder or file as a Path."""
    return location if is_address(location) else Path(location)


def _web_url(text: str) -> str:
    text = text.strip()
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError("is no address; write it as https://site.example/feed.xml") from None
    if parts.scheme.lower() not in {"http", "https"}:
        raise ValueError("is no web address; begin it with https:// or http://")
    if "@" in parts.netloc:
        raise ValueError("has a user or password in it; leave that out: no passwords in addresses")
    if not host or re.search(r"\s", text) or one_line(text) != text:
        raise ValueError("is no address; write it as https://site.example/feed.xml")
    return text


def location_key(location: str) -> str:
    """A spelling that is equal for all locations of the same source."""
    return normalize_url(location) if is_address(location) else location


def slug(text: str) -> str:
    """A name for a source, made of `text`."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9_]+", "-", ascii_text)[:40].strip("-_") or "source"


def local_kind(path: str) -> Literal["folder", "file"] | None:
    """Whether there is a folder or a file at `path`; None when there is neither."""
    try:
        return "folder" if Path(path).is_dir() else "file" if Path(path).exists() else None
    except (OSError, ValueError):
        return None
