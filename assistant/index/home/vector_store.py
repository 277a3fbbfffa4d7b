"""The vector store of a generation: a Chroma folder."""

import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from assistant.articles import NO_FILTERS, Article, Filters
from assistant.errors import DamagedError, NoSpaceError
from assistant.index.article_store import NamedChunk
from assistant.index.damage import naming
from assistant.index.home.article_rows import source_keys
from assistant.index.home.chroma_reader import ChromaReader
from assistant.index.home.hnsw_files import check_files, has_vectors
from assistant.models import Vectors
from assistant.text import fold_name
from assistant.utils import batches, copy_file, is_disk_full, one_line

T = TypeVar("T")
FOLDER = "chroma"
_COLLECTION = "passages"
_SQLITE = "chroma.sqlite3"
_HNSW = {"space": "cosine"}
_BATCH = 1000
_RECORDS = "FROM embeddings WHERE segment_id IN (SELECT id FROM segments WHERE scope = 'METADATA')"
_IDS, _COUNT = f"SELECT embedding_id {_RECORDS}", f"SELECT COUNT(*) {_RECORDS}"
_ATTEMPTS = 5  # at copying while nobody writes
_SQLITE_HEADER = 100  # bytes, with the change counter
_LOOKS = 3  # at files that seem to be damaged, as another process may be writing to them
_PAUSE = 0.1  # seconds between them

# Chroma has one system per folder and process, and its reference counting is not thread-safe.
_OPENING = threading.Lock()


class VectorStore:
    """The Chroma store of a generation; its vectors are computed elsewhere and have length one.

    Raises DamagedError for one that cannot be opened, unless it is opened to `write`, which makes a new one. With
    `checked` its files were looked at just now.
    """

    def __init__(self, folder: Path, *, write: bool = False, checked: bool = False) -> None:
        self._folder, self._is_loaded = folder, False
        self._client: Any
        self._collection: Any
        if write:
            self._client, self._collection = _open_to_write(folder)
        else:
            if not checked:
                check_folder(folder)
            self._client = self._collection = _full_disk_told(folder, partial(ChromaReader, folder, _COLLECTION))

    def close(self) -> None:
        """Write what is pending and release the folder."""
        with _OPENING:
            self._client.close()

    def put(self, chunks: Sequence[tuple[Article, NamedChunk]], vectors: Vectors) -> None:
        """Add up to some thousand chunks with their vectors, and what filters need of their articles.

        Without their texts: those are in SQLite, and Chroma would index every three letters of them.
        """
        if not self._is_loaded:
            # Chroma loads what it has, seconds for a large one, and lets other threads run meanwhile only when it is
            # asked to read.
            self.probe()
            self._is_loaded = True
        self._collection.upsert(
            ids=[named.id for _, named in chunks],
            embeddings=vectors,
            metadatas=[metadata_of(article) for article, _ in chunks],
        )

    def fold(self, sources: Iterable[str]) -> None:
        """Let the publications `sources` be found by their folded names, in a store from before that."""
        for source in sources:
            key, before = source_keys(source)
            ids = self._collection.get(where={"source": before}, include=[])["ids"] if key != before else ()
            for batch in batches(ids, _BATCH):
                self._collection.update(ids=list(batch), metadatas=[{"source": key}] * len(batch))

    def remove(self, ids: Iterable[str]) -> None:
        """Remove chunks by id."""
        for batch in batches(list(ids), _BATCH):
            self._collection.delete(ids=list(batch))

    def count(self) -> int:
        """The number of chunks; Chroma takes a hundred times as long to say it."""
        with closing(_reading(self._folder)) as db:
            return int(db.execute(_COUNT).fetchone()[0])

    def probe(self) -> None:
        """Raise whatever Chroma does when the vector of the first chunk cannot be read."""
        self._collection.get(limit=1, include=["embeddings"])

    def ids(self) -> set[str]:
        """The ids of all chunks."""
        self._collection.get(limit=1, include=[])  # so that Chroma has written what is pending
        # Read from its table, as it takes seven times as long to give as many.
        with closing(_reading(self._folder)) as db:
            return {row[0] for row in db.execute(_IDS)}

    def vectors(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vector of each chunk, by id."""
        vectors: dict[str, Vectors] = {}
        for batch in batches(ids, _BATCH):
            got = self._collection.get(ids=list(batch), include=["embeddings"])
            vectors.update(zip(got["ids"], np.asarray(got["embeddings"], np.float32), strict=True))
        return vectors

    def search_each(
        self, vectors: Sequence[Vectors], k: int, filters: Filters = NO_FILTERS
    ) -> list[list[tuple[str, float]]]:
        """For each vector up to k (chunk id, cosine) of the nearest chunks, nearest first.

        Of `filters` the moments count, not the days: see `ArticlesDb.by_moment`.
        """
        if filters.only == ():
            return [[] for _ in vectors]
        return self._query(vectors, k, where=where_of(filters))

    def search_among(self, vectors: Sequence[Vectors], k: int, ids: Sequence[str]) -> list[list[tuple[str, float]]]:
        """The same of the chunks with these ids."""
        return self._query(vectors, k, ids=list(ids))

    def _query(self, vectors: Sequence[Vectors], k: int, **allowed: Any) -> list[list[tuple[str, float]]]:
        hits = self._collection.query(query_embeddings=np.stack(vectors), n_results=k, include=["distances"], **allowed)
        return [
            [(chunk_id, 1.0 - distance) for chunk_id, distance in zip(chunk_ids, distances, strict=True)]
            for chunk_ids, distances in zip(hits["ids"], hits["distances"] or [], strict=True)
        ]


def _open_to_write(folder: Path) -> tuple[Any, Any]:
    """Chroma's client for a folder, which is made, and the collection."""
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False, is_persistent=True)

    def opened() -> tuple[Any, Any]:
        client: Any = chromadb.PersistentClient(str(folder), settings=settings)
        return client, client.get_or_create_collection(
            _COLLECTION, embedding_function=None, configuration={"hnsw": _HNSW}
        )

    with _OPENING:
        try:
            return _full_disk_told(folder, opened)
        except BaseException:  # Chroma's library also raises panics, which are no Exception
            # Chroma would give the unfinished system to the next one that opens the folder.
            SharedSystemClient._identifier_to_system.pop(str(folder), None)
            raise


def _full_disk_told(folder: Path, opened: Callable[[], T]) -> T:
    """What `opened` gives. Chroma writes when it opens a folder, and raises many kinds of errors on a full disk."""
    try:
        return opened()
    except Exception as error:
        if is_disk_full(error, folder):
            raise NoSpaceError(f"no space left on the disk of {folder}; free some and try again") from error
        raise


def check_folder(folder: Path, *, thorough: bool = False) -> None:
    """Raise DamagedError when the files in a Chroma folder are missing or cannot be used; `thorough`: look at all."""
    for remaining in reversed(range(_LOOKS)):
        try:
            _check_folder(folder, thorough)
            return
        except DamagedError:
            if not remaining:
                raise
        time.sleep(_PAUSE)


def _check_folder(folder: Path, thorough: bool) -> None:
    if not (folder / _SQLITE).is_file():
        raise DamagedError(f"{folder.name}/{_SQLITE}: it is missing")
    with (
        naming(f"{folder.name}/{_SQLITE}"),
        closing(_reading(folder)) as db,
    ):
        if thorough and (found := db.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise DamagedError(f"{folder.name}/{_SQLITE}: {one_line(found, 100)}")
        segments = [row[0] for row in db.execute("SELECT id FROM segments WHERE scope = 'VECTOR'")]
        written = {row[0] for row in db.execute("SELECT segment_id FROM max_seq_id")}
    for segment in segments:
        if segment in written or has_vectors(folder / segment):
            check_files(folder / segment, written=segment in written, thorough=thorough)


def _reading(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{(folder / _SQLITE).absolute().as_uri()}?mode=ro", uri=True)


def copy(old: Path, new: Path) -> None:
    """Copy a Chroma folder while other processes read it."""
    new.mkdir(parents=True)
    for path in old.iterdir():
        if path.is_dir():
            shutil.copytree(path, new / path.name, copy_function=copy_file)
    # Opening a folder writes to its SQLite file, so that file is copied while nobody does, or else by a backup. That
    # alone would do, but whoever opens the folder would have to wait for it, and readers come before a refresh.
    if not any(_copied_unchanged(old / _SQLITE, new / _SQLITE) for _ in range(_ATTEMPTS)):
        with (
            closing(_reading(old)) as source,
            closing(sqlite3.connect(new / _SQLITE)) as target,
        ):
            source.backup(target)


def _copied_unchanged(old: Path, new: Path) -> bool:
    """Copy a SQLite file without a lock; whether nobody wrote to it meanwhile.

    A writer has a journal beside the file from before its first byte to after its last, and increments the counter in
    the file. So the journal is checked last before the copy and first after it.
    """
    journal = old.with_name(f"{old.name}-journal")
    before = _state(old)
    if journal.exists():
        return False
    copy_file(old, new)
    return not journal.exists() and _state(old) == before


def _state(path: Path) -> tuple[int, bytes]:
    with path.open("rb") as file:
        header = file.read(_SQLITE_HEADER)
    return path.stat().st_mtime_ns, header


def metadata_of(article: Article) -> dict[str, Any]:
    """What filters need of an article, as Chroma has it beside a vector."""
    fields = {
        "article": article.id,
        "source": article.source and fold_name(article.source),
        "moment": article.published and article.published.timestamp(),
    }
    return {name: value for name, value in fields.items() if value is not None}


def where_of(filters: Filters) -> dict[str, Any] | None:
    """The filters as Chroma has them; None for none."""
    conditions = (
        ("source", "$in", source_keys(*filters.sources) or None),
        ("moment", "$gte", filters.earliest),
        ("moment", "$lte", filters.latest),
        ("article", "$nin", list(filters.without) or None),
        ("article", "$in", filters.only and list(filters.only)),
    )
    clauses = [{field: {operator: value}} for field, operator, value in conditions if value is not None]
    return {"$and": clauses} if len(clauses) > 1 else clauses[0] if clauses else None
