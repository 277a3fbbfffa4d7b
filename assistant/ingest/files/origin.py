"""The origin of the bytes being parsed, and what is made of them: articles, with each field checked, and failures."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

from assistant.articles import Article, article_id
from assistant.ingest.files.timestamps import is_unset, read_timestamp
from assistant.ingest.items import Failure, Loaded, ParseError
from assistant.utils import escape_controls, is_script, one_line, show_hidden, storable

_NOTHING = re.compile(r"\s*|\s*0000-00-00(?:[T ][0:.]*Z?)?\s*")  # the latter is what MySQL has for "not set"
_MAX_AUTHORS, _MAX_FIELD = 200, 20_000
_STRINGS = ("source", "url", "author", "category")
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


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a file or of a part of one, with the extension by which its parser is chosen."""

    data: bytes
    extension: str
    origin: Origin


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


def build_article(fields: Mapping[str, Any], *, key: str, text: str | None = None) -> Article:
    """The article with these fields; `text` where the text is not one of them.

    `key` identifies an article that has neither id nor url. Raises ParseError,
    which says which field is wrong and how to correct it.
    """
    title = _string(fields, "title")
    if not title:
        raise ParseError('no title; add "title: ..."')
    body = text if text is not None else fields.get("text") or ""
    if not isinstance(body, str):
        raise ParseError(f"text must be a text, not {type(body).__name__}")
    if not body.strip():
        raise ParseError("no text; an article needs a text to quote from")
    published = parse_date(fields.get("published"))
    updated = parse_date(fields.get("updated"), "updated")
    strings = {name: _string(fields, name) for name in _STRINGS} | {"url": _url(fields)}
    identifier = _string(fields, "id") or article_id(url=strings["url"], key=key or f"{title}\n{published}")
    return Article(id=identifier, title=title, text=storable(body), published=published, updated=updated, **strings)


def parse_date(value: Any, name: str = "published") -> datetime | None:
    """A timezone-aware datetime from ISO 8601 or another full date; None for None or an empty text.

    A date without a time is its midnight, a time without a zone is UTC, and a number is Unix time; None too for what
    programs write for "not set". Raises ParseError for a text that does not have day, month and year: they are never
    guessed.
    """
    if value is None or (isinstance(value, str) and _NOTHING.fullmatch(value)):
        return None
    moment: datetime | None = None
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, date):
        moment = datetime.combine(value, time())
    elif isinstance(value, str) or (isinstance(value, int | float) and not isinstance(value, bool)):
        stamp = read_timestamp(str(value))
        moment = stamp.moment if stamp else None
    if moment is None:
        # Not str() of anything: a few lines of YAML can stand for gigabytes.
        printable = one_line(str(value), 40) if isinstance(value, str | int | float) else type(value).__name__
        raise ParseError(f"{name} is no date: {printable!r}; write it as 2025-05-28 or 2025-05-28T09:30:00+02:00")
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None if is_unset(moment) else moment


def _string(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, list) and name == "author" and all(isinstance(author, str) for author in value):
        # Bounded before it is joined: a few lines of YAML can stand for gigabytes.
        if len(value) > _MAX_AUTHORS or sum(map(len, value)) > _MAX_FIELD:
            raise ParseError(f"author has over {_MAX_AUTHORS} names or {_MAX_FIELD:,} characters; shorten it")
        value = ", ".join(value)
    if isinstance(value, str) and len(value) > _MAX_FIELD:
        raise ParseError(f"{name} has {len(value):,} characters; the most that it can have is {_MAX_FIELD:,}")
    if not isinstance(value, str | int | float | date):
        raise ParseError(f"{name} must be a text, not {type(value).__name__}")
    text = storable(str(value))
    if name == "title":
        text = text.replace("\u00ad", "")  # many pages have them in long words
    return " ".join((text if name in {"id", "url"} else show_hidden(text)).split()) or None


def _url(fields: Mapping[str, Any]) -> str | None:
    url = _string(fields, "url")
    if url and is_script(url):
        raise ParseError(
            f"url is no address but runs something: {one_line(url, 40)!r}; write one that begins with https://"
        )
    return url and escape_controls(url)
