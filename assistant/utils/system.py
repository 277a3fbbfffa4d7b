"""Detecting a full disk, process priority, and the collector of unused objects."""

import errno
import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as _version
from pathlib import Path
from threading import Event, Thread

from assistant.errors import NoSpaceError

_FULL_BELOW = 2_000_000  # bytes; with less free, a full disk is taken for the cause of any failure
_FULL_ERRNOS = {errno.ENOSPC, errno.EDQUOT}
_COPIED = 1 << 30  # bytes at a time
_READ = 1 << 23  # the same


def own_version() -> str:
    """The version of this program; "unknown" where it is run from a copy of the sources that was never installed."""
    try:
        return _version("article-assistant")
    except PackageNotFoundError:
        return "unknown"


def is_disk_full(error: Exception, folder: Path) -> bool:
    """Whether `error` was caused by a full disk under `folder`; False for a NoSpaceError, which says so already."""
    if isinstance(error, NoSpaceError):
        return False
    if isinstance(error, OSError):
        return error.errno in _FULL_ERRNOS
    # SQLite and Chroma each have their own words for it, or none.
    said_so = "disk is full" in str(error) or "No space left" in str(error)
    return said_so or (folder.exists() and shutil.disk_usage(folder).free < _FULL_BELOW)


@contextmanager
def reporting_full_disk(folder: Path) -> Iterator[None]:
    """Raise NoSpaceError for what fails in the block because the disk of the index in `folder` is full."""
    try:
        yield
    except Exception as error:
        if is_disk_full(error, folder):
            raise NoSpaceError(f"no space left on the disk of {folder.parent}; free some and refresh again") from error
        raise


NICENESS = 10  # about a tenth of the processor while others want all of it, the whole of it while they do not


def lower_priority() -> None:
    """Lower the priority of this thread and those that it starts, for good; does nothing on Windows."""
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, 0, max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))


@contextmanager
def without_collector() -> Iterator[None]:
    """Leave cycles of unused objects to be collected after the block.

    For what makes many objects that last: to look at all of them again and again takes as long as to make them. For
    some seconds at most, as no thread collects meanwhile.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def reading_ahead(folder: Path) -> Iterator[None]:
    """Read the files in `folder` from their beginnings to their ends beside the block, the largest first.

    What the block reads of them here and there is then in the system's memory already: a disk gives several times as
    much in one go. Files that would take more than half of that memory are left alone.
    """
    ended = Event()
    reader = Thread(target=_read_through, args=(folder, ended.is_set), name="reading ahead", daemon=True)
    reader.start()
    try:
        yield
    finally:
        ended.set()
        reader.join()


def _read_through(folder: Path, is_enough: Callable[[], bool]) -> None:
    held = memoryview(bytearray(_READ))
    with suppress(OSError):  # who needs what cannot be read will say so
        sizes = {path: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
        files = sorted(sizes, key=lambda path: -sizes[path]) if sum(sizes.values()) <= _memory() / 2 else []
        for path in files:
            with path.open("rb", buffering=0) as file:
                while not is_enough() and file.readinto(held):
                    pass


def _memory() -> int:
    """The bytes of memory of this machine; 0 where the system does not say."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return 0


def copy_file(old: str | Path, new: str | Path) -> None:
    """Copy a file. A file system that can share what is the same (XFS, Btrfs) does, and then it takes no time."""
    try:
        with Path(old).open("rb") as source, Path(new).open("wb") as target:
            while os.copy_file_range(source.fileno(), target.fileno(), _COPIED):
                pass
    except (AttributeError, OSError):  # where the system cannot, or not from this file system to that
        shutil.copyfile(old, new)
    shutil.copystat(old, new)
