"""The fields at the head of a text: YAML between lines of ---, TOML between lines of +++, or a JSON object."""

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from itertools import islice, takewhile
from typing import Any

import yaml
from frontmatter.default_handlers import YAMLHandler

from assistant.ingest.files.origin import parse_date
from assistant.ingest.files.records import article_fields, field_named, names_of
from assistant.ingest.items import ParseError
from assistant.utils import one_line

Fields = dict[str, Any]

_FENCES = {"---": "YAML", "+++": "TOML"}
_CLOSING = {"---": re.compile(r"^(?:-{3,}|\.{3})[ \t]*$", re.M), "+++": re.compile(r"^\+{3,}[ \t]*$", re.M)}
_LINE = re.compile(r"([A-Za-z][\w-]{0,40}):(?:[ \t]+(.*))?")
_LINKED_NAME = re.compile(r"\[\[(?:[^\[\]]{0,200}[|/])?([^\[\]|/]{1,200})\]\]|\s?<[^<>\s]{1,200}@[^<>\s]{1,200}>")
_NAME_PARTS = ("given", "first", "first_name", "family", "last", "last_name")
_MOST_AUTHORS = 1_000
_MOST_LINES, _MAX_HEAD = 40, 4_000
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
    elif lines := _unfenced(text):
        found, rest = lines
    else:
        return {}, text
    if found is None:
        return {}, rest.strip()
    if not isinstance(found, dict):
        raise ParseError("the front matter is no list of fields; write them as name: value")
    return _named({str(name).lower(): value for name, value in found.items()}), rest.strip()


def split_title_block(text: str) -> tuple[Fields, str]:
    """The title, the authors and the date in up to three lines that begin with %, as Pandoc has them, and the rest."""
    lines = text.split("\n")
    parts: list[str] = []
    for line in lines[:_MOST_LINES]:
        if line.startswith("%") and len(parts) < 3:
            parts.append(line[1:].strip())
        elif parts and line.startswith(" ") and line.strip():  # what goes on, or one more author
            parts[-1] += f"{'; ' if len(parts) == 2 else ' '}{line.strip()}"
        else:
            break
    if not parts or not parts[0]:
        return {}, text
    found = dict(zip(("title", "author", "date"), (part or None for part in parts), strict=False))
    used = sum(1 for _ in takewhile(lambda line: line.startswith(("%", " ")) and line.strip(), lines[:_MOST_LINES]))
    return _named(found | {"author": _several(found.get("author"))}), "\n".join(lines[used:]).strip()


def _unfenced(text: str) -> tuple[Fields, str] | None:
    """The fields in a first paragraph of nothing else, one of them the title, as Pelican has them."""
    head, _, rest = text.partition("\n\n")
    fields: Fields = {}
    name = ""
    for line in head.split("\n")[:_MOST_LINES] if len(head) <= _MAX_HEAD else ():
        if field := _LINE.fullmatch(line):
            name = field[1].lower()
            fields[name] = (field[2] or "").strip()
        elif name and line.startswith("    "):
            fields[name] += f" {line.strip()}"
        else:
            return None
    if not fields.get("title") or not rest.strip():
        return None
    return fields | {"author": _several(fields.get("author") or fields.get("authors"))}, rest


def _several(authors: str | None) -> Any:
    return [author.strip() for author in authors.split(";")] if authors and ";" in authors else authors


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
        "published": _first_date(fields, "published"),
        "updated": _first_date(fields, "updated"),
        "author": _names(fields.get("author") or fields.get("authors")),
        "category": fields.get("category") or _first_text(fields.get("categories")),
    }
    usual = article_fields(fields)
    named |= {name: usual.get(name) for name in ("title", "source", "url")}
    source = named["source"]
    if isinstance(source, str) and source.startswith(("http://", "https://")):  # as clippers of pages write it
        named |= {"source": None, "url": named["url"] or source}
        fields = {name: value for name, value in fields.items() if name != "source"}
    others = {name: value for name, value in fields.items() if field_named(name) not in {"published", "updated"}}
    return others | {name: value for name, value in named.items() if value is not None}


def _first_date(fields: Fields, field: str) -> Any:
    """The value under the field's own name, else the first under another that is a date: they may be anything."""
    if (value := fields.get(field)) is not None:
        return value
    return next((fields[name] for name in names_of(field, fields) if _is_date(fields[name])), None)


def _is_date(value: Any) -> bool:
    try:
        return isinstance(value, str | date | datetime) and parse_date(value) is not None
    except ParseError:
        return False


def _names(value: Any) -> Any:
    """The author or authors, who may each be an object with a name, a link or a list with one."""
    values = value if isinstance(value, list) else [value]
    if isinstance(value, Mapping) and not _name(value):  # authors by their short names
        values = list(islice(value.values(), _MOST_AUTHORS))
    names = [name for author in values[:_MOST_AUTHORS] if (name := _name(author)) is not None]
    return names if isinstance(value, list) else next(iter(names), value) if len(names) < 2 else names


def _name(author: Any) -> Any:
    """The name of an author: of an object, of [[Ines Harrow]], which YAML takes for lists, or of a link."""
    for _ in range(3):
        if isinstance(author, list) and len(author) == 1:
            author = author[0]
        elif isinstance(author, Mapping):
            parts = (author.get(part) for part in _NAME_PARTS)
            author = author.get("name") or " ".join(part for part in parts if isinstance(part, str)) or None
    return _LINKED_NAME.sub(lambda found: found[1] or "", author) if isinstance(author, str) else author


def _first_text(value: Any) -> str | None:
    values = value if isinstance(value, list) else [value]
    return next((text for text in values[:1] if isinstance(text, str)), None)
