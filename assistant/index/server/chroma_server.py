"""The vectors of an index on a Chroma server, all generations in one collection; `visibility` says who sees what.

The id of a record is that of its chunk and the generation that it came with, "chunk@came"; `chunk`, `came` and `went`
are in its metadata. A condition on the two numbers takes Chroma 2 s for 100,000 records, as nearly all pass it, where
a search without takes 3 ms. So each generation asks once which records went before it, which never changes while it is
there, and what is found is sifted here: some more are asked for, and more again should they not do.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import numpy as np

from assistant.articles import NO_FILTERS, Article, Filters
from assistant.errors import StorageError
from assistant.index.article_store import NamedChunk
from assistant.index.home.vector_store import metadata_of, where_of
from assistant.index.server.chroma_connection import ChromaConnection
from assistant.index.server.chroma_records import listed, read_sample
from assistant.index.server.vector_server import record_id
from assistant.index.server.visibility import FOREVER, unseen
from assistant.models import Vectors
from assistant.utils import batches, once

_LOOKS = 3  # at a list from which others may delete meanwhile
# Of what is searched for, should some have gone. Half as many again take no time, and have HNSW look further: of the
# 100 nearest among 100,000 it finds 99.9 in place of 99.7, and in collections from which much was removed 99.9 of 98.8.
_MORE = 10

T = TypeVar("T")


class ServerVectors:
    """The vectors of one generation, for any number of threads.

    It has so many `chunks`, where that is given. What is read is compared with that whenever the server may be another:
    who asks one that has lost records gets StorageError, and no answer from half of an index.
    """

    def __init__(self, connection: ChromaConnection, generation: int, chunks: int | None = None) -> None:
        self.generation = generation
        self._connection, self._chunks = connection, chunks
        self._gone = self._asking_once()
        self._whole = (-1, -1)  # the connection and the number of records that there were when none was missing

    def _asking_once(self) -> Callable[[], set[str]]:
        return once(lambda: set(self._listed(_went_by(self.generation))))

    def close(self) -> None:
        """Let go of it; the connection stays open."""

    def require_whole(self) -> None:
        """Raise StorageError where the server lacks vectors of the generation, or cannot read those it has."""
        opened = self._connection.opened
        if self._chunks is None or opened == self._whole[0]:
            return
        records = self._ask(read_sample)
        if records != self._whole[1] and (found := self.count()) != self._chunks:
            self._gone, self._whole = self._asking_once(), (-1, -1)
            lost = f"lacks vectors of the index (it has {found:,} of {self._chunks:,})"
            raise StorageError(f"{self._connection.place} {lost}; run assistant refresh, which puts them back")
        self._whole = (opened, records)

    def count(self) -> int:
        """The number of chunks."""
        beyond = {"came": {"$gt": self.generation}}
        for _ in range(_LOOKS):
            before = self._ask(lambda collection: collection.count())
            unseen = sum(len(self._listed(where)) for where in (_went_by(self.generation), beyond))
            if before == self._ask(lambda collection: collection.count()):
                return int(before) - unseen
        return len(self._seen(self._listed(None)))

    def probe(self) -> None:
        """Raise what the server does when the vector of a chunk cannot be read."""
        self._ask(lambda collection: collection.get(limit=1, include=["embeddings"]))

    def ids(self) -> set[str]:
        """The ids of all chunks."""
        for _ in range(_LOOKS):
            ids = {_chunk(record) for record in self._seen(self._listed(None))}
            if len(ids) == self.count():
                break
        return ids

    def vectors(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vector of each chunk, by id."""
        vectors: dict[str, Vectors] = {}
        self.require_whole()
        for batch in batches(ids, self._connection.batch):
            got = self._records(batch, "embeddings")
            rows = np.asarray(got["embeddings"], np.float32)
            seen = self._seen(got["ids"])
            vectors.update((_chunk(id), row) for id, row in zip(got["ids"], rows, strict=True) if id in seen)
        self.require_whole()
        return vectors

    def search_each(
        self, vectors: Sequence[Vectors], k: int, filters: Filters = NO_FILTERS
    ) -> list[list[tuple[str, float]]]:
        """For each vector up to k (chunk id, cosine) of the nearest chunks, nearest first.

        Of `filters` the moments count, not the days: see `ArticleStore.by_moment`.
        """
        if filters.only == () or not vectors or not k:
            return [[] for _ in vectors]
        self.require_whole()
        asked = min(k + max(_MORE, k // 2), self._connection.page)
        found, has_enough = self._nearest(vectors, k, asked, where_of(filters))
        while not has_enough and asked < self._connection.page:
            asked = min(2 * asked, self._connection.page)
            found, has_enough = self._nearest(vectors, k, asked, where_of(filters))
        self.require_whole()  # of the server that was asked, after it was asked
        return found

    def _nearest(
        self, vectors: Sequence[Vectors], k: int, asked: int, where: Any
    ) -> tuple[list[list[tuple[str, float]]], bool]:
        """The nearest k among those `asked` for, and whether more would change nothing."""
        hits = self._ask(
            lambda collection: collection.query(
                query_embeddings=np.stack(vectors), n_results=asked, where=where, include=["distances"]
            )
        )
        found, has_enough = [], True
        for records, distances in zip(hits["ids"], hits["distances"], strict=True):
            seen = self._seen(records)
            near = [(_chunk(id), 1.0 - far) for id, far in zip(records, distances, strict=True) if id in seen]
            has_enough &= len(near) >= k or len(records) < asked
            found.append(near[:k])
        return found, has_enough

    def _seen(self, records: Iterable[str]) -> set[str]:
        """Those of the records that this generation sees."""
        return {record for record in records if _came(record) <= self.generation} - self._gone()

    def _records(self, chunks: Sequence[str], *include: str) -> Any:
        """All records of these chunks, of whatever generation."""
        where = {"chunk": {"$in": list(chunks)}}
        return self._ask(lambda collection: collection.get(where=where, include=list(include)))

    def _listed(self, where: Any) -> list[str]:
        """The ids of the records that pass `where`."""
        return listed(self._ask, where, self._connection.page)

    def _ask(self, function: Callable[[Any], T]) -> T:
        return self._connection.ask(function)


class ServerVectorDraft(ServerVectors):
    """The vectors of a draft, for one thread; its parent is a generation that has nothing beyond it, see `discard`."""

    def _ask(self, function: Callable[[Any], T]) -> T:
        return self._connection.ask(function, write=True)

    def put(self, chunks: Sequence[tuple[Article, NamedChunk]], vectors: Vectors) -> None:
        """Add chunks with their vectors, and what filters need of their articles; one that is there is replaced."""
        rows = list(zip(chunks, vectors, strict=True))
        for batch in batches(rows, self._connection.batch):
            names = [named.id for (_, named), _ in batch]
            self._let_go([id for id in self._seen(self._records(names)["ids"]) if _came(id) < self.generation])
            records = {
                "ids": [record_id(name, self.generation) for name in names],
                "embeddings": np.stack([vector for _, vector in batch]),
                "metadatas": [self._metadata(article, named) for (article, named), _ in batch],
            }
            self._ask(lambda collection: collection.upsert(**records))  # noqa: B023

    def _metadata(self, article: Article, named: NamedChunk) -> dict[str, Any]:
        return {**metadata_of(article), "chunk": named.id, "came": self.generation, "went": FOREVER}

    def remove(self, ids: Iterable[str]) -> None:
        """Remove chunks by id."""
        for batch in batches(list(ids), self._connection.batch):
            self._remove(self._seen(self._records(batch)["ids"]))

    def clear(self) -> None:
        """Remove all chunks."""
        for batch in batches(sorted(self._seen(self._listed(None))), self._connection.batch):
            self._remove(batch)

    def _remove(self, records: Iterable[str]) -> None:
        own, older = list[str](), list[str]()
        for record in records:
            (own if _came(record) == self.generation else older).append(record)
        if own:
            self._ask(lambda collection: collection.delete(ids=own))
        self._let_go(older)

    def _let_go(self, records: list[str]) -> None:
        if records:
            went = [{"went": self.generation}] * len(records)
            self._ask(lambda collection: collection.update(ids=records, metadatas=went))
            self._gone().update(records)


def discard(connection: ChromaConnection, beyond: int) -> None:
    """Discard what came and went after the generation `beyond`: drafts that failed, and what was gone back from."""
    _delete(connection, {"came": {"$gt": beyond}})
    back = {"$and": [{"went": {"$gt": beyond}}, {"went": {"$lt": FOREVER}}]}
    for batch in _batches(connection, back):
        there = [{"went": FOREVER}] * len(batch)
        _write(connection, lambda collection: collection.update(ids=batch, metadatas=there))  # noqa: B023


def sweep(connection: ChromaConnection, kept: Collection[int]) -> None:
    """Delete what none of the `kept` generations sees; all, where there are none. It must not run beside a draft."""
    for after, by in unseen(kept):
        _delete(connection, {"$and": [{"came": {"$gt": after}}, {"went": {"$lte": by}}]})
    discard(connection, max(kept, default=0))


def _delete(connection: ChromaConnection, where: Any) -> None:
    for batch in _batches(connection, where):
        _write(connection, lambda collection: collection.delete(ids=batch))  # noqa: B023


def _batches(connection: ChromaConnection, where: Any) -> Iterator[list[str]]:
    """The ids of the records that pass `where`; what was done with a batch must take it from those."""

    def first(collection: Any) -> list[str]:
        return list(collection.get(where=where, limit=connection.batch, include=[])["ids"])

    while batch := _write(connection, first):
        yield batch


def _write(connection: ChromaConnection, function: Callable[[Any], T]) -> T:
    return connection.ask(function, write=True)


def _went_by(generation: int) -> Any:
    return {"went": {"$lte": generation}}


def _chunk(record: str) -> str:
    return record.rpartition("@")[0]


def _came(record: str) -> int:
    return int(record.rpartition("@")[2])
