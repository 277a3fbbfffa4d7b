"""The library: all generations of an index, and which of them is published, whatever they are kept in."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from tenacity import retry, retry_if_exception_type, stop_after_attempt

from assistant.errors import AssistantError, DamagedError, NoArticlesError
from assistant.index.article_store import ArticleStore
from assistant.index.damage import CURE
from assistant.index.draft import Draft
from assistant.index.fetch_state import FetchStates
from assistant.index.generation import Generation, Manifest
from assistant.utils import minute

_ATTEMPTS = 20

T = TypeVar("T")


class Library(ABC):
    """The generations of an index, which many threads and processes may read at once.

    `folder` is where what is local of it lies. `damaged` has the generations that were found to be, with their faults.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.damaged: dict[str, str] = {}
        self._open: Generation | None = None
        self._kept_open: Generation | None = None  # once it was looked through
        self._users: dict[Generation, int] = {}
        self._warned: str | None = None
        self._lock = threading.Lock()

    # which there are

    @abstractmethod
    def current(self) -> str | None:
        """The name of the published generation; None when there is none yet."""

    @abstractmethod
    def names(self) -> list[str]:
        """The names of all finished generations, oldest first, also of damaged ones."""

    @abstractmethod
    def manifest(self, name: str) -> Manifest:
        """The manifest of the generation `name`. Raises DamagedError."""

    @abstractmethod
    def _opened(self, name: str) -> Generation:
        """The generation `name`, opened. Raises DamagedError, and FileNotFoundError for one that is being removed."""

    @abstractmethod
    def articles(self, name: str) -> AbstractContextManager[ArticleStore]:
        """The articles of a generation, which no refresh removes before the end of the block.

        Raises FileNotFoundError for one that is not kept, and DamagedError.
        """

    @property
    @abstractmethod
    def place(self) -> str:
        """Where it is, as it may be shown."""

    def published(self) -> str:
        """The name of the published generation. Raises NoArticlesError when there is none yet, or DamagedError."""
        name = self.current()
        if name is None:
            raise NoArticlesError(
                f"no articles are indexed in {self.place}; run: assistant refresh [FOLDER or FILE ...]"
            )
        return name

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

    # what is wrong

    @abstractmethod
    def fault(self, name: str) -> str | None:
        """What is wrong with a generation, looked through as a whole; None for a sound one or one that is gone."""

    @abstractmethod
    def derived_faults(self, name: str) -> list[str]:
        """What is wrong with the derived files of a generation whose articles are sound."""

    @abstractmethod
    def is_folded(self, name: str) -> bool:
        """Whether the words of a generation are folded as they are today."""

    def lacks_vectors(self, name: str) -> bool:
        """Whether vectors of a generation are lost that is sound otherwise, so that it is to be built anew."""
        return False

    def restore_vectors(self) -> int:
        """Put back vectors that were lost where they are searched and are kept elsewhere, too; how many."""
        return 0

    def pointer_fault(self) -> str | None:
        """What is wrong with what says which generation is published; None for nothing."""
        return None

    # reading

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
        kept = set(self.names()) if self.damaged else set()
        damaged = {name: fault for name, fault in self.damaged.items() if name in kept}
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
        self._warned = self.pointer_fault()
        for name in self.candidates():
            if name in self.damaged:
                continue
            if self._open is not None and self._open.name == name:
                return self._open
            try:
                opened = self._opened(name)
            except DamagedError as error:
                if name not in self.names():
                    raise FileNotFoundError(str(error)) from None
                self.damaged[name] = str(error)
                continue
            self._open, self._users[opened] = opened, 0
            self._close_unused()
            return opened
        name, fault = max(self.damaged.items())
        raise DamagedError(f"{self.folder / name}/{fault}; {CURE}")

    def _close_unused(self) -> None:
        for generation, users in list(self._users.items()):
            if users == 0 and generation is not self._open:
                del self._users[generation]
                generation.close()

    def close_kept(self) -> None:
        """Close the generation that is kept open since it was looked through, if one is, once nobody reads it."""
        with self._lock:
            if self._open is self._kept_open:
                self._open = None
            self._kept_open = None
            self._close_unused()

    def close(self) -> None:
        """Close the open generation unless it is in use."""
        with self._lock:
            self._open = None
            self._close_unused()

    # writing, by the refresh that holds the lock

    @abstractmethod
    def refreshing(
        self, wait: float, on_wait: Callable[[str], None], stopped: Callable[[], bool] = lambda: False
    ) -> AbstractContextManager[None]:
        """Hold the refresh lock; see `locks.refresh_lock`."""

    @abstractmethod
    def require_space(self, parent: str | None, new_chunks: int) -> None:
        """Raise NoSpaceError unless there is room for a generation after `parent` with so many new chunks."""

    @abstractmethod
    def draft(self, *, parent: str | None, embedder: str, rebuild: bool = False) -> AbstractContextManager[Draft]:
        """The next generation, which begins as the generation `parent` is, or empty; `embedder` is its embedder's name.

        All of it is dropped at the end of the block unless it was published. With `rebuild` it begins with the articles
        without their chunks, which have to be added then.
        """

    @abstractmethod
    def publish(self, draft: Draft, manifest: Manifest, fetch_states: FetchStates, details: Mapping[str, Any]) -> None:
        """Publish a finished draft, at once and for good; `details` are what the history stores beside the manifest."""

    @abstractmethod
    def rollback(self, removed: Collection[str] = ()) -> Manifest:
        """Publish the generation before the published one.

        Raises RefreshError when there is none, or when it has one of the articles that were `removed` by hand.
        """

    @abstractmethod
    def sweep(self, keep: int) -> None:
        """Remove unfinished drafts and all but `keep` generations: the published one, its parent, the newest."""

    @abstractmethod
    def remove_with(self, article_ids: Collection[str]) -> None:
        """Remove all generations but the published one that have one of those articles and that nobody reads."""

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

    def _parent(self, name: str) -> str | None:
        """The generation that another was made from; of a damaged one the one before it."""
        with suppress(DamagedError):
            return self.manifest(name).parent
        return max((other for other in self.names() if other < name), default=None)

    # what is kept beside the generations

    @abstractmethod
    def fetch_states(self, name: str | None) -> FetchStates:
        """The fetch states of a generation; none for None."""

    @abstractmethod
    def known_aliases(self) -> dict[str, str]:
        """The aliases of the newest fetch states that can be read."""

    @abstractmethod
    def write_fetch_states(self, name: str, fetch_states: FetchStates) -> None:
        """Store the fetch states of a generation, which has all the articles in them."""

    @abstractmethod
    def history(self) -> list[dict[str, Any]]:
        """The entry of each refresh that published a generation, oldest first; it outlasts the generation."""

    @abstractmethod
    def adopt_history(self, entries: Sequence[Mapping[str, Any]]) -> None:
        """Have the history of another index come before this one's own; its names of generations are given no more."""

    @abstractmethod
    def mark_checked(self) -> None:
        """Record that the sources were compared with the index just now."""

    @abstractmethod
    def checked_at(self) -> datetime | None:
        """When the sources were last compared with the index."""

    @abstractmethod
    def document(self, name: str) -> str | None:
        """The text that is kept under that name; None where there is none. Raises OSError or ValueError."""

    @abstractmethod
    def keep_document(self, name: str, text: str) -> None:
        """Replace the text that is kept under that name, whole or not at all."""
