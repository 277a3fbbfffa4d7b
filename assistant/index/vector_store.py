"""The vectors of a generation: a Chroma folder."""

import shutil
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from assistant.articles import NO_FILTERS, Article, Filters
from assistant.errors import NoSpaceError
from assistant.models.embedders import Vectors

FOLDER = "chroma"
_COLLECTION = "passages"
_SQLITE = "chroma.sqlite3"
_BATCH = 1000
_NOTHING_LEFT = 2_000_000  # bytes
_ATTEMPTS = 5  # at a copy while nobody writes
_SQLITE_HEADER = 100  # bytes, with the counter of changes

# Chroma keeps one system a folder and process, and its counting of users is not safe between threads.
_OPENING = threading.Lock()


class VectorStore:
    """The Chroma side of a generation; the vectors are made elsewhere and are of length one."""

    def __init__(self, folder: Path) -> None:
        import chromadb
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False, is_persistent=True)
        with _OPENING, _full_disk_told(folder):
            self._client: Any = chromadb.PersistentClient(str(folder), settings=settings)
            self._collection = self._client.get_or_create_collection(
                _COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
            )

    def close(self) -> None:
        """Write what is pending and let go of the folder."""
        with _OPENING:
            self._client.close()

    def put(self, ids: Sequence[str], vectors: Vectors, held: Sequence[tuple[Article, str]]) -> None:
        """Add chunks by name, each with its vector, its text and what filters need of its article."""
        for start in range(0, len(ids), _BATCH):
            part = slice(start, start + _BATCH)
            self._collection.upsert(
                ids=list(ids[part]),
                embeddings=vectors[part],
                metadatas=[_metadata(article) for article, _ in held[part]],
                documents=[text for _, text in held[part]],
            )

    def remove(self, ids: Iterable[str]) -> None:
        """Remove chunks by name."""
        names = list(ids)
        for start in range(0, len(names), _BATCH):
            self._collection.delete(ids=names[start : start + _BATCH])

    def ids(self) -> set[str]:
        """The names of all chunks."""
        return set(self._collection.get(include=[])["ids"])

    def vectors(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vector of each named chunk."""
        found: dict[str, Vectors] = {}
        for start in range(0, len(ids), _BATCH):
            got = self._collection.get(ids=list(ids[start : start + _BATCH]), include=["embeddings"])
            found.update(zip(got["ids"], np.asarray(got["embeddings"], np.float32), strict=True))
        return found

    def search(self, vector: Vectors, k: int, filters: Filters = NO_FILTERS) -> list[tuple[str, float]]:
        """Up to k (chunk id, cosine) of the nearest chunks, nearest first."""
        return self.search_each([vector], k, filters)[0]

    def search_each(
        self, vectors: Sequence[Vectors], k: int, filters: Filters = NO_FILTERS
    ) -> list[list[tuple[str, float]]]:
        """As `search` for each of several vectors; what the filters let through is found out once."""
        if filters.only == ():
            return [[] for _ in vectors]
        hits = self._collection.query(
            query_embeddings=np.stack(vectors), n_results=k, where=_where(filters), include=["distances"]
        )
        return [
            [(name, 1.0 - distance) for name, distance in zip(names, distances, strict=True)]
            for names, distances in zip(hits["ids"], hits["distances"] or [], strict=True)
        ]


@contextmanager
def _full_disk_told(folder: Path) -> Iterator[None]:
    """Chroma writes when it opens a folder, and on a full disk it says so in many ways."""
    from chromadb.api.shared_system_client import SharedSystemClient

    try:
        yield
    except Exception as error:
        # Chroma would give the half-made system to whoever opens the folder next.
        SharedSystemClient._identifier_to_system.pop(str(folder), None)
        if shutil.disk_usage(folder).free < _NOTHING_LEFT:
            raise NoSpaceError(f"no space left on the disk of {folder}; free some and try again") from error
        raise


def copy(old: Path, new: Path) -> None:
    """Copy a Chroma folder while other processes read it."""
    new.mkdir(parents=True)
    for path in old.iterdir():
        if path.is_dir():
            shutil.copytree(path, new / path.name)
    # Opening a folder writes a little to its SQLite file, so that one is copied while nobody does, or as a transaction
    # sees it. That would do at once, but whoever opens the folder has to wait for it to end, and a refresh gives way.
    if not any(_copied_unchanged(old / _SQLITE, new / _SQLITE) for _ in range(_ATTEMPTS)):
        with (
            closing(sqlite3.connect(f"{(old / _SQLITE).absolute().as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(new / _SQLITE)) as target,
        ):
            source.backup(target)


def _copied_unchanged(old: Path, new: Path) -> bool:
    """Copy a SQLite file without a lock; whether nobody wrote to it meanwhile.

    Who writes has a journal beside the file from before the first byte to after the last, and raises the counter in it.
    So the journal is looked for last before the copy and first after it.
    """
    journal = old.with_name(f"{old.name}-journal")
    before = _state(old)
    if journal.exists():
        return False
    shutil.copyfile(old, new)
    return not journal.exists() and _state(old) == before


def _state(path: Path) -> tuple[int, bytes]:
    with path.open("rb") as file:
        header = file.read(_SQLITE_HEADER)
    return path.stat().st_mtime_ns, header


def _metadata(article: Article) -> dict[str, Any]:
    fields: dict[str, Any] = {"article": article.id}
    if article.source is not None:
        fields["source"] = article.source.casefold()
    if article.published is not None:
        fields["moment"] = article.published.timestamp()
    return fields


def _where(filters: Filters) -> dict[str, Any] | None:
    clauses: list[dict[str, Any]] = []
    if filters.source is not None:
        clauses.append({"source": {"$eq": filters.source.casefold()}})
    if filters.earliest is not None:
        clauses.append({"moment": {"$gte": filters.earliest}})
    if filters.latest is not None:
        clauses.append({"moment": {"$lte": filters.latest}})
    if filters.without:
        clauses.append({"article": {"$nin": list(filters.without)}})
    if filters.only is not None:
        clauses.append({"article": {"$in": list(filters.only)}})
    return {"$and": clauses} if len(clauses) > 1 else clauses[0] if clauses else None
