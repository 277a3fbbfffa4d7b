"""The file of a backup: a compressed tar, written and read in one go, with bounded memory.

Its first member says what it is, its last one has the SHA-256 of every other; so what is torn or foreign is told.
"""

import gzip
import hashlib
import io
import json
import os
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

import zstandard
from pydantic import TypeAdapter

from assistant.errors import AssistantError
from assistant.utils import once, one_line, private_folder

FORMAT = 1
HOME = "home"  # the folder of the archive that has the home
_HEAD, _CONTENTS = "article-assistant-backup.json", "contents.json"
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_ZSTD_SUFFIX = ".zst"
_BLOCK = 1 << 20
_MOST_TEXT = 64 << 20  # bytes of a member that is read as JSON
_MOST_WINDOW = 1 << 27  # bytes that a zstd stream may have us keep
_BROKEN = (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, zstandard.ZstdError, ValueError, OverflowError)


class BackupFileError(AssistantError):
    """A file is no backup, or is torn or damaged; nothing was changed."""


@dataclass(frozen=True, slots=True)
class BackupHead:
    """What a backup says of itself: its format and that of the home, what made it and when, and which generation."""

    format: int
    home_format: int
    version: str
    made: str
    generation: str | None
    articles: int
    embedder: str | None


_heads = once(lambda: TypeAdapter(BackupHead))
_contents = once(lambda: TypeAdapter(dict[str, str]))


class ArchiveWriter(AbstractContextManager["ArchiveWriter"]):
    """Writes a backup to `out`; what is not ended with `finish` is no backup."""

    def __init__(self, out: BinaryIO, head: BackupHead, name: str = "") -> None:
        self._stream = _compressing(out, name)
        self._tar = tarfile.open(fileobj=self._stream, mode="w|", format=tarfile.PAX_FORMAT)
        self._digests = {_HEAD: self._add_bytes(_HEAD, json.dumps(asdict(head), indent=2).encode())}

    @property
    def files(self) -> int:
        """How many files of the home were added."""
        return len(self._digests) - 1

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def add_text(self, name: str, text: str) -> None:
        """Add a file of the home with this text."""
        self.add_bytes(name, text.encode())

    def add_bytes(self, name: str, content: bytes) -> None:
        """Add a file of the home with this content."""
        self._digests[name] = self._add_bytes(f"{HOME}/{name}", content)

    def add_file(self, name: str, path: Path) -> None:
        """Add what is at `path` as a file of the home, as it is when it is opened. Raises OSError."""
        with path.open("rb") as file:
            self._digests[name] = self._add(f"{HOME}/{name}", file, os.fstat(file.fileno()).st_size)

    def finish(self) -> None:
        """Write the checksums, which make it a whole backup."""
        self._add_bytes(_CONTENTS, json.dumps(self._digests, indent=0).encode())
        self._tar.close()
        self._stream.close()

    def _add_bytes(self, name: str, content: bytes) -> str:
        return self._add(name, io.BytesIO(content), len(content))

    def _add(self, name: str, file: IO[bytes], size: int) -> str:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        hashed = _Hashed(file)
        self._tar.addfile(member, hashed)
        self._tar.members = []  # type: ignore[attr-defined]  # else it keeps them all
        return hashed.digest.hexdigest()


class _Hashed(io.RawIOBase):
    """A file whose content is hashed as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self.digest.update(block)
        return block


def _compressing(out: BinaryIO, name: str) -> Any:
    if name.endswith(_ZSTD_SUFFIX):
        return zstandard.ZstdCompressor(level=3, write_checksum=True).stream_writer(out, closefd=False)
    return gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=out)


def extract(source: io.BufferedReader, folder: Path, known: int) -> BackupHead:
    """Put the home of the backup `source` into `folder`, an empty one, and give what it says of itself.

    All is checked on the way: the path and kind of each member, and its checksum. `known` is the newest format of a
    home that can be used. Raises BackupFileError in one line, and OSError when `folder` cannot be written.
    """
    with _telling():
        stream = _decompressing(source)
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            head, digest = _checked_head(tar, known)
            expected, digests = _extract_files(tar, folder)
        while stream.read(_BLOCK):  # to the end, where the compression has its own checksum
            pass
    if expected is None:
        raise BackupFileError("it is cut off: its end is missing; take another backup")
    digests[_HEAD] = digest
    if wrong := sorted(name for name in expected.keys() | digests.keys() if expected.get(name) != digests.get(name)):
        raise BackupFileError(f"{wrong[0]!r} in it is not as it was written; take another backup")
    return head


def _decompressing(source: io.BufferedReader) -> Any:
    start = source.peek(len(_ZSTD))
    if start.startswith(_ZSTD):
        return zstandard.ZstdDecompressor(max_window_size=_MOST_WINDOW).stream_reader(source)
    if start.startswith(_GZIP):
        return gzip.GzipFile(fileobj=source)
    raise BackupFileError("it is no backup; give a file that `assistant backup` made")


@contextmanager
def _telling() -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        reason = one_line(str(error), 100) or "its end is missing"
        raise BackupFileError(f"it is damaged or cut off ({reason}); take another backup") from None


def _checked_head(tar: tarfile.TarFile, known: int) -> tuple[BackupHead, str]:
    """What the backup says of itself, with the checksum of that."""
    member = tar.next()
    if member is None or member.name != _HEAD or not _is_plain(member):
        raise BackupFileError("it is an archive of something else; give a file that `assistant backup` made")
    text = _text(tar, member)
    head = _heads().validate_json(text)
    if head.format > FORMAT or head.home_format > known:
        raise BackupFileError(f"it was made by version {head.version}, which is newer; restore it with that version")
    return head, hashlib.sha256(text).hexdigest()


def _extract_files(tar: tarfile.TarFile, folder: Path) -> tuple[dict[str, str] | None, dict[str, str]]:
    digests: dict[str, str] = {}
    while (member := tar.next()) is not None:
        tar.members = []  # type: ignore[attr-defined]
        if not _is_plain(member):
            raise BackupFileError(f"{member.name[:200]!r} in it is no plain file; nothing was restored")
        if member.name == _CONTENTS:
            expected = _contents().validate_json(_text(tar, member))
            if tar.next() is not None:
                raise BackupFileError("it has more after its end; nothing was restored")
            return expected, digests
        parts = _checked_parts(member.name)
        digests["/".join(parts)] = _write(tar, member, folder.joinpath(*parts))
    return None, digests


def _is_plain(member: tarfile.TarInfo) -> bool:
    return member.type in (tarfile.REGTYPE, tarfile.AREGTYPE) and not member.issparse() and member.size >= 0


def is_path(name: str) -> bool:
    """Whether a file of the home can have that name, with "/" between folders, in a backup; none that leads elsewhere.

    What cannot be shown in a line is none either.
    """
    separators = "\\:" if os.name == "nt" else "\\"
    parts = name.split("/")
    return not any(part in ("", ".", "..") or not part.isprintable() or set(part) & set(separators) for part in parts)


def _checked_parts(name: str) -> tuple[str, ...]:
    """The parts of a path in the home. Raises BackupFileError for one that would lead elsewhere."""
    folder, _, path = name.partition("/")
    if folder != HOME or not is_path(path):
        raise BackupFileError(f"{name[:200]!r} in it is no path of a home; nothing was restored")
    return tuple(path.split("/"))


def _text(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    content = tar.extractfile(member)
    if content is None or member.size > _MOST_TEXT:
        raise ValueError(f"{member.name} cannot be read")
    return content.read()


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> str:
    content, digest = tar.extractfile(member), hashlib.sha256()
    assert content is not None  # of plain files there is one
    with _new_file(path, member.name) as file:
        while block := content.read(_BLOCK):
            digest.update(block)
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _new_file(path: Path, name: str) -> IO[bytes]:
    try:
        private_folder(path.parent)
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        raise BackupFileError(f"{name[:200]!r} is in it twice; nothing was restored") from None
