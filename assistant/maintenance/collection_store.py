"""The collections of the users whom the server knows, in a file of the home."""

import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Index,
    MetaData,
    RowMapping,
    Select,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)

from assistant.database import TEXT, Database, Row, open_tables
from assistant.errors import AssistantError, MissingError
from assistant.maintenance.collections import LONGEST_COLLECTION, Collection, CollectionItem, Pinned, item_rests_on
from assistant.maintenance.kept import Removed, kept_json, refuse_removed
from assistant.utils import once, storable

FILE = "collections.sqlite"
MOST_COLLECTIONS = 100  # of one owner
_MISSING = "you have no such collection any more; choose another one"

TABLES = MetaData()
_collections = Table(
    "collections",
    TABLES,
    Column("id", TEXT, primary_key=True),
    *(Column(name, TEXT, nullable=False) for name in ("owner", "name", "content")),
    Index("collections_of_owner", "owner"),
)

_adapter = once(lambda: TypeAdapter(Collection))


class CollectionStore:
    """The collections of users who are known to the server, in one home or database; each belongs to its `owner` alone.

    Any number of threads and processes may use it at once. Everything raises AssistantError, in one line, when they
    cannot be used, and where `owner` has no collection of that id.
    """

    def __init__(self, where: Database | Path, removed: Removed = frozenset) -> None:
        self.tables = open_tables(where, FILE, TABLES, _read)
        self._removed = removed

    def of(self, owner: str) -> list[Collection]:
        """The collections of `owner`, by name."""
        removed = self._removed()
        with self.tables.reading(select(_collections).where(_collections.c.owner == storable(owner))) as rows:
            collections = [_collection(row).without_articles(removed) for row in rows]
        return sorted(collections, key=lambda collection: (collection.name.casefold(), collection.id))

    def get(self, owner: str, collection_id: str) -> Collection:
        """The collection of that id."""
        with self.tables.reading(_of(owner, collection_id)) as rows:
            row = next(iter(rows), None)
            return _found(row).without_articles(self._removed())

    def new(self, owner: str, name: str) -> Collection:
        """A new collection, to which items can be added."""
        return self.put(owner, Collection.named(name))

    def put(self, owner: str, collection: Collection) -> Collection:
        """Keep a collection of a browser for `owner`, as a new one."""
        kept = replace(collection.without_articles(self._removed()), id=uuid.uuid4().hex)
        owner = storable(owner)
        with self.tables.writing(owner) as db:
            theirs = select(func.count()).select_from(_collections).where(_collections.c.owner == owner)
            if (count := db.execute(theirs).scalar_one()) >= MOST_COLLECTIONS:
                raise AssistantError(f"you have {count} collections, the most that are kept; delete one that is done")
            row = {"id": kept.id, "owner": owner, "name": kept.name, "content": _content(kept)}
            db.execute(insert(_collections).values(row))
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
        with self.tables.writing(storable(owner)) as db:
            if not db.execute(delete(_collections).where(*_is(owner, collection_id))).rowcount:
                raise MissingError(_MISSING)

    def drop_removed(self) -> int:
        """Delete the words of articles that were removed by hand; of how many items."""
        if not self.tables.exists():
            return 0
        removed, dropped = self._removed(), 0
        with self.tables.writing() as db:
            for collection_id in db.execute(select(_collections.c.id)).scalars().all():
                that = select(_collections).where(_collections.c.id == collection_id)
                collection = _collection(db.execute(that).mappings().one())
                if resting := sum(item_rests_on(item, removed) for item in collection.items):
                    dropped += resting
                    _write(db, collection.without_articles(removed))
        return dropped

    def _update(self, owner: str, collection_id: str, change: Callable[[Collection], Collection]) -> Collection:
        removed = self._removed()
        with self.tables.writing(storable(owner)) as db:
            before = _found(db.execute(_of(owner, collection_id)).mappings().first())
            after = change(before.without_articles(removed))
            if after is not before:
                _write(db, after)
            return after


def _is(owner: str, collection_id: str) -> tuple[ColumnElement[bool], ...]:
    return _collections.c.owner == storable(owner), _collections.c.id == storable(collection_id)


def _of(owner: str, collection_id: str) -> Select[Any]:
    return select(_collections).where(*_is(owner, collection_id))


def _write(db: Connection, collection: Collection) -> None:
    values = {"name": collection.name, "content": _content(collection)}
    db.execute(update(_collections).where(_collections.c.id == collection.id).values(values))


def _content(collection: Collection) -> str:
    text = kept_json(collection)
    if len(text) > LONGEST_COLLECTION:
        raise AssistantError(
            f"the collection {collection.name!r} has {len(text):,} characters, {LONGEST_COLLECTION:,} can be kept; "
            "take something out or begin another one"
        )
    return text


def _found(row: RowMapping | None) -> Collection:
    if row is None:
        raise MissingError(_MISSING)
    return _collection(row)


def _read(table: str, row: Row) -> Collection:
    return _collection(row)


def _collection(row: Row) -> Collection:
    return _adapter().validate_python({**json.loads(row["content"]), "id": row["id"], "name": row["name"]})
