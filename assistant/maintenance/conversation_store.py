"""The conversations that are kept on the server, in a file of the home."""

import json
import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from assistant.answers import Answer, Aspect
from assistant.articles import NO_FILTERS, Filters
from assistant.errors import AssistantError, MissingError
from assistant.maintenance.conversations import ConversationEntry, KeptConversation, KeptTurn, title_of
from assistant.maintenance.kept import Removed, kept_answer_of, kept_json, refuse_removed, rests_on, whole_days
from assistant.utils import SqliteFile, once, storable

FILE = "conversations.sqlite"
MOST_CONVERSATIONS = 500  # of one owner, and of all that nobody owns; the one that was used least lately goes first
MOST_TURNS = 200  # of one conversation
LONGEST_CONVERSATIONS = 50_000_000  # characters as JSON, likewise
UNOWNED_FOR = timedelta(days=7)  # after its last use, a conversation of nobody is forgotten

_NOBODY = ""
_MISSING = "there is no such conversation, or it is not yours; begin another one"
_TABLES = """CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, began TEXT NOT NULL, used TEXT NOT NULL
); CREATE INDEX IF NOT EXISTS conversations_of_owner ON conversations (owner, used);
CREATE TABLE IF NOT EXISTS turns (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, conversation TEXT NOT NULL, content TEXT NOT NULL
); CREATE INDEX IF NOT EXISTS turns_of_conversation ON turns (conversation)"""
_LISTED = """SELECT c.*, COUNT(t.number) AS questions FROM conversations c LEFT JOIN turns t ON t.conversation = c.id
    WHERE c.owner = ? GROUP BY c.id ORDER BY c.used DESC, c.id"""
_ASKED = "GROUP_CONCAT(JSON_EXTRACT(t.content, '$.question'), CHAR(10)) AS asked"
_SEARCHED = _LISTED.replace("questions", f"questions, {_ASKED}", 1)
_SIZES = """SELECT c.id, COALESCE(SUM(LENGTH(t.content)), 0) AS size FROM conversations c
    LEFT JOIN turns t ON t.conversation = c.id WHERE c.owner = ? GROUP BY c.id ORDER BY c.used DESC, c.rowid DESC"""
_THEIR_TURN = "SELECT t.* FROM turns t JOIN conversations c ON c.id = t.conversation WHERE c.owner = ? AND t.id = ?"

_turns = once(lambda: TypeAdapter(KeptTurn))
_entries = once(lambda: TypeAdapter(ConversationEntry))


class ConversationStore:
    """The conversations of one home; each belongs to its `owner` alone.

    With None for an owner it is nobody's: it is reached by its id, which nobody can guess, never listed, and forgotten
    a week after its last use. Any number of threads and processes may use it at once. Everything raises
    AssistantError, in one line, when the file cannot be used, MissingError where `owner` has no such conversation.
    """

    def __init__(self, home: Path, removed: Removed = frozenset) -> None:
        self.file = SqliteFile(home / FILE, _TABLES, _read)
        self._removed = removed

    def of(self, owner: str, words: str = "") -> list[ConversationEntry]:
        """The conversations of `owner`, the one that was last used first; with `words` those that are about them.

        They are those that have each of the words in their title or their questions, in any case.
        """
        if not owner:
            return []
        wanted = words.casefold().split()
        with self.file.reading(_SEARCHED if wanted else _LISTED, (storable(owner),)) as rows:
            return [_entries().validate_python(row) for row in map(dict, rows) if _has(row, wanted)]

    def get(self, owner: str | None, conversation_id: str) -> KeptConversation:
        """The conversation of that id with all its turns."""
        removed, key = self._removed(), (_stored(owner), storable(conversation_id))
        with self.file.reading("SELECT * FROM conversations WHERE owner = ? AND id = ?", key) as rows:
            found = next(iter(rows), None)
        if found is None or _is_over(found):
            raise MissingError(_MISSING)
        with self.file.reading("SELECT * FROM turns WHERE conversation = ? ORDER BY number", key[1:]) as rows:
            turns = tuple(_turn(row).without_articles(removed) for row in rows)
        return _conversation(found, turns)

    def turn(self, owner: str | None, turn_id: str) -> KeptTurn | None:
        """The turn of that id, in any conversation of `owner`."""
        with self.file.reading(_THEIR_TURN, (_stored(owner), storable(turn_id))) as rows:
            row = next(iter(rows), None)
            return None if row is None else _turn(row).without_articles(self._removed())

    def new(self, owner: str | None, title: str = "") -> KeptConversation:
        """A new conversation; without a title it takes that of its first question."""
        now = _now()
        row = {"id": secrets.token_hex(16), "title": title_of(title), "began": now, "used": now}
        with self.file.writing() as db:
            values = (row["id"], _stored(owner), row["title"], now, now)
            db.execute("INSERT INTO conversations VALUES (?, ?, ?, ?, ?)", values)
            _make_room(db, _stored(owner))
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
        with self.file.writing() as db:
            found = _own(db, owner, key)
            count = db.execute("SELECT COUNT(*) FROM turns WHERE conversation = ?", (key,)).fetchone()[0]
            if count >= MOST_TURNS:
                raise AssistantError(f"the conversation has {count} questions, the most that it has; begin another one")
            values = (storable(identity), key, kept_json(turn))
            db.execute("INSERT INTO turns (id, conversation, content) VALUES (?, ?, ?)", values)
            used = (found["title"] or title_of(turn.question), _now(), key)
            db.execute("UPDATE conversations SET title = ?, used = ? WHERE id = ?", used)
            _make_room(db, _stored(owner))
        return turn

    def rename(self, owner: str | None, conversation_id: str, title: str) -> None:
        """Give a conversation another title."""
        key = storable(conversation_id)
        with self.file.writing() as db:
            _own(db, owner, key)
            db.execute("UPDATE conversations SET title = ? WHERE id = ?", (title_of(title), key))

    def remove_turn(self, owner: str | None, conversation_id: str, turn_id: str) -> None:
        """Delete a question of a conversation with its answer, as one that is asked anew in other words."""
        key = storable(conversation_id)
        with self.file.writing() as db:
            _own(db, owner, key)
            db.execute("DELETE FROM turns WHERE conversation = ? AND id = ?", (key, storable(turn_id)))

    def delete(self, owner: str | None, conversation_id: str) -> None:
        """Delete a conversation with all that was asked in it."""
        with self.file.writing() as db:
            _own(db, owner, storable(conversation_id))
            _delete(db, [storable(conversation_id)])

    def delete_all(self, owner: str) -> int:
        """Delete all conversations of `owner`; how many."""
        if not owner:
            return 0
        with self.file.writing() as db:
            rows = db.execute("SELECT id FROM conversations WHERE owner = ?", (storable(owner),)).fetchall()
            return _delete(db, [row["id"] for row in rows])

    def drop_removed(self) -> int:
        """Delete the answers that rest on an article that was removed by hand; how many."""
        if not self.file.exists():
            return 0
        removed, dropped = self._removed(), 0
        with self.file.writing() as db:
            # One by one: all of them are far more than a conversation.
            for row in db.execute("SELECT number FROM turns").fetchall():
                turn = _turn(db.execute("SELECT * FROM turns WHERE number = ?", (row["number"],)).fetchone())
                if (without := turn.without_articles(removed)) is not turn:
                    dropped += 1
                    db.execute("UPDATE turns SET content = ? WHERE number = ?", (kept_json(without), row["number"]))
        return dropped


def _has(row: dict[str, Any], wanted: Sequence[str]) -> bool:
    """Whether what is said in a row of the list has all these words."""
    text = f"{row['title']}\n{row.pop('asked', None) or ''}".casefold()
    return all(word in text for word in wanted)


def _make_room(db: sqlite3.Connection, owner: str) -> None:
    """Forget what is over, and the conversations of `owner` that are too many or too long, but not the newest."""
    over = (_NOBODY, (datetime.now(UTC) - UNOWNED_FOR).isoformat(timespec="microseconds"))
    gone = [row["id"] for row in db.execute("SELECT id FROM conversations WHERE owner = ? AND used < ?", over)]
    size = 0
    for place, row in enumerate(db.execute(_SIZES, (owner,)).fetchall()):
        size += row["size"]
        if place and (place >= MOST_CONVERSATIONS or size > LONGEST_CONVERSATIONS):
            gone.append(row["id"])
    _delete(db, gone)


def _delete(db: sqlite3.Connection, ids: Sequence[str]) -> int:
    keys = [(identity,) for identity in ids]
    db.executemany("DELETE FROM turns WHERE conversation = ?", keys)
    db.executemany("DELETE FROM conversations WHERE id = ?", keys)
    return len(ids)


def _own(db: sqlite3.Connection, owner: str | None, key: str) -> sqlite3.Row:
    query = "SELECT * FROM conversations WHERE owner = ? AND id = ?"
    found: sqlite3.Row | None = db.execute(query, (_stored(owner), key)).fetchone()
    if found is None or _is_over(found):
        raise MissingError(_MISSING)
    return found


def _is_over(row: sqlite3.Row) -> bool:
    return row["owner"] == _NOBODY and datetime.fromisoformat(row["used"]) < datetime.now(UTC) - UNOWNED_FOR


def _stored(owner: str | None) -> str:
    return _NOBODY if owner is None else storable(owner)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")  # of one length, so that texts sort as times do


def _read(table: str, row: Mapping[str, Any]) -> KeptConversation | KeptTurn:
    return _conversation(row, ()) if table == "conversations" else _turn(row)


def _conversation(row: Mapping[str, Any] | sqlite3.Row, turns: tuple[KeptTurn, ...]) -> KeptConversation:
    began, used = datetime.fromisoformat(row["began"]), datetime.fromisoformat(row["used"])
    return KeptConversation(row["id"], row["title"], began, used, turns)


def _turn(row: Mapping[str, Any] | sqlite3.Row) -> KeptTurn:
    return _turns().validate_python({**json.loads(row["content"]), "id": row["id"]})
