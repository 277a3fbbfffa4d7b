"""Reads `sources.toml` strictly: every mistake is reported with its line and its cure."""

import difflib
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from assistant.errors import SettingsError
from assistant.ingest.sources.source import KINDS, Source, SourceKind, location_key, location_of, slug
from assistant.ingest.sources.toml_lines import TomlStatement, lines, statements
from assistant.utils import one_line, parse_duration, safe_to_show

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_MAX_BYTES = 1_000_000
_MAX_PROBLEMS_SHOWN = 5

_Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), AfterValidator(one_line)
]
_Globs = Annotated[tuple[_Text, ...], Field(strict=False)]  # a list in TOML
_Duration = Annotated[timedelta, BeforeValidator(lambda value: parse_duration(value if isinstance(value, str) else ""))]
_PositiveDuration = Annotated[_Duration, Field(gt=timedelta(), le=timedelta(days=366))]


class _Table(BaseModel):
    """The keys of a source, as they are written."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    folder: _Text | None = None
    file: _Text | None = None
    feed: _Text | None = None
    sitemap: _Text | None = None
    page: _Text | None = None
    publication: _Text | None = None
    category: _Text | None = None
    include: _Globs = ()
    exclude: _Globs = ()
    follow: Literal["auto", "always", "never"] = "auto"
    most: Annotated[int, Field(ge=1, le=100_000)] = 200
    recheck: _Duration = timedelta(days=1)
    every: _PositiveDuration | None = None
    stale_after: _PositiveDuration | None = None
    quiet_after: _PositiveDuration | None = None
    budget: _PositiveDuration | None = None
    paused: bool = False


_KEYS = tuple(_Table.model_fields)
# All others go with every kind.
_KINDS_OF_KEY: dict[str, tuple[SourceKind, ...]] = {
    **dict.fromkeys(("include", "exclude"), ("folder", "feed", "sitemap")),
    "follow": ("feed",),
    "most": ("feed", "sitemap"),
    "recheck": ("feed", "sitemap", "page"),
}
_A_DURATION = 'a number with its unit, as in "30m", "12h" or "7d"'
_EXPECTED = {
    "include": 'a list of globs, as in ["*/news/*"]',
    "exclude": 'a list of globs, as in ["*/sport/*"]',
    "follow": '"auto", "always" or "never"',
    "most": "a whole number from 1 to 100000",
    "recheck": _A_DURATION,
    "paused": "true or false",
    **dict.fromkeys(("every", "stale_after", "quiet_after", "budget"), f"{_A_DURATION}, and more than nothing"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake in the file, with its cure."""

    line: int
    text: str


def problems_text(path: Path, problems: list[Problem]) -> str:
    """The problems of the file in one line, each with its line number."""
    first, *others = problems[:_MAX_PROBLEMS_SHOWN]
    parts = [f"{shown_path(path)}:{first.line}: {first.text}"]
    parts += [f"{path.name}:{problem.line}: {problem.text}" for problem in others]
    if len(problems) > _MAX_PROBLEMS_SHOWN:
        parts.append(f"and {len(problems) - _MAX_PROBLEMS_SHOWN} more")
    return "; ".join(parts)


def shown_path(path: Path) -> str:
    """`path` relative to the working folder where it is inside of it."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


def read_text(path: Path) -> str:
    """The text of the file with its line ends as they are. Raises SettingsError when it cannot be read."""
    shown = shown_path(path)
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise SettingsError(f"{shown}: there is no such file; make it, or name another one") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise SettingsError(f"{shown}: cannot be read ({reason}); name a file that can") from None
    if len(raw) > _MAX_BYTES:
        raise SettingsError(f"{shown}: has {len(raw):,} bytes; at most {_MAX_BYTES:,} are read")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise SettingsError(f"{shown}:{line}: is not UTF-8 (byte {error.start}); save the file as UTF-8") from None


def load(path: Path) -> list[Source]:
    """The sources in the file, in its order.

    Raises SettingsError with the line, the value and the cure of each mistake.
    """
    sources, problems = check(read_text(path), path)
    if problems:
        raise SettingsError(problems_text(path, problems))
    return sources


def check(text: str, path: Path) -> tuple[list[Source], list[Problem]]:
    """The sources and mistakes in `text`, the content of the file `path`, to whose folder paths in it are relative."""
    text = text.removeprefix("\ufeff")
    parts = list(statements(text))
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        cure = 'write the header of a source as [name], and under it key = "value"'
        return [], [toml_problem(text, str(error), cure)]
    sources: dict[str, Source] = {}
    problems: list[Problem] = []
    for name, values in tables.items():
        found = list(_table_problems(name, values, path.absolute().parent))
        if not found:
            source = _source(name, _Table.model_validate(values), path.absolute().parent)
            first = sources.setdefault(location_key(source.location), source)
            if first is not source:
                where = f"[{first.name}] (line {_line(parts, first.name, first.kind)})"
                found = [(source.kind, f"[{name}] has the {first.kind} of {where}; remove one of the two")]
        problems += [Problem(_line(parts, name, key), text) for key, text in found]
    return list(sources.values()), sorted(problems, key=lambda problem: problem.line)


def _line(parts: list[TomlStatement], table: str, key: str | None) -> int:
    """The line on which a table, or a key of it, begins."""
    own = [part for part in parts if part.table == table]
    return next((part.first for part in own if key in part.keys), own[0].first if own else 1)


def toml_problem(text: str, message: str, cure: str) -> Problem:
    """What is wrong with `text` that is no TOML, by the `message` of the parser."""
    parts = list(statements(text))
    position = re.search(r"\(at line (\d+), column (\d+)\)", message)
    broken = next((part for part in parts if part.broken), None)
    reason = one_line(re.sub(r"(?:(?<!\s)\s++)?\(at .*", "", message, flags=re.S), 100)
    if position is None:
        line = broken.first if broken else max(1, text.count("\n"))
        return Problem(line, f"cannot be read as TOML ({reason}); correct what begins here")
    line = int(position[1])
    header = next((part for part in parts if part.last == line and not part.keys and not part.broken), None)
    first = header and next((part for part in parts if part.table == header.table and part.last < line), None)
    if header and first and lines(text)[line - 1].lstrip().startswith("["):
        name = f"[{one_line(header.table, 60)}]"
        return Problem(line, f"{name} is there already (line {first.first}); give one of the two another name")
    return Problem(line, f"cannot be read as TOML ({reason}, column {position[2]}); {cure}")


def _table_problems(name: str, values: Any, folder: Path) -> Iterator[tuple[str | None, str]]:
    """Pairs of a key, None for the whole table, and what is wrong with it."""
    shown = f"[{one_line(name, 60)}]"
    if not isinstance(values, dict):
        cure = "under the header of the source that it is of, such as [chronicle]"
        if isinstance(values, list) and all(isinstance(value, dict) for value in values):
            cure = f"as {shown}, in single brackets, once for each source"
        yield None, f"{one_line(name, 60)} is no source; write it {cure}"
        return
    if not _NAME.fullmatch(name):
        cure = f"write it in small letters, digits, - and _, as in [{slug(name)}]"
        yield None, f"the name {shown} cannot be used; {cure}"
    yield from _kind_problems(shown, values, folder)
    try:
        _Table.model_validate(values)
    except ValidationError as error:
        types = {str(detail["loc"][0]): detail["type"] for detail in error.errors(include_url=False)}
        yield from ((key, _value_problem(shown, key, values[key], kind)) for key, kind in types.items())


def _kind_problems(shown: str, values: dict[str, Any], folder: Path) -> Iterator[tuple[str | None, str]]:
    kinds = [kind for kind in KINDS if kind in values]
    if not kinds:
        yield None, f"{shown} does not say where its articles are; give it one of {', '.join(KINDS)}"
        return
    kind, *others = kinds
    if others:
        yield others[0], f"{shown} has {' and '.join(kinds)}; keep one of them, and make a source of each other"
        return
    for key in values:
        if kind not in _KINDS_OF_KEY.get(key, KINDS):
            yield key, f"{key} = {shown_value(values[key])} in {shown} does not go with a {kind}; remove it"
    try:
        if isinstance(values[kind], str) and values[kind].strip():  # all else is a value that cannot be used
            location_of(values[kind].strip(), kind, folder)
    except ValueError as error:
        yield kind, f"{kind} = {shown_value(values[kind])} in {shown} {error}"


def _source(name: str, table: _Table, folder: Path) -> Source:
    kind, text = next((kind, text) for kind in KINDS if (text := getattr(table, kind)) is not None)
    values = table.model_dump(exclude=set[str](KINDS))
    return Source(name, kind, location_of(text, kind, folder), listed=True, **values)


def _value_problem(shown: str, key: str, value: Any, error_type: str) -> str:
    if error_type == "extra_forbidden":
        close = difflib.get_close_matches(key, _KEYS, n=1, cutoff=0.5)
        cure = f'did you mean "{close[0]}"?' if close else f"known are {', '.join(_KEYS)}"
        return f'unknown key "{one_line(key, 60)}" in {shown}; {cure}'
    expected = _EXPECTED.get(key, "a text in double quotes")
    return f"{key} = {shown_value(value)} in {shown} cannot be used; give {expected}"


def shown_value(value: Any) -> str:
    """A value of a TOML file, for a message."""
    if isinstance(value, str):
        return f'"{one_line(safe_to_show(value), 80)}"'
    try:
        return one_line(safe_to_show(json.dumps(value, default=str, ensure_ascii=False)), 80)
    except (ValueError, RecursionError):
        return f"a {type(value).__name__} too large to show"
