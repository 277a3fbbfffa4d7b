"""What PostgreSQL has of an index beside articles: which generations there are, their history, states and documents."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zlib import compress, decompress

from pydantic import SecretStr

from assistant.database import shown
from assistant.index.damage import naming
from assistant.index.fetch_state import FetchStates, states_in, text_of
from assistant.index.generation import Manifest, as_manifest
from assistant.index.library import Library
from assistant.index.server.postgres_sessions import Row, Rows, Sessions, Writer, make_index_tables

_CHECKED = "checked"


class ServerRecords(Library):
    """The library in the database at `address`, but for what is in its generations."""

    def __init__(self, address: SecretStr, cache: Path) -> None:
        super().__init__(cache)
        self._address, self._sessions = address, Sessions(address)
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
        return None if number is None else name_of(number)

    def names(self) -> list[str]:
        """The names of all finished generations, oldest first."""
        return [name_of(row[0]) for row in self._ask("SELECT number FROM index_generations ORDER BY number", {})]

    def manifest(self, name: str) -> Manifest:
        """The manifest of the generation `name`. Raises DamagedError for one that is not kept."""
        with naming(f"the manifest of generation {name}"):
            return manifest_in(self._ask, number_of(name))

    # what is kept beside the generations

    def fetch_states(self, name: str | None) -> FetchStates:
        """The fetch states of a generation; none for None."""
        if name is None:
            return FetchStates()
        rows = self._ask("SELECT states FROM index_generations WHERE number = :number", {"number": number_of(name)})
        found = unpacked(rows[0][0]) if rows else None
        return FetchStates(aliases=self.known_aliases()) if found is None else found

    def known_aliases(self) -> dict[str, str]:
        """The aliases of the newest fetch states that can be read."""
        for (states,) in self._ask("SELECT states FROM index_generations ORDER BY number DESC", {}):
            if (found := unpacked(states)) is not None:
                return found.aliases
        return {}

    def write_fetch_states(self, name: str, fetch_states: FetchStates) -> None:
        """Store the fetch states of a generation, which has all the articles in them."""
        values = {"number": number_of(name), "states": packed(fetch_states)}
        self._put("UPDATE index_generations SET states = :states WHERE number = :number", values)

    def history(self) -> list[dict[str, Any]]:
        """The entry of each refresh that published a generation, oldest first; it outlasts the generation."""
        return [json.loads(row[0]) for row in self._ask("SELECT entry FROM index_history ORDER BY number", {})]

    def adopt_history(self, entries: Sequence[Mapping[str, Any]]) -> None:
        """Have the history of another index come before this one's own; its names of generations are given no more."""
        put = "INSERT INTO index_history VALUES (:number, :entry) ON CONFLICT (number) DO NOTHING"
        for entry in entries:
            self._put(put, {"number": number_of(str(entry["name"])), "entry": json.dumps(dict(entry))})
        last = max((number_of(str(entry["name"])) for entry in entries), default=0)
        self._put("UPDATE index_state SET last = greatest(last, :last)", {"last": last})

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


def name_of(number: int) -> str:
    """The name of the generation with that number."""
    return f"{number:06d}"


def number_of(name: str) -> int:
    """The number of a generation. Raises FileNotFoundError for a name that none has."""
    if not (name.isascii() and name.isdigit()) or len(name) > 9:
        raise FileNotFoundError(f"there is no generation {name[:40]!r}")
    return int(name)


def manifest_in(ask: Rows, number: int) -> Manifest:
    """The manifest of a generation. Raises FileNotFoundError for one that is not kept."""
    rows = ask("SELECT manifest FROM index_generations WHERE number = :number", {"number": number})
    if not rows:
        raise FileNotFoundError(f"generation {name_of(number)} is no longer kept")
    return as_manifest(json.loads(rows[0][0]))


def packed(fetch_states: FetchStates) -> bytes:
    """The fetch states as they are kept."""
    return compress(text_of(fetch_states).encode())


def unpacked(states: bytes) -> FetchStates | None:
    """The fetch states; None for those that cannot be read."""
    with suppress(Exception):
        return states_in(decompress(bytes(states)).decode())
    return None
