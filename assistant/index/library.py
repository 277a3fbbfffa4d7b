"""The library: every generation of one home, which of them is published, and who may change that."""

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

from assistant.errors import NoArticlesError, RefreshError
from assistant.index import duplicates, entities, stories
from assistant.index.fetch_state import Visits, file_of, read_visits, write_visits, write_whole
from assistant.index.generation import IN_USE, MANIFEST, Generation, Manifest, read_manifest
from assistant.index.locks import hold_alone, only_refresh

CURRENT = "CURRENT"
CHECKED = "checked"
DRAFT = ".draft-"
_LOCK = "refresh.lock"
_HISTORY = "history"
_MOST_TOLD = 2000  # refreshes that the history goes back
_ATTEMPTS = 20


class Library:
    """The generations under `home`/index. Reading may be done from many threads and processes at once."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "index"
        self._open: Generation | None = None
        self._users: dict[Generation, int] = {}
        self._guard = threading.Lock()

    def current(self) -> str | None:
        """The name of the published generation, None when there is none yet."""
        try:
            name = (self.folder / CURRENT).read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None
        return name or None

    def names(self) -> list[str]:
        """The names of all finished generations, oldest first."""
        return sorted(path.parent.name for path in self.folder.glob(f"[0-9]*/{MANIFEST}"))

    def manifest(self, name: str) -> Manifest:
        """What the generation `name` says of itself."""
        return read_manifest(self.folder / name)

    def manifests(self) -> list[Manifest]:
        """What each finished generation says of itself, oldest first."""
        found = []
        for name in self.names():
            with suppress(FileNotFoundError):  # swept meanwhile
                found.append(self.manifest(name))
        return found

    @contextmanager
    def reading(self) -> Iterator[Generation]:
        """The published generation, kept open to the end of the block even if another is published.

        Raises NoArticlesError when nothing is indexed.
        """
        with self._guard:
            generation = self._newest()
            self._users[generation] = self._users.get(generation, 0) + 1
        try:
            yield generation
        finally:
            with self._guard:
                self._users[generation] -= 1
                self._close_unused()

    def _newest(self) -> Generation:
        for attempt in range(_ATTEMPTS):
            name = self.current()
            if name is None:
                raise NoArticlesError(
                    f"no articles are indexed in {self.folder.parent}; run: assistant refresh [FOLDER or FILE ...]"
                )
            if self._open is not None and self._open.name == name:
                return self._open
            try:
                newest = Generation(self.folder / name)
            except FileNotFoundError:
                # Others were published since CURRENT was read and this one was swept: look again.
                if attempt == _ATTEMPTS - 1:
                    raise
                continue
            self._open, retired = newest, self._open
            if retired is not None:
                self._users.setdefault(retired, 0)
            self._close_unused()
            return newest
        raise AssertionError

    def _close_unused(self) -> None:
        for generation, users in list(self._users.items()):
            if users == 0 and generation is not self._open:
                del self._users[generation]
                generation.close()

    def close(self) -> None:
        """Let go of what is open and in nobody's use."""
        with self._guard:
            retired, self._open = self._open, None
            if retired is not None:
                self._users.setdefault(retired, 0)
            self._close_unused()

    # changing, by the one refresh that holds the lock

    def refreshing(
        self, wait: float, waiting: Callable[[str], None], given_up: Callable[[], bool] = lambda: False
    ) -> AbstractContextManager[None]:
        """Hold the refresh lock; see `locks.only_refresh`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return only_refresh(self.folder / _LOCK, wait, waiting, given_up)

    def is_complete(self, name: str) -> bool:
        """Whether a generation has all that is worked out from its articles; those of older versions may not."""
        derived = (duplicates.FILE, entities.FILE, stories.FILE)
        return all((self.folder / name / file).is_file() for file in derived)

    def next_name(self) -> str:
        """A name that comes after all there are and were published."""
        told = (path.stem for path in self._told.glob("[0-9]*.json"))
        return f"{max(map(int, [*self.names(), *told]), default=0) + 1:06d}"

    def visits(self, name: str | None) -> Visits:
        """The visits of a generation; none for None."""
        return read_visits(file_of(self.folder, name)) if name else Visits()

    def keep_visits(self, name: str, visits: Visits) -> None:
        """Keep what is known of the places of a generation, which has all the articles that they tell of."""
        write_visits(file_of(self.folder, name), visits)

    def history(self) -> list[dict[str, Any]]:
        """What each refresh that published something said of itself, oldest first; this outlasts its generation."""
        found: dict[str, dict[str, Any]] = {one.name: asdict(one) for one in self.manifests()}
        for path in self._told.glob("[0-9]*.json"):
            with suppress(OSError, ValueError):
                found[path.stem] = json.loads(path.read_text(encoding="utf-8"))
        return [found[name] for name in sorted(found)]

    @property
    def _told(self) -> Path:
        return self.folder / _HISTORY

    def publish(self, draft: Path, manifest: Manifest, visits: Visits, story: Mapping[str, Any]) -> None:
        """Make the finished `draft` the published generation: its manifest last, all on disk, then CURRENT.

        `visits` are those of its places, `story` is what the history keeps of it beside the manifest.
        """
        (draft / IN_USE).touch()
        # Before it is there: killed in between, a generation without them is read whole again by the next refresh.
        self.keep_visits(manifest.name, visits)
        manifest.write(draft)
        _flush(draft)
        draft.rename(self.folder / manifest.name)
        self._point_to(manifest.name)
        write_whole(self._told / f"{manifest.name}.json", json.dumps({**asdict(manifest), **story}))

    def _point_to(self, name: str) -> None:
        new = self.folder / f"{CURRENT}.new"
        new.write_text(f"{name}\n", encoding="utf-8")
        _flush_path(new)
        new.replace(self.folder / CURRENT)
        _flush_path(self.folder)

    def mark_checked(self) -> None:
        """Note that the sources were compared with the index just now."""
        (self.folder / CHECKED).write_text(datetime.now(UTC).isoformat(timespec="seconds"), encoding="utf-8")

    def checked_at(self) -> datetime | None:
        """When the sources were last compared with the index."""
        try:
            return datetime.fromisoformat((self.folder / CHECKED).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None

    def rollback(self) -> Manifest:
        """Publish the generation before the published one; under the refresh lock. Raises RefreshError."""
        name = self.current()
        parent = self.manifest(name).parent if name else None
        if name is None or parent is None or not (self.folder / parent / MANIFEST).is_file():
            raise RefreshError(f"there is no generation before {name or 'the first'} to go back to")
        self._point_to(parent)
        return self.manifest(parent)

    def sweep(self, keep: int) -> None:
        """Remove what was left unfinished and all but `keep` generations (see `_worth_keeping`)."""
        for draft in self.folder.glob(f"{DRAFT}*"):
            shutil.rmtree(draft, ignore_errors=True)
        with suppress(FileNotFoundError):
            (self.folder / f"{CURRENT}.new").unlink()
        for name in self._worth_keeping()[keep:]:
            self._remove(self.folder / name)
        names = set(self.names())
        for path in (self.folder / "visits").glob("*"):
            if path.stem not in names:
                path.unlink(missing_ok=True)
        for path in sorted(self._told.glob("*"))[:-_MOST_TOLD]:
            path.unlink(missing_ok=True)

    def _worth_keeping(self) -> list[str]:
        """All generations: first the published one and those it came from, then the others, newest first."""
        names, line, name = self.names(), list[str](), self.current()
        while name in names and name not in line:
            line.append(name)
            name = self.manifest(name).parent
        return line[:2] + [one for one in reversed(names) if one not in line[:2]]

    def _remove(self, folder: Path) -> None:
        with hold_alone(folder / IN_USE) as free:
            if free:
                # By its new name it is no generation any more; killed after this, the next sweep goes on.
                going = folder.with_name(f"{DRAFT}{folder.name}")
                folder.rename(going)
                shutil.rmtree(going, ignore_errors=True)


def _flush(folder: Path) -> None:
    for path in [*folder.rglob("*"), folder]:
        _flush_path(path)


def _flush_path(path: Path) -> None:
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
