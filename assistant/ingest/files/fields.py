"""From the fields of a file or record to an Article, each checked."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from assistant.articles import Article, article_id
from assistant.text.dates import parse_date as written_date
from assistant.utils.strings import one_line, storable

_ALIASES = {
    "text": ("text", "body"),
    "published": ("published", "published_at"),
    "updated": ("updated", "updated_at", "modified"),
}
_MOST_NAMES, _LONGEST_FIELD = 200, 20_000
_PLAIN = ("source", "url", "author", "category")


class FieldError(ValueError):
    """A field is missing or cannot be used; its text says which and how to mend it."""


def article(values: Mapping[str, Any], *, key: str, text: str | None = None) -> Article:
    """The article that `values` describe; `text` where the text is not one of them.

    `key` names it when it has neither id nor url. Raises FieldError.
    """
    title = _plain(values, "title")
    if not title:
        raise FieldError('no title; add "title: ..."')
    body = text if text is not None else _text(values)
    if not body.strip():
        raise FieldError("no text; an article needs a text to quote from")
    published = parse_date(_first(values, "published"))
    updated = parse_date(_first(values, "updated"), "updated")
    plain = {name: _plain(values, name) for name in _PLAIN}
    given = _plain(values, "id")
    name = given if given else article_id(url=plain["url"], key=key or f"{title}\n{published}")
    return Article(id=name, title=title, text=storable(body), published=published, updated=updated, **plain)


def parse_date(value: Any, name: str = "published") -> datetime | None:
    """A timezone-aware datetime from ISO 8601 or another full date; None for None or an empty text.

    A date without a time is its midnight, a time without a zone is UTC. Never fills in what is not
    there: raises FieldError for a text that names no day, month and year.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, datetime):
        found: datetime | None = value
    elif isinstance(value, date):
        found = datetime.combine(value, time())
    elif isinstance(value, str):
        found = _parse_text(value.strip())
    else:
        found = None
    if found is None:
        # Not str() of anything: a few lines of YAML can stand for gigabytes.
        shown = one_line(str(value), 40) if isinstance(value, str | int | float) else type(value).__name__
        raise FieldError(f"{name} is no date: {shown!r}; write it as 2025-05-28 or 2025-05-28T09:30:00+02:00")
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _parse_text(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    # Without a month's name, 03/04/2025 could be either of two days: a guess would be an invention.
    if len(text) > 100 or not any(map(str.isdigit, text)) or not any(map(str.isalpha, text)):
        return None
    return written_date(text, utc=True)


def _first(values: Mapping[str, Any], name: str) -> Any:
    for alias in _ALIASES.get(name, (name,)):
        if values.get(alias) is not None:
            return values[alias]
    return None


def _plain(values: Mapping[str, Any], name: str) -> str | None:
    value = _first(values, name)
    if value is None:
        return None
    if isinstance(value, list) and name == "author" and all(isinstance(one, str) for one in value):
        # Bounded before it is joined: a few lines of YAML can stand for gigabytes.
        if len(value) > _MOST_NAMES or sum(map(len, value)) > _LONGEST_FIELD:
            raise FieldError(f"author has over {_MOST_NAMES} names or {_LONGEST_FIELD:,} characters; shorten it")
        value = ", ".join(value)
    if isinstance(value, str) and len(value) > _LONGEST_FIELD:
        raise FieldError(f"{name} has {len(value):,} characters; the most that it can have is {_LONGEST_FIELD:,}")
    if not isinstance(value, str | int | float | date):
        raise FieldError(f"{name} must be a text, not {type(value).__name__}")
    return " ".join(storable(str(value)).split()) or None


def _text(values: Mapping[str, Any]) -> str:
    value = _first(values, "text")
    if value is None:
        return ""
    if not isinstance(value, str):
        raise FieldError(f"text must be a text, not {type(value).__name__}")
    return value
