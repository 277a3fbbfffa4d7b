"""JSON and JSON Lines files of articles."""

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from assistant.ingest.files.origin import Origin, Outcome
from assistant.ingest.files.records import article_fields
from assistant.ingest.items import ParseError
from assistant.utils import one_line


def read_json(data: bytes, origin: Origin) -> Iterator[Outcome]:
    """The articles of a JSON file: one object, a list of them, or {"articles": [...]}."""
    content = _loads(data)
    if isinstance(content, dict) and isinstance(content.get("articles"), list):
        content = content["articles"]
    if isinstance(content, dict):
        yield _record(content, origin)
    elif isinstance(content, list) and content:
        for number, record in enumerate(content, 1):
            yield _record(record, origin.part(f"item {number}"))
    else:
        raise ParseError("holds no articles; an object or a list of objects is expected")


def read_lines(data: bytes, origin: Origin) -> Iterator[Outcome]:
    """The articles of a JSON Lines file, one object per line; a bad line does not stop the others."""
    if not data.strip():
        raise ParseError("the file is empty")
    for number, line in enumerate(BytesIO(data), 1):
        part = origin.part(f"line {number}")
        try:
            if line.strip():
                yield _record(_loads(line), part)
        except ParseError as error:
            yield part.failure(error)


def _loads(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ParseError(f"not UTF-8 (byte {error.start}); save it as UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise ParseError(f"not JSON: {one_line(str(error), 120)}") from None


def _record(record: Any, origin: Origin) -> Outcome:
    if not isinstance(record, dict):
        return origin.failure(f"an article is an object with title and text, not {type(record).__name__}")
    # Not identified by its line number: an earlier line may be removed.
    return origin.article(article_fields(record), key="")
