"""What reading a source gives: articles, failures, fetch states and notices."""

from collections.abc import Callable
from dataclasses import dataclass

from assistant.articles import Article
from assistant.index import FetchState


@dataclass(frozen=True, slots=True)
class Loaded:
    """An article and the file or URL it came from: `file` as named within its source, `where` as shown to users."""

    article: Article
    file: str
    where: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that could not be read. `where` names the file (and line); `whole` when it is the entire source.

    `source` is the name of the source, set by the refresh.
    """

    file: str
    where: str
    reason: str
    whole: bool = False
    source: str = ""


class ParseError(ValueError):
    """Something cannot be read as an article; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a maintainer should know of a source, though nothing failed."""

    text: str


@dataclass(frozen=True, slots=True)
class Left:
    """A file that is left for the next refresh, so that nothing may be concluded of it."""

    file: str


Item = Loaded | Failure | FetchState | Notice | Left
KnownState = Callable[[str, str], FetchState | None]
"""The last fetch state of (location of the source, key in it); None when there is none or it no longer counts."""
