"""Locks between processes: one refresh at a time, and no removal of a generation that is being read."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout

from assistant.errors import LockedError, StoppedError
from assistant.utils import write_private

try:
    import fcntl
except ImportError:  # Windows, where an open file cannot be removed anyway
    fcntl = None  # type: ignore[assignment]


@contextmanager
def refresh_lock(
    path: Path, wait: float, on_wait: Callable[[str], None], stopped: Callable[[], bool] = lambda: False
) -> Iterator[None]:
    """Hold the refresh lock at `path`; `on_wait` is called with its holder before waiting up to `wait` seconds.

    Raises LockedError, naming the holder, after the wait, and StoppedError once `stopped` is true. The lock of a killed
    process is free.
    """
    lock = FileLock(path, mode=0o600)
    holder = path.with_suffix(".holder")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        on_wait(_describe(holder))
        try:
            lock.acquire(timeout=wait, poll_interval=0.1, cancel_check=stopped)
        except Timeout:
            if stopped():
                raise StoppedError("the refresh was stopped before it began; the index is as it was") from None
            raise LockedError(
                f"{_describe(holder)} is still refreshing this index after {wait:g} s; try again when it has finished"
            ) from None
    try:
        since = datetime.now(UTC).isoformat(timespec="seconds")
        with suppress(OSError):  # a full disk must not hide its own message
            write_private(holder, f"process {os.getpid()} on {socket.gethostname()} (since {since})")
        yield
    finally:
        with suppress(OSError):
            holder.unlink()
        lock.release()


def _describe(holder: Path) -> str:
    with suppress(OSError, ValueError):
        return holder.read_text(encoding="utf-8") or "another process"
    return "another process"


def hold_shared(path: Path) -> BinaryIO:
    """`path`, opened, which is kept until it is closed. Raises FileNotFoundError when its folder is being removed."""
    if not path.is_file() and not path.is_dir():
        path.touch()  # it was lost; in a folder that is being removed this fails
    file = path.open("rb")
    try:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise FileNotFoundError(f"{path} is being removed") from None
    return file


@contextmanager
def hold_exclusive(path: Path) -> Iterator[bool]:
    """Whether nobody holds `path`; if so, nobody can until the end of the block."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        yield True
        return
    with file:
        try:
            if fcntl is not None:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield True
        except BlockingIOError:
            yield False
