"""Questions that a maintainer lists in `questions.toml`: found as `sources.toml` is, and read as strictly."""

import json
import tomllib
from pathlib import Path
from typing import Any

from assistant.errors import SettingsError
from assistant.ingest.sources import (
    Problem,
    own_or_shipped,
    problems_text,
    read_text,
    shown_value,
    statements,
    toml_problem,
)
from assistant.settings import Settings
from assistant.text import split_words
from assistant.utils import one_line

FILE = "questions.toml"
_KEY = "questions"
_MOST = 100
_WRITE = 'write questions = ["Who ...?", "When ...?"]'


def listed_questions(settings: Settings) -> list[str]:
    """The listed questions, in order. Raises SettingsError with the line, the value and the cure of each mistake."""
    path = where(settings)
    return _read(path, settings.max_question) if path is not None else []


def where(settings: Settings) -> Path | None:
    """The file: the one beside the `sources` of the settings, else that in home or in a checkout; None without one."""
    if settings.sources is not None:
        path = settings.sources.expanduser().absolute().parent / FILE
    else:
        path = own_or_shipped(settings, FILE)
    return path if path.is_file() else None


def _read(path: Path, longest: int) -> list[str]:
    text = read_text(path).removeprefix("\ufeff")
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise SettingsError(problems_text(path, [toml_problem(text, str(error), _WRITE)])) from None
    problems = _problems(text, values, longest)
    if problems:
        raise SettingsError(problems_text(path, problems))
    return [one_line(question) for question in values.get(_KEY, [])]


def _problems(text: str, values: dict[str, Any], longest: int) -> list[Problem]:
    lines = {one.table: one.first for one in reversed(list(statements(text)))}
    unknown = [Problem(lines.get(key, 1), _unknown(key)) for key in values if key != _KEY]
    if _KEY not in values:
        return unknown
    line, listed = lines.get(_KEY, 1), values[_KEY]
    if not isinstance(listed, list):
        return [*unknown, Problem(line, f"{_KEY} = {shown_value(listed)} is no list; {_WRITE}")]
    if len(listed) > _MOST:
        return [*unknown, Problem(line, f"{_KEY} has {len(listed)} entries; list at most {_MOST}")]
    faults = [(place, fault) for place, one in enumerate(listed) if (fault := _fault(one, listed[:place], longest))]
    return [*unknown, *(Problem(_line(text, listed, place, line), fault) for place, fault in faults)]


def _unknown(key: str) -> str:
    return f'unknown key "{one_line(key, 60)}"; the only one is {_KEY}: {_WRITE}'


def _fault(question: Any, before: list[Any], longest: int) -> str | None:
    if not isinstance(question, str):
        return f"{shown_value(question)} is no question; write it as a text in double quotes"
    if not split_words(question):
        return f"{shown_value(question)} has no words; write a question there, or remove it"
    if len(question) > longest:
        return f"{shown_value(question)} has {len(question)} characters; shorten it to {longest}"
    return f"{shown_value(question)} is there twice; remove one of the two" if question in before else None


def _line(text: str, listed: list[Any], place: int, first: int) -> int:
    """The line that an entry stands on, by its own text; that of the list for one that is written otherwise."""
    needle = json.dumps(listed[place], default=str, ensure_ascii=False)
    found = [number for number, line in enumerate(text.splitlines(), 1) if number >= first and needle in line]
    again = sum(one == listed[place] for one in listed[:place])
    return found[min(again, len(found) - 1)] if found else first
