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
from assistant.ingest.sources.source import KINDS, LOCAL, Source, SourceKind, local_path, location_key, slug, web_url
from assistant.ingest.sources.toml_lines import TomlStatement, statements
from assistant.utils import one_line, parse_duration, safe_to_show

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_MAX_BYTES = 1_000_000
_MAX_PROBLEMS_SHOWN = 5
_LONGEST = timedelta(days=366)


def _parse_duration(value: Any) -> timedelta:
    return parse_duration(value) if isinstance(value, str) else parse_duration("")


def _positive(value: timedelta) -> timedelta:
    if not value or value > _LONGEST:
        raise ValueError("no time, or over a year")
    return value


_Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), AfterValidator(one_line)
]
_Duration = Annotated[timedelta, BeforeValidator(_parse_duration)]
_PositiveDuration = Annotated[_Duration, AfterValidator(_positive)]


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
    include: list[_Text] = []
    exclude: list[_Text] = []
    follow: Literal["auto", "always", "never"] = "auto"
    most: Annotated[int, Field(ge=1, le=100_000)] = 200
    recheck: _Duration = timedelta(days=1)
    every: _PositiveDuration | None = None
    stale_after: _PositiveDuration | None = None
    quiet_after: _PositiveDuration | None = None


_KEYS = tuple(_Table.model_fields)
_COMMON_KEYS = {"publication", "category", "every", "stale_after", "quiet_after"}
_KEYS_OF_KIND: dict[str, set[str]] = {
    "folder": {*_COMMON_KEYS, "include", "exclude"},
    "file": _COMMON_KEYS,
    "feed": {*_COMMON_KEYS, "include", "exclude", "follow", "most", "recheck"},
    "sitemap": {*_COMMON_KEYS, "include", "exclude", "most", "recheck"},
    "page": {*_COMMON_KEYS, "recheck"},
}
_A_DURATION = 'a number with its unit, as in "30m", "12h" or "7d"'
_EXPECTED = {
    "include": 'a list of globs, as in ["*/news/*"]',
    "exclude": 'a list of globs, as in ["*/sport/*"]',
    "follow": '"auto", "always" or "never"',
    "most": "a whole number from 1 to 100000",
    "recheck": _A_DURATION,
    **dict.fromkeys(("every", "stale_after", "quiet_after"), f"{_A_DURATION}, and more than nothing"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake in the file, with its cure."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """The sources in the file and the mistakes in it."""

    sources: list[Source]
    problems: list[Problem]


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
        raise SettingsError(f"{shown}: has {len(raw):,} bytes; a list of sources has at most {_MAX_BYTES:,}")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise SettingsError(f"{shown}:{line}: is not UTF-8 (byte {error.start}); save the file as UTF-8") from None


def load(path: Path) -> list[Source]:
    """The sources in the file, in its order.

    Raises SettingsError with the line, the value and the cure of each mistake.
    """
    checked = check(read_text(path), path)
    if checked.problems:
        raise SettingsError(problems_text(path, checked.problems))
    return checked.sources


def check(text: str, path: Path) -> CheckedFile:
    """The sources and mistakes in `text`, the content of the file `path`, to whose folder paths in it are relative."""
    text = text.removeprefix("\ufeff")
    parts = list(statements(text))
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        return CheckedFile([], [_toml_problem(text, str(error), parts)])
    checker = _Checker(path, parts)
    problems = sorted(checker.problems(tables), key=lambda problem: problem.line)
    return CheckedFile(checker.sources, problems)


def _toml_problem(text: str, message: str, parts: list[TomlStatement]) -> Problem:
    position = re.search(r"\(at line (\d+), column (\d+)\)", message)
    broken = next((part for part in parts if part.broken), None)
    reason = one_line(re.sub(r"\s*\(at .*", "", message, flags=re.S), 100)
    if position is None:
        line = broken.first if broken else max(1, text.count("\n"))
        return Problem(line, f"cannot be read as TOML ({reason}); correct what begins here")
    line = int(position[1])
    header = next((part for part in parts if part.last == line and not part.keys and not part.broken), None)
    first = header and next((part for part in parts if part.table == header.table and part.last < line), None)
    if header and first:
        name = f"[{one_line(header.table, 60)}]"
        return Problem(line, f"{name} is there already (line {first.first}); give one of the two another name")
    cure = 'write the header of a source as [name], and under it key = "value"'
    return Problem(line, f"cannot be read as TOML ({reason}, column {position[2]}); {cure}")


class _Checker:
    """Makes sources of the tables of a file and finds the mistakes in them."""

    def __init__(self, path: Path, parts: list[TomlStatement]) -> None:
        self._folder = path.absolute().parent
        self._parts = parts
        self.sources: list[Source] = []
        self._by_location: dict[str, Source] = {}

    def line(self, table: str, key: str | None = None) -> int:
        """The line on which a table, or a key of it, begins."""
        own = [part for part in self._parts if part.table == table]
        return next((part.first for part in own if key in part.keys), own[0].first if own else 1)

    def problems(self, tables: dict[str, Any]) -> Iterator[Problem]:
        """All mistakes; the valid sources are in `sources` afterwards."""
        for name, values in tables.items():
            problems = [Problem(self.line(name, key), text) for key, text in self._table_problems(name, values)]
            yield from problems
            if not problems:
                yield from self._add_source(name, _Table.model_validate(values))

    def _table_problems(self, name: str, values: Any) -> Iterator[tuple[str | None, str]]:
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
        yield from self._kind_problems(shown, values)
        try:
            _Table.model_validate(values)
        except ValidationError as error:
            types = {str(detail["loc"][0]): detail["type"] for detail in error.errors(include_url=False)}
            yield from ((key, _value_problem(shown, key, values[key], kind)) for key, kind in types.items())

    def _kind_problems(self, shown: str, values: dict[str, Any]) -> Iterator[tuple[str | None, str]]:
        kinds = [kind for kind in KINDS if kind in values]
        if not kinds:
            yield None, f"{shown} does not say where its articles are; give it one of {', '.join(KINDS)}"
        elif len(kinds) > 1:
            yield kinds[1], f"{shown} has {' and '.join(kinds)}; keep one of them, and make a source of each other"
        else:
            for key in values:
                if key in _KEYS and key not in KINDS and key not in _KEYS_OF_KIND[kinds[0]]:
                    yield key, f"{key} = {_shown(values[key])} in {shown} does not go with a {kinds[0]}; remove it"
            yield from self._location_problems(shown, kinds[0], values[kinds[0]])

    def _location_problems(self, shown: str, kind: SourceKind, value: Any) -> Iterator[tuple[str | None, str]]:
        if not isinstance(value, str) or not value.strip():
            return  # already reported as a value that cannot be used
        try:
            self._location(kind, value.strip())
        except ValueError as error:
            yield kind, f"{kind} = {_shown(value)} in {shown} {error}"

    def _location(self, kind: SourceKind, text: str) -> str:
        return local_path(text, self._folder) if kind in LOCAL else web_url(text)

    def _add_source(self, name: str, table: _Table) -> Iterator[Problem]:
        kind = next(kind for kind in KINDS if getattr(table, kind) is not None)
        source = _source(name, kind, self._location(kind, str(getattr(table, kind))), table)
        first = self._by_location.setdefault(location_key(source.location), source)
        if first is source:
            self.sources.append(source)
        else:
            where = f"[{first.name}] (line {self.line(first.name, first.kind)})"
            yield Problem(self.line(name, kind), f"[{name}] has the {first.kind} of {where}; remove one of the two")


def _source(name: str, kind: SourceKind, location: str, table: _Table) -> Source:
    return Source(
        name,
        kind,
        location,
        include=tuple(table.include),
        exclude=tuple(table.exclude),
        listed=True,
        **table.model_dump(exclude={*KINDS, "include", "exclude"}),
    )


def _value_problem(shown: str, key: str, value: Any, error_type: str) -> str:
    if error_type == "extra_forbidden":
        close = difflib.get_close_matches(key, _KEYS, n=1, cutoff=0.5)
        cure = f'did you mean "{close[0]}"?' if close else f"known are {', '.join(_KEYS)}"
        return f'unknown key "{one_line(key, 60)}" in {shown}; {cure}'
    return f"{key} = {_shown(value)} in {shown} cannot be used; give {_EXPECTED.get(key, 'a text in double quotes')}"


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return f'"{one_line(safe_to_show(value), 80)}"'
    try:
        return one_line(safe_to_show(json.dumps(value, default=str, ensure_ascii=False)), 80)
    except (ValueError, RecursionError):
        return f"a {type(value).__name__} too large to show"
