"""The conversations that are kept on the server, in a file of the home."""

import json
import secrets
from collections.abc import Container, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import (
    Column,
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

from assistant.answers import Answer, Aspect
from assistant.articles import NO_FILTERS, Filters
from assistant.database import FILLED_BY, NUMBER, TEXT, Database, Row, open_tables
from assistant.errors import AssistantError, MissingError
from assistant.maintenance.conversations import ConversationEntry, KeptConversation, KeptTurn, title_of
from assistant.maintenance.kept import Removed, kept_answer_of, kept_json, refuse_removed, rests_on, whole_days
from assistant.utils import batches, once, storable

FILE = "conversations.sqlite"
MOST_CONVERSATIONS = 500  # of one owner, and of all that nobody owns; the one that was used least lately goes first
MOST_TURNS = 200  # of one conversation
LONGEST_CONVERSATIONS = 50_000_000  # characters as JSON, likewise
UNOWNED_FOR = timedelta(days=7)  # after its last use, a conversation of nobody is forgotten

_AT_ONCE = 50  # turns that are looked through in one transaction
_NOBODY = ""
_MISSING = "there is no such conversation, or it is not yours; begin another one"
TABLES = MetaData()
_conversations = Table(
    "conversations",
    TABLES,
    Column("id", TEXT, primary_key=True),
    *(Column(name, TEXT, nullable=False) for name in ("owner", "title", "began", "used")),
    Index("conversations_of_owner", "owner", "used"),
)
_turns = Table(
    "turns",
    TABLES,
    Column("number", NUMBER, primary_key=True),
    Column("id", TEXT, nullable=False, unique=True),
    Column("conversation", TEXT, nullable=False),
    Column("content", TEXT, nullable=False),
    Column("question", TEXT, info={FILLED_BY: "JSON_EXTRACT(content, '$.question')"}),  # as in `content`
    Index("turns_of_conversation", "conversation"),
    sqlite_autoincrement=True,
)
_of_conversation = _conversations.outerjoin(_turns, _turns.c.conversation == _conversations.c.id)

_turn_adapter = once(lambda: TypeAdapter(KeptTurn))
_entry_adapter = once(lambda: TypeAdapter(ConversationEntry))


class ConversationStore:
    """The conversations of one home or database; each belongs to its `owner` alone.

    With None for an owner it is nobody's: it is reached by its id, which nobody can guess, never listed, and forgotten
    a week after its last use. Any number of threads and processes may use it at once. Everything raises
    AssistantError, in one line, when they cannot be used, MissingError where `owner` has no such conversation.
    """

    def __init__(self, where: Database | Path, removed: Removed = frozenset) -> None:
        self.tables = open_tables(where, FILE, TABLES, _read)
        self._removed = removed

    def of(self, owner: str, words: str = "") -> list[ConversationEntry]:
        """The conversations of `owner`, the one that was last used first; with `words` those that are about them.

        They are those that have each of the words in their title or their questions, in any case.
        """
        if not owner:
            return []
        wanted = words.casefold().split()
        with self.tables.reading(_listed(storable(owner), with_questions=bool(wanted))) as rows:
            return [_entry_adapter().validate_python(row) for row in map(dict, rows) if _has(row, wanted)]

    def get(self, owner: str | None, conversation_id: str) -> KeptConversation:
        """The conversation of that id with all its turns."""
        removed, key = self._removed(), storable(conversation_id)
        with self.tables.reading_all() as db:
            found = _own(db, owner, key)
            of_it = select(_turns).where(_turns.c.conversation == key).order_by(_turns.c.number)
            rows = db.execute(of_it).mappings() if db is not None else ()
            return _conversation(found, tuple(_turn(row).without_articles(removed) for row in rows))

    def turn(self, owner: str | None, turn_id: str) -> KeptTurn | None:
        """The turn of that id, in any conversation of `owner`."""
        of_owner = select(_conversations.c.id).where(_conversations.c.owner == _stored(owner))
        that = select(_turns).where(_turns.c.id == storable(turn_id), _turns.c.conversation.in_(of_owner))
        with self.tables.reading(that) as rows:
            row = next(iter(rows), None)
            return None if row is None else _turn(row).without_articles(self._removed())

    def new(self, owner: str | None, title: str = "") -> KeptConversation:
        """A new conversation; without a title it takes that of its first question."""
        now, owner = _now(), _stored(owner)
        row = {"id": secrets.token_hex(16), "owner": owner, "title": title_of(title), "began": now, "used": now}
        with self.tables.writing(owner) as db:
            db.execute(insert(_conversations).values(row))
            _make_room(db, owner, row["id"])
        return _conversation(row, ())

    def add(
        self,
        owner: str | None,
        conversation_id: str,
        answer: Answer,
        filters: Filters = NO_FILTERS,
        ignoring: Sequence[Aspect] = (),
        *,
        turn_id: str | None = None,
    ) -> KeptTurn:
        """Put a question with its answer at the end of a conversation; the turn has `turn_id`, or a new id."""
        refuse_removed(rests_on(answer, self._removed()))
        identity, kept = turn_id or secrets.token_hex(16), kept_answer_of(answer)
        turn = KeptTurn(identity, kept.question, datetime.now(UTC), kept, whole_days(filters), tuple(ignoring))
        key = storable(conversation_id)
        with self.tables.writing(_stored(owner)) as db:
            found = _own(db, owner, key)
            of_it = select(func.count()).select_from(_turns).where(_turns.c.conversation == key)
            if (count := db.execute(of_it).scalar_one()) >= MOST_TURNS:
                raise AssistantError(f"the conversation has {count} questions, the most that it has; begin another one")
            asked = {"conversation": key, "content": kept_json(turn), "question": storable(turn.question)}
            db.execute(insert(_turns).values(id=storable(identity), **asked))
            _change(db, key, title=found["title"] or title_of(turn.question), used=_now())
            _make_room(db, _stored(owner), key)
        return turn

    def rename(self, owner: str | None, conversation_id: str, title: str) -> None:
        """Give a conversation another title."""
        key = storable(conversation_id)
        with self.tables.writing(_stored(owner)) as db:
            _own(db, owner, key)
            _change(db, key, title=title_of(title))

    def remove_turn(self, owner: str | None, conversation_id: str, turn_id: str) -> None:
        """Delete a question of a conversation with its answer, as one that is asked anew in other words."""
        key = storable(conversation_id)
        with self.tables.writing(_stored(owner)) as db:
            _own(db, owner, key)
            db.execute(delete(_turns).where(_turns.c.conversation == key, _turns.c.id == storable(turn_id)))

    def delete(self, owner: str | None, conversation_id: str) -> None:
        """Delete a conversation with all that was asked in it."""
        with self.tables.writing(_stored(owner)) as db:
            _own(db, owner, storable(conversation_id))
            _delete(db, [storable(conversation_id)])

    def delete_all(self, owner: str) -> int:
        """Delete all conversations of `owner`; how many."""
        if not owner:
            return 0
        with self.tables.writing(_stored(owner)) as db:
            theirs = select(_conversations.c.id).where(_conversations.c.owner == storable(owner))
            return _delete(db, db.execute(theirs).scalars().all())

    def drop_removed(self) -> int:
        """Delete the answers that rest on an article that was removed by hand; how many."""
        if not self.tables.exists():
            return 0
        removed, dropped = self._removed(), 0
        with self.tables.reading(select(_turns.c.number)) as rows:
            numbers = [row["number"] for row in rows]
        # A few at a time, so that others need not wait long; all of them are far more than a conversation.
        for some in batches(numbers, _AT_ONCE):
            with self.tables.writing() as db:
                dropped += sum(_drop_answer(db, number, removed) for number in some)
        return dropped


def _listed(owner: str, with_questions: bool) -> Select[Any]:
    """The conversations of `owner` as they are listed, the one that was last used first."""
    found = select(_conversations, func.count(_turns.c.number).label("questions"))
    if with_questions:
        found = found.add_columns(func.aggregate_strings(_turns.c.question, "\n").label("asked"))
    theirs = found.select_from(_of_conversation).where(_conversations.c.owner == owner)
    return theirs.group_by(_conversations.c.id).order_by(_conversations.c.used.desc(), _conversations.c.id)


def _has(row: dict[str, Any], wanted: Sequence[str]) -> bool:
    """Whether what is said in a row of the list has all these words."""
    text = f"{row['title']}\n{row.pop('asked', None) or ''}".casefold()
    return all(word in text for word in wanted)


def _make_room(db: Connection, owner: str, newest: str) -> None:
    """Forget what is over, and the conversations of `owner` that are too many or too long, but not the newest."""
    last = (datetime.now(UTC) - UNOWNED_FOR).isoformat(timespec="microseconds")
    over = select(_conversations.c.id).where(_conversations.c.owner == _NOBODY, _conversations.c.used < last)
    # Those that somebody else forgets at this moment are no matter of ours.
    gone = list(db.execute(over.with_for_update(skip_locked=True)).scalars())
    length = func.coalesce(func.sum(func.length(_turns.c.content)), 0).label("length")
    others = select(_conversations.c.id, length).select_from(_of_conversation)
    others = others.where(_conversations.c.owner == owner, _conversations.c.id != newest)
    size = sum(db.execute(select(func.length(_turns.c.content)).where(_turns.c.conversation == newest)).scalars())
    by_use = others.group_by(_conversations.c.id).order_by(_conversations.c.used.desc(), _conversations.c.id)
    for place, row in enumerate(db.execute(by_use), 1):
        size += row.length
        if place >= MOST_CONVERSATIONS or size > LONGEST_CONVERSATIONS:
            gone.append(row.id)
    _delete(db, gone)


def _delete(db: Connection, ids: Sequence[str]) -> int:
    if ids:
        db.execute(delete(_turns).where(_turns.c.conversation.in_(ids)))
        db.execute(delete(_conversations).where(_conversations.c.id.in_(ids)))
    return len(ids)


def _drop_answer(db: Connection, number: int, removed: Container[str]) -> bool:
    """Delete the answer of a turn that rests on a removed article; whether it did."""
    that = _turns.c.number == number
    row = db.execute(select(_turns).where(that)).mappings().first()
    turn = _turn(row) if row is not None else None
    if turn is None or (without := turn.without_articles(removed)) is turn:
        return False
    db.execute(update(_turns).where(that).values(content=kept_json(without)))
    return True


def _change(db: Connection, key: str, **values: str) -> None:
    db.execute(update(_conversations).where(_conversations.c.id == key).values(values))


def _own(db: Connection | None, owner: str | None, key: str) -> RowMapping:
    that = select(_conversations).where(_conversations.c.owner == _stored(owner), _conversations.c.id == key)
    found = None if db is None else db.execute(that).mappings().first()
    if found is None or _is_over(found):
        raise MissingError(_MISSING)
    return found


def _is_over(row: RowMapping) -> bool:
    return row["owner"] == _NOBODY and datetime.fromisoformat(row["used"]) < datetime.now(UTC) - UNOWNED_FOR


def _stored(owner: str | None) -> str:
    return _NOBODY if owner is None else storable(owner)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")  # of one length, so that texts sort as times do


def _read(table: str, row: Row) -> KeptConversation | KeptTurn:
    return _conversation(row, ()) if table == "conversations" else _turn(row)


def _conversation(row: Row, turns: tuple[KeptTurn, ...]) -> KeptConversation:
    began, used = datetime.fromisoformat(row["began"]), datetime.fromisoformat(row["used"])
    return KeptConversation(row["id"], row["title"], began, used, turns)


def _turn(row: Row) -> KeptTurn:
    return _turn_adapter().validate_python({**json.loads(row["content"]), "id": row["id"]})
