"""A draft: the next generation while it is built, in a folder that is never read from."""

import shutil
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from assistant.articles import Article
from assistant.errors import RefreshError
from assistant.index import duplicates, entities, sqlite_store, stories, vector_store
from assistant.index.library import DRAFT, Library
from assistant.index.sqlite_store import NamedChunk
from assistant.models import Vectors


class Draft:
    """A copy of the published generation, or an empty one, to which changes are applied.

    With `rebuild` it copies the articles without their chunks, which have to be added then. A context manager, to be
    used under the refresh lock: the draft is removed at the end unless it was published.
    """

    def __init__(self, library: Library, *, parent: str | None, rebuild: bool = False) -> None:
        self.name = library.next_name()
        self._library = library
        self._parent = parent
        self._rebuild = rebuild
        self.folder = library.folder / f"{DRAFT}{self.name}"

    def __enter__(self) -> Self:
        try:
            self._prepare()
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        return self

    def _prepare(self) -> None:
        if self.folder.exists():
            shutil.rmtree(self.folder)
        self.folder.mkdir(parents=True)
        if self._parent is not None:
            old = self._library.folder / self._parent
            shutil.copy2(old / sqlite_store.FILE, self.folder / sqlite_store.FILE)
            if not self._rebuild:
                vector_store.copy(old / vector_store.FOLDER, self.folder / vector_store.FOLDER)
                self._copy(old, stories.FILE)
            for file in (duplicates.FILE, entities.FILE):
                self._copy(old, file)
        self.db = sqlite_store.ArticlesDb(self.folder, write=True)
        if self._rebuild:
            self.db.clear_chunks()
        self.vectors = vector_store.VectorStore(self.folder / vector_store.FOLDER)
        self._closed = False

    def _copy(self, old: Path, file: str) -> None:
        """Copy a file that older generations may lack."""
        if (old / file).is_file():
            shutil.copy2(old / file, self.folder / file)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()
        except Exception:
            # Closing fails again after a failed write; the first error is the one to report.
            if error is None:
                raise
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def close(self) -> None:
        """Write everything to disk."""
        if not self._closed:
            self._closed = True
            try:
                self.db.close()
            finally:
                self.vectors.close()

    def remove(self, article_ids: Iterable[str]) -> None:
        """Remove articles with all their chunks."""
        for article_id in article_ids:
            self.drop_chunks(self.db.chunk_ids(article_id))
            self.db.remove_article(article_id)

    def drop_chunks(self, ids: Iterable[str]) -> None:
        """Remove chunks by id from both stores."""
        ids = list(ids)
        self.db.remove_chunks(ids)
        self.vectors.remove(ids)

    def add_chunks(self, chunks: Sequence[tuple[Article, NamedChunk]], vectors: Vectors) -> None:
        """Add chunks with their vectors to both stores."""
        for article, named in chunks:
            self.db.put_chunk(article, named)
        self.vectors.put(
            [named.id for _, named in chunks],
            vectors,
            [(article, named.chunk.text) for article, named in chunks],
        )

    def derive(self, progress: Callable[[str, int, int], None]) -> None:
        """Find entities, near-duplicates and stories; only new and changed articles are read.

        `progress` is called with the stage and the numbers of articles read and to read.
        """
        entities.write_entities(self.folder, self.db, self.db.digests(), partial(progress, "naming"))
        progress("checking", 0, 0)
        duplicates.write_duplicates(self.folder, self.db)
        stories.write_stories(self.folder, self.db, self.vectors, duplicates.read_duplicates(self.folder).group_of)

    def verify(self) -> None:
        """Raise RefreshError unless both stores have exactly the same chunks."""
        faults = self.db.faults()
        chunks, vectors = self.db.chunk_ids(), self.vectors.ids()
        if chunks != vectors:
            faults.append(
                f"{len(chunks - vectors)} chunks without vector, {len(vectors - chunks)} vectors without chunk"
            )
        if faults:
            raise RefreshError(f"the new index does not hold together ({'; '.join(faults)}); the old one stays")
