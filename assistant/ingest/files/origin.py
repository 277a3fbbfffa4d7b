"""The origin of the bytes being parsed, and the articles and failures that parsers return."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from assistant.articles import article_id
from assistant.ingest.files.fields import build_article
from assistant.ingest.items import Failure, Loaded, ParseError
from assistant.utils import one_line

Outcome = Loaded | Failure


@dataclass(frozen=True, slots=True)
class Origin:
    """A file, a page, or a part of one.

    `file` is its name within its source, `where` names the part for users, and `key` identifies an article that has no
    URL. `url` is where it was fetched from, `encoding` the one that the server declared.
    """

    file: str
    where: str
    key: str
    url: str | None = None
    encoding: str | None = None

    def part(self, name: str, *, separator: str = ", ") -> "Origin":
        """The origin of a part: a line, a chapter, a file of an archive."""
        return replace(self, where=f"{self.where}{separator}{name}", key=f"{self.key}{separator}{name}")

    def failure(self, reason: str | Exception) -> Failure:
        """The failure to read it; `reason` becomes one line."""
        return Failure(self.file, one_line(self.where, 300), one_line(str(reason), 250))

    def article(self, fields: Mapping[str, Any], text: str | None = None, *, key: str | None = None) -> Outcome:
        """The article with these fields, else the failure that says which of them is wrong."""
        try:
            key = article_id(key=self.key) if key is None else key
            return Loaded(build_article(fields, key=key, text=text), self.file, self.where)
        except ParseError as error:
            return self.failure(error)


Parser = Callable[[bytes, Origin], Iterable[Outcome]]
"""Makes articles of bytes; raises ParseError when it cannot."""


def outcomes(parser: Parser, data: bytes, origin: Origin) -> Iterator[Outcome]:
    """What the parser gives, with a failure for the ParseError that it raises."""
    try:
        yield from parser(data, origin)
    except ParseError as error:
        yield origin.failure(error)


def outcome_list(parser: Parser, data: bytes, origin: Origin) -> list[Outcome]:
    """The same, all at once, as the sandbox returns it."""
    return list(outcomes(parser, data, origin))
