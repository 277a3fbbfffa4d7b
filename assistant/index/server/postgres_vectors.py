"""The vectors of an index in PostgreSQL, by content name, from which the Chroma server is filled.

They are written before Chroma's, each batch as soon as it is embedded, and last from then on: a refresh that is killed
leaves them to the next one. Once no chunk has such a text any more, the next publication removes its vector.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np

from assistant.index.server.postgres_articles import given, listed
from assistant.index.server.postgres_sessions import Rows, Statement, Writer
from assistant.models import Vectors
from assistant.utils import batches

_BATCH = 500  # vectors written or read at a time
_TYPE = np.dtype("<f4")
_LOOSE = (
    "INSERT INTO index_loose {} ON CONFLICT (content) DO UPDATE SET came = greatest(index_loose.came, excluded.came)"
)
_UNSEEN = "NOT EXISTS (SELECT 1 FROM index_generations WHERE number >= came AND number < went)"


class KeptVectors:
    """The vectors of one embedder, read and written by the session of the refresh."""

    def __init__(self, session: Writer, embedder: int, generation: int) -> None:
        self._session, self.embedder, self._generation = session, embedder, generation

    def known(self, contents: Iterable[str]) -> dict[str, Vectors]:
        """The vectors that are there of those contents."""
        query = (
            "SELECT content, vector FROM index_vectors "
            f"WHERE embedder = :embedder AND content = ANY {listed('contents')}"
        )
        found: dict[str, Vectors] = {}
        for batch in batches(list(contents), _BATCH):
            values = {"embedder": self.embedder, "contents": json.dumps(list(batch))}
            found |= {row[0]: vector_of(row[1]) for row in self._session.rows(query, values)}
        return found

    def put(self, contents: Sequence[str], vectors: Vectors) -> None:
        """Keep the vectors of those contents, for good once this returns; one that is there stays."""
        new = {content: vector for content, vector in zip(contents, vectors, strict=True)}
        for batch in batches(list(new), _BATCH):
            there = self._there(batch)
            if missing := [content for content in batch if content not in there]:
                self._insert(missing, np.stack([new[content] for content in missing]))

    def _there(self, contents: Sequence[str]) -> set[str]:
        query = f"SELECT content FROM index_vectors WHERE embedder = :embedder AND content = ANY {listed('contents')}"
        values = {"embedder": self.embedder, "contents": json.dumps(list(contents))}
        return {row[0] for row in self._session.rows(query, values)}

    def _insert(self, contents: Sequence[str], vectors: Vectors) -> None:
        rows = np.ascontiguousarray(vectors, _TYPE)
        values = {"contents": json.dumps(list(contents)), "generation": self._generation}
        size = rows.shape[1] * _TYPE.itemsize
        put = (
            "INSERT INTO index_vectors (content, embedder, vector) SELECT content, :embedder, "
            f"substring(CAST(:vectors AS bytea) FROM CAST((place - 1) * {size:d} + 1 AS integer) FOR {size:d}) "
            "FROM json_array_elements_text(CAST(:contents AS json)) WITH ORDINALITY AS row (content, place)"
        )
        self._session.run(
            ("SET LOCAL synchronous_commit = on", {}),
            (put, {**values, "embedder": self.embedder, "vectors": rows.tobytes()}),
            (_LOOSE.format(f"SELECT content, :generation FROM {given('contents')} AS row (content)"), values),
        )


def vector_of(content: bytes) -> Vectors:
    """The vector that is kept so."""
    return np.frombuffer(bytes(content), _TYPE)


def kept_vectors(session: Writer, embedder: str, generation: int, *, whole: bool = True) -> KeptVectors:
    """The vectors of an embedder, for the draft of that number; `whole`: if it is new, nothing was made with it yet."""
    session.rows(
        "INSERT INTO index_embedders (name, came, whole) VALUES (:name, :came, :whole) ON CONFLICT (name) DO NOTHING",
        {"name": embedder, "came": generation, "whole": whole},
    )
    number = session.rows("SELECT number FROM index_embedders WHERE name = :name", {"name": embedder})[0][0]
    return KeptVectors(session, number, generation)


def is_whole(ask: Rows, embedder: str) -> bool:
    """Whether the vectors of all chunks that were made with that embedder are there."""
    return bool(ask("SELECT 1 FROM index_embedders WHERE name = :name AND whole", {"name": embedder}))


def lacking(ask: Rows, generation: int, embedder: str) -> int:
    """How many chunks of a generation have no vector in the database, where all should have one."""
    query = (
        "SELECT count(*) FROM index_chunks c JOIN index_embedders e ON e.name = :embedder AND e.whole "
        "WHERE c.came <= :generation AND (c.went IS NULL OR c.went > :generation) AND NOT EXISTS "
        "(SELECT 1 FROM index_vectors v WHERE v.content = c.content AND v.embedder = e.number)"
    )
    return int(ask(query, {"generation": generation, "embedder": embedder})[0][0])


def noting_discarded(beyond: int) -> Statement:
    """What notes the contents that were those of what came after that generation, before it is discarded."""
    contents = "SELECT content, max(came) FROM index_chunks WHERE came > :beyond GROUP BY content"
    return _LOOSE.format(contents), {"beyond": beyond}


def noting_swept() -> Statement:
    """What notes the contents of the chunks that no kept generation sees, before they are swept."""
    return _LOOSE.format(f"SELECT DISTINCT content, 0 FROM index_chunks WHERE went IS NOT NULL AND {_UNSEEN}"), {}


def sweeping(ask: Rows, embedders: Mapping[int, str]) -> list[Statement]:
    """What removes the vectors that none has any more of the kept generations, which were made with `embedders`.

    What has come since the newest of them stays.
    """
    newest = {"newest": max(embedders, default=0)}
    statements: list[Statement] = [
        (
            "DELETE FROM index_vectors v USING index_loose l WHERE l.came <= :newest AND v.content = l.content "
            "AND NOT EXISTS (SELECT 1 FROM index_chunks c WHERE c.content = l.content)",
            newest,
        ),
        ("DELETE FROM index_loose WHERE came <= :newest", newest),
    ]
    for number in _unused(ask, embedders.values(), newest["newest"]):
        statements += [
            (f"DELETE FROM {table} = :number", {"number": number})
            for table in ("index_vectors WHERE embedder", "index_embedders WHERE number")
        ]
    return statements


def _unused(ask: Rows, embedders: Collection[str], newest: int) -> list[int]:
    """The numbers of the embedders that neither those generations were made with nor one that came later."""
    rows = ask("SELECT number, name FROM index_embedders WHERE came <= :newest", {"newest": newest})
    return [number for number, name in rows if name not in embedders]
