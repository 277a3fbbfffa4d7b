"""A backup of a home: one published generation, and all that people made."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from assistant.errors import AssistantError, NoArticlesError
from assistant.index import CURRENT, Generation, HomeLibrary, Library, is_written_anew
from assistant.ingest.sources import added_folder, sources_file
from assistant.maintenance.archive import FORMAT, ArchiveWriter, BackupHead, is_path
from assistant.maintenance.upgrades import FILE, format_of
from assistant.settings import Settings
from assistant.utils import own_version

if TYPE_CHECKING:
    from assistant.database import Stores

_SUFFIXES = (".tar.gz", ".tgz", ".tar.zst")
_SOURCES = "sources.toml"
# Neither what only lasts a moment, nor logs, nor what was set aside, nor backups.
_LEFT_OUT = (
    *(".*", "*.lock", "*.holder", "*.new", "*.damaged-*", "*-wal", "*-shm", "*-journal", "*.log", "*.log.*", "*.jsonl"),
    *(f"*{suffix}" for suffix in _SUFFIXES),
)
_SQLITE = ("*.sqlite", "*.sqlite3")
_OF_INDEX = ("checked", "health.json", "removed.json", _SOURCES, "history/*.json")
_BUSY = 30.0  # seconds for others to finish writing


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made, or put back: where it is (None for standard output or input) and what it has.

    `made` is when it was taken; `generation` is None where nothing was indexed. `notices` are lines of what is odd.
    """

    path: Path | None
    home: Path
    made: datetime
    version: str
    generation: str | None
    articles: int
    embedder: str | None
    files: int
    notices: tuple[str, ...] = ()
    set_aside: Path | None = None


def backup(library: Library, settings: Settings, target: Path | BinaryIO, stores: "Stores | None" = None) -> Backup:
    """Write a backup to `target`: a file, a folder in which it gets a name with the time, or an open binary file.

    What `stores` have in PostgreSQL is in it as files of a home. The file is for this account alone and is there only
    once it is whole; its name ends in .tar.gz or .tar.zst. Raises AssistantError when it cannot be written.
    """
    home = settings.home.expanduser()
    if not home.is_dir():
        raise AssistantError(f"there is no home {home}, so there is nothing to back up; give another with --home")
    if not isinstance(target, Path):
        return _Backup(library, settings, stores).write(target, None)
    path = _file_in(target) if target.is_dir() else target
    if not path.name.endswith(_SUFFIXES):
        raise AssistantError(f"{path}: the name of a backup ends in {', '.join(_SUFFIXES)}; choose such a one")
    with _published(path) as out:
        return _Backup(library, settings, stores).write(out, path)


def _file_in(folder: Path) -> Path:
    return folder / f"article-assistant-{datetime.now(UTC):%Y%m%d-%H%M%S}.tar.gz"


@contextmanager
def _published(path: Path) -> Iterator[BinaryIO]:
    """A new private file that takes the place of `path` at the end of the block, if nothing fails in it."""
    new: Path | None = None
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # 0600
        new = Path(name)
        with os.fdopen(descriptor, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        new.replace(path)
    except OSError as error:
        raise AssistantError(f"{path} cannot be written ({error.strerror or error}); no backup was made") from None
    finally:
        if new is not None:
            new.unlink(missing_ok=True)


class _Backup:
    """A backup while it is written."""

    def __init__(self, library: Library, settings: Settings, stores: "Stores | None") -> None:
        self._library, self._settings = library, settings
        self._stores = stores if stores is not None and stores.place.address is not None else None
        self._home = settings.home.expanduser()
        self._notices: list[str] = []

    def write(self, out: BinaryIO, path: Path | None) -> Backup:
        made = datetime.now(UTC).replace(microsecond=0)
        with ExitStack() as held, tempfile.TemporaryDirectory(prefix="assistant-backup-") as scratch:
            self._scratch = Path(scratch)
            generation = self._held(held)
            head = self._head(made, generation)
            with ArchiveWriter(out, head, path.name if path else "") as archive:
                for name, file in self._files(generation):
                    self._add(archive, name, file)
                self._add_stores(archive)
                if generation is not None:
                    archive.add_text(f"index/{CURRENT}", f"{generation.name}\n")
                archive.add_text(FILE, f"{head.home_format}\n")
                archive.finish()
        known = (head.version, head.generation, head.articles, head.embedder)
        return Backup(path, self._home, made, *known, archive.files, tuple(self._notices))

    def _held(self, held: ExitStack) -> Generation | None:
        """The published generation, which no refresh removes as long as it is held; None where it is on servers."""
        if not isinstance(self._library, HomeLibrary):
            self._notices.append(
                f"the articles in {self._library.place} are not in it; back up that database and Chroma's"
            )
            return None
        try:
            generation = held.enter_context(self._library.reading())
        except NoArticlesError:
            return None
        self._notices += self._library.warnings
        return generation

    def _head(self, made: datetime, generation: Generation | None) -> BackupHead:
        manifest = generation.manifest if generation is not None else None
        return BackupHead(
            format=FORMAT,
            home_format=format_of(self._home),
            version=own_version(),
            made=made.isoformat(),
            generation=manifest.name if manifest else None,
            articles=manifest.articles if manifest else 0,
            embedder=manifest.embedder if manifest else None,
        )

    def _files(self, generation: Generation | None) -> Iterator[tuple[str, Path]]:
        """What is backed up, by its name in the home."""
        index = self._home / "index"
        if generation is not None:
            folder = index / generation.name
            for path in sorted(folder.rglob("*")):
                if path.is_file() and not _is_left_out(path.name):
                    yield f"index/{path.relative_to(index).as_posix()}", path
            yield f"index/visits/{generation.name}.json", index / "visits" / f"{generation.name}.json"
        for pattern in _OF_INDEX:
            yield from ((f"index/{path.relative_to(index).as_posix()}", path) for path in sorted(index.glob(pattern)))
        yield from ((f"added/{path.name}", path) for path in sorted(added_folder(self._settings).glob("*.txt")))
        elsewhere = {FILE, *(self._stores.files if self._stores is not None else ())}
        for path in sorted(self._home.iterdir()):
            if path.is_file() and path.name not in elsewhere and not _is_left_out(path.name):
                yield path.name, path
        if self._settings.sources is not None and not (self._home / _SOURCES).exists():
            yield _SOURCES, sources_file(self._settings)

    def _add(self, archive: ArchiveWriter, name: str, path: Path) -> None:
        if not is_path(name):
            self._notices.append(f"left out, as its name has odd characters: {name!r}")
            return
        with suppress(FileNotFoundError):  # what is removed meanwhile
            if is_written_anew(path):  # maybe just now, which a file that is read part by part would not bear
                archive.add_bytes(name, path.read_bytes())
                return
            if any(fnmatch(path.name, pattern) for pattern in _SQLITE):
                path = self._copied(path)
            archive.add_file(name, path)

    def _add_stores(self, archive: ArchiveWriter) -> None:
        """What is in PostgreSQL, each store as of one moment."""
        if self._stores is None:
            return
        from assistant.database import copied_to_file, small_contents

        for tables in self._stores.tables:
            archive.add_file(tables.name, copied_to_file(tables, self._scratch / tables.name))
            (self._scratch / tables.name).unlink()
        for name, content in sorted(small_contents(self._stores).items()):
            (self._scratch / name).write_bytes(content)
            archive.add_file(name, self._scratch / name)

    def _copied(self, path: Path) -> Path:
        """A copy of a SQLite file as it is at one moment, whoever writes to it; of a damaged one the file itself."""
        copy = self._scratch / "copy.sqlite"
        copy.unlink(missing_ok=True)
        uri = f"{path.absolute().as_uri()}?mode=rw"
        try:
            with (
                closing(sqlite3.connect(uri, uri=True, timeout=_BUSY)) as source,
                closing(sqlite3.connect(copy)) as target,
            ):
                source.backup(target)
        except sqlite3.DatabaseError as error:
            if not path.exists():
                raise FileNotFoundError(str(path)) from None
            self._notices.append(f"{path.name} was taken as it is ({error}); run: assistant check")
            return path
        return copy


def _is_left_out(name: str) -> bool:
    return any(fnmatch(name, pattern) for pattern in _LEFT_OUT)
