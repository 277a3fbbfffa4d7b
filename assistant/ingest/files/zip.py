"""Zip files, opened within bounds and never written to disk."""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from lzma import LZMAError
from pathlib import PurePosixPath

from assistant.ingest.files.origin import Origin, Outcome, Reader

MOST_FILES = 10_000
MOST_BYTES = 200_000_000
MOST_RATIO = 200
_DAMAGES = (
    *(zipfile.BadZipFile, zlib.error, LZMAError, struct.error, EOFError, OSError, RuntimeError),
    *(ArithmeticError, LookupError, ValueError),
)
_SMALL = 1_000_000  # what is smaller may be packed as tightly as it likes


class ArchiveError(ValueError):
    """The archive, or a file in it, cannot be read; its text says why."""


class Archive:
    """A zip file in memory. What is read from it all in all is bounded by MOST_BYTES."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file
        self._left = MOST_BYTES
        self.entries = [entry for entry in file.infolist() if not entry.filename.endswith("/")]
        if len(self.entries) > MOST_FILES:
            raise ArchiveError(f"it holds {len(self.entries)} files; up to {MOST_FILES} are read")

    def names(self) -> list[str]:
        """The names of its files."""
        return [entry.filename for entry in self.entries]

    def unpackable(self) -> None:
        """Raises ArchiveError unless all of it can be unpacked within the bounds, for a library that does so itself."""
        for entry in self.entries:
            self.read(entry)

    def read(self, entry: zipfile.ZipInfo | str) -> bytes:
        """The bytes of one of its files. Raises ArchiveError."""
        try:
            entry = self._file.getinfo(entry) if isinstance(entry, str) else entry
            self._refuse(entry)
            if entry.file_size > self._left:
                raise ArchiveError(f"it holds over {MOST_BYTES / 1e6:.0f} MB; what follows is not read")
            with self._file.open(entry) as file:
                data = file.read(entry.file_size + 1)  # no more than it says, whatever is in it
        except ArchiveError:
            raise
        except KeyError:
            raise ArchiveError(f"there is no {entry} in it") from None
        except _DAMAGES as error:
            raise ArchiveError(f"it is damaged: {error}") from error
        self._left -= len(data)
        if len(data) != entry.file_size:
            raise ArchiveError("it is damaged: its size is not the one that it says")
        return data

    def _refuse(self, entry: zipfile.ZipInfo) -> None:
        name = entry.filename
        if name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or re.match(r"[A-Za-z]:", name):
            raise ArchiveError("its name leads out of the archive")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise ArchiveError("it is a link")
        if entry.flag_bits & 1:
            raise ArchiveError("it is encrypted; pack it without a password")
        if entry.file_size > MOST_BYTES:
            raise ArchiveError(f"it has {entry.file_size / 1e6:.0f} MB; up to {MOST_BYTES / 1e6:.0f} MB are read")
        if entry.file_size > _SMALL and entry.file_size > MOST_RATIO * max(1, entry.compress_size):
            raise ArchiveError(f"it unpacks to over {MOST_RATIO} times its size")


@contextmanager
def opened(data: bytes) -> Iterator[Archive]:
    """The archive in `data`. Raises ArchiveError when it is none."""
    listed = data.count(b"PK\x01\x02")
    if listed > 2 * MOST_FILES:  # before they are all listed, which takes memory for each
        raise ArchiveError(f"it holds about {listed} files; up to {MOST_FILES} are read")
    try:
        file = zipfile.ZipFile(BytesIO(data))
    except _DAMAGES as error:
        raise ArchiveError(f"no zip file: {error}") from error
    with file:
        yield Archive(file)


def read(data: bytes, origin: Origin, reader_for: Callable[[str], Reader | None]) -> Iterator[Outcome]:
    """The articles of a zip file's files, and what failed in them. Archives within it are not opened.

    `reader_for` gives what reads files with an ending. Nothing is written. Hidden files and those of other kinds are
    passed over, as in a folder.
    """
    empty = True
    try:
        with opened(data) as archive:
            for outcome in _all(archive, origin, reader_for):
                empty = False
                yield outcome
    except ArchiveError as error:
        yield origin.failed(str(error))
        return
    if empty:
        yield origin.failed("no article files in it")


def _all(archive: Archive, origin: Origin, reader_for: Callable[[str], Reader | None]) -> Iterator[Outcome]:
    for entry in sorted(archive.entries, key=lambda one: one.filename):
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        part = origin.part(entry.filename, sign="/")
        reader = reader_for(path.suffix)
        hidden = any(one.startswith(".") and one != ".." for one in path.parts) or "__MACOSX" in path.parts
        if hidden or reader is None:
            continue
        if path.suffix.lower() == ".zip":
            yield part.failed("an archive in an archive is not opened; put its files beside it")
            continue
        try:
            inner = archive.read(entry)
        except ArchiveError as error:
            yield part.failed(str(error))
            continue
        yield from reader(inner, part)
