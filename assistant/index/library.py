"""The library: all generations of a home, and which of them is published."""

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tenacity import retry, retry_if_exception_type, stop_after_attempt

from assistant.errors import NoArticlesError, RefreshError
from assistant.index import duplicates, entities, stories
from assistant.index.fetch_state import FetchStates, read_states, write_atomically, write_states
from assistant.index.generation import IN_USE, MANIFEST, Generation, Manifest, read_manifest
from assistant.index.locks import hold_exclusive, refresh_lock
from assistant.utils import make_private, private_folder, write_private

CURRENT = "CURRENT"
CHECKED = "checked"
DRAFT = ".draft-"
_LOCK = "refresh.lock"
_MAX_HISTORY = 2000  # refreshes
_ATTEMPTS = 20


class Library:
    """The generations in `home`/index, which many threads and processes may read at once."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "index"
        self._history = self.folder / "history"
        self._states = self.folder / "visits"
        self._open: Generation | None = None
        self._users: dict[Generation, int] = {}
        self._lock = threading.Lock()

    def current(self) -> str | None:
        """The name of the published generation; None when there is none yet."""
        with suppress(FileNotFoundError):
            return (self.folder / CURRENT).read_text(encoding="utf-8").strip() or None
        return None

    def published(self) -> str:
        """The name of the published generation. Raises NoArticlesError when there is none yet."""
        name = self.current()
        if name is None:
            raise NoArticlesError(
                f"no articles are indexed in {self.folder.parent}; run: assistant refresh [FOLDER or FILE ...]"
            )
        return name

    def names(self) -> list[str]:
        """The names of all finished generations, oldest first."""
        return sorted(path.parent.name for path in self.folder.glob(f"[0-9]*/{MANIFEST}"))

    def manifest(self, name: str) -> Manifest:
        """The manifest of the generation `name`."""
        return read_manifest(self.folder / name)

    def manifests(self) -> list[Manifest]:
        """The manifests of all finished generations, oldest first."""
        manifests = []
        for name in self.names():
            with suppress(FileNotFoundError):  # removed meanwhile
                manifests.append(self.manifest(name))
        return manifests

    @contextmanager
    def reading(self) -> Iterator[Generation]:
        """The published generation, open until the end of the block. Raises NoArticlesError when nothing is indexed."""
        with self._lock:
            generation = self._newest()
            self._users[generation] += 1
        try:
            yield generation
        finally:
            with self._lock:
                self._users[generation] -= 1
                self._close_unused()

    # It may be removed once its name was read, when another was published.
    @retry(retry=retry_if_exception_type(FileNotFoundError), stop=stop_after_attempt(_ATTEMPTS), reraise=True)
    def _newest(self) -> Generation:
        name = self.published()
        if self._open is None or self._open.name != name:
            self._open = Generation(self.folder / name)
            self._users[self._open] = 0
            self._close_unused()
        return self._open

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
        private_folder(self.folder)
        return refresh_lock(self.folder / _LOCK, wait, on_wait, stopped)

    def is_complete(self, name: str) -> bool:
        """Whether a generation has all derived files; those of older versions may not."""
        derived = (duplicates.FILE, entities.FILE, stories.FILE)
        return all((self.folder / name / file.name).is_file() for file in derived)

    def next_name(self) -> str:
        """A name after those of all present and past generations."""
        past = (path.stem for path in self._history.glob("[0-9]*.json"))
        return f"{max(map(int, [*self.names(), *past]), default=0) + 1:06d}"

    def fetch_states(self, name: str | None) -> FetchStates:
        """The fetch states of a generation; none for None."""
        return read_states(self._states / f"{name}.json") if name else FetchStates()

    def write_fetch_states(self, name: str, fetch_states: FetchStates) -> None:
        """Store the fetch states of a generation, which has all the articles in them."""
        write_states(self._states / f"{name}.json", fetch_states)

    def history(self) -> list[dict[str, Any]]:
        """The entry of each refresh that published a generation, oldest first; it outlasts the generation."""
        entries: dict[str, dict[str, Any]] = {manifest.name: asdict(manifest) for manifest in self.manifests()}
        for path in self._history.glob("[0-9]*.json"):
            with suppress(OSError, ValueError):
                entries[path.stem] = json.loads(path.read_text(encoding="utf-8"))
        return [entries[name] for name in sorted(entries)]

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
        self._set_current(manifest.name)
        write_atomically(self._history / f"{manifest.name}.json", json.dumps({**asdict(manifest), **details}))

    def _set_current(self, name: str) -> None:
        write_atomically(self.folder / CURRENT, f"{name}\n")
        _flush(self.folder)

    def mark_checked(self) -> None:
        """Record that the sources were compared with the index just now."""
        write_private(self.folder / CHECKED, datetime.now(UTC).isoformat(timespec="seconds"))

    def checked_at(self) -> datetime | None:
        """When the sources were last compared with the index."""
        with suppress(FileNotFoundError, ValueError):
            return datetime.fromisoformat((self.folder / CHECKED).read_text(encoding="utf-8"))
        return None

    def rollback(self) -> Manifest:
        """Publish the generation before the published one; under the refresh lock. Raises RefreshError."""
        name = self.current()
        parent = self.manifest(name).parent if name else None
        if name is None or parent is None or not (self.folder / parent / MANIFEST).is_file():
            raise RefreshError(f"there is no generation before {name or 'the first'} to go back to")
        self._set_current(parent)
        return self.manifest(parent)

    def sweep(self, keep: int) -> None:
        """Remove unfinished drafts and all but `keep` generations (see `_by_priority`)."""
        for draft in self.folder.glob(f"{DRAFT}*"):
            shutil.rmtree(draft, ignore_errors=True)
        (self.folder / f"{CURRENT}.new").unlink(missing_ok=True)
        for name in self._by_priority()[keep:]:
            self._remove(self.folder / name)
        names = set(self.names())
        for path in self._states.glob("*"):
            if path.stem not in names:
                path.unlink(missing_ok=True)
        for path in sorted(self._history.glob("*"))[:-_MAX_HISTORY]:
            path.unlink(missing_ok=True)

    def _by_priority(self) -> list[str]:
        """All generations: first the published one and its parent, then the others, newest first."""
        names, lineage, name = self.names(), list[str](), self.current()
        while name in names and name not in lineage and len(lineage) < 2:
            lineage.append(name)
            name = self.manifest(name).parent
        return lineage + [name for name in reversed(names) if name not in lineage]

    def _remove(self, folder: Path) -> None:
        with hold_exclusive(folder / IN_USE) as free:
            if free:
                # Renamed it is no generation any more; if the process is killed here, the next sweep removes it.
                removed = folder.with_name(f"{DRAFT}{folder.name}")
                folder.rename(removed)
                shutil.rmtree(removed, ignore_errors=True)


def _flush(path: Path) -> None:
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
