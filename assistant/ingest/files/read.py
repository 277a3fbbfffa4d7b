"""Reads the articles of a local folder or file."""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path

from assistant.index import FetchState
from assistant.ingest.files.registry import PARSERS, read_file
from assistant.ingest.files.sandbox import Sandbox
from assistant.ingest.items import Failure, Item, Loaded

_IGNORED_PREFIXES = (".", "~$")  # hidden files, and the lock files of office programs

KnownFile = Callable[[str], FetchState | None]
"""The last fetch state of a file of the source, by its name."""


def source_name(source: str | Path) -> str:
    """The name under which a source is stored: its absolute path."""
    return _decodable(Path(source).expanduser().resolve())


def read(
    source: str | Path,
    max_bytes: int = 100_000_000,
    *,
    known: KnownFile | None = None,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    sandbox: Sandbox | None = None,
) -> Iterator[Item]:
    """Every article of `source`, a file or a folder with its subfolders, and every failure.

    Files over `max_bytes` are not read. In a folder, files are skipped that are hidden, of an unsupported format, not
    matched by `include` (if any), or matched by `exclude` (globs). With `known`, each file that was read without a
    failure ends with its `FetchState`, and for an unchanged file only its state is given. Formats that could do harm
    are parsed in `sandbox`, or in one of its own.
    """
    if sandbox is None:
        with Sandbox() as own:
            yield from read(source, max_bytes, known=known, include=include, exclude=exclude, sandbox=own)
        return
    root = Path(source).expanduser().resolve()
    if root.is_dir():
        empty = True
        unlisted: list[Failure] = []
        for path, name in _files(root, include, exclude, unlisted):
            empty = False
            yield from _read_if_changed(path, name, max_bytes, known, sandbox)
        yield from unlisted
        if empty and not unlisted:
            yield Failure("", str(root), _no_files_message(include, exclude), whole=True)
    elif root.is_file():
        yield from _read_if_changed(root, root.name, max_bytes, known, sandbox)
    else:
        yield Failure("", str(source), "there is no such file or folder", whole=True)


def _no_files_message(include: Sequence[str], exclude: Sequence[str]) -> str:
    if include or exclude:
        return "no article files in this folder that include and exclude allow"
    return f"no article files in this folder (they end in {', '.join(sorted(PARSERS))})"


def _files(
    root: Path, include: Sequence[str], exclude: Sequence[str], unlisted: list[Failure]
) -> Iterator[tuple[Path, str]]:
    """The files to read with their names, in order; folders that cannot be listed are added to `unlisted`."""

    def report(error: OSError) -> None:
        folder = Path(error.filename or root)
        name = "" if folder == root else f"{_decodable(folder.relative_to(root))}/"
        unlisted.append(Failure(name, name or str(root), f"cannot be read: {error.strerror or error}", whole=not name))

    for path in sorted(_visible_files(root, report)):
        name = path.relative_to(root)
        if path.suffix.lower() in PARSERS and _is_included(name.as_posix(), include, exclude):
            yield path, _decodable(name)


def _visible_files(root: Path, report: Callable[[OSError], None]) -> Iterator[Path]:
    for folder, subfolders, files in os.walk(root, onerror=report):
        subfolders[:] = [name for name in subfolders if not name.startswith(".")]
        yield from (Path(folder, name) for name in files if not name.startswith(_IGNORED_PREFIXES))


def _is_included(name: str, include: Sequence[str], exclude: Sequence[str]) -> bool:
    if include and not any(_matches(name, glob) for glob in include):
        return False
    return not any(_matches(name, glob) for glob in exclude)


def _matches(name: str, glob: str) -> bool:
    # As in a shell with **, but "*" crosses folders too; "**/" also matches no folder.
    return fnmatch(name, glob) or fnmatch(f"/{name}", glob.replace("**/", "*/"))


def _read_if_changed(
    path: Path, name: str, max_bytes: int, known: KnownFile | None, sandbox: Sandbox
) -> Iterator[Item]:
    if known is None:
        yield from _read_file(path, name, max_bytes, sandbox)
        return
    digest, state = _digest(path, max_bytes), known(name)
    if state is not None and digest and state.digest == digest:
        yield state
        return
    complete = bool(digest)
    for item in _read_file(path, name, max_bytes, sandbox):
        complete = complete and isinstance(item, Loaded)
        yield item
    if complete:
        # The digest was taken before reading, so that a file that changed in between is read again next time.
        yield FetchState(name, digest=digest)


def _read_file(path: Path, name: str, max_bytes: int, sandbox: Sandbox) -> Iterator[Loaded | Failure]:
    try:
        is_file = path.is_file()
    except OSError as error:
        yield Failure(name, name, f"cannot be read: {error.strerror or error}")
        return
    if is_file:
        yield from read_file(path, name, max_bytes, sandbox)
    else:
        yield Failure(name, name, "no file to be read: a broken link or a device")


def _digest(path: Path, max_bytes: int) -> str:
    """The SHA-256 of the file in hex; "" when it cannot be read or is too large."""
    try:
        if not path.is_file() or path.stat().st_size > max_bytes:  # opening a device may block for ever
            return ""
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _decodable(path: Path) -> str:
    """The path as text that can be stored, whatever bytes are in it."""
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")
