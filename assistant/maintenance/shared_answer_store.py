"""The shared answers that are kept, until who shared them takes them back."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Table,
    UniqueConstraint,
    delete,
    func,
    insert,
    select,
)

from assistant.answers import Answer, Excerpt
from assistant.articles import NO_FILTERS, Filters
from assistant.database import TEXT, Database, Row, batches_of, open_tables
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
from assistant.maintenance.shared_answers import SharedAnswer
from assistant.utils import once, storable

FILE = "shared_answers.sqlite"
MOST = 10_000  # answers
_KEY_BYTES = 16

TABLES = MetaData()
_answers = Table(
    "shared_answers",
    TABLES,
    Column("key", TEXT, primary_key=True),
    *(Column(name, TEXT, nullable=False) for name in ("owner", "digest", "shared", "content")),
    UniqueConstraint("owner", "digest"),
)

_adapter = once(lambda: TypeAdapter(SharedAnswer))


class SharedAnswerStore:
    """The shared answers of one home or database. Any number of threads and processes may use it at once.

    Everything raises AssistantError, in one line, when they cannot be used. What rests on an article that was
    removed by hand is not given.
    """

    def __init__(self, where: Database | Path, removed: Removed = frozenset) -> None:
        self.tables = open_tables(where, FILE, TABLES, _read)
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
        found = select(_answers).where(_answers.c.owner == owner, _answers.c.digest == digest)
        with self.tables.writing() as db:  # one after another, as all of them are counted
            if (row := db.execute(found).mappings().first()) is None:
                _make_sure_of_room(db)
                at = shared.isoformat(timespec="microseconds")
                new = {"key": key, "owner": owner, "digest": digest, "shared": at, "content": kept_json(made)}
                db.execute(insert(_answers).values(new))
                row = db.execute(found).mappings().one()
            return _shared(row)

    def get(self, key: str) -> SharedAnswer | None:
        """The answer of that key, None when there is none or it was taken back."""
        return next(iter(self._all(_answers.c.key == storable(key))), None)

    def of(self, owner: str) -> list[SharedAnswer]:
        """The answers that `owner` shared, newest first."""
        return self._all(_answers.c.owner == storable(owner))

    def all(self) -> list[SharedAnswer]:
        """All shared answers, newest first."""
        return self._all()

    def _all(self, *where: ColumnElement[bool]) -> list[SharedAnswer]:
        removed = self._removed()
        with self.tables.reading(select(_answers).where(*where).order_by(_answers.c.shared.desc())) as rows:
            return [shared for shared in map(_shared, rows) if not rests_on(shared.answer, removed)]

    def remove(self, key: str, owner: str | None, *, maintainer: bool = False) -> None:
        """Delete the answer of that key. Raises AssistantError where `owner` has shared none; a maintainer may."""
        key = storable(key)
        with self.tables.writing(key) as db:
            found = db.execute(select(_answers.c.owner).where(_answers.c.key == key)).scalar()
            if found is None or not (maintainer or found == (owner and storable(owner))):
                raise MissingError(
                    "nothing is shared under this key by you; only who shared an answer can take it back"
                )
            db.execute(delete(_answers).where(_answers.c.key == key))

    def drop_removed(self) -> int:
        """Delete the answers that rest on an article that was removed by hand; how many."""
        if not self.tables.exists():
            return 0
        removed = self._removed()
        with self.tables.writing() as db:
            shared = (_shared(row) for rows in batches_of(db, _answers) for row in rows)
            keys = [each.key for each in shared if rests_on(each.answer, removed)]
            db.execute(delete(_answers).where(_answers.c.key.in_(keys)))
        return len(keys)


def _make_sure_of_room(db: Connection) -> None:
    if db.execute(select(func.count()).select_from(_answers)).scalar_one() >= MOST:
        raise AssistantError(f"{MOST:,} answers are shared, the most that are kept; take back some that nobody reads")


def _read(table: str, row: Row) -> SharedAnswer:
    return _shared(row)


def _shared(row: Row) -> SharedAnswer:
    """The answer of a row, whose key and owner are those that it is found by."""
    return _adapter().validate_python({**json.loads(row["content"]), "key": row["key"], "owner": row["owner"]})
