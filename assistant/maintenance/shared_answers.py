"""Shared answers: each at an address that nobody can guess, as it was when it was shared."""

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from assistant.answers import Answer, Excerpt
from assistant.articles import NO_FILTERS, Filters
from assistant.errors import AssistantError, MissingError
from assistant.maintenance.kept import (
    Removed,
    kept_answer_of,
    kept_json,
    one_for_each,
    refuse_removed,
    rests_on,
    whole_days,
)
from assistant.utils import SqliteFile, once, storable

FILE = "shared_answers.sqlite"
MOST = 10_000  # answers
_KEY_BYTES = 16

_TABLE = """CREATE TABLE IF NOT EXISTS shared_answers (
    key TEXT PRIMARY KEY, owner TEXT NOT NULL, digest TEXT NOT NULL, shared TEXT NOT NULL, content TEXT NOT NULL,
    UNIQUE (owner, digest)
)"""


@dataclass(frozen=True, slots=True)
class SharedAnswer:
    """An answer that can be read at an address made of `key`, whatever became of the articles since.

    `owner` stands for who shared it, at `shared` in UTC. `excerpts` has the text around the quote of each citation of
    `answer`, in their order; `answer.corpus` is the state of the index that it was made from. `filters` are those
    that it was asked with.
    """

    key: str
    owner: str
    shared: datetime
    answer: Answer
    excerpts: tuple[Excerpt, ...] = ()
    filters: Filters = NO_FILTERS


_adapter = once(lambda: TypeAdapter(SharedAnswer))


class SharedAnswerStore:
    """The shared answers of one home. Any number of threads and processes may use it at once.

    Everything raises AssistantError, in one line, when the file cannot be used. What rests on an article that was
    removed by hand is not given.
    """

    def __init__(self, home: Path, removed: Removed = frozenset) -> None:
        self.file = SqliteFile(home / FILE, _TABLE, _read)
        self._removed = removed

    def share(
        self, answer: Answer, excerpts: Sequence[Excerpt], owner: str, filters: Filters = NO_FILTERS
    ) -> SharedAnswer:
        """Keep `answer` for whoever has its key; one that `owner` has shared already keeps the key that it has."""
        refuse_removed(rests_on(answer, self._removed()))
        answer, filters, owner = kept_answer_of(answer), whole_days(filters), storable(owner)
        key, shared = secrets.token_urlsafe(_KEY_BYTES), datetime.now(UTC)
        made = SharedAnswer(key, owner, shared, answer, one_for_each(answer, excerpts), filters)
        digest = hashlib.sha256((kept_json(answer) + kept_json(filters)).encode()).hexdigest()
        with self.file.writing() as db:
            found = "SELECT * FROM shared_answers WHERE owner = ? AND digest = ?"
            if (row := db.execute(found, (owner, digest)).fetchone()) is None:
                _make_sure_of_room(db)
                values = (key, owner, digest, shared.isoformat(timespec="microseconds"), kept_json(made))
                db.execute("INSERT INTO shared_answers VALUES (?, ?, ?, ?, ?)", values)
                row = db.execute(found, (owner, digest)).fetchone()
            return _shared(row)

    def get(self, key: str) -> SharedAnswer | None:
        """The answer of that key, None when there is none or it was taken back."""
        return next(iter(self._all("WHERE key = ?", (storable(key),))), None)

    def of(self, owner: str) -> list[SharedAnswer]:
        """The answers that `owner` shared, newest first."""
        return self._all("WHERE owner = ?", (storable(owner),))

    def all(self) -> list[SharedAnswer]:
        """All shared answers, newest first."""
        return self._all()

    def _all(self, where: str = "", values: tuple[str, ...] = ()) -> list[SharedAnswer]:
        removed = self._removed()
        query = f"SELECT * FROM shared_answers {where} ORDER BY shared DESC, rowid DESC"
        with self.file.reading(query, values) as rows:
            return [shared for shared in map(_shared, rows) if not rests_on(shared.answer, removed)]

    def remove(self, key: str, owner: str | None, *, maintainer: bool = False) -> None:
        """Delete the answer of that key. Raises AssistantError where `owner` has shared none; a maintainer may."""
        key = storable(key)
        with self.file.writing() as db:
            row = db.execute("SELECT owner FROM shared_answers WHERE key = ?", (key,)).fetchone()
            if row is None or not (maintainer or row["owner"] == (owner and storable(owner))):
                raise MissingError(
                    "nothing is shared under this key by you; only who shared an answer can take it back"
                )
            db.execute("DELETE FROM shared_answers WHERE key = ?", (key,))

    def drop_removed(self) -> int:
        """Delete the answers that rest on an article that was removed by hand; how many."""
        if not self.file.exists():
            return 0
        removed = self._removed()
        with self.file.writing() as db:
            rows = db.execute("SELECT * FROM shared_answers")
            keys = [(shared.key,) for shared in map(_shared, rows) if rests_on(shared.answer, removed)]
            db.executemany("DELETE FROM shared_answers WHERE key = ?", keys)
        return len(keys)


def _make_sure_of_room(db: sqlite3.Connection) -> None:
    if db.execute("SELECT COUNT(*) FROM shared_answers").fetchone()[0] >= MOST:
        raise AssistantError(f"{MOST:,} answers are shared, the most that are kept; take back some that nobody reads")


def _read(table: str, row: Mapping[str, Any]) -> SharedAnswer:
    return _shared(row)


def _shared(row: Mapping[str, Any] | sqlite3.Row) -> SharedAnswer:
    """The answer of a row, whose key and owner are those that it is found by."""
    return _adapter().validate_python({**json.loads(row["content"]), "key": row["key"], "owner": row["owner"]})
