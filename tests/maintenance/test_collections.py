"""What a reporter gathers stays in order, with its notes and its citations, for its owner alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant import (
    AssistantError,
    Citation,
    Collection,
    CollectionStore,
    CorpusInfo,
    Excerpt,
    Filters,
    PinnedAnswer,
    PinnedPassage,
)
from assistant.database import Database
from assistant.maintenance import collection_store, collections
from tests.maintenance.test_feedback import ANSWER, CITATION
from tests.maintenance.test_shared_answers import SECRET, asked
from tests.servers.places import all_words, opened

pytestmark = pytest.mark.usefixtures("quick_names")
CORPUS = CorpusInfo("000001", datetime(2025, 5, 4, tzinfo=UTC), 1, None, None)
PASSAGE = PinnedPassage(CITATION, Excerpt("Two ferries met. ", CITATION.quote, " They sailed on."), CORPUS)
OTHER = replace(PASSAGE, citation=Citation(1, "cd34", "Tides", None, None, None, "The tide went out.", 0, 18))


def notes(collection: Collection) -> list[str]:
    return [item.note for item in collection.items]


def three(collection: Collection) -> Collection:
    answer = PinnedAnswer(ANSWER, filters=Filters(source="Coast Radio"))
    return collection.with_item(answer, "a").with_item(PASSAGE, "b").with_item(OTHER, "c")


def test_items_keep_the_order_and_the_notes_that_they_are_given() -> None:
    collection = three(Collection.named("  The\nferry "))
    first, second, third = (item.id for item in collection.items)
    assert collection.name == "The ferry" and notes(collection) == ["a", "b", "c"]
    assert notes(collection.moved(third, 0)) == ["c", "a", "b"] and notes(collection.moved(first, 1)) == ["b", "a", "c"]
    assert notes(collection.moved(first, 99)) == ["b", "c", "a"] and notes(collection.moved(third, -5))[0] == "c"
    assert notes(collection.with_note(second, " call\nher ")) == ["a", "call\nher", "c"]
    assert notes(collection.without_item(second)) == ["a", "c"] and collection.renamed("Tides").name == "Tides"


def test_what_a_collection_has_is_not_added_again() -> None:
    collection = three(Collection.named("The ferry"))
    again = PinnedAnswer(replace(ANSWER, timings={"search": 2.0}), filters=Filters(source="Coast Radio"))
    assert collection.with_item(again) is collection and collection.with_item(PASSAGE) is collection


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda made: made.renamed(" \n"), "has no name; give it one"),
        (lambda made: made.renamed("a" * 121), "has 121 characters; shorten it to 120"),
        (lambda made: made.with_note(made.items[0].id, "a" * 5001), "has 5,001 characters; shorten it to 5,000"),
        (lambda made: made.with_note("x", ""), "has no such item any more; open it again"),
        (lambda made: made.moved("x", 0), "has no such item any more"),
        (lambda made: made.with_item(PinnedAnswer(replace(ANSWER, text="a" * 300_000))), "ask a narrower question"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line(change: Callable[[Collection], Collection], message: str) -> None:
    with pytest.raises(AssistantError, match=message) as caught:
        change(three(Collection.named("The ferry")))
    assert "\n" not in str(caught.value)


def test_collections_are_kept_for_their_owner_alone(place: Database) -> None:
    with opened(place) as assistant:
        made = assistant.collections.new("ana", "The ferry")
        assistant.collections.new("ana", "a tide")
        for content in (PASSAGE, PinnedAnswer(ANSWER)):
            filled = assistant.collections.add("ana", made.id, content, "note")
        last = filled.items[-1].id
        assistant.collections.move("ana", made.id, last, 0)
        assistant.collections.note("ana", made.id, last, "first")
        assistant.collections.rename("ana", made.id, "The ferries")
    with opened(place) as assistant:
        kept = assistant.collections.get("ana", made.id)
        assert notes(kept) == ["first", "note"] and kept.items[1].content == PASSAGE and kept.name == "The ferries"
        assert [each.name for each in assistant.collections.of("ana")] == ["a tide", "The ferries"]
        assert notes(assistant.collections.remove("ana", made.id, last)) == ["note"]
        assert assistant.collections.of("ben") == []
        stores = assistant.collections
        for use in (stores.get, stores.delete, lambda owner, name: stores.rename(owner, name, "Mine")):
            with pytest.raises(AssistantError, match="you have no such collection any more"):
                use("ben", made.id)
        assistant.collections.delete("ana", made.id)
        assert [each.name for each in assistant.collections.of("ana")] == ["a tide"]


def test_a_collection_of_a_browser_is_taken_over_as_a_new_one(place: Database) -> None:
    store, made = CollectionStore(place), three(Collection.named("The ferry"))
    taken = [store.put("ana", made), store.put("ana", made)]
    assert taken[0].items == made.items and len({made.id, *(each.id for each in taken)}) == 3
    assert len(store.of("ana")) == 2


def test_no_word_of_a_removed_article_stays_but_the_notes_do(place: Database, tmp_path: Path) -> None:
    with opened(place) as assistant:
        answer = asked(assistant, tmp_path / "articles")
        made = assistant.collections.new("ana", "The ferry")
        passage = assistant.pinned_passage(answer.citations[0], answer.corpus)
        assert SECRET in passage.excerpt.before + passage.excerpt.quote + passage.excerpt.after
        for content in (assistant.pinned(answer), passage, PASSAGE):
            made = assistant.collections.add("ana", made.id, content, "my note")
        report = assistant.remove_articles([answer.citations[0].article_id])
        assert any(line.startswith("2 items of collections") for line in report.notices)
        kept = assistant.collections.get("ana", made.id)
        assert [item.content for item in kept.items] == [None, None, PASSAGE] and notes(kept) == ["my note"] * 3
        assert "Orla Venn" not in all_words(place)
        assert assistant.without_removed([made])[0].items == kept.items
        with pytest.raises(AssistantError, match="was removed by a maintainer"):
            assistant.collections.add("ana", made.id, passage)


def test_there_is_room_for_so_many_and_no_more(place: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collection_store, "MOST_COLLECTIONS", 1)
    monkeypatch.setattr(collections, "MOST_ITEMS", 1)
    store = CollectionStore(place)
    made = store.new("ana", "The ferry")
    store.new("ben", "The ferry")
    with pytest.raises(AssistantError, match="you have 1 collections, the most that are kept; delete one"):
        store.new("ana", "The tide")
    store.add("ana", made.id, PASSAGE)
    with pytest.raises(AssistantError, match="has 1 items, the most that it can have; begin another one"):
        store.add("ana", made.id, OTHER)
    monkeypatch.setattr(collection_store, "LONGEST_COLLECTION", 1000)
    with pytest.raises(AssistantError, match=r"1,000 can be kept; take something out"):
        store.note("ana", made.id, store.get("ana", made.id).items[0].id, "a" * 900)
    assert notes(store.get("ana", made.id)) == [""]
