"""Article: one piece of journalism, as it is indexed."""

import hashlib
from dataclasses import dataclass, fields
from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

from assistant.utils.urls import normal

_FIELD_END = b"\x1f"


@dataclass(frozen=True, slots=True)
class Article:
    """An article. `title` and `text` are never empty; `published` and `updated` are timezone-aware or None.

    `updated` is when its publication says that it last changed it, None when it does not say so.
    """

    id: str
    title: str
    text: str
    source: str | None = None
    published: datetime | None = None
    url: str | None = None
    author: str | None = None
    category: str | None = None
    updated: datetime | None = None

    @property
    def digest(self) -> str:
        """Hex SHA-256 over every field: two articles with one digest are the same."""
        state = hashlib.sha256()
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "updated" and value is None:
                continue  # so that indexes of before there was such a field know their articles again
            state.update(b"" if value is None else f"={value}".encode("utf-8", "surrogatepass"))
            state.update(_FIELD_END)
        return state.hexdigest()


def article_id(*, url: str | None = None, key: str | None = None) -> str:
    """A name that stays the same across refreshes: 16 hex digits from the url, else from `key`."""
    return _digits(f"url:{normal(url)}" if url else f"key:{key}")


def article_id_of_before(url: str) -> str:
    """The id that an article of this address had before all spellings of an address were one."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return _digits(f"url:{url.strip()}")
    return _digits(
        "url:" + urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path.rstrip("/"), parts.query, ""))
    )


def _digits(basis: str) -> str:
    return hashlib.sha256(basis.encode("utf-8", "surrogatepass")).hexdigest()[:16]
