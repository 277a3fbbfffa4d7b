"""Sources: where articles come from, as `sources.toml` lists them or as they are given by path or address."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from assistant.utils.strings import one_line
from assistant.utils.urls import normalize_url

SourceKind = Literal["folder", "file", "feed", "sitemap", "page", "web"]
KINDS: tuple[SourceKind, ...] = ("folder", "file", "feed", "sitemap", "page")
"""Those that `sources.toml` can list, each under a key of that name."""
LOCAL: frozenset[SourceKind] = frozenset({"folder", "file"})


@dataclass(frozen=True, slots=True)
class Source:
    """A source of articles. `location` is an absolute path or an address, and names it in the index.

    Kind "web" is an address of which only reading it tells whether it is a feed, a sitemap or a page. `publication`
    is the name of the publication of all its articles, `category` their category where they have none. `include` and
    `exclude` are globs, of paths in a folder or of addresses; all is included when there is none. `follow` says whether
    an item of a feed is followed to its page: "auto" does where the feed has no whole text. `most` bounds the pages
    that are read of a feed or sitemap at a time. `recheck` is after how long a page is asked for again, for
    corrections. `every`, `stale_after` and `quiet_after` are those of this source. `listed`: it stands in
    `sources.toml`.
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
    listed: bool = False

    @property
    def is_local(self) -> bool:
        """Whether it is a folder or file: what it no longer has is gone, while a web source only adds."""
        return self.kind in LOCAL


def path_of(text: str, folder: Path) -> str:
    """The location of a folder or file that is named from `folder`; ~ is the home. Raises ValueError."""
    from assistant.ingest.files import source_name

    if is_address(text):
        raise ValueError("is an address; name a folder or file, or say feed, sitemap or page")
    try:
        return source_name(folder / Path(text).expanduser())
    except (OSError, ValueError, RuntimeError):
        raise ValueError("is no path; write it as /folder/file, or as seen from the folder of this file") from None


def is_address(text: str) -> bool:
    """Whether `text` is meant as an address, of whatever sort, and not as a path."""
    return bool(re.match(r"\s*[a-z][a-z0-9+.-]*://", text, re.I))


def given(location: str) -> str | Path:
    """A location as one would give it: an address as text, a folder or file as a path."""
    return location if is_address(location) else Path(location)


def address(text: str) -> str:
    """The location of a web source, an http(s) address as it is given. Raises ValueError, as the end of a sentence."""
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


def same(location: str) -> str:
    """What two locations have in common when they are the same place."""
    return normalize_url(location) if is_address(location) else location


def slug(text: str) -> str:
    """A name for a source, made of `text`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9_]+", "-", plain)[:40].strip("-_") or "source"
