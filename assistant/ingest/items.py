"""From the fields of a file or record to an Article, each checked."""

from collections.abc import Callable
from dataclasses import dataclass

from assistant.articles import Article
from assistant.index.fetch_state import FetchState


@dataclass(frozen=True, slots=True)
class Loaded:
    """An article and the file it came from, as named within its source."""

    article: Article
    file: str
    where: str


@dataclass(frozen=True, slots=True)
class Failure:
    """What could not be taken in. `where` names the file (and line); `whole` when it is all of the source.

    `source` is the name of the source, once a refresh told of it.
    """

    file: str
    where: str
    reason: str
    whole: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """What a maintainer should know of a source, though nothing failed."""

    text: str


Item = Loaded | Failure | FetchState | Notice
Known = Callable[[str, str], FetchState | None]
"""The last visit to (origin of the source, place in it), None when there was none or it says nothing any more."""
