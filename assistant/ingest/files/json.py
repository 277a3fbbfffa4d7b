"""JSON and JSON Lines files of articles."""

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from assistant.ingest.files.origin import Origin, Outcome
from assistant.utils import one_line


def read_json(data: bytes, origin: Origin) -> Iterator[Outcome]:
    """The articles of a JSON file: one object, a list of them, or {"articles": [...]}."""
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        yield origin.failure(f"not UTF-8 (byte {error.start}); save it as UTF-8")
        return
    except (ValueError, RecursionError) as error:
        yield origin.failure(f"not JSON: {one_line(str(error), 120)}")
        return
    if isinstance(content, dict) and isinstance(content.get("articles"), list):
        content = content["articles"]
    if isinstance(content, dict):
        yield _record(content, origin)
    elif isinstance(content, list) and content:
        for number, record in enumerate(content, 1):
            yield _record(record, origin.part(f"item {number}"))
    else:
        yield origin.failure("holds no articles; an object or a list of objects is expected")


def read_lines(data: bytes, origin: Origin) -> Iterator[Outcome]:
    """The articles of a JSON Lines file, one object per line; a bad line does not stop the others."""
    empty = True
    for number, line in enumerate(BytesIO(data), 1):
        if not line.strip():
            continue
        empty = False
        yield _line(line, origin.part(f"line {number}"))
    if empty:
        yield origin.failure("the file is empty")


def _line(line: bytes, origin: Origin) -> Outcome:
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return origin.failure(f"not UTF-8 (byte {error.start} of the line); save it as UTF-8")
    except (ValueError, RecursionError) as error:
        return origin.failure(f"not JSON: {one_line(str(error), 120)}")
    return _record(record, origin)


def _record(record: Any, origin: Origin) -> Outcome:
    if not isinstance(record, dict):
        return origin.failure(f"an article is an object with title and text, not {type(record).__name__}")
    # Not identified by its line number: an earlier line may be removed.
    return origin.article(record, key="")
