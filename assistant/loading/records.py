"""JSON and JSON-lines files of articles."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.articles import one_line
from assistant.loading.fields import Failure, FieldError, Loaded, article


def read_json(path: Path, name: str) -> Iterator[Loaded | Failure]:
    """The articles of a JSON file: one object, a list of them, or {"articles": [...]}."""
    try:
        data = json.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise
    except (ValueError, RecursionError) as error:
        yield Failure(name, name, f"not JSON: {one_line(str(error), 120)}")
        return
    if isinstance(data, dict) and isinstance(data.get("articles"), list):
        data = data["articles"]
    if isinstance(data, dict):
        yield _record(data, name, name)
    elif isinstance(data, list) and data:
        for number, record in enumerate(data, 1):
            yield _record(record, name, f"{name}, item {number}")
    else:
        yield Failure(name, name, "holds no articles; an object or a list of objects is expected")


def read_lines(path: Path, name: str) -> Iterator[Loaded | Failure]:
    """The articles of a JSON-lines file, one object a line; a bad line does not stop the others."""
    empty = True
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            empty = False
            yield _line(line, name, f"{name}, line {number}")
    if empty:
        yield Failure(name, name, "the file is empty")


def _line(line: bytes, name: str, where: str) -> Loaded | Failure:
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return Failure(name, where, f"not UTF-8 (byte {error.start} of the line); save it as UTF-8")
    except (ValueError, RecursionError) as error:
        return Failure(name, where, f"not JSON: {one_line(str(error), 120)}")
    return _record(record, name, where)


def _record(record: Any, name: str, where: str) -> Loaded | Failure:
    if not isinstance(record, dict):
        return Failure(name, where, f"an article is an object with title and text, not {type(record).__name__}")
    try:
        return Loaded(article(record, key=""), name, where)
    except FieldError as error:
        return Failure(name, where, str(error))
