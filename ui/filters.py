"""The fields in which forms, buttons and addresses say what is limited to what; nothing of them is trusted."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from assistant.utils import storable

from .scope import PRESETS, Preset, Scope

_MAX_TEXT = 200  # characters of a field
_MAX_ID = 2000  # what a source calls its articles may be an address
_MAX_NAMES = 5000  # publications that are chosen at once


def read_text(value: object) -> str:
    """The text of a field; "" for none."""
    return storable(str(value or "")[:_MAX_TEXT])


def read_id(value: object) -> str:
    """The id of an article, or of a story by one of its articles; "" for none."""
    return storable(str(value or "")[:_MAX_ID])


def read_names(value: object) -> tuple[str, ...]:
    """The publications of a field: a name, several of them, or several as a JSON list."""
    names = value if isinstance(value, list) else _listed(str(value or ""))
    return tuple(dict.fromkeys(filter(None, map(read_text, names[:_MAX_NAMES]))))


def _listed(text: str) -> list[Any]:
    if not text.startswith("["):
        return [text]
    try:
        names = json.loads(text)
    except (ValueError, RecursionError):
        return [text]
    return names if isinstance(names, list) else [text]


def read_date(text: object) -> date | None:
    """The day in a field of a form; None when it holds none."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def read_number(value: object, default: int) -> int:
    """The number of at most seven digits that a button or a field holds; else `default`."""
    text = str(value)
    return int(text) if text.isdecimal() and len(text) < 8 else default


def read_preset(value: object) -> Preset:
    """The range of dates that is named; "" for none."""
    return next((preset for preset in PRESETS if preset == value), "")


def read_scope(data: Mapping[str, Any]) -> Scope:
    """The publications and dates of a form; a range that is ready goes before days that are typed."""
    names, ready = read_names(data.get("source")), read_preset(data.get("dates"))
    if ready:
        return Scope(names, ready)
    return Scope(names, since=read_date(data.get("since")), until=read_date(data.get("until")))


def scope_fields(scope: Scope) -> Iterator[tuple[str, str]]:
    """The publications and dates of `scope` as the fields of an address."""
    yield from (("source", name) for name in scope.publications)
    days = (("dates", scope.dates), ("since", scope.since), ("until", scope.until))
    yield from ((name, str(value)) for name, value in days if value)


def question_fields(scope: Scope, model: str) -> Iterator[tuple[str, str]]:
    """All that a question is limited to, and the model that was chosen for it, as the fields of its address."""
    yield from scope_fields(scope)
    story, article = scope.story and scope.story.id, scope.article and scope.article.id
    yield from ((name, value) for name, value in (("story", story), ("article", article), ("model", model)) if value)
