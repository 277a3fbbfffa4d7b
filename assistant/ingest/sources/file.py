"""The file `sources.toml`: read strictly, so that every mistake is told with its line and its cure."""

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
from assistant.ingest.sources.source import KINDS, LOCAL, Source, SourceKind, address, path_of, same, slug
from assistant.ingest.sources.toml_lines import TomlStatement, statements
from assistant.utils.durations import parse_duration
from assistant.utils.strings import one_line
from assistant.utils.urls import safe_to_show

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_LARGEST = 1_000_000  # bytes
_MOST_TOLD = 5


_LONGEST = timedelta(days=366)


def _span(value: Any) -> timedelta:
    return parse_duration(value) if isinstance(value, str) else parse_duration("")


def _above_nothing(value: timedelta) -> timedelta:
    if not value or value > _LONGEST:
        raise ValueError("no time, or over a year")
    return value


_Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), AfterValidator(one_line)
]
_Span = Annotated[timedelta, BeforeValidator(_span)]
_Period = Annotated[_Span, AfterValidator(_above_nothing)]


class _Entry(BaseModel):
    """The keys of a source, as they are written."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    folder: _Words | None = None
    file: _Words | None = None
    feed: _Words | None = None
    sitemap: _Words | None = None
    page: _Words | None = None
    publication: _Words | None = None
    category: _Words | None = None
    include: list[_Words] = []
    exclude: list[_Words] = []
    follow: Literal["auto", "always", "never"] = "auto"
    most: Annotated[int, Field(ge=1, le=100_000)] = 200
    recheck: _Span = timedelta(days=1)
    every: _Period | None = None
    stale_after: _Period | None = None
    quiet_after: _Period | None = None


_KEYS = tuple(_Entry.model_fields)
_OF_ALL = {"publication", "category", "every", "stale_after", "quiet_after"}
_FITTING: dict[str, set[str]] = {
    "folder": {*_OF_ALL, "include", "exclude"},
    "file": _OF_ALL,
    "feed": {*_OF_ALL, "include", "exclude", "follow", "most", "recheck"},
    "sitemap": {*_OF_ALL, "include", "exclude", "most", "recheck"},
    "page": {*_OF_ALL, "recheck"},
}
_TIME = 'a number with its unit, as in "30m", "12h" or "7d"'
_WANTED = {
    "include": 'a list of globs, as in ["*/news/*"]',
    "exclude": 'a list of globs, as in ["*/sport/*"]',
    "follow": '"auto", "always" or "never"',
    "most": "a whole number from 1 to 100000",
    "recheck": _TIME,
    **dict.fromkeys(("every", "stale_after", "quiet_after"), f"{_TIME}, and more than nothing"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong on a line of the file, and its cure."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class CheckedTable:
    """What a text lists, and what is wrong with it. `lines` has for each source the line that it begins on."""

    sources: list[Source]
    problems: list[Problem]
    lines: dict[str, int]


def told(path: Path, problems: list[Problem]) -> str:
    """The problems of the file in one line, each with its place."""
    first, *others = problems[:_MOST_TOLD]
    parts = [f"{shown_path(path)}:{first.line}: {first.text}"]
    parts += [f"{path.name}:{one.line}: {one.text}" for one in others]
    if len(problems) > _MOST_TOLD:
        parts.append(f"and {len(problems) - _MOST_TOLD} more")
    return "; ".join(parts)


def shown_path(path: Path) -> str:
    """A path as short as it can be understood from the working folder."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


def read_text(path: Path) -> str:
    """The file's text as it is, with its line ends. Raises SettingsError when it cannot be read."""
    shown = shown_path(path)
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise SettingsError(f"{shown}: there is no such file; make it, or name another one") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise SettingsError(f"{shown}: cannot be read ({reason}); name a file that can") from None
    if len(raw) > _LARGEST:
        raise SettingsError(f"{shown}: has {len(raw):,} bytes; a list of sources has at most {_LARGEST:,}")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise SettingsError(f"{shown}:{line}: is not UTF-8 (byte {error.start}); save the file as UTF-8") from None


def load(path: Path) -> list[Source]:
    """The sources that the file lists, in its order.

    Raises SettingsError that tells what is wrong, with the line, the value and the cure of each mistake.
    """
    found = check(read_text(path), path)
    if found.problems:
        raise SettingsError(told(path, found.problems))
    return found.sources


def check(text: str, path: Path) -> CheckedTable:
    """The sources that `text` lists, in its order; `path` is the file that it is of, whose folder paths start from."""
    text = text.removeprefix("\ufeff")
    found = list(statements(text))
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        return CheckedTable([], [_broken(text, str(error), found)], {})
    checker = _Checker(path, found)
    problems = sorted(checker.problems(tables), key=lambda problem: problem.line)
    return CheckedTable(checker.sources, problems, {name: checker.line(name) for name in tables})


def _broken(text: str, message: str, found: list[TomlStatement]) -> Problem:
    where = re.search(r"\(at line (\d+), column (\d+)\)", message)
    end = next((one for one in found if one.broken), None)
    reason = one_line(re.sub(r"\s*\(at .*", "", message, flags=re.S), 100)
    if where is None:
        line = end.first if end else max(1, text.count("\n"))
        return Problem(line, f"cannot be read as TOML ({reason}); correct what begins here")
    line = int(where[1])
    header = next((one for one in found if one.last == line and not one.keys and not one.broken), None)
    twin = header and next((one for one in found if one.table == header.table and one.last < line), None)
    if header and twin:
        name = f"[{one_line(header.table, 60)}]"
        return Problem(line, f"{name} is there already (line {twin.first}); give one of the two another name")
    cure = 'write the header of a source as [name], and under it key = "value"'
    return Problem(line, f"cannot be read as TOML ({reason}, column {where[2]}); {cure}")


class _Checker:
    """Makes the sources of a file's tables and finds what is wrong with them."""

    def __init__(self, path: Path, found: list[TomlStatement]) -> None:
        self._folder = path.absolute().parent
        self._found = found
        self.sources: list[Source] = []
        self._first: dict[str, Source] = {}

    def line(self, table: str, key: str | None = None) -> int:
        """The line on which a table begins, or a key of it stands."""
        own = [one for one in self._found if one.table == table]
        return next((one.first for one in own if key in one.keys), own[0].first if own else 1)

    def problems(self, tables: dict[str, Any]) -> Iterator[Problem]:
        """All that is wrong; what is right is then in `sources`."""
        for name, values in tables.items():
            known = [Problem(self.line(name, key), text) for key, text in self._of_table(name, values)]
            yield from known
            if not known:
                yield from self._made(name, _Entry.model_validate(values))

    def _of_table(self, name: str, values: Any) -> Iterator[tuple[str | None, str]]:
        shown = f"[{one_line(name, 60)}]"
        if not isinstance(values, dict):
            cure = "under the header of the source that it is of, such as [chronicle]"
            if isinstance(values, list) and all(isinstance(one, dict) for one in values):
                cure = f"as {shown}, in single brackets, once for each source"
            yield None, f"{one_line(name, 60)} is no source; write it {cure}"
            return
        if not _NAME.fullmatch(name):
            cure = f"write it in small letters, digits, - and _, as in [{slug(name)}]"
            yield None, f"the name {shown} cannot be used; {cure}"
        yield from self._of_kind(shown, values)
        try:
            _Entry.model_validate(values)
        except ValidationError as error:
            told = {str(one["loc"][0]): one["type"] for one in error.errors(include_url=False)}
            yield from ((key, _wrong(shown, key, values[key], kind)) for key, kind in told.items())

    def _of_kind(self, shown: str, values: dict[str, Any]) -> Iterator[tuple[str | None, str]]:
        kinds = [kind for kind in KINDS if kind in values]
        if not kinds:
            yield None, f"{shown} does not say where its articles are; give it one of {', '.join(KINDS)}"
        elif len(kinds) > 1:
            yield kinds[1], f"{shown} has {' and '.join(kinds)}; keep one of them, and make a source of each other"
        else:
            for key in values:
                if key in _KEYS and key not in KINDS and key not in _FITTING[kinds[0]]:
                    yield key, f"{key} = {_shown(values[key])} in {shown} does not go with a {kinds[0]}; remove it"
            yield from self._of_place(shown, kinds[0], values[kinds[0]])

    def _of_place(self, shown: str, kind: SourceKind, given: Any) -> Iterator[tuple[str | None, str]]:
        if not isinstance(given, str) or not given.strip():
            return  # which is told as a value that cannot be used
        try:
            self._location(kind, given.strip())
        except ValueError as error:
            yield kind, f"{kind} = {_shown(given)} in {shown} {error}"

    def _location(self, kind: SourceKind, given: str) -> str:
        return path_of(given, self._folder) if kind in LOCAL else address(given)

    def _made(self, name: str, entry: _Entry) -> Iterator[Problem]:
        kind = next(kind for kind in KINDS if getattr(entry, kind) is not None)
        source = _source(name, kind, self._location(kind, str(getattr(entry, kind))), entry)
        first = self._first.setdefault(same(source.location), source)
        if first is source:
            self.sources.append(source)
        else:
            where = f"[{first.name}] (line {self.line(first.name, first.kind)})"
            yield Problem(self.line(name, kind), f"[{name}] has the {first.kind} of {where}; remove one of the two")


def _source(name: str, kind: SourceKind, location: str, entry: _Entry) -> Source:
    return Source(
        name,
        kind,
        location,
        include=tuple(entry.include),
        exclude=tuple(entry.exclude),
        listed=True,
        **entry.model_dump(exclude={*KINDS, "include", "exclude"}),
    )


def _wrong(shown: str, key: str, value: Any, kind: str) -> str:
    if kind == "extra_forbidden":
        close = difflib.get_close_matches(key, _KEYS, n=1, cutoff=0.5)
        cure = f'did you mean "{close[0]}"?' if close else f"known are {', '.join(_KEYS)}"
        return f'unknown key "{one_line(key, 60)}" in {shown}; {cure}'
    return f"{key} = {_shown(value)} in {shown} cannot be used; give {_WANTED.get(key, 'a text in double quotes')}"


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return f'"{one_line(safe_to_show(value), 80)}"'
    try:
        return one_line(safe_to_show(json.dumps(value, default=str, ensure_ascii=False)), 80)
    except (ValueError, RecursionError):
        return f"a {type(value).__name__} too large to show"
