"""All records of an index on a Chroma server, whichever generation sees them, to be compared with the database."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from assistant.errors import StorageError
from assistant.index.server.chroma_connection import ChromaConnection, UnreadableError
from assistant.index.server.vector_server import VectorRecord
from assistant.index.server.visibility import FOREVER
from assistant.models import Vectors
from assistant.utils import batches

_RECORD = re.compile(r"[0-9a-z]+@[0-9]+", re.IGNORECASE)
_SAMPLE = 20  # records of which the vectors are read at each of three places
_NEWEST, _NEAR = 300, 20_000  # records that are read, and that are searched for, to see whether a server can
_GONE = {"went": {"$lt": FOREVER}}

T = TypeVar("T")
Ask = Callable[[Callable[[Any], T]], T]


class ChromaRecords:
    """The records in the collection of `connection`, which is made when it is not there."""

    def __init__(self, connection: ChromaConnection) -> None:
        self.connection = connection

    @property
    def place(self) -> str:
        """Which server it is, for a message."""
        return self.connection.place

    def _ask(self, function: Callable[[Any], T]) -> T:
        return self.connection.ask(function, write=True)

    def count(self) -> int:
        """How many records there are."""
        return int(self._ask(lambda collection: collection.count()))

    def is_damaged(self) -> bool:
        """Whether the server fails at records that it has, as one that was killed while it wrote its graph."""
        try:
            self._ask(self._look)
        except UnreadableError:
            return True
        return False

    def _look(self, collection: Any) -> None:
        """Read the newest vectors, and search among many: a kill breaks the graph where it was last written to."""
        if count := read_sample(collection):
            most = self.connection.batch
            got = collection.get(limit=min(_NEWEST, most), offset=max(count - _NEWEST, 0), include=["embeddings"])
            near = min(count, _NEAR, self.connection.page)
            collection.query(query_embeddings=got["embeddings"][-1:], n_results=near, include=[])

    def drop(self) -> None:
        """Drop all records, also damaged ones."""
        self.connection.drop()

    def records(self) -> set[str]:
        """The ids of all records. Raises StorageError for a collection with those of something else."""
        found = set(listed(self._ask, None, self.connection.page))
        if other := next((id for id in found if not _RECORD.fullmatch(id)), None):
            collection = f"collection {self.connection.collection_name} of {self.place}"
            raise StorageError(
                f"the {collection} has something else in it ({other[:40]!r}); set chroma_collection to one of its own"
            )
        return found

    def gone(self) -> dict[str, int]:
        """The records that have gone, each with the generation that it went with."""
        found: dict[str, int] = {}
        for got in pages(self._ask, _GONE, self.connection.page, "metadatas"):
            found |= {id: int(about["went"]) for id, about in zip(got["ids"], got["metadatas"], strict=True)}
        return found

    def vectors(self, records: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of those of the records that are there."""
        found: dict[str, Vectors] = {}
        for batch in self._batches(records):
            got = self._ask(lambda collection: collection.get(ids=list(batch), include=["embeddings"]))  # noqa: B023
            found |= zip(got["ids"], np.asarray(got["embeddings"], np.float32), strict=True)
        return found

    def put(self, records: Sequence[VectorRecord], vectors: Vectors) -> None:
        """Add or replace records."""
        for batch in self._batches(list(zip(records, vectors, strict=True))):
            given = {
                "ids": [record.id for record, _ in batch],
                "embeddings": np.stack([vector for _, vector in batch]),
                "metadatas": [_metadata(record) for record, _ in batch],
            }
            self._ask(lambda collection: collection.upsert(**given))  # noqa: B023

    def set_went(self, went: Mapping[str, int]) -> None:
        """Change which generation each of these records went with."""
        for batch in self._batches(list(went)):
            given = [{"went": went[id]} for id in batch]
            self._ask(lambda collection: collection.update(ids=list(batch), metadatas=given))  # noqa: B023

    def delete(self, records: Sequence[str]) -> None:
        """Delete records."""
        for batch in self._batches(records):
            self._ask(lambda collection: collection.delete(ids=list(batch)))  # noqa: B023

    def _batches(self, items: Sequence[T]) -> Iterator[Sequence[T]]:
        return batches(items, self.connection.batch)


def pages(ask: Ask[Any], where: Any, page: int, *include: str) -> Iterator[Any]:
    """The records that pass `where`, a page at a time."""
    start = 0
    while True:
        got = ask(lambda collection: collection.get(where=where, limit=page, offset=start, include=list(include)))  # noqa: B023
        yield got
        start += page
        if len(got["ids"]) < page:
            return


def listed(ask: Ask[Any], where: Any, page: int) -> list[str]:
    """The ids of the records that pass `where`."""
    return [id for got in pages(ask, where, page) for id in got["ids"]]


def read_sample(collection: Any) -> int:
    """Read vectors of the first, the middle and the last records; how many records there are.

    A server whose graph was lost counts its records as before, finds hardly any, and fails at this.
    """
    count = int(collection.count())
    for start in {0, count // 2, max(count - _SAMPLE, 0)}:
        collection.get(limit=_SAMPLE, offset=start, include=["embeddings"])
    return count


def _metadata(record: VectorRecord) -> dict[str, Any]:
    fields = {"article": record.article, "source": record.source, "moment": record.moment}
    known = {name: value for name, value in fields.items() if value is not None}
    return {**known, "chunk": record.chunk, "came": record.came, "went": record.went}
