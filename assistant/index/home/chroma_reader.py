"""A Chroma folder that is only read, by the library that does Chroma's work.

Its Python package, which the writing side uses, stands above the same library; to import it takes longer than to
answer a question. `VectorStore` decides which of the two opens a folder.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_WHERE = ("default_tenant", "default_database")
_OPEN_FILES = 5  # of an index of vectors


class ChromaReader:
    """A collection of a Chroma folder, with the methods of Chroma's own that read. Raises whatever Chroma does."""

    def __init__(self, folder: Path, collection: str) -> None:
        import chromadb_rust_bindings as chroma

        # As Chroma's own client opens it.
        stored = chroma.SqliteDBConfig(
            hash_type=chroma.MigrationHash.MD5,
            migration_mode=chroma.MigrationMode.Apply,
            url=str(folder / "chroma.sqlite3"),
        )
        self._chroma = chroma.Bindings(
            allow_reset=False,
            sqlite_db_config=stored,
            persist_path=str(folder),
            hnsw_cache_size=_most_open_files() // _OPEN_FILES,
        )
        self._collection = str(self._chroma.get_collection(collection, *_WHERE).id)

    def close(self) -> None:
        """Let go of the folder."""
        self.__dict__.pop("_chroma", None)

    def get(
        self, *, ids: Sequence[str] | None = None, limit: int | None = None, include: Sequence[str] = ()
    ) -> dict[str, Any]:
        """The records with these ids, or all of them."""
        found = self._chroma.get(self._collection, ids and list(ids), None, limit, 0, None, list(include), *_WHERE)
        return {"ids": found.ids, "embeddings": found.embeddings}

    def query(
        self,
        *,
        query_embeddings: npt.NDArray[np.float32],
        n_results: int,
        where: dict[str, Any] | None = None,
        ids: list[str] | None = None,
        include: Sequence[str],
    ) -> dict[str, Any]:
        """For each vector the records nearest to it, of those with these ids or of all."""
        found = self._chroma.query(
            self._collection,
            ids,
            list(query_embeddings),
            n_results,
            where and json.dumps(where),
            None,
            list(include),
            *_WHERE,
        )
        return {"ids": found.ids, "distances": found.distances}


def _most_open_files() -> int:
    try:
        import resource
    except ImportError:  # on Windows
        return 512
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
