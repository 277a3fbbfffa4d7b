"""The fields at the head of a text: YAML between lines of ---, TOML between lines of +++, or a JSON object."""

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import yaml
from frontmatter.default_handlers import YAMLHandler

from assistant.ingest.files.origin import parse_date
from assistant.ingest.items import ParseError
from assistant.utils import one_line

Fields = dict[str, Any]

# The names that site generators and note programs give to a field, the likeliest first.
_PUBLISHED = ("published_at", "pubdate", "publishdate", "publish_date", "publication_date", "datepublished", "date")
_UPDATED = ("updated_at", "modified", "lastmod", "last_modified", "last_modified_at", "date_updated", "datemodified")
_FENCES = {"---": "YAML", "+++": "TOML"}
_CLOSING = {"---": re.compile(r"^(?:-{3,}|\.{3})[ \t]*$", re.M), "+++": re.compile(r"^\+{3,}[ \t]*$", re.M)}
_FIELD = re.compile(r"""\s{0,20}(?:#[^\n]{0,300}\n\s{0,20})?["']?[\w.-]{1,60}["']?\s?[:=]""")


def split_front_matter(text: str) -> tuple[Fields, str]:
    """The fields of the front matter of a text, by their names in lower case, and the text after it.

    Without front matter, no fields and the whole text. Raises ParseError, which says where it cannot be read.
    """
    text = text.strip()
    fence = re.match(r"(-{3}|\+{3})[-+]*[ \t]*(?:\n|$)", text)
    if fence:
        found, rest = _fenced(text, fence[1], fence.end())
    elif re.match(r'\{\s*(?:"|\})', text):
        found, rest = _json(text)
    else:
        return {}, text
    if found is None:
        return {}, rest.strip()
    if not isinstance(found, dict):
        raise ParseError("the front matter is no list of fields; write them as name: value")
    return _named({str(name).lower(): value for name, value in found.items()}), rest.strip()


def _fenced(text: str, fence: str, start: int) -> tuple[Any, str]:
    closing = _CLOSING[fence].search(text, start)
    if closing is None:
        if _FIELD.match(text, start):
            raise ParseError(f"its front matter has no end; add a line {fence} after its last field")
        return None, text  # a line across the page, and no front matter
    source = text[start : closing.start()]
    return (_yaml if fence == "---" else _toml)(source), text[closing.end() :]


def _yaml(source: str) -> Any:
    try:
        return YAMLHandler().load(source)
    except yaml.YAMLError as error:
        problem = one_line(str(getattr(error, "problem", None) or error), 150)
        position = getattr(error, "problem_mark", None)
        line = f" (line {position.line + 2})" if position else ""
        raise ParseError(f"its front matter is not YAML: {problem}{line}; put texts in quotes") from None
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        # What PyYAML raises for a tag, such as !!timestamp, that does not fit its value.
        raise ParseError(f"its front matter cannot be used: {one_line(str(error), 200)}") from None


def _toml(source: str) -> Any:
    try:
        return tomllib.loads(source)
    except (ValueError, RecursionError) as error:
        problem = re.sub(
            r"at line (\d+)", lambda line: f"at line {int(line[1]) + 1}", one_line(str(error), 150), count=1
        )
        raise ParseError(f"its front matter is not TOML: {problem}; put texts in quotes") from None


def _json(text: str) -> tuple[Any, str]:
    """The object that a text begins with; a text that only looks like one has no front matter."""
    try:
        found, end = json.JSONDecoder(strict=False).raw_decode(text)
    except (ValueError, RecursionError) as error:
        if '"title"' in text[:2_000]:
            raise ParseError(f"its front matter is not JSON: {one_line(str(error), 150)}") from None
        return None, text
    return (found, text[end:]) if text[end:].strip() and text[end] == "\n" else (None, text)


def _named(fields: Fields) -> Fields:
    """The fields under the names of an article: date, lastmod and authors have others."""
    if isinstance(fields.get("published"), bool):  # Jekyll's switch
        del fields["published"]
    named = {
        "published": _first_date(fields, "published", _PUBLISHED),
        "updated": _first_date(fields, "updated", _UPDATED),
        "author": _names(fields.get("author") or fields.get("authors")),
        "category": fields.get("category") or _first_text(fields.get("categories")),
    }
    others = {name: value for name, value in fields.items() if name not in {*_PUBLISHED, *_UPDATED}}
    return others | {name: value for name, value in named.items() if value is not None}


def _first_date(fields: Fields, name: str, others: tuple[str, ...]) -> Any:
    """The value of the field `name`, else of the first of `others` that is a date: they may be anything."""
    if (value := fields.get(name)) is not None:
        return value
    return next((fields[other] for other in others if _is_date(fields.get(other))), None)


def _is_date(value: Any) -> bool:
    try:
        return isinstance(value, str | date | datetime) and parse_date(value) is not None
    except ParseError:
        return False


def _names(value: Any) -> Any:
    """The author or authors, who may each be an object with a name."""
    if isinstance(value, Mapping):
        return value.get("name")
    if isinstance(value, list):
        return [author.get("name") if isinstance(author, Mapping) else author for author in value[:1_000]]
    return value


def _first_text(value: Any) -> str | None:
    values = value if isinstance(value, list) else [value]
    return next((text for text in values[:1] if isinstance(text, str)), None)
