"""Files and folders that only the account itself may read: 0600 and 0700, whatever its umask."""

import os
import threading
from contextlib import suppress
from pathlib import Path

_FOLDER, _FILE = 0o700, 0o600


def private_folder(path: Path) -> Path:
    """Make the folder `path`, and those missing above it, for this account alone; one that is there is left."""
    if not path.is_dir():
        if path.parent != path:
            private_folder(path.parent)
        path.mkdir(mode=_FOLDER, exist_ok=True)
    return path


def private_file(path: Path) -> Path:
    """Make the file `path`, empty, for this account alone, unless it is there. Raises OSError."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE))
    return path


def write_private(path: Path, text: str) -> None:
    """Write `text` to `path`, as UTF-8, in a file that only this account may read, if it is a new one."""
    private_file(path).write_text(text, encoding="utf-8")


def create_private(path: Path, content: bytes) -> bytes:
    """What the file `path` has; `content`, of which it is made now, when there is none. Raises OSError.

    Of several threads and processes that do this at once, all get the same.
    """
    private_folder(path.parent)
    new = path.with_name(f".{path.name}-{os.getpid()}-{threading.get_ident()}")
    try:
        write = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _FILE)
        with os.fdopen(write, "wb") as file:
            file.write(content)
        with suppress(FileExistsError):
            os.link(new, path)
    finally:
        new.unlink(missing_ok=True)
    return path.read_bytes()


def make_private(folder: Path) -> None:
    """Take the rights of all others from `folder` and what is in it."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(_FOLDER if path.is_dir() else _FILE)
