"""Telling whether what failed did so because the disk is full, by whatever words."""

import errno
import os
import shutil
from pathlib import Path

from assistant.errors import NoSpaceError

_NOTHING_LEFT = 2_000_000  # bytes; with less, what fails fails for want of space
_FULL = {errno.ENOSPC, errno.EDQUOT}


def is_full(error: Exception, folder: Path) -> bool:
    """Whether `error` came of a full disk under `folder`; not for one that says so already."""
    if isinstance(error, NoSpaceError):
        return False
    if isinstance(error, OSError):
        return error.errno in _FULL
    # SQLite and Chroma each have their own words for it, or none.
    told = "disk is full" in str(error) or "No space left" in str(error)
    return told or (folder.exists() and shutil.disk_usage(folder).free < _NOTHING_LEFT)


def no_space(folder: Path) -> NoSpaceError:
    """The error that says so of the disk of the index in `folder`."""
    return NoSpaceError(f"no space left on the disk of {folder.parent}; free some and refresh again")


NICENESS = 10  # about a tenth of the processor while others want all of it, the whole of it while they do not


def lower_priority() -> None:
    """Have this thread, and those that it begins, stand back behind other processes for good.

    For a process of its own that nobody waits for, as it cannot be taken back. On Windows it does nothing.
    """
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, 0, max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))
