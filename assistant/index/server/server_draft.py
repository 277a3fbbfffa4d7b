"""A draft on servers: rows under the number of the next generation, and derived files in a folder of this machine."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from assistant.errors import RefreshError
from assistant.index.derived import stories
from assistant.index.draft import Draft
from assistant.index.generation import DERIVED
from assistant.index.server import postgres_vectors
from assistant.index.server.derived_cache import DerivedCache
from assistant.index.server.postgres_draft import PostgresDraft
from assistant.index.server.postgres_sessions import Statement, Writer
from assistant.index.server.postgres_vectors import kept_vectors
from assistant.index.server.restored_vectors import fill
from assistant.index.server.server_draft_vectors import ServerDraftVectors
from assistant.index.server.server_locks import take_back
from assistant.index.server.vector_server import VectorServer
from assistant.models import Vectors


class ServerDraft(Draft):
    """The next generation on servers, where each request takes its time: many things are removed at once.

    `refill` puts back on the Chroma server what it lost since the refresh began.
    """

    db: PostgresDraft
    vectors: ServerDraftVectors

    def __init__(
        self, name: str, folder: Path, db: PostgresDraft, vectors: ServerDraftVectors, refill: Callable[[], object]
    ) -> None:
        super().__init__(name, folder, db, vectors)
        self._refill = refill

    def known_vectors(self, contents: Collection[str]) -> dict[str, Vectors]:
        """The vectors that the database has of texts, by content name, also from a refresh that was killed."""
        return self.vectors.kept.known(contents)

    def keep_vectors(self, contents: Sequence[str], vectors: Vectors) -> None:
        """Keep vectors of texts, by content name, for this refresh or, should it be killed, the next one."""
        self.vectors.kept.put(contents, vectors)

    def verify(self) -> None:
        """Raise RefreshError unless both have the same chunks and vectors; what Chroma has lost is put back before."""
        try:
            super().verify()
        except RefreshError:
            self._refill()
            super().verify()
        if lacking := self.db.lacking_vectors(self.vectors.kept.embedder):
            raise RefreshError(f"the database lacks {lacking:,} vectors of the new index; the old one stays")
        if (fault := self.vectors.fault(self.db.chunk_ids())) is not None:
            raise RefreshError(f"the new index is inconsistent ({fault}); the old one stays")

    def remove(self, article_ids: Iterable[str]) -> None:
        """Remove articles with all their chunks."""
        ids = list(article_ids)
        if ids:
            chunks = self.db.chunk_ids_by_article(ids)
            self.drop_chunks(chunk_id for own in chunks.values() for chunk_id in own)
            self.db.remove_articles(ids)

    def drop_chunks(self, ids: Iterable[str]) -> None:
        """Remove chunks by id from both stores."""
        if ids := list(ids):
            super().drop_chunks(ids)


@contextmanager
def open_draft(
    session: Writer,
    vectors: VectorServer,
    cache: DerivedCache,
    embedders: Mapping[int, str],
    embedder: str,
    *,
    parent: int | None,
    files: Path | None,
    rebuild: bool,
) -> Iterator[ServerDraft]:
    """The draft after the generation `parent`, or an empty one; `files` has the derived files of that.

    `embedders` are those that the kept generations were made with, `embedder` the one of the draft.

    What it wrote is discarded at the end of the block, unless it was published, or else by the next one.
    """
    beyond = begin(session, parent)
    vectors.discard(beyond)
    number = session.rows("UPDATE index_state SET last = last + 1 RETURNING last", {})[0][0]
    name = f"{number:06d}"
    wanted = [file.name for file in DERIVED if not (rebuild and file is stories.FILE)]
    sound = [file.name for file in DERIVED if files is not None and file.fault(files) is None]
    with cache.draft(name, files, [file for file in wanted if file in sound]) as folder:
        db, seen = PostgresDraft(session, number), {n: used for n, used in embedders.items() if n <= beyond}
        own = ServerDraftVectors(db, kept_vectors(session, embedder, number), vectors.draft(number))
        refill = partial(fill, session, vectors, {**seen, number: embedder})
        draft = ServerDraft(name, folder, db, own, refill)
        try:
            if parent is None:
                draft.db.clear()
            if parent is None or rebuild:
                draft.db.clear_chunks()
                own.clear()
            yield draft
        finally:
            with suppress(Exception):  # what fails here is left to the next refresh
                if not session.rows("SELECT 1 FROM index_generations WHERE number = :number", {"number": number}):
                    session.run(*discarding(beyond))
                    vectors.discard(beyond)


def begin(session: Writer, parent: int | None) -> int:
    """Discard all beyond `parent`, or else the published generation, and give the number of that; 0 for none."""
    published = session.rows("SELECT coalesce(current, 0) FROM index_state", {})[0][0]
    beyond = int(published if parent is None else parent)
    later = "SELECT number FROM index_generations WHERE number > :beyond ORDER BY number DESC"
    for (number,) in session.rows(later, {"beyond": beyond}):
        take_back(session.rows, number)
    session.run(*discarding(beyond))
    return beyond


def discarding(beyond: int) -> list[Statement]:
    """What discards all that came and went after that generation: drafts that failed, and what was gone back from."""
    given = {"beyond": beyond}
    statements = [postgres_vectors.noting_discarded(beyond)]
    statements += [
        (query.format(table), given)
        for table in ("articles", "chunks", "earlier")
        for query in (
            "DELETE FROM index_{0} WHERE came > :beyond",
            "UPDATE index_{0} SET went = NULL WHERE went > :beyond",
        )
    ]
    statements += [(f"DELETE FROM index_{table} WHERE generation > :beyond", given) for table in ("terms", "sizes")]
    return statements


def sweeping(kept: Iterable[int]) -> list[Statement]:
    """What removes the rows that no kept generation sees, and counts together what all that are kept have in common."""
    kept = list(kept)
    seen = "EXISTS (SELECT 1 FROM index_generations WHERE number >= came AND number < went)"
    statements = [postgres_vectors.noting_swept()]
    statements += [
        (f"DELETE FROM index_{table} WHERE went IS NOT NULL AND NOT {seen}", {})
        for table in ("articles", "chunks", "earlier")
    ]
    for table, key, sums in (("terms", "term, ", "chunks"), ("sizes", "", "chunks, terms")):
        names = sums.split(", ")
        added = ", ".join(f"{name} = index_{table}.{name} + excluded.{name}" for name in names)
        totals = ", ".join(f"sum({name})" for name in names)
        statements.append(
            (
                f"WITH old AS (DELETE FROM index_{table} WHERE generation > 0 AND generation <= :oldest RETURNING *) "
                f"INSERT INTO index_{table} ({key}generation, {sums}) SELECT {key}0, {totals} FROM old "
                f"{'GROUP BY term' if key else 'HAVING count(*) > 0'} "
                f"ON CONFLICT ({key}generation) DO UPDATE SET {added}",
                {"oldest": min(kept, default=0)},
            )
        )
    return statements
