"""Builds the next generation of the index from the published one and the detected changes, and publishes it."""

import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import numpy as np

from assistant.articles import Article
from assistant.errors import NoSpaceError
from assistant.index import (
    ArticlesDb,
    Draft,
    FetchStates,
    Library,
    Manifest,
    NamedChunk,
    chunk_id,
    content_name,
    embedded_text,
    open_draft,
    split,
)
from assistant.maintenance.changes import DetectedChanges
from assistant.models import Embedder, Vectors, as_vectors, counter_for
from assistant.utils import batches, reporting_full_disk

_BATCH = 64  # texts embedded at a time
_STORED = 512  # chunks stored at a time: Chroma writes to the disk each time
_CHUNK_BYTES = 12_000  # on disk, in both stores with their indexes; measured 6,500
_MIN_FREE_BYTES = 4_000_000

OnProgress = Callable[[str, int, int], None]
ArticleChunk = tuple[Article, NamedChunk]
KnownVectors = Callable[[Collection[str]], dict[str, Vectors]]
"""Gives the vectors that are known already of texts, by content name."""


class GenerationBuilder:
    """Builds the generation after `parent`, the published one. `embedded` counts the texts that had to be embedded.

    With `rebuild` every article is chunked and embedded again, not only the changed ones.
    """

    def __init__(
        self, library: Library, embeddings: Embedder, progress: OnProgress, parent: Manifest | None, rebuild: bool
    ) -> None:
        self._library, self._embeddings, self._progress = library, embeddings, progress
        self._parent, self._rebuild = parent, rebuild
        self.embedded = 0

    def build(
        self,
        detected: DetectedChanges,
        now: datetime,
        manifest: Callable[[str, int, int], Manifest],
        history_entry: Mapping[str, object],
    ) -> Manifest:
        """Build and publish the generation; `manifest` makes its manifest from its name, article and chunk counts.

        Raises NoSpaceError when the disk has no room for it, RefreshError when its stores do not agree.
        """
        library, changes, collected = self._library, detected.changes, detected.collected
        articles = [collected.articles[article_id] for article_id in (*changes.added, *changes.changed)]
        chunks = [] if self._rebuild else [chunk for article in articles for chunk in self._chunks(article)]
        parent = self._parent.name if self._parent else None
        self._check_space(parent, self._parent.chunks if self._rebuild and self._parent else len(chunks))
        # Whether the disk is full is looked at inside of the draft, while its files still fill it.
        with open_draft(library, parent=parent, rebuild=self._rebuild) as draft, reporting_full_disk(library.folder):
            known = self._known_vectors(draft, chunks)  # before the chunks that have them are removed
            for article_id, origin, file in changes.reassigned:
                draft.db.set_origin(article_id, origin, file)
            draft.remove(changes.removed)
            draft.drop_chunks(chunk for article_id in changes.changed for chunk in draft.db.chunk_ids(article_id))
            for article in articles:
                location = collected.locations[article.id]
                draft.db.put_article(article, location.origin, location.file, now)
            draft.begin_naming()
            if self._rebuild:
                chunks = [chunk for article in draft.db.articles() for chunk in self._chunks(article)]
            self._add(draft, chunks, known)
            draft.derive(self._progress)
            draft.verify()
            built = manifest(draft.name, *draft.db.counts())
            draft.close()
            library.publish(draft.folder, built, detected.fetch_states, history_entry)
        return built

    def restore(
        self,
        put_articles: Callable[[ArticlesDb], None],
        known: KnownVectors,
        manifest: Callable[[str, int, int], Manifest],
        fetch_states: FetchStates,
        history_entry: Mapping[str, object],
    ) -> Manifest:
        """Build and publish a generation of the articles that `put_articles` puts into it.

        `known` gives the vectors that need not be computed. Raises NoSpaceError and RefreshError as `build` does.
        """
        library = self._library
        with open_draft(library, parent=None) as draft, reporting_full_disk(library.folder):
            put_articles(draft.db)
            draft.begin_naming()
            chunks = [chunk for article in draft.db.articles() for chunk in self._chunks(article)]
            self._check_space(None, len(chunks))
            self._add(draft, chunks, known({named.content for _, named in chunks}))
            draft.derive(self._progress)
            draft.verify()
            built = manifest(draft.name, *draft.db.counts())
            draft.close()
            library.publish(draft.folder, built, fetch_states, history_entry)
        return built

    def _chunks(self, article: Article) -> Iterator[ArticleChunk]:
        for chunk in split(article, counter_for(self._embeddings)):
            content = content_name(embedded_text(article, chunk))
            yield article, NamedChunk(chunk_id(chunk, content), content, chunk)

    def _add(self, draft: Draft, chunks: Sequence[ArticleChunk], known: dict[str, Vectors]) -> None:
        done = 0
        for stored in batches(chunks, _STORED):
            for batch in batches(stored, _BATCH):
                self._embed(batch, known)
                done += len(batch)
                self._progress("embedding", done, len(chunks))
            draft.add_chunks(stored, np.stack([known[named.content] for _, named in stored]))

    def _embed(self, chunks: Sequence[ArticleChunk], known: dict[str, Vectors]) -> None:
        """Add the vectors of the texts that are not known yet."""
        new = {
            named.content: embedded_text(article, named.chunk)
            for article, named in chunks
            if named.content not in known
        }
        if new:
            known.update(zip(new, as_vectors(self._embeddings, list(new.values())), strict=True))
            self.embedded += len(new)

    def _known_vectors(self, draft: Draft, chunks: Sequence[ArticleChunk]) -> dict[str, Vectors]:
        """The vectors that the index has already, by content name: unchanged text is not embedded again."""
        chunk_ids = draft.db.chunks_with_content({named.content for _, named in chunks})
        vectors = draft.vectors.vectors(list(chunk_ids.values()))
        return {content: vectors[chunk] for content, chunk in chunk_ids.items()}

    def _check_space(self, parent: str | None, new_chunks: int) -> None:
        folder = self._library.folder
        copied = _size(folder / parent) if parent else 0
        needed = copied + new_chunks * _CHUNK_BYTES + _MIN_FREE_BYTES
        free = shutil.disk_usage(folder).free
        if needed > free:
            raise NoSpaceError(
                f"no space left on the disk of {folder.parent}: about {needed / 1e6:.0f} MB are needed and "
                f"{free / 1e6:.0f} MB are free; free some and refresh again"
            )


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # SQLite journals of readers come and go
            total += path.stat().st_size
    return total
