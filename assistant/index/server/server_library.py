"""The library on servers: articles and words in PostgreSQL, vectors on a Chroma server, each generation a number."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pydantic import SecretStr

from assistant.errors import AssistantError, DamagedError, RefreshError, StorageError
from assistant.index.article_store import ArticleStore
from assistant.index.draft import Draft
from assistant.index.fetch_state import FetchStates
from assistant.index.generation import DERIVED, Generation, Manifest
from assistant.index.server import derived_contents, postgres_vectors
from assistant.index.server.derived_cache import DerivedCache
from assistant.index.server.postgres_sessions import Sessions, Writer, writer
from assistant.index.server.postgres_words import PostgresArticles, PublishedArticles
from assistant.index.server.restored_vectors import restore
from assistant.index.server.server_draft import discarding, open_draft, sweeping
from assistant.index.server.server_locks import GoneError, Hold, remove_generation, take_refresh_lock
from assistant.index.server.server_records import ServerRecords, manifest_in, name_of, number_of, packed
from assistant.index.server.vector_server import VectorServer

_MAX_HISTORY = 2000  # refreshes
_SAMPLE = 200  # vectors that are read to see whether they can be

T = TypeVar("T")


class ServerLibrary(ServerRecords):
    """The generations in the database at `address` and on the server of `vectors`.

    Derived files are fetched into the folder `cache`, which any number of processes of a machine may share.
    """

    def __init__(self, address: SecretStr, cache: Path, vectors: VectorServer) -> None:
        super().__init__(address, cache)
        self._vectors, self._cache = vectors, DerivedCache(cache)

    def close(self) -> None:
        """Close the open generation unless it is in use, and all that is open to the servers."""
        super().close()
        self._vectors.close()

    # reading

    def _newest(self) -> Generation:
        name, opened = self.published(), self._open
        return opened if opened is not None and opened.name == name else super()._newest()

    def _opened(self, name: str) -> Generation:
        number = number_of(name)
        with ExitStack() as held:
            sessions = held.enter_context(self._reading(number))
            manifest = manifest_in(sessions.rows, number)
            digests = derived_contents.digests_of(sessions.rows, number)
            folder, in_use = self._cache.opened(name, digests, partial(derived_contents.content, sessions.rows))
            held.callback(in_use.close)
            vectors = self._vectors.at(number, manifest.chunks)
            held.callback(vectors.close)
            release = held.pop_all().close
        return Generation(manifest, PublishedArticles(sessions.rows, number), vectors, folder, release)

    @contextmanager
    def _reading(self, number: int) -> Iterator[Sessions]:
        """Sessions that read a generation, which is kept until the end of the block.

        Raises FileNotFoundError for one that is not kept.
        """
        self._make()
        hold = Hold(number)
        sessions = Sessions(self._address, hold)
        try:
            sessions.rows("SELECT 1", {})
            hold.opened()
            yield sessions
        finally:
            sessions.close()

    @contextmanager
    def articles(self, name: str) -> Iterator[ArticleStore]:
        """The articles of a generation, which no refresh removes before the end of the block."""
        with self._reading(number_of(name)) as sessions:
            yield PostgresArticles(sessions.rows, number_of(name))

    def read(self, function: Callable[[Generation], T]) -> T:
        """What `function` gives for the published generation, again where that was taken away meanwhile."""
        try:
            return super().read(function)
        except GoneError:
            return super().read(function)

    # what is wrong

    def fault(self, name: str) -> str | None:
        """What is wrong with a generation, looked through as a whole; None for a sound one or one that is gone."""
        try:
            with closing(self._opened(name)) as generation:
                counts, manifest = generation.db.counts(), generation.manifest
                if counts != (manifest.articles, manifest.chunks):
                    return f"articles: there are {counts[0]:,} in {counts[1]:,} chunks, which its manifest does not say"
                if found := generation.db.faults():
                    return f"articles: {'; '.join(found)}"
                if generation.vectors.ids() != (chunks := generation.db.chunk_ids()):
                    return "vectors: they are not those of the chunks"
                generation.vectors.vectors(sorted(chunks)[:: max(1, len(chunks) // _SAMPLE)])  # they can be read
                if lacking := postgres_vectors.lacking(self._ask, number_of(name), manifest.embedder):
                    return f"vectors: the database lacks {lacking:,} of them"
        except FileNotFoundError:
            return None
        except (DamagedError, StorageError) as error:
            return str(error)
        return None

    def derived_faults(self, name: str) -> list[str]:
        """What is wrong with the derived files of a generation whose articles are sound."""
        with closing(self._opened(name)) as generation:
            digests = generation.db.digests()
            return [fault for file in DERIVED if (fault := file.fault(generation.folder, digests)) is not None]

    def lacks_vectors(self, name: str) -> bool:
        """Whether neither the database nor the Chroma server has all vectors of a generation."""
        manifest = self.manifest(name)
        is_whole = postgres_vectors.is_whole(self._ask, manifest.embedder)
        return not is_whole and self._vectors.at(number_of(name)).count() != manifest.chunks

    def restore_vectors(self) -> int:
        """Put back the vectors that the Chroma server has lost from the database; how many."""
        if not (embedders := self._embedders()):
            return 0
        with self._holding() as session:
            return restore(session, self._vectors, embedders)

    def _embedders(self) -> dict[int, str]:
        """The embedder that each kept generation was made with."""
        return {number_of(manifest.name): manifest.embedder for manifest in self.manifests()}

    def is_folded(self, name: str) -> bool:
        """Always: no earlier version kept an index there."""
        return True

    # writing, by the refresh that holds the lock

    @contextmanager
    def refreshing(
        self, wait: float, on_wait: Callable[[str], None], stopped: Callable[[], bool] = lambda: False
    ) -> Iterator[None]:
        """Hold the refresh lock; see `locks.refresh_lock`. It is lost with the session that all is written by."""
        self._make()
        with writer(self._address, partial(take_refresh_lock, wait=wait, on_wait=on_wait, stopped=stopped)) as session:
            self._writer = session
            try:
                yield
            finally:
                self._writer = None
                with suppress(AssistantError):
                    session.rows("UPDATE index_state SET holder = NULL", {})

    @contextmanager
    def _holding(self) -> Iterator[Writer]:
        """The session that holds the refresh lock, taken for the block where it is not held yet."""
        with ExitStack() as held:
            if self._writer is None:
                held.enter_context(self.refreshing(0, lambda holder: None))
            assert self._writer is not None
            yield self._writer

    def require_space(self, parent: str | None, new_chunks: int) -> None:
        """Whether there is room, the servers know."""

    @contextmanager
    def draft(self, *, parent: str | None, embedder: str, rebuild: bool = False) -> Iterator[Draft]:
        """The next generation, which begins as the generation `parent` is, or empty."""
        with ExitStack() as held:
            session = held.enter_context(self._holding())
            number = None if parent is None else number_of(parent)
            files = None if number is None else held.enter_context(self._files(number))
            begun = partial(open_draft, session, self._vectors, self._cache, self._embedders(), embedder)
            yield held.enter_context(begun(parent=number, files=files, rebuild=rebuild))

    @contextmanager
    def _files(self, number: int) -> Iterator[Path]:
        """The folder with the derived files of a generation."""
        digests = derived_contents.digests_of(self._ask, number)
        folder, in_use = self._cache.opened(name_of(number), digests, partial(derived_contents.content, self._ask))
        with in_use:
            yield folder

    def publish(self, draft: Draft, manifest: Manifest, fetch_states: FetchStates, details: Mapping[str, Any]) -> None:
        """Publish a finished draft, in one transaction; `details` are what the history stores beside the manifest."""
        draft.close()
        number, entry = number_of(draft.name), asdict(manifest)
        with self._holding() as session:
            session.rows("SELECT gin_clean_pending_list('index_chunks_by_words')", {})
            session.rows("ANALYZE index_chunks, index_articles", {})
            files = tuple(file.name for file in DERIVED)
            history = {"number": number, "entry": json.dumps({**entry, **details})}
            session.run(
                ("SET LOCAL synchronous_commit = on", {}),
                *derived_contents.storing(session.rows, draft.folder, number, files),
                (
                    "INSERT INTO index_generations VALUES (:number, :manifest, :states)",
                    {"number": number, "manifest": json.dumps(entry), "states": packed(fetch_states)},
                ),
                ("INSERT INTO index_history VALUES (:number, :entry)", history),
                ("UPDATE index_state SET current = :number", {"number": number}),
            )

    def rollback(self, removed: Collection[str] = ()) -> Manifest:
        """Publish the generation before the published one; under the refresh lock.

        Raises RefreshError when there is none, or when it has one of the articles that were `removed` by hand.
        """
        name = self.current()
        parent = self._parent(name) if name else None
        if name is None or parent is None or parent not in self.names():
            raise RefreshError(f"there is no generation before {name or 'the first'} to go back to")
        if (fault := self.fault(parent)) is not None:
            raise RefreshError(f"index/{parent}/{fault}; the index is as it was")
        if removed and self._has_any(parent, removed):
            raise RefreshError(f"generation {parent} has articles that were removed since; the index is as it was")
        with self._holding() as session:
            session.rows("UPDATE index_state SET current = :number", {"number": number_of(parent)})
        return self.manifest(parent)

    def _has_any(self, name: str, article_ids: Collection[str]) -> bool:
        texts = PostgresArticles(self._ask, number_of(name)).title_digests(list(article_ids))
        return bool(texts)

    def sweep(self, keep: int) -> None:
        """Remove unfinished drafts and all but `keep` generations (see `_by_priority`)."""
        for name in self._by_priority()[keep:]:
            with self._holding() as session:
                remove_generation(session.rows, number_of(name))
        self._clean()

    def remove_with(self, article_ids: Collection[str]) -> None:
        """Remove all generations but the published one that have one of those articles and that nobody reads."""
        current = self.current()
        for name in self.names():
            if name != current and self._has_any(name, article_ids):
                with self._holding() as session:
                    remove_generation(session.rows, number_of(name))
        self._clean()

    def _clean(self) -> None:
        """Remove what no kept generation has."""
        names, embedders = self.names(), self._embedders()
        kept = [number_of(name) for name in names]
        oldest = "SELECT number FROM index_history ORDER BY number DESC OFFSET :most"
        with self._holding() as session:
            session.run(*discarding(max(kept, default=0)), *sweeping(kept), *derived_contents.sweeping())
            if len(embedders) == len(kept):  # else one cannot be read
                session.run(*postgres_vectors.sweeping(session.rows, embedders))
            history = f"DELETE FROM index_history WHERE number IN ({oldest})"
            session.run((history, {"most": _MAX_HISTORY}))
        with suppress(AssistantError):  # the next refresh sweeps again
            self._vectors.sweep(kept)
        self._cache.sweep(names)
