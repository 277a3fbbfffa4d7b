"""Where the bytes of a file or page come from, and the articles and failures made of them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from assistant.articles import article_id
from assistant.ingest.files.fields import FieldError, article
from assistant.ingest.items import Failure, Loaded
from assistant.utils.strings import one_line

Outcome = Loaded | Failure


@dataclass(frozen=True, slots=True)
class Origin:
    """A file, a page, or a part of one.

    `file` is its name within its source and `where` names the part of it, for a report. `key` is what an article
    without an address is known by. `url` is the address that it was got from, and `encoding` what the server said.
    """

    file: str
    where: str
    key: str
    url: str | None = None
    encoding: str | None = None

    def part(self, name: str, *, sign: str = ", ") -> "Origin":
        """A part of it: a line, a chapter, a file of an archive."""
        return replace(self, where=f"{self.where}{sign}{name}", key=f"{self.key}{sign}{name}")

    def failed(self, reason: str) -> Failure:
        """What could not be read, in one line."""
        return Failure(self.file, one_line(self.where, 300), one_line(reason, 250))

    def made(self, values: Mapping[str, Any], text: str | None = None, *, key: str | None = None) -> Outcome:
        """The article that `values` describe, else what is wrong with them."""
        try:
            known = article_id(key=self.key) if key is None else key
            return Loaded(article(values, key=known, text=text), self.file, self.where)
        except FieldError as error:
            return self.failed(str(error))


Reader = Callable[[bytes, Origin], Iterable[Outcome]]
