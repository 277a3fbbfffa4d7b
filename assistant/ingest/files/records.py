"""The fields of an article in a row, an object or the head of a text, by whatever names programs give them."""

import re
from collections.abc import Mapping
from typing import Any

# The likeliest first: of several that are there the first with a value counts.
_NAMES = {
    "id": "id",
    "title": "title headline",
    "text": "text body content article_text article_body full_text",
    "published": """
    published published_at published_on date_published datepublished publication_date publish_date publishdate pub_date
    pubdate date
    """,
    "updated": """
    updated updated_at date_updated modified modified_at date_modified datemodified last_modified last_modified_at
    lastmod
    """,
    "source": "source publication publisher outlet paper newspaper source_name site_name",
    "author": "author authors byline creator",
    "url": "url link permalink",
    "category": "category section",
}
_FIELDS = {name: field for field, names in _NAMES.items() for name in names.split()}
_RANKS = {name: rank for names in _NAMES.values() for rank, name in enumerate(names.split())}
_MOST_NAMES = 200
_CAPITAL_WITHIN = re.compile(r"(?<=[a-z])(?=[A-Z])")


def field_named(name: str) -> str | None:
    """The field of an article that a column of this name holds: "published" for "publishedAt" or "Pub date"."""
    return _FIELDS.get(_snake(name))


def names_of(field: str, record: Mapping[str, Any]) -> list[str]:
    """The names in a record under which it may have a field, the likeliest first."""
    return sorted((name for name in record if field_named(name) == field), key=lambda name: _RANKS[_snake(name)])


def article_fields(record: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an article that a record has, with their values; of {"id": 4, "name": "Gazette"} the name."""
    found: dict[str, Any] = {}
    for field in _NAMES:
        values = [_name(record[name]) for name in names_of(field, record)]
        if values:
            found[field] = next((value for value in values if value not in (None, "")), values[0])
    return found


def _snake(name: str) -> str:
    return "_".join(_CAPITAL_WITHIN.sub(" ", str(name)).lower().replace("-", " ").replace("_", " ").split())


def _name(value: Any) -> Any:
    """The name of an object that has one; of a list, those of its objects. Bounded: YAML may be deep, and vast."""
    if isinstance(value, list) and len(value) <= _MOST_NAMES:
        return [each.get("name") if isinstance(each, dict) else each for each in value]
    return value.get("name") if isinstance(value, dict) else value
