"""Zip files, read within limits and never written to disk."""

import re
import stat
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import PurePosixPath

from assistant.ingest.files.origin import Content, Origin, Outcome, Parser, outcomes
from assistant.ingest.items import Failure, ParseError

MOST_FILES = 10_000
MOST_BYTES = 200_000_000
MOST_RATIO = 200
_SMALL = 1_000_000  # bytes; the ratio of smaller files is not limited


class Archive:
    """The zip file in `data`, from which at most MOST_BYTES are read in total. Raises ParseError when it is none."""

    def __init__(self, data: bytes) -> None:
        count = data.count(b"PK\x01\x02")
        if count > 2 * MOST_FILES:  # before they are listed, which takes memory for each
            raise ParseError(f"it holds about {count} files; up to {MOST_FILES} are read")
        try:
            self._file = zipfile.ZipFile(BytesIO(data))
        except MemoryError:
            raise
        except Exception as error:  # zipfile raises nearly whatever there is for damage
            raise ParseError(f"no zip file: {error}") from error
        self._bytes_left = MOST_BYTES
        self.entries = [entry for entry in self._file.infolist() if not entry.filename.endswith("/")]
        if len(self.entries) > MOST_FILES:
            raise ParseError(f"it holds {len(self.entries)} files; up to {MOST_FILES} are read")

    def read(self, entry: zipfile.ZipInfo | str) -> bytes:
        """The bytes of one of its files. Raises ParseError."""
        try:
            entry = self._file.getinfo(entry) if isinstance(entry, str) else entry
            self._check_entry(entry)
            if entry.file_size > self._bytes_left:
                raise ParseError(f"it holds over {MOST_BYTES / 1e6:.0f} MB; what follows is not read")
            with self._file.open(entry) as file:
                data = file.read(entry.file_size + 1)  # at most one byte over the declared size
        except (ParseError, MemoryError):
            raise
        except KeyError:
            raise ParseError(f"there is no {entry} in it") from None
        except Exception as error:
            raise ParseError(f"it is damaged: {error}") from error
        self._bytes_left -= len(data)
        if len(data) != entry.file_size:
            raise ParseError("it is damaged: its size is not the one that it says")
        return data

    def _check_entry(self, entry: zipfile.ZipInfo) -> None:
        name = entry.filename
        if name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or re.match(r"[A-Za-z]:", name):
            raise ParseError("its name leads out of the archive")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise ParseError("it is a link")
        if entry.flag_bits & 1:
            raise ParseError("it is encrypted; pack it without a password")
        if entry.file_size > MOST_BYTES:
            raise ParseError(f"it has {entry.file_size / 1e6:.0f} MB; up to {MOST_BYTES / 1e6:.0f} MB are read")
        if entry.file_size > _SMALL and entry.file_size > MOST_RATIO * max(1, entry.compress_size):
            raise ParseError(f"it unpacks to over {MOST_RATIO} times its size")


def parts(data: bytes, origin: Origin, is_supported: Callable[[str], bool]) -> Iterator[Content | Failure]:
    """The files in a zip file, and what of it cannot be read. Archives within it are not opened.

    `is_supported` says whether an extension has a parser. Hidden files and unsupported formats are skipped, as in a
    folder. Raises ParseError.
    """
    empty = True
    archive = Archive(data)
    for entry in sorted(archive.entries, key=lambda entry: entry.filename):
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        hidden = any(name.startswith(".") and name != ".." for name in path.parts) or "__MACOSX" in path.parts
        if hidden or not is_supported(path.suffix):
            continue
        empty = False
        yield _part(archive, entry, path.suffix, origin.part(entry.filename, separator="/"))
    if empty:
        raise ParseError("no article files in it")


def _part(archive: Archive, entry: zipfile.ZipInfo, extension: str, origin: Origin) -> Content | Failure:
    if extension.lower() == ".zip":
        return origin.failure("an archive in an archive is not opened; put its files beside it")
    try:
        return Content(archive.read(entry), extension, origin)
    except ParseError as error:
        return origin.failure(error)


def read(data: bytes, origin: Origin, parser_for: Callable[[str], Parser | None]) -> Iterator[Outcome]:
    """The articles of the files in a zip file, and their failures; `parser_for` maps an extension to its parser."""
    for part in parts(data, origin, lambda extension: parser_for(extension) is not None):
        if isinstance(part, Failure):
            yield part
        elif parser := parser_for(part.extension):
            yield from outcomes(parser, part.data, part.origin)
