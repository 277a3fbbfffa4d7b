"""A conversation on the server stays its owner's, grows by what is asked, and keeps no word of a removed article."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant import AssistantError, ConversationStore, Filters, MissingError
from assistant.database import Database
from assistant.maintenance import conversation_store
from tests.maintenance.test_feedback import ANSWER, CITATION
from tests.maintenance.test_shared_answers import SECRET, asked
from tests.servers.places import all_words, change, opened
from tests.support import open_assistant

pytestmark = pytest.mark.usefixtures("quick_names")
OTHER = replace(ANSWER, question="And when?")


def test_a_conversation_has_its_questions_in_order_and_the_title_of_the_first(place: Database) -> None:
    store = ConversationStore(place)
    made = store.new("ana")
    store.add("ana", made.id, ANSWER, Filters(source="Coast Radio"), ["dates"])
    turn = store.add("ana", made.id, OTHER)
    kept = store.get("ana", made.id)
    assert kept.answers == tuple(replace(answer, timings={}) for answer in (ANSWER, OTHER))
    assert kept.title == ANSWER.question and kept.used > kept.began == made.began
    assert kept.turns[0].filters == Filters(source="Coast Radio") and kept.turns[0].ignoring == ("dates",)
    assert store.turn("ana", turn.id) == kept.turns[1] == turn and store.turn("ben", turn.id) is None
    store.remove_turn("ana", made.id, turn.id)
    assert len(store.get("ana", made.id).turns) == 1


def test_the_one_that_was_used_last_is_listed_first(place: Database) -> None:
    store = ConversationStore(place)
    first, second = store.new("ana", "Ferries"), store.new("ana", "Tides")
    store.add("ana", first.id, ANSWER)
    listed = store.of("ana")
    assert [(each.title, each.questions) for each in listed] == [("Ferries", 1), ("Tides", 0)]
    store.rename("ana", second.id, " Ebb\n and flow ")
    assert store.get("ana", second.id).title == "Ebb and flow"


def test_nobody_but_its_owner_reaches_a_conversation(place: Database) -> None:
    store = ConversationStore(place)
    made, nobodys = store.new("ana"), store.new(None)
    for owner, identity in (("ben", made.id), (None, made.id), ("ana", nobodys.id), ("", made.id), ("ana", "")):
        for reach in (store.get, store.delete):
            with pytest.raises(MissingError, match="begin another one"):
                reach(owner, identity)
        with pytest.raises(MissingError):
            store.add(owner, identity, ANSWER)
    assert store.get(None, nobodys.id).id == nobodys.id and len(nobodys.id) == 32
    assert store.of("") == [] and len(store.of("ana")) == 1


def test_what_is_deleted_is_gone(place: Database) -> None:
    store = ConversationStore(place)
    for _ in range(2):
        store.add("ana", store.new("ana").id, ANSWER)
    kept = store.new("ben")
    store.delete("ana", store.of("ana")[0].id)
    assert len(store.of("ana")) == 1 and store.delete_all("ana") == 1 and store.of("ana") == []
    assert store.get("ben", kept.id) == kept
    assert CITATION.quote not in all_words(place)


def test_a_conversation_of_nobody_is_forgotten_a_week_after_its_last_use(place: Database) -> None:
    store = ConversationStore(place)
    old, owned = store.new(None), store.new("ana")
    past = (datetime.now(UTC) - timedelta(days=8)).isoformat(timespec="microseconds")
    change(place, "conversations.sqlite", "UPDATE conversations SET used = :past", past=past)
    with pytest.raises(MissingError):
        store.get(None, old.id)
    with pytest.raises(MissingError):
        store.add(None, old.id, ANSWER)
    assert store.get("ana", owned.id).used < datetime.now(UTC) - timedelta(days=7)
    store.new("ben")
    assert old.id not in all_words(place)


def test_the_one_used_least_lately_makes_room(place: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation_store, "MOST_CONVERSATIONS", 2)
    monkeypatch.setattr(conversation_store, "MOST_TURNS", 2)
    store = ConversationStore(place)
    others, first = store.new("ben"), store.new("ana", "first")
    second = store.new("ana", "second")
    store.add("ana", first.id, ANSWER)
    store.new("ana", "third")
    assert {each.title for each in store.of("ana")} == {"first", "third"} and store.get("ben", others.id)
    store.add("ana", first.id, OTHER)
    with pytest.raises(AssistantError, match="begin another one"):
        store.add("ana", first.id, OTHER)
    monkeypatch.setattr(conversation_store, "LONGEST_CONVERSATIONS", 10)
    fourth = store.new("ana", "fourth")
    assert [each.title for each in store.of("ana")] == ["fourth"] and second.id != fourth.id


def test_no_word_of_a_removed_article_stays_but_the_question_does(place: Database, tmp_path: Path) -> None:
    with opened(place) as assistant:
        answer, store = asked(assistant, tmp_path / "articles"), assistant.conversations
        made = store.new("ana")
        turn = store.add("ana", made.id, answer)
        report = assistant.remove_articles([answer.citations[0].article_id])
        kept = store.get("ana", made.id)
        assert kept.turns == (replace(turn, answer=None),) and kept.answers == ()
        assert any("of conversations" in notice for notice in report.notices)
        with pytest.raises(AssistantError, match="was removed by a maintainer"):
            store.add("ana", made.id, answer)
    assert SECRET not in all_words(place)


def test_a_damaged_file_is_told_and_mended(tmp_path: Path) -> None:
    with open_assistant(tmp_path) as assistant:
        made = assistant.conversations.new("ana", "Ferries")
        assistant.conversations.add("ana", made.id, ANSWER)
        with sqlite3.connect(tmp_path / "conversations.sqlite") as db:
            db.execute("INSERT INTO turns (id, conversation, content) VALUES ('x', 'y', 'no JSON')")
        db.close()
        assert any(finding.place == "conversations.sqlite" for finding in assistant.check().damaged)
        assert assistant.check(repair=True).is_sound
        assert assistant.conversations.get("ana", made.id).answers
