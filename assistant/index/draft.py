"""A draft: the next generation while it is built, in a folder that is never read from."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from assistant.articles import Article
from assistant.errors import RefreshError
from assistant.index import duplicates, entities, first_look, sqlite_store, stories, vector_store
from assistant.index.library import DRAFT, Library
from assistant.index.sqlite_store import NamedChunk
from assistant.models import Vectors
from assistant.utils import private_folder


class Draft:
    """The next generation in its `folder`, to which changes are applied."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder
        is_folded = sqlite_store.is_folded(folder)
        self.db = sqlite_store.ArticlesDb(folder, write=True)
        self.vectors = vector_store.VectorStore(folder / vector_store.FOLDER, write=True)
        if not is_folded:
            self.vectors.fold(self.db.source_spellings())
            entities.fold_keys(folder)
        self._entities: entities.EntitiesWriting | None = None

    def close(self) -> None:
        """Write everything to disk."""
        try:
            if self._entities is not None:
                self._entities.close()
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
        self.vectors.put(chunks, vectors)

    def begin_naming(self) -> entities.EntitiesWriting:
        """Begin to find the entities, once all articles are in, beside all that comes before `derive`."""
        self._entities = entities.EntitiesWriting(self.folder, self.db, self.db.digests())
        return self._entities

    def derive(self, progress: Callable[[str, int, int], None]) -> None:
        """Find near-duplicates, stories and what is seen first, once the entities are found that were begun.

        `progress` gets the stage, and the articles read and to read.
        """
        (self._entities or self.begin_naming()).finish(partial(progress, "naming"))
        progress("checking", 0, 0)
        duplicates.write_duplicates(self.folder, self.db)
        stories.write_stories(self.folder, self.db, self.vectors, duplicates.read_duplicates(self.folder).group_of)
        first_look.write_first_look(self.folder, self.db)

    def verify(self) -> None:
        """Raise RefreshError unless both stores have exactly the same chunks."""
        faults = self.db.faults()
        chunks, vectors = self.db.chunk_ids(), self.vectors.ids()
        if chunks != vectors:
            faults.append(
                f"{len(chunks - vectors)} chunks without vector, {len(vectors - chunks)} vectors without chunk"
            )
        if faults:
            raise RefreshError(f"the new index is inconsistent ({'; '.join(faults)}); the old one stays")


@contextmanager
def open_draft(library: Library, *, parent: str | None, rebuild: bool = False) -> Iterator[Draft]:
    """A copy of the generation `parent`, or an empty draft; removed at the end of the block unless it was published.

    With `rebuild` it copies the articles without their chunks, which have to be added then. To be used under the
    refresh lock, and closed before it is published.
    """
    name = library.next_name()
    folder = library.folder / f"{DRAFT}{name}"
    if folder.exists():
        shutil.rmtree(folder)
    try:
        private_folder(folder)
        if parent is not None:
            _copy(library.folder / parent, folder, with_chunks=not rebuild)
        draft = Draft(name, folder)
        try:
            if rebuild:
                draft.db.clear_chunks()
            yield draft
        except BaseException:
            with suppress(Exception):  # it fails again after a failed write; the first error is the one to report
                draft.close()
            raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _copy(old: Path, new: Path, *, with_chunks: bool) -> None:
    shutil.copy2(old / sqlite_store.FILE, new / sqlite_store.FILE)
    if with_chunks:
        vector_store.copy(old / vector_store.FOLDER, new / vector_store.FOLDER)
    # Of other words, in an index from before they were folded.
    of_words = [duplicates.FILE, first_look.FILE] if sqlite_store.is_folded(old) else []
    derived = (*of_words, entities.FILE, *([stories.FILE] if with_chunks else []))
    for file in derived:
        # A damaged one is made anew, as one that an older generation lacks.
        if (old / file.name).exists() and file.fault(old) is None:
            shutil.copy2(old / file.name, new / file.name)
