"""Builds the next generation of the index from the published one and the detected changes, and publishes it."""

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

import numpy as np

from assistant.articles import Article
from assistant.index import (
    ArticleDraft,
    Draft,
    FetchStates,
    Library,
    Manifest,
    NamedChunk,
    chunk_id,
    content_name,
    embedded_text,
    split,
)
from assistant.maintenance.changes import DetectedChanges
from assistant.maintenance.workers import Workers
from assistant.models import Embedder, Vectors, counter_for, describe
from assistant.utils import batches, reporting_full_disk

_STORED = 512  # chunks stored at a time: Chroma writes to the disk each time

OnProgress = Callable[[str, int, int], None]
ArticleChunk = tuple[Article, NamedChunk]
KnownVectors = Callable[[Collection[str]], dict[str, Vectors]]
"""Gives the vectors that are known already of texts, by content name."""


class GenerationBuilder:
    """Builds the generation after `parent`, the published one. `embedded` counts the texts that had to be embedded.

    With `rebuild` every article is chunked and embedded again, not only the changed ones. `workers` do what takes
    long; else this process does.
    """

    def __init__(
        self,
        library: Library,
        embeddings: Embedder,
        progress: OnProgress,
        parent: Manifest | None,
        rebuild: bool,
        workers: Workers | None = None,
    ) -> None:
        self._library, self._embeddings, self._progress = library, embeddings, progress
        self._parent, self._rebuild = parent, rebuild
        self._workers = workers or Workers.of_this_process(embeddings)
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
        library.require_space(parent, self._parent.chunks if self._rebuild and self._parent else len(chunks))
        # Whether the disk is full is looked at inside of the draft, while its files still fill it.
        with self._draft(parent, self._rebuild) as draft, reporting_full_disk(library.folder):
            known = draft.known_vectors(_contents(chunks))  # before the chunks that have them are removed
            for article_id, origin, file in changes.reassigned:
                draft.db.set_origin(article_id, origin, file)
            draft.remove(changes.removed)
            draft.drop_chunks(chunk for article_id in changes.changed for chunk in draft.db.chunk_ids(article_id))
            for article in articles:
                location = collected.locations[article.id]
                draft.db.put_article(article, location.origin, location.file, now)
            self._begin_naming(draft, math.inf if self._rebuild else len(_contents(chunks) - known.keys()))
            if self._rebuild:
                chunks = [chunk for article in draft.db.articles() for chunk in self._chunks(article)]
                known = draft.known_vectors(_contents(chunks))
            self._add(draft, chunks, known)
            draft.derive(self._progress, self._workers.find_names)
            draft.verify()
            built = manifest(draft.name, *draft.db.counts())
            library.publish(draft, built, detected.fetch_states, history_entry)
        return built

    def restore(
        self,
        put_articles: Callable[[ArticleDraft], None],
        known: KnownVectors,
        manifest: Callable[[str, int, int], Manifest],
        fetch_states: FetchStates,
        history_entry: Mapping[str, object],
    ) -> Manifest:
        """Build and publish a generation of the articles that `put_articles` puts into it.

        `known` gives the vectors that need not be computed. Raises NoSpaceError and RefreshError as `build` does.
        """
        library = self._library
        with self._draft(None, False) as draft, reporting_full_disk(library.folder):
            put_articles(draft.db)
            self._begin_naming(draft, math.inf)
            chunks = [chunk for article in draft.db.articles() for chunk in self._chunks(article)]
            library.require_space(None, len(chunks))
            self._add(draft, chunks, known(_contents(chunks)))
            draft.derive(self._progress, self._workers.find_names)
            draft.verify()
            built = manifest(draft.name, *draft.db.counts())
            library.publish(draft, built, fetch_states, history_entry)
        return built

    def _draft(self, parent: str | None, rebuild: bool) -> AbstractContextManager[Draft]:
        return self._library.draft(parent=parent, embedder=describe(self._embeddings), rebuild=rebuild)

    def _begin_naming(self, draft: Draft, texts: float) -> None:
        """Have names found while so many texts are embedded, unless one is done after the other."""
        if texts <= self._workers.at_once:
            draft.begin_naming(self._workers.find_names)

    def _chunks(self, article: Article) -> Iterator[ArticleChunk]:
        for chunk in split(article, counter_for(self._embeddings)):
            content = content_name(embedded_text(article, chunk))
            yield article, NamedChunk(chunk_id(chunk, content), content, chunk)

    def _add(self, draft: Draft, chunks: Sequence[ArticleChunk], known: dict[str, Vectors]) -> None:
        new = {named.content: chunk for chunk in chunks if (named := chunk[1]).content not in known}
        contents = list(new)
        fresh = iter(self._workers.embed(embedded_text(article, named.chunk) for article, named in new.values()))
        done = 0
        for batch in batches(chunks, _STORED):
            while any(named.content not in known for _, named in batch):
                position, vectors = next(fresh)
                named_so = contents[position : position + len(vectors)]
                draft.keep_vectors(named_so, vectors)
                known.update(zip(named_so, vectors, strict=True))
                self.embedded += len(vectors)
                ready = sum(named.content in known for _, named in batch)
                self._progress("embedding", done + ready, len(chunks))
            draft.add_chunks(batch, np.stack([known[named.content] for _, named in batch]))
            done += len(batch)
            self._progress("embedding", done, len(chunks))


def _contents(chunks: Iterable[ArticleChunk]) -> set[str]:
    return {named.content for _, named in chunks}
