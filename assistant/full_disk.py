"""Telling whether what failed did so because the disk is full, by whatever words."""

import errno
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
