"""Relisting: putting sources on the list and taking them off, with all else in the file as it was."""

import difflib
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.errors import SettingsError
from assistant.ingest.sources.file import check, read_text, shown_path, told
from assistant.ingest.sources.source import LOCAL, Source, SourceKind, address, path_of, same, slug
from assistant.ingest.sources.toml_lines import lines, statements
from assistant.utils.strings import one_line
from assistant.utils.urls import host_of, registrable_domain, safe_to_show


def add(path: Path, location: str, kind: SourceKind, name: str | None = None, **keys: Any) -> Source:
    """Put a source at the end of the file, which is made when it is not there, and give it.

    `keys` are as in the file: `publication="..."`, `every="30m"`. Without a name it gets one from its host or folder.
    Raises SettingsError, and leaves the file as it was, when the source is listed already or would be a mistake.
    """
    import tomlkit

    text = read_text(path) if path.exists() else ""
    before = check(text, path)
    if before.problems:
        raise SettingsError(told(path, before.problems))
    location = located(location, kind)
    for one in before.sources:
        if same(one.location) == same(location):
            shown = f"{one_line(safe_to_show(location), 200)} is listed already, as [{one.name}]"
            raise SettingsError(f"{shown} in {shown_path(path)}; change it there, or remove it first")
    name = name or _free_name(location, kind, [one.name for one in before.sources])
    written = _written(location, path) if kind in LOCAL else location
    values = {kind: written, **{key: value for key, value in keys.items() if value is not None}}
    return _put(path, text, tomlkit.dumps({name: values}), name)


def _put(path: Path, text: str, table: str, name: str) -> Source:
    new = _appended(text, table)
    after = check(new, path)
    if after.problems:
        raise SettingsError(f"nothing was added: {'; '.join(problem.text for problem in after.problems)}")
    _replace(path, new)
    return next(one for one in after.sources if one.name == name)


def _written(location: str, path: Path) -> str:
    """A path as the file should have it: from its own folder on where it lies in that, so that both can move."""
    own = path.resolve().parent
    return Path(location).relative_to(own).as_posix() if Path(location).is_relative_to(own) else location


def _free_name(location: str, kind: SourceKind, taken: Sequence[str]) -> str:
    if kind in LOCAL:
        made = slug(Path(location).stem if kind == "file" else Path(location).name)
    else:
        domain = registrable_domain(host_of(location) or "")
        label = domain.partition(".")[0] if re.search("[a-z]", domain) else domain
        made = slug(_readable(label))
    made = made.lstrip("_-") or "source"
    number = 2
    name = made
    while name in taken:
        name, number = f"{made}-{number}", number + 1
    return name


def _readable(label: str) -> str:
    try:
        return label.encode().decode("idna")
    except UnicodeError:
        return label


def _appended(text: str, table: str) -> str:
    """`text` with the table behind an empty line; it ends with a line end where `text` did."""
    end = "\r\n" if "\r\n" in text else "\n"
    table = table.strip("\n").replace("\n", end)
    if not text.removeprefix("\ufeff"):
        return text + table + end
    return f"{text}{end}{table}{end}" if text.endswith("\n") else f"{text}{end}{end}{table}"


def remove(path: Path, name: str) -> Source | None:
    """Take a source out of the file; all else in it stays as it is written. Gives it, None where it was a mistake.

    Raises SettingsError when there is none of that name, or when the rest of the file has mistakes.
    """
    text = read_text(path)
    if name not in names(path):
        raise SettingsError(f"{no_such(name, names(path))} (in {shown_path(path)})")
    rest = _without(text, name)
    found = check(rest, path)
    if found.problems:
        raise SettingsError(f"nothing was removed: {told(path, check(text, path).problems or found.problems)}")
    _replace(path, rest)
    return next((one for one in check(text, path).sources if one.name == name), None)


def names(path: Path) -> list[str]:
    """The names of the sources in the file, also of those with mistakes."""
    return list(dict.fromkeys(one.table for one in statements(read_text(path).removeprefix("\ufeff"))))


def _without(text: str, name: str) -> str:
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    kept: list[str | None] = list(lines(text.removeprefix(mark)))
    own = [one for one in statements(text.removeprefix(mark)) if one.table == name]
    for one in own:
        kept[one.first - 1 : one.last] = [None] * (one.last - one.first + 1)
    for number in range(own[0].first, own[-1].last):
        line = kept[number]
        if line is not None and not line.strip():
            kept[number] = None
    before, last = own[0].first - 2, own[-1].last == len(kept)
    if before >= 0 and not (kept[before] or "x").strip():
        kept[before] = None
    rest = "".join(line for line in kept if line is not None)
    if last and not text.endswith("\n"):
        rest = rest.removesuffix("\n").removesuffix("\r")
    return mark + rest


def _replace(path: Path, text: str) -> None:
    """Write the file anew, so that whoever reads it meanwhile has the old or the new one whole."""
    path = path.resolve()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        number, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        try:
            with open(number, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            if path.exists():
                shutil.copymode(path, temporary)
            else:
                Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise SettingsError(f"{shown_path(path)}: cannot be written ({error.strerror}); make it writable") from None


def located(location: str, kind: SourceKind) -> str:
    """The location that is meant, a path from the working folder. Raises SettingsError."""
    try:
        return path_of(location, Path.cwd()) if kind in LOCAL else address(location)
    except ValueError as error:
        raise SettingsError(f"{one_line(safe_to_show(location), 200)} {error}") from None


def no_such(name: str, known: Sequence[str]) -> str:
    """What to say of a name that no source has."""
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    listing = f"listed are {', '.join(known)}" if known else "none is listed"
    cure = f"did you mean {close[0]}?" if close else listing
    return f"there is no source {one_line(name, 80)}; {one_line(cure, 300)}"
