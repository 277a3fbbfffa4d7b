"""Sources: where articles come from, as `sources.toml` lists them or as they are given by path or address."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Kind = Literal["folder", "file", "feed", "sitemap", "page", "web"]
LOCAL: frozenset[Kind] = frozenset({"folder", "file"})


@dataclass(frozen=True, slots=True)
class Source:
    """A source of articles. `location` is an absolute path or an address, and names it in the index.

    Kind "web" is an address of which only reading it tells whether it is a feed, a sitemap or a page. `publication`
    is the name of the publication of all its articles, `category` their category where they have none. `include` and
    `exclude` are globs, of paths in a folder or of addresses; all is included when there is none. `follow` says whether
    an item of a feed is followed to its page: "auto" does where the feed has no whole text. `most` bounds the pages
    that are read of a feed or sitemap at a time. `recheck` is after how long a page is asked for again, for corrections.
    `every`, `stale_after` and `quiet_after` are those of this source. `listed`: it stands in `sources.toml`.
    """

    name: str
    kind: Kind
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
