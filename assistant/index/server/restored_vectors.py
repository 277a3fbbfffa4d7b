"""Compares the Chroma server with the database, and puts back what it lacks: nothing is embedded for that."""

import json
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from assistant.errors import StorageError
from assistant.index.server.postgres_articles import listed
from assistant.index.server.postgres_sessions import Writer
from assistant.index.server.postgres_vectors import is_whole, kept_vectors, vector_of
from assistant.index.server.vector_server import VectorRecord, VectorServer, record_id
from assistant.index.server.visibility import FOREVER
from assistant.utils import batches

_BATCH = 1000  # vectors copied at a time
# The embedder of a generation that sees a chunk: all that see one were made with the same.
_EMBEDDER = (
    "(SELECT CAST(value AS integer) FROM json_each_text(CAST(:embedders AS json)) "
    f"WHERE CAST(key AS integer) >= c.came AND CAST(key AS integer) < coalesce(c.went, {FOREVER}) LIMIT 1)"
)
# The article as it was in one of those generations: what filters need of it is the same in all.
_ARTICLE = (
    "LATERAL (SELECT id, source_key, moment FROM index_articles WHERE id = c.article_id "
    f"AND came < coalesce(c.went, {FOREVER}) AND coalesce(went, {FOREVER}) > c.came ORDER BY came DESC LIMIT 1) a"
)


def restore(session: Writer, server: VectorServer, embedders: Mapping[int, str]) -> int:
    """Have the server all vectors of the kept generations, each made with one of `embedders`; how many it lacked.

    Vectors that only the server has are copied to the database, as those of an index from before it kept any. Raises
    StorageError for a server that cannot read its records while the database lacks some.
    """
    if server.is_damaged():
        if not all(is_whole(session.rows, name) for name in embedders.values()):
            raise StorageError(
                f"{server.place} cannot read its vectors, and the database does not have all of them; put a copy of "
                "its folder back, or start it with an empty one: a refresh makes anew what is lost"
            )
        server.drop()
    for name in dict.fromkeys(embedders.values()):
        if not is_whole(session.rows, name):
            _copy(session, server, name, embedders)
    if server.count() == session.rows("SELECT count(*) FROM index_chunks", {})[0][0]:
        return 0
    return fill(session, server, embedders)


def _copy(session: Writer, server: VectorServer, embedder: str, embedders: Mapping[int, str]) -> None:
    """Copy to the database what only the server has of an embedder's vectors."""
    kept = kept_vectors(session, embedder, max(embedders), whole=False)
    lacking = (
        f"SELECT DISTINCT ON (c.content) c.id, c.came, c.content FROM index_chunks c WHERE {_EMBEDDER} = :embedder AND "
        "NOT EXISTS (SELECT 1 FROM index_vectors v WHERE v.content = c.content AND v.embedder = :embedder)"
    )
    given = {"embedders": _numbers(session, embedders), "embedder": kept.embedder}
    lost = 0
    for batch in batches(session.rows(lacking, given), _BATCH):
        found = server.vectors([record_id(chunk, came) for chunk, came, _ in batch])
        rows = [(content, found[id]) for chunk, came, content in batch if (id := record_id(chunk, came)) in found]
        lost += len(batch) - len(rows)
        if rows:
            kept.put([content for content, _ in rows], np.stack([vector for _, vector in rows]))
    if not lost:
        session.rows("UPDATE index_embedders SET whole = TRUE WHERE number = :number", {"number": kept.embedder})


def fill(session: Writer, server: VectorServer, embedders: Mapping[int, str]) -> int:
    """Make the records on the server those of all chunks of the generations, by what the database has; how many came.

    Embedders of generations as for `restore`.
    """
    chunks = {
        record_id(chunk, came): (number, FOREVER if went is None else went)
        for number, chunk, came, went in session.rows("SELECT number, id, came, went FROM index_chunks", {})
    }
    there, gone = server.records(), server.gone()
    server.delete([id for id in there if id not in chunks])
    kept = {id: went for id, (_, went) in chunks.items() if id in there}
    server.set_went({id: went for id, went in kept.items() if gone.get(id, FOREVER) != went})
    missing, filled = [number for id, (number, _) in chunks.items() if id not in there], 0
    for batch in batches(missing, _BATCH):
        rows = list(_rows(session, batch, embedders))
        if rows:
            server.put([record for record, _ in rows], np.stack([vector_of(vector) for _, vector in rows]))
        filled += len(rows)
    if filled < len(missing):  # neither has them: they are to be made anew
        session.rows("UPDATE index_embedders SET whole = FALSE", {})
    return filled


def _rows(
    session: Writer, numbers: Sequence[int], embedders: Mapping[int, str]
) -> Iterator[tuple[VectorRecord, bytes]]:
    query = (
        f"SELECT c.id, c.came, coalesce(c.went, {FOREVER}), a.id, a.source_key, a.moment, v.vector "
        f"FROM index_chunks c JOIN index_vectors v ON v.content = c.content AND v.embedder = {_EMBEDDER} "
        f"JOIN {_ARTICLE} ON TRUE WHERE c.number = ANY (SELECT CAST(number AS bigint) FROM "
        f"unnest({listed('numbers')}) AS row (number))"
    )
    values = {"numbers": json.dumps(list(numbers)), "embedders": _numbers(session, embedders)}
    for *fields, vector in session.rows(query, values):
        yield VectorRecord(*fields), vector


def _numbers(session: Writer, embedders: Mapping[int, str]) -> str:
    """The number of the embedder of each generation, as JSON."""
    known = {name: number for number, name in session.rows("SELECT number, name FROM index_embedders", {})}
    return json.dumps({generation: known[name] for generation, name in embedders.items() if name in known})
