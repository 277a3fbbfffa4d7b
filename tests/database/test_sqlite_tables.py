"""The files of a home stay what they are: those of older versions are read, and those of others left alone."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from assistant import AssistantError
from assistant.maintenance import ConversationStore, SharedAnswerStore
from assistant.maintenance.kept import kept_json
from tests.maintenance.test_feedback import ANSWER

FILE = "conversations.sqlite"
# As the version before had them.
OLD = """CREATE TABLE conversations (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, began TEXT NOT NULL, used TEXT NOT NULL
); CREATE INDEX conversations_of_owner ON conversations (owner, used);
CREATE TABLE turns (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, conversation TEXT NOT NULL, content TEXT NOT NULL
); CREATE INDEX turns_of_conversation ON turns (conversation)"""


def test_conversations_of_an_older_version_are_found_by_their_questions(tmp_path: Path) -> None:
    made = ConversationStore(tmp_path / "new")
    turn = made.add("ana", made.new("ana").id, ANSWER)
    with closing(sqlite3.connect(tmp_path / FILE)) as db, db:
        db.executescript(OLD)
        times = "2025-05-01T00:00:00.000000+00:00", "2025-05-01T00:00:00.000000+00:00"
        db.execute("INSERT INTO conversations VALUES ('a1', 'ana', 'Ferries', ?, ?)", times)
        values = (turn.id, kept_json(turn))
        db.execute("INSERT INTO turns (id, conversation, content) VALUES (?, 'a1', ?)", values)
    store = ConversationStore(tmp_path)
    assert [each.id for each in store.of("ana", "HURT")] == ["a1"] and store.of("ana", "rain") == []
    assert store.get("ana", "a1").turns == (turn,) and store.add("ana", "a1", ANSWER)
    assert [each.questions for each in store.of("ana")] == [2]


def test_a_file_has_all_that_the_version_before_reads(tmp_path: Path) -> None:
    store = ConversationStore(tmp_path)
    store.add("ana", store.new("ana").id, ANSWER)
    with closing(sqlite3.connect(tmp_path / FILE)) as new, closing(sqlite3.connect(":memory:")) as old:
        old.executescript(OLD)
        for table in ("conversations", "turns"):
            before, now = (
                {row[1]: (row[2], row[5]) for row in db.execute(f"PRAGMA table_info({table})")} for db in (old, new)
            )
            assert {name: now[name] for name in before} == before
        assert new.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_a_file_of_another_program_is_not_changed_by_reading(tmp_path: Path) -> None:
    path = tmp_path / "shared_answers.sqlite"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE stars (name TEXT)")
    before = path.read_bytes()
    with pytest.raises(AssistantError, match="it is another kind of file; run: assistant check --repair"):
        SharedAnswerStore(tmp_path).all()
    assert path.read_bytes() == before


def test_what_was_half_written_when_the_block_failed_is_not_there(tmp_path: Path) -> None:
    store = ConversationStore(tmp_path)
    made = store.new("ana")
    with pytest.raises(ZeroDivisionError), store.tables.writing() as db:
        db.exec_driver_sql("DELETE FROM conversations")
        raise ZeroDivisionError
    assert store.get("ana", made.id) == made
