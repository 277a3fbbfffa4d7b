"""Adding sources to sources.toml and removing them, with the rest of the file left as it is."""

import difflib
import os
import re
import stat
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from assistant.errors import SettingsError
from assistant.ingest.sources.file import check, problems_text, read_text, shown_path
from assistant.ingest.sources.source import LOCAL, Source, SourceKind, is_address, location_key, location_of, slug
from assistant.ingest.sources.toml_lines import lines, statements
from assistant.utils import host_of, one_line, private_folder, registrable_domain, safe_to_show


def add(path: Path, location: str, kind: SourceKind, name: str | None = None, **keys: Any) -> Source:
    """Append a source to the file, which is created if needed, and return it.

    `keys` are as in the file: `publication="..."`, `every="30m"`. Without a name it gets one from its host or folder.
    Raises SettingsError, and leaves the file as it was, when the source is listed already or not valid.
    """
    import tomlkit

    text = read_text(path) if path.exists() else ""
    sources, problems = check(text, path)
    if problems:
        raise SettingsError(problems_text(path, problems))
    location = resolve_location(location, kind)
    for source in sources:
        if location_key(source.location) == location_key(location):
            already = f"{one_line(safe_to_show(location), 200)} is listed already, as [{source.name}]"
            raise SettingsError(f"{already} in {shown_path(path)}; change it there, or remove it first")
    name = name or _free_name(location, kind, [source.name for source in sources])
    folder = path.resolve().parent
    if kind in LOCAL and Path(location).is_relative_to(folder):  # so that both can move together
        location = Path(location).relative_to(folder).as_posix()
    values = {kind: location, **{key: value for key, value in keys.items() if value is not None}}
    text = _with_table(text, tomlkit.dumps({name: values}))
    sources, problems = check(text, path)
    if problems:
        raise SettingsError(f"nothing was added: {'; '.join(problem.text for problem in problems)}")
    replace_file(path, text)
    return next(source for source in sources if source.name == name)


def _free_name(location: str, kind: SourceKind, taken: Sequence[str]) -> str:
    if kind in LOCAL:
        base = slug(Path(location).stem if kind == "file" else Path(location).name)
    else:
        domain = registrable_domain(host_of(location) or "")
        label = domain.partition(".")[0] if re.search("[a-z]", domain) else domain
        with suppress(UnicodeError):
            label = label.encode().decode("idna")
        base = slug(label)
    names = (base, *(f"{base}-{number}" for number in range(2, len(taken) + 2)))
    return next(name for name in names if name not in taken)


def _with_table(text: str, table: str) -> str:
    """`text` with the table after a blank line; it ends with a line end where `text` did."""
    end = "\r\n" if "\r\n" in text else "\n"
    table = table.strip("\n").replace("\n", end)
    if not text.removeprefix("\ufeff"):
        return text + table + end
    return f"{text}{end}{table}{end}" if text.endswith("\n") else f"{text}{end}{end}{table}"


def remove(path: Path, name: str) -> Source | None:
    """Remove a source from the file and return it, or None where it was not valid.

    Raises SettingsError when there is none of that name, or when the rest of the file has mistakes.
    """
    text = read_text(path)
    if name not in listed_names(path):
        raise SettingsError(f"{unknown_name(name, listed_names(path))} (in {shown_path(path)})")
    rest = _without(text, name)
    (sources, problems), (_, left) = check(text, path), check(rest, path)
    if left:
        raise SettingsError(f"nothing was removed: {problems_text(path, problems or left)}")
    replace_file(path, rest)
    return next((source for source in sources if source.name == name), None)


def listed_names(path: Path) -> list[str]:
    """The names of the sources in the file, also of those with mistakes."""
    return list(dict.fromkeys(statement.table for statement in statements(read_text(path).removeprefix("\ufeff"))))


def _without(text: str, name: str) -> str:
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    numbered = dict(enumerate(lines(text.removeprefix(mark)), 1))
    own = [statement for statement in statements(text.removeprefix(mark)) if statement.table == name]
    dropped = {number for statement in own for number in range(statement.first, statement.last + 1)}
    # And the blank lines within it, and the one before it.
    around = range(max(1, own[0].first - 1), own[-1].last + 1)
    dropped |= {number for number in around if not numbered[number].strip()}
    rest = "".join(line for number, line in numbered.items() if number not in dropped)
    if own[-1].last == len(numbered) and not text.endswith("\n"):
        rest = rest.removesuffix("\n").removesuffix("\r")
    return mark + rest


def replace_file(path: Path, text: str) -> None:
    """Replace the file atomically, keeping its mode and following a symbolic link."""
    path = path.resolve()
    try:
        private_folder(path.parent)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as folder:
            temporary = Path(folder, path.name)
            with temporary.open("w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o600)
            temporary.replace(path)
    except OSError as error:
        raise SettingsError(f"{shown_path(path)}: cannot be written ({error.strerror}); make it writable") from None


def resolve_location(location: str, kind: SourceKind | None = None) -> str:
    """The location of a source, with paths relative to the working folder. Raises SettingsError.

    Without a `kind` it is a URL where it looks like one, else a path.
    """
    kind = kind or ("web" if is_address(location) else "file")
    try:
        return location_of(location, kind, Path.cwd())
    except ValueError as error:
        raise SettingsError(f"{one_line(safe_to_show(location), 200)} {error}") from None


def unknown_name(name: str, known: Sequence[str]) -> str:
    """The error text for a name that no source has."""
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    all_names = f"listed are {', '.join(known)}" if known else "none is listed"
    cure = f"did you mean {close[0]}?" if close else all_names
    return f"there is no source {one_line(name, 80)}; {one_line(cure, 300)}"
