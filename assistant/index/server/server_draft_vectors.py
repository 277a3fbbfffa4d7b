"""The vectors of a draft on servers: PostgreSQL has them first, then the Chroma server, which finds the nearest."""

import json
from collections.abc import Iterable, Sequence

import numpy as np

from assistant.articles import NO_FILTERS, Article, Filters
from assistant.index.article_store import NamedChunk
from assistant.index.server.postgres_articles import listed
from assistant.index.server.postgres_draft import PostgresDraft
from assistant.index.server.postgres_vectors import KeptVectors
from assistant.index.server.vector_server import ClearableVectors
from assistant.models import Vectors
from assistant.utils import batches

_BATCH = 5000  # chunks whose vectors are read at a time
_SAMPLE = 200  # vectors that are compared
_TOLERANCE = 1e-5  # of a number in a vector


class ServerDraftVectors:
    """The vectors of the chunks of `db`, as both have them."""

    def __init__(self, db: PostgresDraft, kept: KeptVectors, server: ClearableVectors) -> None:
        self._db, self.kept, self._server = db, kept, server
        self.ids, self.count, self.remove, self.clear = server.ids, server.count, server.remove, server.clear

    def close(self) -> None:
        """Let go of them."""
        self._server.close()

    def put(self, chunks: Sequence[tuple[Article, NamedChunk]], vectors: Vectors) -> None:
        """Add chunks with their vectors, and what filters need of their articles; one that is there is replaced."""
        self.kept.put([named.content for _, named in chunks], vectors)
        self._server.put(chunks, vectors)

    def vectors(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vector of each chunk, by id."""
        vectors: dict[str, Vectors] = {}
        for batch in batches(ids, _BATCH):
            rows = self._db.rows(
                f"SELECT id, content FROM chunks WHERE id = ANY {listed('ids')}", ids=json.dumps(list(batch))
            )
            known = self.kept.known({content for _, content in rows})
            vectors |= {id: known[content] for id, content in rows if content in known}
        return vectors

    def search_each(
        self, vectors: Sequence[Vectors], k: int, filters: Filters = NO_FILTERS
    ) -> list[list[tuple[str, float]]]:
        """For each vector up to k (chunk id, cosine) of the nearest chunks, nearest first."""
        return self._server.search_each(vectors, k, filters)

    def fault(self, chunks: Iterable[str]) -> str | None:
        """What is wrong with a sample of the vectors of these chunks, which both should have; None for nothing."""
        names = sorted(chunks)
        sample = names[:: max(1, len(names) // _SAMPLE)]
        here, there = self.vectors(sample), self._server.vectors(sample)
        if here.keys() != set(sample) or there.keys() != set(sample):
            return "vectors cannot be read"
        if any(np.abs(here[id] - there[id]).max() > _TOLERANCE for id in sample):
            return "the vectors of the Chroma server are not those of the database"
        return None
