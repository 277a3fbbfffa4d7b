"""Putting a backup back: all of it is checked beside the home before the home itself is touched."""

import ctypes
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from assistant.errors import AssistantError, DamagedError
from assistant.index import HomeLibrary
from assistant.maintenance.archive import BackupFileError, BackupHead, extract
from assistant.maintenance.backup import Backup
from assistant.maintenance.upgrades import FORMAT
from assistant.settings import Settings
from assistant.utils import private_folder

if TYPE_CHECKING:
    from assistant.database import Stores

_STAGED = ".restoring-"
_EXCHANGE, _WORKING_FOLDER = 2, -100  # RENAME_EXCHANGE and AT_FDCWD of Linux


def restore(
    settings: Settings, source: Path | BinaryIO, *, force: bool = False, stores: "Stores | None" = None
) -> Backup:
    """Make the home that the backup `source` has, and give what it has.

    A home that has anything is replaced only with `force`, and is then renamed, `HOME.before-DATE-TIME`. A crash at
    any moment leaves the home as it was, or as the backup has it. Raises AssistantError for a file that is no backup,
    or a damaged one, for a home that is full, and where it is being refreshed.

    With `stores` in PostgreSQL what people made goes there, in one transaction; what was there is set aside as well.
    """
    home = settings.home.expanduser().absolute()
    if isinstance(source, Path) and not source.is_file():
        raise AssistantError(f"{source}: there is no such file; give that of a backup")
    _check_place(home, force)
    if stores is not None and not force:
        from assistant.database import refuse_full

        refuse_full(stores)
    where = "standard input" if not isinstance(source, Path) else str(source)
    try:
        private_folder(home.parent)
        with _opened(source) as file, _staged(home) as staged:
            head = extract(file, staged, FORMAT)
            files = sum(path.is_file() for path in staged.rglob("*"))
            with _people_put_back(stores, staged) as notices:
                _flush_folders(staged)
                aside = _put_in_place(staged, home, settings)
    except BackupFileError as error:
        raise AssistantError(f"{where}: {error}") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise AssistantError(f"{home} could not be restored from {where} ({reason}); it is as it was") from None
    return _report(head, source, home, files, aside, settings, notices)


@contextmanager
def _people_put_back(stores: "Stores | None", staged: Path) -> Iterator[list[str]]:
    """What people made is in PostgreSQL once the block has ended, if that is where it goes; lines about it."""
    if stores is None or stores.place.address is None:
        yield []
        return
    from assistant.database import put_back

    with put_back(stores, staged) as aside:
        yield [] if aside is None else [f"what the database had of people is set aside there, in the schema {aside}"]


def _check_place(home: Path, force: bool) -> None:
    if home.exists() and not home.is_dir():
        raise AssistantError(f"{home} is a file, not a folder; give another place with --home")
    if not force and _has_anything(home):
        raise AssistantError(f"{home} is not empty; with --force it is set aside, as {home.name}.before-DATE-TIME")


def _has_anything(home: Path) -> bool:
    return home.is_dir() and any(home.iterdir())


@contextmanager
def _opened(source: Path | BinaryIO) -> Iterator[io.BufferedReader]:
    if isinstance(source, Path):
        with source.open("rb") as file:
            yield file
    else:
        yield io.BufferedReader(cast(io.RawIOBase, source))


@contextmanager
def _staged(home: Path) -> Iterator[Path]:
    """A new folder beside the home, which is removed unless it is put in its place; so are those of killed restores."""
    for left in home.parent.glob(f"{home.name}{_STAGED}*"):
        shutil.rmtree(left, ignore_errors=True)
    staged = Path(tempfile.mkdtemp(prefix=f"{home.name}{_STAGED}", dir=home.parent))  # 0700
    try:
        yield staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _flush_folders(staged: Path) -> None:
    if os.name != "nt":
        for folder in [staged, *(path for path in staged.rglob("*") if path.is_dir())]:
            _flush(folder)


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _put_in_place(staged: Path, home: Path, settings: Settings) -> Path | None:
    """Give the new home its name; where the one before it is, if that had anything."""
    if not _has_anything(home):
        with suppress(FileNotFoundError):
            home.rmdir()
        staged.rename(home)
        aside = None
    else:
        with ExitStack() as held:
            with suppress(DamagedError):
                held.enter_context(HomeLibrary(home).refreshing(settings.refresh_wait, lambda who: None))
            aside = _swap(staged, home)
            with suppress(OSError):
                (aside / "index" / "refresh.holder").unlink()  # it names this process, which soon lets go
    if os.name != "nt":
        _flush(home.parent)
    return aside


def _swap(staged: Path, home: Path) -> Path:
    """Rename the home, and the new one to its name: in one step where the system has one for it."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    names = (f"{home.name}.before-{stamp}{f'-{number}' if number else ''}" for number in range(1000))
    aside = next(path for name in names if not (path := home.with_name(name)).exists())
    # Under that name already: whatever then happens, what lies there is never swept.
    staged.rename(aside)
    try:
        if not _exchange(aside, home):
            aside.rename(staged)
            home.rename(aside)
            staged.rename(home)
    except OSError:
        if home.exists() and aside.exists():
            aside.rename(staged)
        raise
    return aside


def _exchange(one: Path, other: Path) -> bool:
    """Exchange the names of two folders at once; False where the system cannot."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except AttributeError:
        return False
    return bool(rename(_WORKING_FOLDER, os.fsencode(one), _WORKING_FOLDER, os.fsencode(other), _EXCHANGE) == 0)


def _report(
    head: BackupHead,
    source: Path | BinaryIO,
    home: Path,
    files: int,
    aside: Path | None,
    settings: Settings,
    notices: list[str],
) -> Backup:
    if head.embedder is not None and not head.embedder.startswith(settings.embedder):
        notices.append(f"it was made with the embedder {head.embedder}; the next refresh makes the index anew")
    made = datetime.fromisoformat(head.made)
    known = (head.version, head.generation, head.articles, head.embedder)
    path = source if isinstance(source, Path) else None
    return Backup(path, home, made, *known, files, tuple(notices), aside)
