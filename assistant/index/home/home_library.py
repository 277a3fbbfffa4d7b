"""The library of a home: its generations, each in a folder of its own."""

import json
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.errors import DamagedError, NoSpaceError, RefreshError
from assistant.index.article_store import ArticleStore
from assistant.index.damage import CURE, naming, reason_of
from assistant.index.draft import Draft
from assistant.index.fetch_state import FetchStates, load_states, write_atomically, write_states
from assistant.index.generation import Generation, Manifest, as_manifest, read_manifest
from assistant.index.home.home_draft import PREFIX, open_draft
from assistant.index.home.home_generation import IN_USE, open_generation
from assistant.index.home.locks import hold_exclusive, hold_shared, refresh_lock
from assistant.index.home.soundness import derived_faults, open_sound
from assistant.index.home.sqlite_store import ArticlesDb, is_folded
from assistant.index.library import Library
from assistant.utils import make_private, one_line, private_folder

CURRENT = "CURRENT"
CHECKED = "checked"
_LOCK = "refresh.lock"
_MAX_HISTORY = 2000  # refreshes
_CHUNK_BYTES = 12_000  # on disk, in both stores with their indexes; measured 6,500
_MIN_FREE_BYTES = 4_000_000
_NAME = re.compile(r"[0-9]{6,}")
_NUMBER = re.compile(r"([0-9]{6,})\b")


class HomeLibrary(Library):
    """The generations in `home`/index."""

    def __init__(self, home: Path) -> None:
        super().__init__(home / "index")
        self._history = self.folder / "history"
        self._states = self.folder / "visits"
        self._checked: str | None = None  # the generation whose derived files were found sound last

    @property
    def place(self) -> str:
        """The home."""
        return str(self.folder.parent)

    def current(self) -> str | None:
        """The name of the published generation; None when there is none yet.

        Where CURRENT is lost or names none that is there, it is the newest.
        """
        with suppress(DamagedError):
            return self.named_as_current()
        names = self.names()
        return next((name for name in reversed(names) if self._has_manifest(name)), names[-1] if names else None)

    def named_as_current(self) -> str | None:
        """The name in CURRENT; None in a home without generations. Raises DamagedError for one that is none."""
        try:
            name = (self.folder / CURRENT).read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            if not self.names():
                return None
            raise DamagedError(f"{CURRENT}: {reason_of(error)}") from None
        if not _NAME.fullmatch(name) or not (self.folder / name).exists():
            if not name and not self.names():
                return None
            fault = f"names {one_line(name, 40)!r}, which is not there" if name else "is empty"
            raise DamagedError(f"{CURRENT}: it {fault}")
        return name

    def _has_manifest(self, name: str) -> bool:
        try:
            return bool(self.manifest(name))
        except DamagedError:
            return False

    def published(self) -> str:
        """The name of the published generation. Raises NoArticlesError when there is none yet, or DamagedError."""
        if self.folder.exists():
            _check_home(self.folder)
        return super().published()

    def names(self) -> list[str]:
        """The names of all finished generations, oldest first, also of damaged ones."""
        return sorted(path.name for path in self.folder.glob("[0-9]*") if _NAME.fullmatch(path.name))

    def manifest(self, name: str) -> Manifest:
        """The manifest of the generation `name`. Raises DamagedError."""
        return read_manifest(self.folder / name)

    def fault(self, name: str, *, keep_open: bool = False) -> str | None:
        """What is wrong with a generation, looked through as a whole; None for a sound one.

        With `keep_open` the published one stays open if it is sound, for who reads next, until `close_kept`.
        """
        try:
            generation = open_sound(self.folder / name)
        except (DamagedError, FileNotFoundError) as error:
            return str(error) if (self.folder / name).exists() else None  # else removed meanwhile
        with self._lock:
            self._users[generation] = 0
            if keep_open and self._open is None and name == self.current():
                self._open = self._kept_open = generation
            self._close_unused()
        return None

    def derived_faults(self, name: str) -> list[str]:
        """What is wrong with the derived files of a generation whose articles are sound."""
        faults = derived_faults(self.folder / name)
        self._checked = None if faults else name
        return faults

    def is_folded(self, name: str) -> bool:
        """Whether the words of a generation are folded as they are today."""
        return is_folded(self.folder / name)

    def pointer_fault(self) -> str | None:
        """What is wrong with CURRENT; None for nothing."""
        try:
            self.named_as_current()
        except DamagedError as error:
            return f"index/{error}; read is the newest generation"
        return None

    def _opened(self, name: str) -> Generation:
        return open_generation(self.folder / name)

    @contextmanager
    def articles(self, name: str) -> Iterator[ArticleStore]:
        """The articles of a generation, which no refresh removes before the end of the block."""
        lock = hold_shared(self.folder / name / IN_USE)
        with lock, naming(f"the articles of generation {name}"), closing(ArticlesDb(self.folder / name)) as db:
            yield db

    # writing, by the refresh that holds the lock

    def refreshing(
        self, wait: float, on_wait: Callable[[str], None], stopped: Callable[[], bool] = lambda: False
    ) -> AbstractContextManager[None]:
        """Hold the refresh lock; see `locks.refresh_lock`."""
        if self.folder.exists():
            _check_home(self.folder)
        private_folder(self.folder)
        return refresh_lock(self.folder / _LOCK, wait, on_wait, stopped)

    def require_space(self, parent: str | None, new_chunks: int) -> None:
        """Raise NoSpaceError unless the disk has room for a copy of `parent` with so many new chunks."""
        copied = _size(self.folder / parent) if parent else 0
        needed = copied + new_chunks * _CHUNK_BYTES + _MIN_FREE_BYTES
        free = shutil.disk_usage(self.folder).free
        if needed > free:
            raise NoSpaceError(
                f"no space left on the disk of {self.folder.parent}: about {needed / 1e6:.0f} MB are needed and "
                f"{free / 1e6:.0f} MB are free; free some and refresh again"
            )

    def draft(self, *, parent: str | None, embedder: str = "", rebuild: bool = False) -> AbstractContextManager[Draft]:
        """The next generation, in a folder of its own: a copy of the generation `parent`, or empty."""
        checked = parent is not None and parent == self._checked
        return open_draft(self.folder, self._next_name(), parent=parent, rebuild=rebuild, checked=checked)

    def _next_name(self) -> str:
        """A name after those of all present and past generations."""
        past = (path.name for folder in (self.folder, self._history, self._states) for path in folder.glob("[0-9]*"))
        numbers = (int(found[0]) for name in past if (found := _NUMBER.match(name)))
        return f"{max(numbers, default=0) + 1:06d}"

    def fetch_states(self, name: str | None) -> FetchStates:
        """The fetch states of a generation; none for None."""
        if name is None:
            return FetchStates()
        try:
            return load_states(self._states / f"{name}.json")
        except (DamagedError, FileNotFoundError):
            return FetchStates(aliases=self.known_aliases())

    def known_aliases(self) -> dict[str, str]:
        """The aliases of the newest fetch states that can be read."""
        for path in sorted(self._states.glob("[0-9]*.json"), reverse=True):
            with suppress(DamagedError, FileNotFoundError):
                return load_states(path).aliases
        return {}

    def write_fetch_states(self, name: str, fetch_states: FetchStates) -> None:
        """Store the fetch states of a generation, which has all the articles in them."""
        write_states(self._states / f"{name}.json", fetch_states)

    def history(self) -> list[dict[str, Any]]:
        """The entry of each refresh that published a generation, oldest first; it outlasts the generation."""
        entries: dict[str, dict[str, Any]] = {manifest.name: asdict(manifest) for manifest in self.manifests()}
        for path in self._history.glob("[0-9]*.json"):
            with suppress(DamagedError):
                entries[path.stem] = read_entry(path)
        return [entries[name] for name in sorted(entries)]

    def adopt_history(self, entries: Sequence[Mapping[str, Any]]) -> None:
        """Have the history of another index come before this one's own; its names of generations are given no more."""
        for entry in entries:
            write_atomically(self._history / f"{entry['name']}.json", json.dumps(dict(entry)))

    def manifest_in_history(self, name: str) -> Manifest | None:
        """The manifest of a generation as the history has it, which outlasts a damaged one."""
        with suppress(DamagedError, ValueError):
            return as_manifest(read_entry(self._history / f"{name}.json"))
        return None

    def files_beside(self) -> list[tuple[Path, Callable[[Path], object]]]:
        """The history and the fetch states, each with what reads it or raises DamagedError."""
        readers: dict[Path, Callable[[Path], object]] = {self._history: read_entry, self._states: load_states}
        folders = [(folder, _check_folder) for folder in readers if folder.exists()]
        files = [(path, read) for folder, read in readers.items() for path in sorted(folder.glob("[0-9]*.json"))]
        checked = [(self.folder / CHECKED, _check_moment)] if (self.folder / CHECKED).exists() else []
        return [*folders, *files, *checked]

    def unread_locations(self) -> tuple[str, ...]:
        """The locations of sources that the newest fetch states name, for an index that lost its manifest."""
        for path in sorted(self._states.glob("[0-9]*.json"), reverse=True):
            with suppress(DamagedError, FileNotFoundError):
                return tuple(load_states(path).by_source)
        return ()

    def publish(self, draft: Draft, manifest: Manifest, fetch_states: FetchStates, details: Mapping[str, Any]) -> None:
        """Publish a finished draft: its manifest is written last, all is flushed to disk, then CURRENT is set.

        `details` are what the history stores beside the manifest.
        """
        draft.close()
        folder = draft.folder
        (folder / IN_USE).touch()
        # First: for a generation without them, the next refresh would read all sources again.
        self.write_fetch_states(manifest.name, fetch_states)
        manifest.write(folder)
        make_private(folder)
        for path in [*folder.rglob("*"), folder]:
            _flush(path)
        folder.rename(self.folder / manifest.name)
        self.point_to(manifest.name)
        write_atomically(self._history / f"{manifest.name}.json", json.dumps({**asdict(manifest), **details}))

    def point_to(self, name: str) -> None:
        """Make the generation `name` the published one."""
        write_atomically(self.folder / CURRENT, f"{name}\n")
        _flush(self.folder)

    def mark_checked(self) -> None:
        """Record that the sources were compared with the index just now."""
        write_atomically(self.folder / CHECKED, datetime.now(UTC).isoformat(timespec="seconds"))

    def checked_at(self) -> datetime | None:
        """When the sources were last compared with the index."""
        with suppress(OSError, ValueError):
            return datetime.fromisoformat((self.folder / CHECKED).read_text(encoding="utf-8")).astimezone(UTC)
        return None

    def document(self, name: str) -> str | None:
        """The content of the file of that name beside the generations; None where there is none."""
        with suppress(FileNotFoundError):
            return (self.folder / name).read_text(encoding="utf-8")
        return None

    def keep_document(self, name: str, text: str) -> None:
        """Replace that file, whole or not at all."""
        write_atomically(self.folder / name, text)

    def remove_with(self, article_ids: Collection[str]) -> None:
        """Remove all generations but the published one that have one of those articles and that nobody reads."""
        for name in self.names():
            if name != self.current() and self._has_any(name, article_ids):
                self._remove(self.folder / name)

    def _has_any(self, name: str, article_ids: Collection[str]) -> bool:
        with suppress(Exception):  # a damaged one cannot be gone back to either
            with closing(ArticlesDb(self.folder / name)) as db:
                return not db.digests().keys().isdisjoint(article_ids)
        return False

    def rollback(self, removed: Collection[str] = ()) -> Manifest:
        """Publish the generation before the published one; under the refresh lock.

        Raises RefreshError when there is none, or when it has one of the articles that were `removed` by hand.
        """
        name = self.current()
        parent = self._parent(name) if name else None
        if name is None or parent is None or not (self.folder / parent).exists():
            raise RefreshError(f"there is no generation before {name or 'the first'} to go back to")
        if (fault := self.fault(parent)) is not None:
            raise RefreshError(f"index/{parent}/{fault}; the index is as it was; {CURE}")
        if removed and self._has_any(parent, removed):
            raise RefreshError(f"generation {parent} has articles that were removed since; the index is as it was")
        self.point_to(parent)
        return self.manifest(parent)

    def sweep(self, keep: int) -> None:
        """Remove unfinished drafts and all but `keep` generations (see `_by_priority`)."""
        for draft in self.folder.glob(f"{PREFIX}*"):
            shutil.rmtree(draft, ignore_errors=True)
        with suppress(OSError):
            (self.folder / f"{CURRENT}.new").unlink(missing_ok=True)
        for name in self._by_priority()[keep:]:
            self._remove(self.folder / name)
        names = set(self.names())
        outdated = [path for path in self._states.glob("[0-9]*.json") if path.stem not in names]
        for path in (*outdated, *sorted(self._history.glob("[0-9]*.json"))[:-_MAX_HISTORY]):
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def _remove(self, folder: Path) -> None:
        with hold_exclusive(folder / IN_USE) as free:
            if free:
                # Renamed it is no generation any more; if the process is killed here, the next sweep removes it.
                removed = folder.with_name(f"{PREFIX}{folder.name}")
                folder.rename(removed)
                shutil.rmtree(removed, ignore_errors=True)


def _check_home(folder: Path) -> None:
    if not folder.is_dir():
        raise DamagedError(f"{folder}: it is a file, not a folder; move it away, then run: assistant refresh")


def _check_folder(path: Path) -> None:
    if not path.is_dir():
        raise DamagedError(f"{path.name}: it is a file in the place of a folder")


def _check_moment(path: Path) -> None:
    with naming(path.name):
        datetime.fromisoformat(path.read_text(encoding="utf-8"))


def read_entry(path: Path) -> dict[str, Any]:
    """An entry of the history. Raises DamagedError, which names it."""
    with naming(f"{path.parent.name}/{path.name}"):
        entry = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(entry, dict) or entry.get("name") != path.stem:
            raise ValueError(f"it is no entry of {path.stem}")
    return entry


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # SQLite journals of readers come and go
            total += path.stat().st_size
    return total


def _flush(path: Path) -> None:
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
