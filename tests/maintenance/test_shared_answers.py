"""A shared answer reads the same whatever becomes of the articles, until who shared it takes it back."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Answer, ArticleRef, Assistant, AssistantError, Excerpt, Filters
from assistant.database import Database
from assistant.maintenance import SharedAnswerStore, shared_answer_store
from tests.maintenance.test_feedback import ANSWER, CITATION
from tests.servers.places import all_words, opened
from tests.support import open_assistant, write_article

pytestmark = pytest.mark.usefixtures("quick_names")
SECRET = "The witness of the collision is Orla Venn, who lives at the harbour."
FILE = "shared_answers.sqlite"


def asked(assistant: Assistant, folder: Path) -> Answer:
    write_article(folder, "witness", f"Two ferries collided on Monday. {SECRET} Nobody was hurt.")
    write_article(folder, "ebb", "The tide went out at noon.")
    assistant.refresh([folder])
    return assistant.ask("Who is the witness of the collision?")


def test_a_shared_answer_reads_the_same_after_the_articles_have_moved_on(place: Database, tmp_path: Path) -> None:
    filters = Filters(since=datetime(2020, 5, 1, 10, tzinfo=UTC))
    with opened(place) as assistant:
        answer = asked(assistant, tmp_path / "articles")
        shared = assistant.share(answer, "ana", filters)
        write_article(tmp_path / "articles", "witness", "There is no witness.")
        assistant.refresh([tmp_path / "articles"])
    with opened(place) as assistant:
        kept = assistant.shared_answer(shared.key)
    assert kept == shared and kept.answer == replace(answer, timings={}) and kept.owner == "ana"
    assert kept.filters == Filters(since=date(2020, 5, 1)) and kept.answer.corpus.generation == "000001"
    assert kept.excerpts[0].before.startswith("Two ferries") and kept.excerpts[0].after.endswith("Nobody was hurt.")


def test_each_owner_has_one_key_for_the_same_answer(place: Database) -> None:
    with opened(place) as assistant:
        first = assistant.share(ANSWER, "ana")
        assert assistant.share(replace(ANSWER, timings={"search": 2.0}), "ana") == first
        others = [assistant.share(ANSWER, "ben"), assistant.share(ANSWER, "ana", Filters(source="Coast Radio"))]
        assert len({first.key, *(other.key for other in others)}) == 3 and len(first.key) >= 22
        assert assistant.shared_answers("ana") == [others[1], first]
        assert assistant.shared_answers(None) == [] and len(assistant.shared_answers(None, maintainer=True)) == 3


def test_only_who_shared_an_answer_takes_it_back_or_a_maintainer(place: Database) -> None:
    with opened(place) as assistant:
        first, second = assistant.share(ANSWER, "ana"), assistant.share(ANSWER, "ben")
        for owner in ("ben", "", None):
            with pytest.raises(AssistantError, match="only who shared an answer can take it back"):
                assistant.unshare(first.key, owner)
        assistant.unshare(first.key, "ana")
        assistant.unshare(second.key, None, maintainer=True)
        assert assistant.shared_answer(first.key) is assistant.shared_answer(second.key) is None
        with pytest.raises(AssistantError, match="nothing is shared under this key"):
            assistant.unshare(first.key, "ana")


def test_no_word_of_a_removed_article_stays(place: Database, tmp_path: Path) -> None:
    with opened(place) as assistant:
        answer = asked(assistant, tmp_path / "articles")
        shared, other = assistant.share(answer, "ana"), assistant.share(ANSWER, "ana")
        report = assistant.remove_articles([answer.citations[0].article_id])
        assert "1 item shared with a link had words of removed articles, which are deleted, too" in report.notices
        assert assistant.shared_answer(shared.key) is None and assistant.shared_answers("ana") == [other]
        assert "Orla Venn" not in all_words(place)
        with pytest.raises(AssistantError, match="was removed by a maintainer; ask the question again"):
            assistant.share(answer, "ana")


def test_what_was_removed_meanwhile_is_not_shown_before_it_is_deleted(place: Database) -> None:
    removed: set[str] = set()
    near = ArticleRef("near", "Orla Venn", None, None, None)
    store = SharedAnswerStore(place, lambda: removed)
    shared = [store.share(answer, (), "ana") for answer in (ANSWER, replace(ANSWER, citations=(), nearest=(near,)))]
    removed |= {CITATION.article_id, "near"}
    assert [store.get(each.key) for each in shared] == [None, None] and store.all() == []
    assert store.drop_removed() == 2 and store.drop_removed() == 0


def test_removing_an_article_says_so_when_what_was_shared_cannot_be_looked_through(tmp_path: Path) -> None:
    with open_assistant(tmp_path / "home") as assistant:
        answer = asked(assistant, tmp_path / "articles")
        (tmp_path / "home" / FILE).write_bytes(b"no database at all" * 100)
        report = assistant.remove_articles([answer.citations[0].article_id])
        assert report.removed and any("may keep words of what was removed" in line for line in report.notices)


def test_there_is_room_for_so_many_and_no_more(place: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_answer_store, "MOST", 2)
    with opened(place) as assistant:
        shared = [assistant.share(ANSWER, owner) for owner in ("ana", "ben")]
        with pytest.raises(AssistantError, match="2 answers are shared, the most that are kept; take back some"):
            assistant.share(ANSWER, "cay")
        assert assistant.share(ANSWER, "ben") == shared[1]
        with pytest.raises(AssistantError, match=r"has 300,\d{3} characters .* ask a narrower question"):
            assistant.share(replace(ANSWER, text="a" * 300_000), "ana")


@settings(max_examples=30, deadline=None)
@given(text=st.text(max_size=100))
def test_any_text_can_be_shared(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    answer = replace(ANSWER, question=text, text=text, citations=(replace(CITATION, quote=text, title=text),))
    with open_assistant(tmp_path_factory.mktemp("any")) as assistant:
        shared = assistant.share(answer, text, Filters(source=text or None))
        assert assistant.share(answer, text, Filters(source=text or None)) == shared
        assert assistant.shared_answer(shared.key) == shared and assistant.shared_answers(text) == [shared]
        assistant.unshare(shared.key, text)


@pytest.mark.parametrize("excerpts", [(), (Excerpt("", "Everybody was hurt.", ""),)])
def test_excerpts_of_other_words_are_not_shared(tmp_path: Path, excerpts: tuple[Excerpt, ...]) -> None:
    assert SharedAnswerStore(tmp_path).share(ANSWER, excerpts, "ana").excerpts == (Excerpt("", CITATION.quote, ""),)


def test_a_damaged_file_is_told_and_what_can_be_read_is_kept(tmp_path: Path) -> None:
    with open_assistant(tmp_path) as assistant:
        bad, good = assistant.share(ANSWER, "ana"), assistant.share(ANSWER, "ben")
        with sqlite3.connect(tmp_path / FILE) as db:
            db.execute("UPDATE shared_answers SET content = '{}' WHERE key = ?", (bad.key,))
        db.close()
        uses: list[Callable[[], object]] = [
            lambda: assistant.shared_answer(bad.key),
            lambda: assistant.shared_answers("ana"),
        ]
        for use in uses:
            with pytest.raises(AssistantError, match="it is damaged; run: assistant check --repair") as caught:
                use()
            assert FILE in str(caught.value) and "\n" not in str(caught.value)
        assert [finding.place for finding in assistant.check().damaged] == [FILE]
        assert assistant.check(repair=True).is_sound and assistant.shared_answers("ben") == [good]
