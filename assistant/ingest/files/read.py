"""Sources on this machine into articles: folders and files."""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path

from assistant.index.fetch_state import FetchState
from assistant.ingest.files.registry import READERS, read_file
from assistant.ingest.files.sandbox import Sandbox
from assistant.ingest.items import Failure, Item, Loaded

_PASSED_OVER = (".", "~$")  # hidden, and what an office program leaves beside a file that is open

KnownPlace = Callable[[str], FetchState | None]
"""The last visit to a file of the source."""


def source_name(source: str | Path) -> str:
    """The name a source is kept by: its absolute path."""
    return _decodable(Path(source).expanduser().resolve())


def read(
    source: str | Path,
    max_bytes: int = 100_000_000,
    *,
    known: KnownPlace | None = None,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    sandbox: Sandbox | None = None,
) -> Iterator[Item]:
    """Every article of `source`, a folder (with all below it) or a file, and every failure.

    Files over `max_bytes` are not read. In a folder, hidden files and those of other kinds are passed over, and so are
    those that no glob of `include` or that one of `exclude` matches. With `known`, each file that could be read ends
    with its `FetchState`, and of a file that has the same bytes as at the visit before there is only that. What may
    harm is read in `sandbox`, or in one of its own.
    """
    if sandbox is None:
        with Sandbox() as own:
            yield from read(source, max_bytes, known=known, include=include, exclude=exclude, sandbox=own)
        return
    root = Path(source).expanduser().resolve()
    if root.is_dir():
        empty = True
        shut: list[Failure] = []
        for path, name in _files(root, include, exclude, shut):
            empty = False
            yield from _visited(path, name, max_bytes, known, sandbox)
        yield from shut
        if empty and not shut:
            yield Failure("", str(root), _nothing_in_it(include, exclude), whole=True)
    elif root.is_file():
        yield from _visited(root, root.name, max_bytes, known, sandbox)
    else:
        yield Failure("", str(source), "there is no such file or folder", whole=True)


def _nothing_in_it(include: Sequence[str], exclude: Sequence[str]) -> str:
    if include or exclude:
        return "no article files in this folder that include and exclude allow"
    return f"no article files in this folder (they end in {', '.join(sorted(READERS))})"


def _files(
    root: Path, include: Sequence[str], exclude: Sequence[str], shut: list[Failure]
) -> Iterator[tuple[Path, str]]:
    """The files to be read, in order; folders that cannot be looked into are added to `shut`."""

    def told(error: OSError) -> None:
        folder = Path(error.filename or root)
        name = "" if folder == root else f"{_decodable(folder.relative_to(root))}/"
        shut.append(Failure(name, name or str(root), f"cannot be read: {error.strerror or error}", whole=not name))

    for path in sorted(_walked(root, told)):
        name = path.relative_to(root)
        if path.suffix.lower() in READERS and _wanted(name.as_posix(), include, exclude):
            yield path, _decodable(name)


def _walked(root: Path, told: Callable[[OSError], None]) -> Iterator[Path]:
    for folder, below, files in os.walk(root, onerror=told):
        below[:] = [one for one in below if not one.startswith(".")]
        yield from (Path(folder, one) for one in files if not one.startswith(_PASSED_OVER))


def _wanted(name: str, include: Sequence[str], exclude: Sequence[str]) -> bool:
    if include and not any(_matches(name, one) for one in include):
        return False
    return not any(_matches(name, one) for one in exclude)


def _matches(name: str, glob: str) -> bool:
    # As a shell with ** has it, but that "*" crosses folders too; "**/" may stand for no folder.
    return fnmatch(name, glob) or fnmatch(f"/{name}", glob.replace("**/", "*/"))


def _visited(path: Path, name: str, max_bytes: int, known: KnownPlace | None, sandbox: Sandbox) -> Iterator[Item]:
    if known is None:
        yield from _one(path, name, max_bytes, sandbox)
        return
    digest, before = _digest(path, max_bytes), known(name)
    if before is not None and digest and before.digest == digest:
        yield before
        return
    whole = bool(digest)
    for item in _one(path, name, max_bytes, sandbox):
        whole = whole and isinstance(item, Loaded)
        yield item
    if whole:
        # The digest is older than what was read: a file that changed in between is read again next time.
        yield FetchState(name, digest=digest)


def _one(path: Path, name: str, max_bytes: int, sandbox: Sandbox) -> Iterator[Loaded | Failure]:
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
    """SHA-256 of the file, "" when it cannot be read or is too large to be."""
    try:
        if not path.is_file() or path.stat().st_size > max_bytes:  # to open a device may wait for ever
            return ""
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _decodable(path: Path) -> str:
    """The path as text that can be stored, whatever bytes its name has."""
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")
