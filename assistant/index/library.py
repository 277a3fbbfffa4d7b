"""The library: all generations of a home, and which of them is published."""

import json
import os
import re
import shutil
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from tenacity import retry, retry_if_exception_type, stop_after_attempt

from assistant.errors import AssistantError, DamagedError, NoArticlesError, RefreshError
from assistant.index.damage import CURE, naming, reason_of
from assistant.index.fetch_state import FetchStates, load_states, write_atomically, write_states
from assistant.index.generation import IN_USE, Generation, Manifest, as_manifest, read_manifest
from assistant.index.locks import hold_exclusive, refresh_lock
from assistant.index.soundness import find_fault
from assistant.index.sqlite_store import ArticlesDb
from assistant.utils import make_private, minute, one_line, private_folder

CURRENT = "CURRENT"
CHECKED = "checked"
DRAFT = ".draft-"
_LOCK = "refresh.lock"
_MAX_HISTORY = 2000  # refreshes
_ATTEMPTS = 20
_NAME = re.compile(r"[0-9]{6,}")
_NUMBER = re.compile(r"([0-9]{6,})\b")

T = TypeVar("T")


class Library:
    """The generations in `home`/index, which many threads and processes may read at once."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "index"
        self._history = self.folder / "history"
        self._states = self.folder / "visits"
        self._open: Generation | None = None
        self._users: dict[Generation, int] = {}
        self._warned: str | None = None
        self.damaged: dict[str, str] = {}
        self._lock = threading.Lock()

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
        name = self.current()
        if name is None:
            raise NoArticlesError(
                f"no articles are indexed in {self.folder.parent}; run: assistant refresh [FOLDER or FILE ...]"
            )
        return name

    def names(self) -> list[str]:
        """The names of all finished generations, oldest first, also of damaged ones."""
        return sorted(path.name for path in self.folder.glob("[0-9]*") if _NAME.fullmatch(path.name))

    def manifest(self, name: str) -> Manifest:
        """The manifest of the generation `name`. Raises DamagedError."""
        return read_manifest(self.folder / name)

    def manifests(self) -> list[Manifest]:
        """The manifests of all finished generations, oldest first; those that cannot be read are left out."""
        manifests = []
        for name in self.names():
            with suppress(DamagedError):  # or removed meanwhile
                manifests.append(self.manifest(name))
        return manifests

    def candidates(self) -> list[str]:
        """All generations in the order in which they are to be read: the published one, those before it, newer ones."""
        current = self.current()
        names = self.names()
        before = [name for name in names if current is not None and name <= current]
        return [*reversed(before), *reversed(names[len(before) :])]

    def fault(self, name: str) -> str | None:
        """What is wrong with a generation, looked through as a whole; None for a sound one."""
        fault = find_fault(self.folder / name)
        return fault if (self.folder / name).exists() else None  # else removed meanwhile

    @contextmanager
    def reading(self) -> Iterator[Generation]:
        """The published generation, open until the end of the block; the newest sound one where it is damaged.

        Raises NoArticlesError when nothing is indexed, DamagedError when no generation is sound.
        """
        with self._lock:
            generation = self._newest()
            self._users[generation] += 1
        try:
            yield generation
        finally:
            with self._lock:
                self._users[generation] -= 1
                self._close_unused()

    def read(self, function: Callable[[Generation], T]) -> T:
        """What `function` gives for the published generation.

        When it fails because that turns out to be damaged, it is called again with the newest sound one.
        """
        while True:
            with self.reading() as generation:
                try:
                    return function(generation)
                except AssistantError:
                    raise
                except Exception:
                    fault = self.fault(generation.name)
                    if fault is None:
                        raise
                    self._note(generation, fault)

    def _note(self, generation: Generation, fault: str) -> None:
        with self._lock:
            self.damaged[generation.name] = fault
            if self._open is generation:
                self._open = None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader should know of the damage that was found so far, each in a line with its cure."""
        warnings = [self._warned] if self._warned else []
        damaged = {name: fault for name, fault in self.damaged.items() if (self.folder / name).exists()}
        warnings += [f"index/{name}/{fault}" for name, fault in sorted(damaged.items())]
        opened = self._open
        if opened is not None:
            if damaged:
                warnings[-1] += f"; read is the generation {opened.name} of {minute(opened.manifest.made_at)}"
            warnings += [f"index/{opened.name}/{fault}" for fault in opened.faults]
        return tuple(f"{warning}; {CURE}" for warning in warnings)

    # It may be removed once its name was read, when another was published.
    @retry(retry=retry_if_exception_type(FileNotFoundError), stop=stop_after_attempt(_ATTEMPTS), reraise=True)
    def _newest(self) -> Generation:
        self.published()
        self._warned = self._fault_of_current()
        for name in self.candidates():
            if name in self.damaged:
                continue
            if self._open is not None and self._open.name == name:
                return self._open
            try:
                opened = Generation(self.folder / name)
            except DamagedError as error:
                if not (self.folder / name).exists():
                    raise FileNotFoundError(str(error)) from None
                self.damaged[name] = str(error)
                continue
            self._open, self._users[opened] = opened, 0
            self._close_unused()
            return opened
        name, fault = max(self.damaged.items())
        raise DamagedError(f"{self.folder / name}/{fault}; {CURE}")

    def _fault_of_current(self) -> str | None:
        try:
            self.named_as_current()
        except DamagedError as error:
            return f"index/{error}; read is the newest generation"
        return None

    def _close_unused(self) -> None:
        for generation, users in list(self._users.items()):
            if users == 0 and generation is not self._open:
                del self._users[generation]
                generation.close()

    def close(self) -> None:
        """Close the open generation unless it is in use."""
        with self._lock:
            self._open = None
            self._close_unused()

    # writing, by the refresh that holds the lock

    def refreshing(
        self, wait: float, on_wait: Callable[[str], None], stopped: Callable[[], bool] = lambda: False
    ) -> AbstractContextManager[None]:
        """Hold the refresh lock; see `locks.refresh_lock`."""
        if self.folder.exists():
            _check_home(self.folder)
        private_folder(self.folder)
        return refresh_lock(self.folder / _LOCK, wait, on_wait, stopped)

    def next_name(self) -> str:
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

    def publish(self, draft: Path, manifest: Manifest, fetch_states: FetchStates, details: Mapping[str, Any]) -> None:
        """Publish the finished `draft`: its manifest is written last, all is flushed to disk, then CURRENT is set.

        `details` are what the history stores beside the manifest.
        """
        (draft / IN_USE).touch()
        # First: for a generation without them, the next refresh would read all sources again.
        self.write_fetch_states(manifest.name, fetch_states)
        manifest.write(draft)
        make_private(draft)
        for path in [*draft.rglob("*"), draft]:
            _flush(path)
        draft.rename(self.folder / manifest.name)
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

    def _parent(self, name: str) -> str | None:
        """The generation that another was made from; of a damaged one the one before it."""
        with suppress(DamagedError):
            return self.manifest(name).parent
        return max((other for other in self.names() if other < name), default=None)

    def sweep(self, keep: int) -> None:
        """Remove unfinished drafts and all but `keep` generations (see `_by_priority`)."""
        for draft in self.folder.glob(f"{DRAFT}*"):
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

    def _by_priority(self) -> list[str]:
        """All generations: first the published one and its parent, then the others, newest first.

        Those whose manifest cannot be read are left out: they are set aside, not removed.
        """
        parents, lineage = {manifest.name: manifest.parent for manifest in self.manifests()}, list[str]()
        name = self.current()
        while name in parents and name not in lineage and len(lineage) < 2:
            lineage.append(name)
            name = parents[name]
        return lineage + [name for name in sorted(parents, reverse=True) if name not in lineage]

    def _remove(self, folder: Path) -> None:
        with hold_exclusive(folder / IN_USE) as free:
            if free:
                # Renamed it is no generation any more; if the process is killed here, the next sweep removes it.
                removed = folder.with_name(f"{DRAFT}{folder.name}")
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


def _flush(path: Path) -> None:
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
