"""Reads the articles of a local folder or file."""

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from assistant.index import FetchState
from assistant.ingest.files.origin import Content, Origin, Outcome
from assistant.ingest.files.registry import EXTENSIONS, parse_content
from assistant.ingest.files.sandbox import Sandbox
from assistant.ingest.impossible_dates import has_date_to_come
from assistant.ingest.items import Failure, Item, Left, Loaded, Notice, ParseError
from assistant.utils import counted, format_duration, is_included, safe_to_show

_IGNORED_PREFIXES = (".", "~$")  # hidden files, and the lock files of office programs
_LEADS_OUT = "a link that leads out of the folder; list what it leads to as a source, or copy it"

KnownFile = Callable[[str], FetchState | None]
"""The last fetch state of a file of the source, by its name."""


@dataclass(frozen=True, slots=True)
class UnparsedFile:
    """A new or changed file, and the fetch state that it has once all of it is read; None where none is kept."""

    content: Content
    state: FetchState | None

    def items(self, outcomes: Iterable[Outcome]) -> Iterator[Item]:
        """What reading the file gives, from what its parser gave."""
        complete = self.state is not None
        for outcome in outcomes:
            # A date that is still to come is to be read again, as it will be right one day.
            complete = complete and isinstance(outcome, Loaded) and not has_date_to_come(outcome.article)
            yield outcome
        if complete and self.state is not None:
            yield self.state


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
    budget: timedelta | None = None,
) -> Iterator[Item]:
    """Every article of `source`, a file or a folder with its subfolders, and every failure.

    Files over `max_bytes` are not read. In a folder, files are skipped that are hidden, of an unsupported format, not
    matched by `include` (if any), or matched by `exclude` (globs). With `known`, each file that was read without a
    failure, and has no date that is still to come, ends with its `FetchState`, and for an unchanged file only its state
    is given. Formats that could do harm are parsed in `sandbox`, or in one of its own. After `budget` the files not yet
    read are left as they were, and a notice says how many; those that waited longest come first next time.
    """
    with nullcontext(sandbox) if sandbox else Sandbox() as used:
        for found in read_unparsed(source, max_bytes, known=known, include=include, exclude=exclude, budget=budget):
            if isinstance(found, UnparsedFile):
                yield from found.items(parse_content(found.content, used))
            else:
                yield found


def read_unparsed(
    source: str | Path,
    max_bytes: int,
    *,
    known: KnownFile | None = None,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    budget: timedelta | None = None,
) -> Iterator[Item | UnparsedFile]:
    """What `read` gives, with new and changed files still to be parsed; a budget counts what is done between two."""
    try:
        root = Path(source).expanduser().resolve()
        is_folder = root.is_dir()
    except OSError as error:  # a name that is too long, a folder above it that may not be entered
        yield Failure("", safe_to_show(str(source)), f"cannot be read ({error.strerror})", whole=True)
        return
    if is_folder:
        files, failures = _files_in(root, include, exclude)
        if budget is None:
            for path, name in files:
                yield _read_file(path, name, max_bytes, known)
        else:
            yield from _read_within(budget, files, str(root), max_bytes, known or (lambda name: None))
        yield from failures
    elif root.is_file():
        yield _read_file(root, root.name, max_bytes, known)
    else:
        yield Failure("", str(source), "there is no such file or folder", whole=True)


def _read_within(
    budget: timedelta, files: list[tuple[Path, str]], root: str, max_bytes: int, known: KnownFile
) -> Iterator[Item | UnparsedFile]:
    end, now, left = time.monotonic() + budget.total_seconds(), datetime.now(UTC), 0
    states = {name: known(name) for _, name in files}

    def waited(file: tuple[Path, str]) -> float:
        state = states[file[1]]
        return state.checked.timestamp() if state and state.checked else 0.0

    for path, name in sorted(files, key=waited):
        if time.monotonic() < end:
            yield _checked(_read_file(path, name, max_bytes, known), now)
        else:
            left += 1
            yield states[name] or Left(name)
    if left:
        yield Notice(f"{safe_to_show(root)}: {left_text(left, 'file', budget)}")


def _checked(found: Item | UnparsedFile, now: datetime) -> Item | UnparsedFile:
    """What was found, with the time at which it was in its fetch state."""
    if isinstance(found, UnparsedFile) and found.state is not None:
        return replace(found, state=replace(found.state, checked=now))
    return replace(found, checked=now) if isinstance(found, FetchState) else found


def left_text(count: int, noun: str, budget: timedelta) -> str:
    """That so many of a source were left when its time was used up."""
    verb = "is" if count == 1 else "are"
    return f"{counted(count, noun)} {verb} left for next time (its budget of {format_duration(budget)} is used up)"


def _files_in(
    root: Path, include: Sequence[str], exclude: Sequence[str]
) -> tuple[list[tuple[Path, str]], list[Failure]]:
    """The article files in a folder with their names, and what of the folder cannot be read."""
    failures: list[Failure] = []

    def report(error: OSError) -> None:
        folder = Path(error.filename or root)
        name = "" if folder == root else f"{_decodable(folder.relative_to(root))}/"
        failures.append(Failure(name, name or str(root), f"cannot be read: {error.strerror or error}", whole=not name))

    paths: list[Path] = []
    for folder, subfolders, files in os.walk(root, onerror=report):
        subfolders[:] = [name for name in subfolders if not name.startswith(".")]
        for linked in (path for name in subfolders if _leads_out(path := Path(folder, name), root)):
            shown = f"{_decodable(linked.relative_to(root))}/"
            failures.append(Failure(shown, shown, _LEADS_OUT))
        paths += [Path(folder, name) for name in files if not name.startswith(_IGNORED_PREFIXES)]
    found: list[tuple[Path, str]] = []
    for path in sorted(paths):
        name = path.relative_to(root).as_posix()
        # "*" crosses folders, and "**/" is also no folder.
        if path.suffix.lower() in EXTENSIONS and is_included((name, f"/{name}"), include, exclude):
            shown = _decodable(path.relative_to(root))
            if _leads_out(path, root):
                failures.append(Failure(shown, shown, _LEADS_OUT))
            else:
                found.append((path, shown))
    if not found and not failures:
        cause = "that include and exclude allow" if include or exclude else f"(they end in {', '.join(EXTENSIONS)})"
        failures.append(Failure("", str(root), f"no article files in this folder {cause}", whole=True))
    return found, failures


def _leads_out(path: Path, root: Path) -> bool:
    """Whether it is a symbolic link to what is not in the folder: who may put files there could have any file read."""
    # Unlike Path.resolve it raises nothing for a link that leads to itself.
    return path.is_symlink() and path.exists() and not Path(os.path.realpath(path)).is_relative_to(root)


def _read_file(path: Path, name: str, max_bytes: int, known: KnownFile | None) -> Item | UnparsedFile:
    origin = Origin(name, name, os.path.realpath(path))
    if path.suffix.lower() not in EXTENSIONS:
        supported = ", ".join(EXTENSIONS)
        return origin.failure(f"files ending in {path.suffix or 'nothing'} cannot be read; {supported} can")
    try:
        data = _content(path, max_bytes)
    except ParseError as error:
        return origin.failure(error)
    digest = hashlib.sha256(data).hexdigest()
    state = known(name) if known else None
    if state is not None and state.digest == digest:
        return state
    return UnparsedFile(Content(data, path.suffix, origin), FetchState(name, digest=digest) if known else None)


def _content(path: Path, max_bytes: int) -> bytes:
    try:
        if not path.is_file():  # opening a device may block for ever
            raise ParseError("no file to be read: a broken link or a device")
        size = path.stat().st_size
        if size > max_bytes:
            limit = f"the limit is {max_bytes / 1e6:.0f} MB (setting max_file_mb)"
            raise ParseError(f"the file has {size / 1e6:.0f} MB; {limit}")
        return path.read_bytes()
    except OSError as error:
        raise ParseError(f"cannot be read: {error.strerror or error}") from None


def _decodable(path: Path) -> str:
    """The path as text that can be stored, whatever bytes are in it."""
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")
