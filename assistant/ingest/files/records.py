"""The fields of an article in a row of a table or an object of a JSON file, by whatever names programs give them."""

import re
from collections.abc import Mapping
from typing import Any

# The likeliest first: of several that are there the first with a value counts.
_NAMES = {
    "id": "id",
    "title": "title headline",
    "text": "text body content article_text article_body full_text",
    "published": "published published_at published_on date_published publication_date publish_date pub_date pubdate"
    " date",
    "updated": "updated updated_at date_updated modified modified_at date_modified last_modified lastmod",
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


def article_fields(record: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an article that a record has, with their values; of {"id": 4, "name": "Gazette"} the name."""
    likeliest_first = sorted(filter(field_named, record), key=lambda name: _RANKS[_snake(name)])
    found: dict[str, Any] = {}
    for name in likeliest_first:
        field = _FIELDS[_snake(name)]
        if found.get(field) in (None, ""):
            found[field] = _name(record[name])
    return found


def _snake(name: str) -> str:
    return "_".join(_CAPITAL_WITHIN.sub(" ", str(name)).lower().replace("-", " ").replace("_", " ").split())


def _name(value: Any) -> Any:
    """The name of an object that has one; of a list, those of its objects. Bounded: YAML may be deep, and vast."""
    if isinstance(value, list) and len(value) <= _MOST_NAMES:
        return [each.get("name") if isinstance(each, dict) else each for each in value]
    return value.get("name") if isinstance(value, dict) else value
