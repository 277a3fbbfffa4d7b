"""The library on servers: articles and words in PostgreSQL, vectors on a Chroma server, each generation a number."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from zlib import compress, decompress

from pydantic import SecretStr

from assistant.database import shown
from assistant.errors import AssistantError, DamagedError, RefreshError
from assistant.index import derived_contents
from assistant.index.article_store import ArticleStore
from assistant.index.damage import naming
from assistant.index.derived_cache import DerivedCache
from assistant.index.draft import Draft
from assistant.index.fetch_state import FetchStates, states_in, text_of
from assistant.index.generation import DERIVED, Generation, Manifest, as_manifest
from assistant.index.library import Library
from assistant.index.postgres_sessions import Row, Sessions, Writer, make_index_tables, writer
from assistant.index.postgres_words import PostgresArticles
from assistant.index.server_draft import discarding, open_draft, sweeping
from assistant.index.server_locks import GoneError, Hold, remove_generation, take_refresh_lock
from assistant.index.vector_server import VectorServer

_CHECKED = "checked"
_MAX_HISTORY = 2000  # refreshes

T = TypeVar("T")


class ServerLibrary(Library):
    """The generations in the database at `address` and on the server of `vectors`.

    Derived files are fetched into the folder `cache`, which any number of processes of a machine may share.
    """

    def __init__(self, address: SecretStr, cache: Path, vectors: VectorServer) -> None:
        super().__init__(cache)
        self._address, self._vectors = address, vectors
        self._cache = DerivedCache(cache)
        self._sessions = Sessions(address)
        self._is_made = False
        self._writer: Writer | None = None

    @property
    def place(self) -> str:
        """The server and the name of the database."""
        return shown(self._address)

    def close(self) -> None:
        """Close the open generation unless it is in use, and all sessions."""
        super().close()
        self._sessions.close()
        self._vectors.close()

    def _ask(self, query: str, values: Mapping[str, Any]) -> list[Row]:
        self._make()
        return self._sessions.rows(query, values)

    def _put(self, query: str, values: Mapping[str, Any]) -> None:
        """Write something, by the refresh where there is one: nothing of it is written once its lock is lost."""
        (self._writer.rows if self._writer else self._ask)(query, values)

    def _make(self) -> None:
        if not self._is_made:
            make_index_tables(self._address)
            self._is_made = True

    # which there are

    def current(self) -> str | None:
        """The name of the published generation; None when there is none yet."""
        number = self._ask("SELECT current FROM index_state", {})[0][0]
        return None if number is None else _name(number)

    def names(self) -> list[str]:
        """The names of all finished generations, oldest first."""
        return [_name(row[0]) for row in self._ask("SELECT number FROM index_generations ORDER BY number", {})]

    def manifest(self, name: str) -> Manifest:
        """The manifest of the generation `name`. Raises DamagedError for one that is not kept."""
        with naming(f"the manifest of generation {name}"):
            return _manifest(self._ask, _number(name))

    def _newest(self) -> Generation:
        name, opened = self.published(), self._open
        return opened if opened is not None and opened.name == name else super()._newest()

    def _opened(self, name: str) -> Generation:
        number = _number(name)
        with ExitStack() as held:
            sessions = held.enter_context(self._reading(number))
            manifest = _manifest(sessions.rows, number)
            digests = derived_contents.digests_of(sessions.rows, number)
            folder, in_use = self._cache.opened(name, digests, partial(derived_contents.content, sessions.rows))
            held.callback(in_use.close)
            vectors = self._vectors.at(number)
            held.callback(vectors.close)
            if (count := vectors.count()) != manifest.chunks:
                raise DamagedError(f"vectors: there are {count:,}, and {manifest.chunks:,} chunks")
            release = held.pop_all().close
        return Generation(manifest, PostgresArticles(sessions.rows, number), vectors, folder, release)

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
        with self._reading(_number(name)) as sessions:
            yield PostgresArticles(sessions.rows, _number(name))

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
                if generation.vectors.ids() != generation.db.chunk_ids():
                    return "vectors: they are not those of the chunks"
        except FileNotFoundError:
            return None
        except DamagedError as error:
            return str(error)
        return None

    def derived_faults(self, name: str) -> list[str]:
        """What is wrong with the derived files of a generation whose articles are sound."""
        with closing(self._opened(name)) as generation:
            digests = generation.db.digests()
            return [fault for file in DERIVED if (fault := file.fault(generation.folder, digests)) is not None]

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
    def draft(self, *, parent: str | None, rebuild: bool = False) -> Iterator[Draft]:
        """The next generation, which begins as the generation `parent` is, or empty."""
        with ExitStack() as held:
            session = held.enter_context(self._holding())
            number = None if parent is None else _number(parent)
            files = None if number is None else held.enter_context(self._files(number))
            yield held.enter_context(
                open_draft(session, self._vectors, self._cache, parent=number, files=files, rebuild=rebuild)
            )

    @contextmanager
    def _files(self, number: int) -> Iterator[Path]:
        """The folder with the derived files of a generation."""
        digests = derived_contents.digests_of(self._ask, number)
        folder, in_use = self._cache.opened(_name(number), digests, partial(derived_contents.content, self._ask))
        with in_use:
            yield folder

    def publish(self, draft: Draft, manifest: Manifest, fetch_states: FetchStates, details: Mapping[str, Any]) -> None:
        """Publish a finished draft, in one transaction; `details` are what the history stores beside the manifest."""
        draft.close()
        number, entry = _number(draft.name), asdict(manifest)
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
                    {"number": number, "manifest": json.dumps(entry), "states": _packed(fetch_states)},
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
            session.rows("UPDATE index_state SET current = :number", {"number": _number(parent)})
        return self.manifest(parent)

    def _has_any(self, name: str, article_ids: Collection[str]) -> bool:
        texts = PostgresArticles(self._ask, _number(name)).title_digests(list(article_ids))
        return bool(texts)

    def sweep(self, keep: int) -> None:
        """Remove unfinished drafts and all but `keep` generations (see `_by_priority`)."""
        for name in self._by_priority()[keep:]:
            with self._holding() as session:
                remove_generation(session.rows, _number(name))
        self._clean()

    def remove_with(self, article_ids: Collection[str]) -> None:
        """Remove all generations but the published one that have one of those articles and that nobody reads."""
        current = self.current()
        for name in self.names():
            if name != current and self._has_any(name, article_ids):
                with self._holding() as session:
                    remove_generation(session.rows, _number(name))
        self._clean()

    def _clean(self) -> None:
        """Remove what no kept generation has."""
        names = self.names()
        kept = [_number(name) for name in names]
        oldest = "SELECT number FROM index_history ORDER BY number DESC OFFSET :most"
        with self._holding() as session:
            session.run(*discarding(max(kept, default=0)), *sweeping(kept), *derived_contents.sweeping())
            history = f"DELETE FROM index_history WHERE number IN ({oldest})"
            session.run((history, {"most": _MAX_HISTORY}))
        with suppress(AssistantError):  # the next refresh sweeps again
            self._vectors.sweep(kept)
        self._cache.sweep(names)

    # what is kept beside the generations

    def fetch_states(self, name: str | None) -> FetchStates:
        """The fetch states of a generation; none for None."""
        if name is None:
            return FetchStates()
        rows = self._ask("SELECT states FROM index_generations WHERE number = :number", {"number": _number(name)})
        found = _unpacked(rows[0][0]) if rows else None
        return FetchStates(aliases=self.known_aliases()) if found is None else found

    def known_aliases(self) -> dict[str, str]:
        """The aliases of the newest fetch states that can be read."""
        for (states,) in self._ask("SELECT states FROM index_generations ORDER BY number DESC", {}):
            if (found := _unpacked(states)) is not None:
                return found.aliases
        return {}

    def write_fetch_states(self, name: str, fetch_states: FetchStates) -> None:
        """Store the fetch states of a generation, which has all the articles in them."""
        values = {"number": _number(name), "states": _packed(fetch_states)}
        self._put("UPDATE index_generations SET states = :states WHERE number = :number", values)

    def history(self) -> list[dict[str, Any]]:
        """The entry of each refresh that published a generation, oldest first; it outlasts the generation."""
        return [json.loads(row[0]) for row in self._ask("SELECT entry FROM index_history ORDER BY number", {})]

    def mark_checked(self) -> None:
        """Record that the sources were compared with the index just now."""
        self.keep_document(_CHECKED, datetime.now(UTC).isoformat(timespec="seconds"))

    def checked_at(self) -> datetime | None:
        """When the sources were last compared with the index."""
        with suppress(ValueError):
            text = self.document(_CHECKED)
            return None if text is None else datetime.fromisoformat(text).astimezone(UTC)
        return None

    def document(self, name: str) -> str | None:
        """The text that is kept under that name; None where there is none."""
        rows = self._ask("SELECT text FROM index_documents WHERE name = :name", {"name": name})
        return str(rows[0][0]) if rows else None

    def keep_document(self, name: str, text: str) -> None:
        """Replace the text that is kept under that name, whole or not at all."""
        put = "INSERT INTO index_documents VALUES (:name, :text) ON CONFLICT (name) DO UPDATE SET text = excluded.text"
        self._put(put, {"name": name, "text": text})


def _name(number: int) -> str:
    return f"{number:06d}"


def _number(name: str) -> int:
    """The number of a generation. Raises FileNotFoundError for a name that none has."""
    if not (name.isascii() and name.isdigit()) or len(name) > 9:
        raise FileNotFoundError(f"there is no generation {name[:40]!r}")
    return int(name)


def _manifest(ask: Callable[[str, Mapping[str, Any]], list[Row]], number: int) -> Manifest:
    rows = ask("SELECT manifest FROM index_generations WHERE number = :number", {"number": number})
    if not rows:
        raise FileNotFoundError(f"generation {_name(number)} is no longer kept")
    return as_manifest(json.loads(rows[0][0]))


def _packed(fetch_states: FetchStates) -> bytes:
    return compress(text_of(fetch_states).encode())


def _unpacked(states: bytes) -> FetchStates | None:
    """The fetch states; None for those that cannot be read."""
    with suppress(Exception):
        return states_in(decompress(bytes(states)).decode())
    return None
