"""Locks between processes: one refresh at a time, and no sweeping of what is being read."""

import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.errors import LockedError, StoppedError

try:
    import fcntl
except ImportError:  # Windows has none; there an open file cannot be removed, which serves as well
    fcntl = None  # type: ignore[assignment]


@contextmanager
def only_refresh(
    path: Path, wait: float, waiting: Callable[[str], None], given_up: Callable[[], bool] = lambda: False
) -> Iterator[None]:
    """Hold the refresh lock at `path`; calls `waiting` with who holds it before it waits up to `wait` s.

    Raises LockedError, naming the holder, when the wait was in vain, and StoppedError once it is `given_up`. A killed
    holder's lock is free.
    """
    lock = FileLock(path)
    holder = path.with_suffix(".holder")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        waiting(_who(holder))
        try:
            lock.acquire(timeout=wait, poll_interval=0.1, cancel_check=given_up)
        except Timeout:
            if given_up():
                raise StoppedError("the refresh was stopped before it began; the index is as it was") from None
            raise LockedError(
                f"{_who(holder)} is refreshing this index, after {wait:g} s still; try again when it has finished"
            ) from None
    try:
        since = datetime.now(UTC).isoformat(timespec="seconds")
        about = {"process": os.getpid(), "host": socket.gethostname(), "since": since}
        with suppress(OSError):  # a full disk must not hide its own message
            holder.write_text(json.dumps(about), encoding="utf-8")
        yield
    finally:
        with suppress(OSError):
            holder.unlink()
        lock.release()


def _who(holder: Path) -> str:
    try:
        about = json.loads(holder.read_text(encoding="utf-8"))
        return f"process {about['process']} on {about['host']} (since {about['since']})"
    except (OSError, ValueError, KeyError):
        return "another process"


def hold_shared(path: Path) -> int:
    """A file descriptor that keeps `path` locked against sweeping until it is closed.

    Raises FileNotFoundError when the file is gone or about to go.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise FileNotFoundError(f"{path} is being removed") from None
    return descriptor


@contextmanager
def hold_alone(path: Path) -> Iterator[bool]:
    """Whether nobody holds `path`; if so nobody can until the end of the block."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        yield True
        return
    try:
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(descriptor)
