"""The collections of the users whom the server knows, in a file of the home."""

import json
import sqlite3
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from assistant.errors import AssistantError, MissingError
from assistant.maintenance.collections import LONGEST_COLLECTION, Collection, CollectionItem, Pinned, item_rests_on
from assistant.maintenance.kept import Removed, kept_json, refuse_removed
from assistant.utils import SqliteFile, once, storable

FILE = "collections.sqlite"
MOST_COLLECTIONS = 100  # of one owner
_MISSING = "you have no such collection any more; choose another one"

_TABLE = """CREATE TABLE IF NOT EXISTS collections (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, content TEXT NOT NULL
); CREATE INDEX IF NOT EXISTS collections_of_owner ON collections (owner)"""

_adapter = once(lambda: TypeAdapter(Collection))


class CollectionStore:
    """The collections of users who are known to the server, in one home; each belongs to its `owner` alone.

    Any number of threads and processes may use it at once. Everything raises AssistantError, in one line, when the
    file cannot be used, and where `owner` has no collection of that id.
    """

    def __init__(self, home: Path, removed: Removed = frozenset) -> None:
        self.file = SqliteFile(home / FILE, _TABLE, _read)
        self._removed = removed

    def of(self, owner: str) -> list[Collection]:
        """The collections of `owner`, by name."""
        removed = self._removed()
        query = "SELECT * FROM collections WHERE owner = ?"
        with self.file.reading(query, (storable(owner),)) as rows:
            collections = [_collection(row).without_articles(removed) for row in rows]
        return sorted(collections, key=lambda collection: (collection.name.casefold(), collection.id))

    def get(self, owner: str, collection_id: str) -> Collection:
        """The collection of that id."""
        query = "SELECT * FROM collections WHERE owner = ? AND id = ?"
        with self.file.reading(query, (storable(owner), storable(collection_id))) as rows:
            row = next(iter(rows), None)
            return _found(row).without_articles(self._removed())

    def new(self, owner: str, name: str) -> Collection:
        """A new collection, to which items can be added."""
        return self.put(owner, Collection.named(name))

    def put(self, owner: str, collection: Collection) -> Collection:
        """Keep a collection of a browser for `owner`, as a new one."""
        kept = replace(collection.without_articles(self._removed()), id=uuid.uuid4().hex)
        owner = storable(owner)
        with self.file.writing() as db:
            count = db.execute("SELECT COUNT(*) FROM collections WHERE owner = ?", (owner,)).fetchone()[0]
            if count >= MOST_COLLECTIONS:
                raise AssistantError(f"you have {count} collections, the most that are kept; delete one that is done")
            db.execute("INSERT INTO collections VALUES (?, ?, ?, ?)", (kept.id, owner, kept.name, _content(kept)))
        return kept

    def rename(self, owner: str, collection_id: str, name: str) -> Collection:
        """Give a collection another name."""
        return self._update(owner, collection_id, lambda collection: collection.renamed(name))

    def add(self, owner: str, collection_id: str, content: Pinned, note: str = "") -> Collection:
        """Put an answer or a passage at the end of a collection, unless it has it already."""
        refuse_removed(item_rests_on(CollectionItem("", datetime.now(UTC), content), self._removed()))
        return self._update(owner, collection_id, lambda collection: collection.with_item(content, note))

    def note(self, owner: str, collection_id: str, item_id: str, note: str) -> Collection:
        """Put a note on an item, in place of the one before."""
        return self._update(owner, collection_id, lambda collection: collection.with_note(item_id, note))

    def move(self, owner: str, collection_id: str, item_id: str, place: int) -> Collection:
        """Move an item to `place`, which counts from 0."""
        return self._update(owner, collection_id, lambda collection: collection.moved(item_id, place))

    def remove(self, owner: str, collection_id: str, item_id: str) -> Collection:
        """Take an item out of a collection."""
        return self._update(owner, collection_id, lambda collection: collection.without_item(item_id))

    def delete(self, owner: str, collection_id: str) -> None:
        """Delete a collection with its items."""
        key = (storable(owner), storable(collection_id))
        with self.file.writing() as db:
            if not db.execute("DELETE FROM collections WHERE owner = ? AND id = ?", key).rowcount:
                raise MissingError(_MISSING)

    def drop_removed(self) -> int:
        """Delete the words of articles that were removed by hand; of how many items."""
        if not self.file.exists():
            return 0
        removed, dropped = self._removed(), 0
        with self.file.writing() as db:
            for row in db.execute("SELECT * FROM collections").fetchall():
                collection = _collection(row)
                if resting := sum(item_rests_on(item, removed) for item in collection.items):
                    dropped += resting
                    _write(db, collection.without_articles(removed))
        return dropped

    def _update(self, owner: str, collection_id: str, change: Callable[[Collection], Collection]) -> Collection:
        removed, query = self._removed(), "SELECT * FROM collections WHERE owner = ? AND id = ?"
        with self.file.writing() as db:
            before = _found(db.execute(query, (storable(owner), storable(collection_id))).fetchone())
            after = change(before.without_articles(removed))
            if after is not before:
                _write(db, after)
            return after


def _write(db: sqlite3.Connection, collection: Collection) -> None:
    values = (collection.name, _content(collection), collection.id)
    db.execute("UPDATE collections SET name = ?, content = ? WHERE id = ?", values)


def _content(collection: Collection) -> str:
    text = kept_json(collection)
    if len(text) > LONGEST_COLLECTION:
        raise AssistantError(
            f"the collection {collection.name!r} has {len(text):,} characters, {LONGEST_COLLECTION:,} can be kept; "
            "take something out or begin another one"
        )
    return text


def _found(row: sqlite3.Row | None) -> Collection:
    if row is None:
        raise MissingError(_MISSING)
    return _collection(row)


def _read(table: str, row: Mapping[str, Any]) -> Collection:
    return _collection(row)


def _collection(row: Mapping[str, Any] | sqlite3.Row) -> Collection:
    return _adapter().validate_python({**json.loads(row["content"]), "id": row["id"], "name": row["name"]})
