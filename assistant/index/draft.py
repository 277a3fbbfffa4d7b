"""A draft: the next generation while it is built, which is never read from."""

from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from assistant.articles import Article
from assistant.errors import RefreshError
from assistant.index.article_store import ArticleDraft, NamedChunk
from assistant.index.derived import duplicates, entities, first_look, stories
from assistant.index.derived.entities import FindNames, find_names
from assistant.index.vector_index import VectorDraft
from assistant.models import Vectors
from assistant.utils import without_collector


class Draft:
    """The next generation, to which changes are applied; `folder` is that of its derived files."""

    def __init__(self, name: str, folder: Path, db: ArticleDraft, vectors: VectorDraft) -> None:
        self.name, self.folder, self.db, self.vectors = name, folder, db, vectors
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

    def known_vectors(self, contents: Collection[str]) -> dict[str, Vectors]:
        """The vectors that the index has already of texts, by content name."""
        chunk_ids = self.db.chunks_with_content(contents)
        vectors = self.vectors.vectors(list(chunk_ids.values()))
        return {content: vectors[chunk] for content, chunk in chunk_ids.items()}

    def keep_vectors(self, contents: Sequence[str], vectors: Vectors) -> None:
        """Keep vectors that were just embedded, where they can be kept before their chunks are there."""

    def begin_naming(self, find_names: FindNames = find_names) -> entities.EntitiesWriting:
        """Begin to find the entities, once all articles are in, beside all that comes before `derive`."""
        self._entities = entities.EntitiesWriting(self.folder, self.db, self.db.digests(), find_names)
        return self._entities

    def derive(self, progress: Callable[[str, int, int], None], find_names: FindNames = find_names) -> None:
        """Find near-duplicates, stories and what is seen first, and the entities unless that was begun before.

        `progress` gets the stage, and the articles read and to read.
        """
        self.db.finish()
        naming = self._entities or self.begin_naming(find_names)
        # What needs no names is found beside them.
        with ThreadPoolExecutor(1, "stories") as beside:
            stories_written = beside.submit(self._write_stories)
            naming.finish(partial(progress, "naming"))
            progress("checking", 0, 0)
            named = first_look.most_named_of(self.folder, self.db)
            stories_written.result()
        first_look.write_first_look(self.folder, self.db, named)

    def _write_stories(self) -> None:
        with without_collector():
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
            raise RefreshError(f"the new index is inconsistent ({'; '.join(faults)}); the old one stays")
