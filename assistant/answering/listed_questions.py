"""Questions that a maintainer lists in `questions.toml`: found as `sources.toml` is, and read as strictly."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from assistant.errors import SettingsError
from assistant.ingest.sources import Problem, problems_text, shown_path, statements
from assistant.paths import PACKAGE, folder
from assistant.settings import Settings
from assistant.text import split_words
from assistant.utils import one_line

FILE = "questions.toml"
_KEY = "questions"
_LARGEST = 100_000  # bytes
_MOST = 100
_WRITE = 'write questions = ["Who ...?", "When ...?"]'


def listed_questions(settings: Settings) -> list[str]:
    """The listed questions, in their order; none where nobody has listed any.

    Raises SettingsError that tells what is wrong, with the line, the value and the cure of each mistake.
    """
    path = where(settings)
    return _read(path, settings.max_question) if path is not None else []


def where(settings: Settings) -> Path | None:
    """The file: the one beside the `sources` of the settings, else the one in home, else in a checkout that in corpus/.

    None where there is none.
    """
    home = settings.home.expanduser().absolute()
    folders = [home] if settings.sources is None else [settings.sources.expanduser().absolute().parent]
    try:
        corpus = folder("corpus")
    except FileNotFoundError:
        corpus = PACKAGE / "corpus"
    if settings.sources is None and corpus.parent != PACKAGE:
        folders.append(corpus)
    return next((one / FILE for one in folders if (one / FILE).is_file()), None)


def _read(path: Path, longest: int) -> list[str]:
    text = _text(path)
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        found = re.search(r"\(at line (\d+)", str(error))
        broken = next((one.first for one in statements(text) if one.broken), 1)
        reason = one_line(re.sub(r"\s*\(at .*", "", str(error), flags=re.S), 100)
        problem = Problem(int(found[1]) if found else broken, f"cannot be read as TOML ({reason}); {_WRITE}")
        raise SettingsError(problems_text(path, [problem])) from None
    problems = _problems(text, values, longest)
    if problems:
        raise SettingsError(problems_text(path, problems))
    return [one_line(question) for question in values.get(_KEY, [])]


def _text(path: Path) -> str:
    shown = shown_path(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{shown}: cannot be read ({error.strerror}); make it readable, or remove it") from None
    if len(raw) > _LARGEST:
        raise SettingsError(f"{shown}: has {len(raw):,} bytes; a list of questions has at most {_LARGEST:,}")
    try:
        return raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise SettingsError(f"{shown}:{line}: is not UTF-8 (byte {error.start}); save the file as UTF-8") from None


def _problems(text: str, values: dict[str, Any], longest: int) -> list[Problem]:
    lines = {one.table: one.first for one in reversed(list(statements(text)))}
    unknown = [Problem(lines.get(key, 1), _unknown(key)) for key in values if key != _KEY]
    if _KEY not in values:
        return unknown
    line, listed = lines.get(_KEY, 1), values[_KEY]
    if not isinstance(listed, list):
        return [*unknown, Problem(line, f"{_KEY} = {_shown(listed)} is no list; {_WRITE}")]
    if len(listed) > _MOST:
        return [*unknown, Problem(line, f"{_KEY} has {len(listed)} entries; list at most {_MOST}")]
    faults = [(place, fault) for place, one in enumerate(listed) if (fault := _fault(one, listed[:place], longest))]
    return [*unknown, *(Problem(_line(text, listed, place, line), fault) for place, fault in faults)]


def _unknown(key: str) -> str:
    return f'unknown key "{one_line(key, 60)}"; the only one is {_KEY}: {_WRITE}'


def _fault(question: Any, before: list[Any], longest: int) -> str | None:
    if not isinstance(question, str):
        return f"{_shown(question)} is no question; write it as a text in double quotes"
    if not split_words(question):
        return f"{_shown(question)} has no words; write a question there, or remove it"
    if len(question) > longest:
        return f"{_shown(question)} has {len(question)} characters; shorten it to {longest}"
    return f"{_shown(question)} is there twice; remove one of the two" if question in before else None


def _line(text: str, listed: list[Any], place: int, first: int) -> int:
    """The line that an entry stands on, by its own text; that of the list for one that is written otherwise."""
    needle = json.dumps(listed[place], default=str, ensure_ascii=False)
    found = [number for number, line in enumerate(text.splitlines(), 1) if number >= first and needle in line]
    again = sum(one == listed[place] for one in listed[:place])
    return found[min(again, len(found) - 1)] if found else first


def _shown(value: Any) -> str:
    return one_line(json.dumps(value, default=str, ensure_ascii=False), 80)
