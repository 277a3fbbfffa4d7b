"""A draft: the next generation while it is made, in a folder that no reader looks at."""

import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from assistant.articles import Article
from assistant.errors import RefreshError
from assistant.index import duplicates, entities, sqlite_store, stories, vector_store
from assistant.index.library import DRAFT, Library
from assistant.index.sqlite_store import NamedChunk
from assistant.models.embedders import Vectors


class Draft:
    """A copy of the published generation, or an empty one, to which a difference is applied.

    With `anew` the copy has the articles and none of their chunks, which have to be added then. Use it as a context
    under the refresh lock: it is removed at the end unless it was published.
    """

    def __init__(self, library: Library, *, parent: str | None, anew: bool = False) -> None:
        self.name = library.next_name()
        self._library = library
        self._parent = parent
        self._anew = anew
        self.folder = library.folder / f"{DRAFT}{self.name}"

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            undo.callback(shutil.rmtree, self.folder, ignore_errors=True)
            self._lay_out()
            undo.pop_all()
        return self

    def _lay_out(self) -> None:
        if self.folder.exists():
            shutil.rmtree(self.folder)
        self.folder.mkdir(parents=True)
        if self._parent is not None:
            old = self._library.folder / self._parent
            shutil.copy2(old / sqlite_store.FILE, self.folder / sqlite_store.FILE)
            if not self._anew:
                vector_store.copy(old / vector_store.FOLDER, self.folder / vector_store.FOLDER)
                self._copy(old, stories.FILE)
            for file in (duplicates.FILE, entities.FILE):
                self._copy(old, file)
        self.db = sqlite_store.ArticlesDb(self.folder / sqlite_store.FILE, write=True)
        if self._parent is None:
            self.db.create()
        else:
            self.db.bring_up()
        if self._anew:
            self.db.clear_chunks()
        self.vectors = vector_store.VectorStore(self.folder / vector_store.FOLDER)
        self._closed = False

    def _copy(self, old: Path, file: str) -> None:
        """Take over a file that older generations may lack."""
        if (old / file).is_file():
            shutil.copy2(old / file, self.folder / file)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()
        except Exception:
            # Closing what failed to be written fails again; the first error is the one to tell.
            if error is None:
                raise
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def close(self) -> None:
        """Write all to the files."""
        if not self._closed:
            self._closed = True
            try:
                self.db.close()
            finally:
                self.vectors.close()

    def put(self, article: Article, origin: str, file: str, now: datetime) -> None:
        """Add or replace an article at `now`; its chunks follow by `add_chunks`."""
        self.db.put_article(article, origin, file, now)

    def remove(self, article_ids: Iterable[str]) -> int:
        """Remove articles with all their chunks; gives the number of chunks."""
        removed = 0
        for name in article_ids:
            ids = self.db.chunk_ids(name)
            self.db.remove_chunks(ids)
            self.vectors.remove(ids)
            self.db.remove_articles([name])
            removed += len(ids)
        return removed

    def drop_chunks(self, ids: Iterable[str]) -> None:
        """Remove chunks by name from both stores."""
        names = list(ids)
        self.db.remove_chunks(names)
        self.vectors.remove(names)

    def add_chunks(self, items: Sequence[tuple[Article, NamedChunk]], embedded: Vectors) -> None:
        """Add chunks with their vectors to both stores."""
        for article, named in items:
            self.db.put_chunks(article, [named])
        self.vectors.put(
            [named.id for _, named in items],
            embedded,
            [(article, named.chunk.text) for article, named in items],
        )

    def find_duplicates(self) -> None:
        """Find out which articles are copies of one story; only new and changed ones are read."""
        digests = {name: held.digest for name, held in self.db.held().items()}
        duplicates.write_duplicates(self.folder, self.db.articles(), digests)

    def find_entities(self, progress: Callable[[int, int], None]) -> None:
        """Find out whom, where and what the articles name; only new and changed ones are read.

        `progress` is told how many of them are read.
        """
        digests = {name: held.digest for name, held in self.db.held().items()}
        entities.write_entities(self.folder, self.db, digests, progress)

    def find_stories(self) -> None:
        """Find out which articles tell of one story, after `find_duplicates`; only new and changed ones are read."""
        groups = duplicates.read_duplicates(self.folder)
        stories.write_stories(self.folder, self.db, self.vectors, groups.of)

    def verify(self) -> None:
        """Raises RefreshError unless both stores hold exactly the same chunks."""
        faults = self.db.faults()
        ours, theirs = self.db.chunk_ids(), self.vectors.ids()
        if ours != theirs:
            faults.append(f"{len(ours - theirs)} chunks without vector, {len(theirs - ours)} vectors without chunk")
        if faults:
            raise RefreshError(f"the new index does not hold together ({'; '.join(faults)}); the old one stays")
