"""Watched questions: asked again after each refresh, with how their answers changed."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Answer, Assistant, AssistantError, Citation, CorpusInfo, Filters, NoArticlesError, Statement
from assistant.database import Database, database
from assistant.maintenance.watch_store import WatchStore, add_watch, ask_watched
from assistant.maintenance.watches import (
    WATCHES,
    Watch,
    WatchChange,
    compare_answers,
    kept_answer,
)
from assistant.utils.strings import storable
from tests.forked import CONTEXT
from tests.servers.places import opened
from tests.support import open_assistant, write_article

HURT, SAYS = "Eleven people were hurt.", "The minister promised an inquiry."
QUESTION = "How many people were hurt in the harbour?"


def answer(*texts: str, generation: str = "000001", article_id: str = "ab12") -> Answer:
    """An answer of statements with these texts, each from that article; without any it is a refusal."""
    published = datetime(2025, 5, 3, 8, tzinfo=timezone(timedelta(hours=2)))
    return Answer(
        question=QUESTION,
        text=" ".join(f"{text} [{number}]" for number, text in enumerate(texts, 1)) or "The articles do not answer.",
        found=bool(texts),
        mode="quotes",
        statements=tuple(Statement(text, (number,), "verbatim") for number, text in enumerate(texts, 1)),
        citations=tuple(
            Citation(number, article_id, "Ferry hits wall", "Coast Radio", published, None, text, 0, len(text))
            for number, text in enumerate(texts, 1)
        ),
        nearest=(),
        corpus=CorpusInfo(generation, datetime(2025, 5, 4, tzinfo=UTC), 1, None, None),
        confidence=0.9,
    )


def watched(before: Answer) -> Watch:
    now = datetime.now(UTC)
    return Watch(1, QUESTION, Filters(), now, now, kept_answer(before))


def changed_texts(change: WatchChange | None) -> list[tuple[str, str, str]]:
    assert change is not None
    sides = (
        (statement.kind, statement.before and statement.before.text, statement.after and statement.after.text)
        for statement in change.changes
    )
    return [(kind, before or "", after or "") for kind, before, after in sides]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (answer(HURT, SAYS), answer(HURT, SAYS, generation="000002")),
        (answer(HURT, SAYS), answer(SAYS, HURT)),
        (answer(HURT), answer(HURT, article_id="cd34")),
        (answer("“We’ll go,” she said."), answer('"We\'ll go,"  she said.')),
        (answer(HURT), answer(HURT, HURT)),
        (answer(), answer()),
    ],
    ids=["same", "other order", "from a copy", "other quotation marks", "twice", "refused still"],
)
def test_an_answer_that_says_the_same_has_not_changed(before: Answer, after: Answer) -> None:
    assert compare_answers(watched(before), after) is None


def test_a_change_has_the_statements_that_came_went_and_changed() -> None:
    corrected = HURT.replace("Eleven", "Nine")
    assert changed_texts(compare_answers(watched(answer(HURT)), answer(corrected))) == [("changed", HURT, corrected)]
    assert changed_texts(compare_answers(watched(answer(HURT)), answer(HURT, SAYS))) == [("came", "", SAYS)]
    change = compare_answers(watched(answer(HURT, SAYS)), answer(HURT, generation="000002"))
    assert changed_texts(change) == [("went", SAYS, "")] and change is not None
    assert (change.kind, change.question, change.number) == ("changed", QUESTION, 1)
    assert (change.before.generation, change.after.generation) == ("000001", "000002")


def test_from_refusal_to_answer_and_back() -> None:
    there, back = compare_answers(watched(answer()), answer(HURT)), compare_answers(watched(answer(HURT)), answer())
    assert there and back and (there.kind, back.kind) == ("answered", "refused")
    assert (changed_texts(there), changed_texts(back)) == ([("came", "", HURT)], [("went", HURT, "")])


def test_the_first_answer_is_no_change() -> None:
    assert compare_answers(replace(watched(answer()), answer=None), answer(HURT)) is None


# storing


@pytest.fixture
def store(place: Database) -> WatchStore:
    return WatchStore(place)


def test_a_watched_question_is_stored_with_its_answer(store: WatchStore, place: Database) -> None:
    assert store.all() == [] and store.changes() == [] and not place.home.exists()
    filters = Filters(source="Coast Radio", since=date(2025, 5, 1), until=datetime(2025, 6, 1, tzinfo=UTC))
    first = store.add(f"  {QUESTION}\n", filters, kept_answer(answer(HURT)))
    second = store.add(QUESTION)
    assert WatchStore(place).all() == [first, second]
    assert (first.question, first.filters, first.answer) == (QUESTION, filters, kept_answer(answer(HURT)))
    assert first.checked is not None and (second.checked, second.answer) == (None, None)


def test_the_same_question_is_not_watched_twice(store: WatchStore) -> None:
    first = store.add(QUESTION, Filters(source="Coast Radio"))
    assert store.add(QUESTION, Filters(source="Coast Radio"), kept_answer(answer(HURT))) == first
    assert store.add(QUESTION).number != first.number


@pytest.mark.parametrize("source", [("Coast Radio", "Chronicle"), "[Weekly]", '["Weekly"]', ("[", "[["), "["])
def test_a_question_to_several_publications_is_watched_once(store: WatchStore, source: str | tuple[str, ...]) -> None:
    first = store.add(QUESTION, Filters(source=source))
    assert set(first.filters.sources) == set(Filters(source=source).sources)
    turned = Filters(source=Filters(source=source).sources[::-1])
    assert store.add(QUESTION, turned) == first and store.all() == [first]


def test_the_number_of_a_removed_question_is_not_used_again(store: WatchStore) -> None:
    assert [store.add(f"{QUESTION} {number}").number for number in range(3)] == [1, 2, 3]
    store.remove(3)
    assert store.add("Who?").number == 4
    with pytest.raises(AssistantError, match="no watched question has number 3; watched are 1, 2, 4"):
        store.remove(3)


def test_changes_stay_readable_until_the_question_is_removed(store: WatchStore) -> None:
    store.add(QUESTION, answer=kept_answer(answer(HURT)))
    changes = [
        *ask_watched(store, lambda question, filters: answer(SAYS, generation="000002"), "000002"),
        *ask_watched(store, lambda question, filters: answer(HURT, SAYS, generation="000003"), "000003"),
    ]
    assert store.changes() == changes[::-1]
    assert store.changes(changes[1].when) == changes[1:]
    assert store.changes(datetime.now(UTC)) == []
    store.remove(1)
    assert store.changes() == [] == store.all()


TEXTS = st.text(max_size=100)


@settings(max_examples=30, deadline=None)
@given(question=TEXTS, source=TEXTS, quote=TEXTS.map(storable))
def test_any_text_comes_back_as_it_can_be_stored(
    tmp_path_factory: pytest.TempPathFactory, question: str, source: str, quote: str
) -> None:
    store = WatchStore(tmp_path_factory.mktemp("any"))
    added = store.add(question, Filters(source=source), kept_answer(answer(quote)))
    assert store.all() == [added]
    assert added.question == " ".join(storable(question).split())
    assert added.answer is not None and storable(added.answer.citations[0].quote) == storable(quote)


@pytest.mark.parametrize("damage", [b"no database at all" * 100, b"SQLite format 3\x00" + bytes(200)])
def test_a_damaged_file_is_an_error_of_one_line(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "watches.sqlite").write_bytes(damage)
    store = WatchStore(tmp_path)
    uses: list[Callable[[], object]] = [lambda: store.add(QUESTION), store.all, store.changes, lambda: store.remove(1)]
    for use in uses:
        with pytest.raises(AssistantError, match="it is damaged; run: assistant check --repair") as caught:
            use()
        assert "\n" not in str(caught.value) and "watches.sqlite" in str(caught.value)


@pytest.mark.parametrize("column", ["answer", "added", "since"])
def test_a_damaged_row_is_an_error_of_one_line(tmp_path: Path, column: str) -> None:
    store = WatchStore(tmp_path)
    store.add(QUESTION, answer=kept_answer(answer(HURT)))
    with sqlite3.connect(tmp_path / "watches.sqlite") as db:
        db.execute(f"UPDATE watches SET {column} = '[{{'")
    db.close()
    with pytest.raises(AssistantError, match="it is damaged; run: assistant check --repair") as caught:
        store.all()
    assert "\n" not in str(caught.value)


def add_many(place: Database, name: str) -> None:
    store = WatchStore(place)
    for number in range(50):
        store.add(f"{name} {number}?")


@pytest.mark.crash
def test_two_processes_that_add_at_once_lose_nothing(place: Database) -> None:
    writers = [CONTEXT.Process(target=add_many, args=(place, name)) for name in ("one", "two")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len({watch.number for watch in WatchStore(place).all()}) == 100


# asking again


def test_each_question_is_asked_once_of_a_generation(store: WatchStore) -> None:
    store.add(QUESTION, answer=kept_answer(answer(HURT)))
    asked = []

    def ask(question: str, filters: Filters) -> Answer:
        asked.append((question, filters))
        return answer(HURT, generation="000002")

    assert ask_watched(store, ask, "000001") == [] and asked == []
    assert ask_watched(store, ask, "000002") == [] and asked == [(QUESTION, Filters())]
    assert ask_watched(store, ask, "000002") == [] and len(asked) == 1


@pytest.mark.parametrize("error", [AssistantError("the model\nis gone"), ZeroDivisionError(), OSError("no disk")])
def test_a_question_that_fails_stops_no_other_and_is_asked_again(store: WatchStore, error: Exception) -> None:
    store.add("Broken?", answer=kept_answer(answer(SAYS)))
    store.add(QUESTION, answer=kept_answer(answer(HURT)))

    def ask(question: str, filters: Filters) -> Answer:
        if question == "Broken?" and error is not None:
            raise error
        return answer(HURT, SAYS, generation="000002")

    assert [change.question for change in ask_watched(store, ask, "000002")] == [QUESTION]
    broken, other = store.all()
    assert broken.answer == kept_answer(answer(SAYS)) and broken.trouble and broken.trouble.isprintable()
    assert other.trouble is None
    error = None  # type: ignore[assignment]
    assert [change.question for change in ask_watched(store, ask, "000002")] == ["Broken?"]
    assert store.all()[0].trouble is None


def test_a_change_found_by_two_at_once_is_stored_once(store: WatchStore) -> None:
    store.add(QUESTION, answer=kept_answer(answer(HURT)))
    both = Barrier(2, timeout=30)

    def ask(question: str, filters: Filters) -> Answer:
        both.wait()
        return answer(SAYS, generation="000002")

    with ThreadPoolExecutor(2) as pool:
        changes = [
            change for part in pool.map(lambda _: ask_watched(store, ask, "000002"), range(2)) for change in part
        ]
    assert len(changes) == 1 and store.changes() == changes


def test_a_question_removed_while_it_is_asked_stays_removed(store: WatchStore) -> None:
    store.add(QUESTION, answer=kept_answer(answer(HURT)))

    def ask(question: str, filters: Filters) -> Answer:
        store.remove(1)
        return answer(SAYS, generation="000002")

    assert ask_watched(store, ask, "000002") == [] and store.all() == [] and store.changes() == []


def test_a_question_watched_before_the_first_refresh_waits_for_it(store: WatchStore) -> None:
    def nothing(question: str, filters: Filters) -> Answer:
        raise NoArticlesError("no articles are indexed")

    assert add_watch(store, nothing, QUESTION).answer is None
    assert ask_watched(store, lambda question, filters: answer(HURT), "000001") == []
    assert store.all()[0].answer == kept_answer(answer(HURT))


# through real refreshes


@pytest.fixture
def assistant(place: Database) -> Iterator[Assistant]:
    with opened(place) as made:
        yield made


def refresh(assistant: Assistant, folder: Path, text: str) -> None:
    write_article(folder, "ferry", f"The ferry hit the wall of the harbour. {text}", title="Ferry hits wall")
    report = assistant.refresh([folder])
    ask_watched(WatchStore(database(assistant.settings)), assistant.ask, report.generation)


def test_after_a_correction_the_change_of_the_answer_is_stored(assistant: Assistant, tmp_path: Path) -> None:
    store = WatchStore(database(assistant.settings))
    refresh(assistant, tmp_path / "articles", "Eleven people were hurt in the harbour.")
    added = add_watch(store, assistant.ask, QUESTION)
    assert added.answer is not None and added.answer.found
    refresh(assistant, tmp_path / "articles", "Nine people were hurt in the harbour.")
    (change,) = store.changes()
    assert (
        "changed",
        "Eleven people were hurt in the harbour.",
        "Nine people were hurt in the harbour.",
    ) in changed_texts(change)
    assert [citation.quote for citation in change.after.citations if "Nine" in citation.quote]
    refresh(assistant, tmp_path / "articles", "Nine people were hurt in the harbour. The market opened on Sunday.")
    assert len(store.changes()) == 1


def test_neither_refresh_nor_rollback_touches_watched_questions(assistant: Assistant, tmp_path: Path) -> None:
    store = WatchStore(database(assistant.settings))
    added = store.add(QUESTION, answer=kept_answer(answer(HURT)))
    for text in ("One.", "Two."):
        write_article(tmp_path / "articles", "ferry", text)
        assistant.refresh([tmp_path / "articles"])
    assistant.rollback()
    (watch,) = store.all()
    assert (watch.number, watch.question, watch.added) == (added.number, added.question, added.added)


def test_a_refresh_is_done_even_if_the_watched_questions_cannot_be_read(tmp_path: Path) -> None:
    assistant = open_assistant(tmp_path / "home")
    write_article(tmp_path / "articles", "ferry", "The ferry sails.")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "watches.sqlite").write_bytes(b"no database at all" * 100)
    report = assistant.refresh([tmp_path / "articles"])
    assert report.published and any("watches.sqlite: it is damaged" in notice for notice in report.notices)


def test_watches_of_an_older_version_are_read_and_have_no_owner(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / WATCHES)) as db, db:
        db.execute(
            "CREATE TABLE watches (number INTEGER PRIMARY KEY AUTOINCREMENT, question TEXT NOT NULL, source TEXT, "
            "since TEXT, until TEXT, added TEXT NOT NULL, checked TEXT, generation TEXT, answer TEXT, trouble TEXT)"
        )
        db.execute("INSERT INTO watches (question, added) VALUES ('Did it rain?', '2025-05-01T00:00:00+00:00')")
    store = WatchStore(tmp_path)
    assert [watch.owner for watch in store.all()] == [None]
    assert [store.add("Did it snow?", owner=owner).owner for owner in ("anna", "ben")] == ["anna", "anna"]
    assert [watch.question for watch in store.all()] == ["Did it rain?", "Did it snow?"]
