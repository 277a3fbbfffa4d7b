"""Feedback: a user says whether an answer was good, and the maintainer reads it."""

import json
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import Answer, AssistantError, Citation, CorpusInfo
from assistant.cli.main import main
from assistant.database import Database
from assistant.utils.strings import storable
from tests.end_to_end.test_bad_input import small_disk
from tests.forked import CONTEXT
from tests.servers.places import opened
from tests.support import open_assistant, write_article

__all__ = ["small_disk"]

CITATION = Citation(
    number=1,
    article_id="ab12",
    title="Two ferries \x1b[31mcollide",
    source="Coast Radio",
    published=datetime(2025, 5, 3, 8, tzinfo=timezone(timedelta(hours=2))),
    url="https://coastradio.example/ferries",
    quote="Nobody was hurt.",
    start=4,
    end=20,
    carried_by=("Chronicle",),
    speaker="Ruth Pardew",
)
ANSWER = Answer(
    question="Who was hurt?",
    text="\nNobody was hurt. [1]\nAll is well.",
    found=True,
    mode="quotes",
    statements=(),
    citations=(CITATION,),
    nearest=(),
    corpus=CorpusInfo("000001", datetime(2025, 5, 4, tzinfo=UTC), 1, None, None),
    confidence=0.9,
)


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def rate_many(place: Database, name: str, count: int = 50) -> None:
    with opened(place) as assistant:
        for number in range(count):
            assistant.rate(ANSWER, True, f"{name} {number}")


def test_feedback_is_stored_with_the_question_and_the_answer(place: Database) -> None:
    with opened(place) as assistant:
        assert assistant.feedback() == []
        before = datetime.now(UTC)
        rated = assistant.rate(ANSWER, False, "It was one.")
        assert assistant.feedback() == [rated]
    with opened(place) as assistant:
        (kept,) = assistant.feedback()
    assert kept == rated and before <= kept.given <= datetime.now(UTC) and kept.given.utcoffset() == timedelta()
    assert (kept.good, kept.reason, kept.question, kept.answer) == (False, "It was one.", ANSWER.question, ANSWER.text)
    assert (kept.mode, kept.found, kept.generation, kept.citations) == ("quotes", True, "000001", (CITATION,))


def test_feedback_can_be_changed_and_taken_back(place: Database) -> None:
    with opened(place) as assistant:
        assistant.rate(ANSWER, True, key="mine")
        other = assistant.rate(ANSWER, True)
        mine = assistant.rate(ANSWER, False, "On second thoughts", key="mine")
        assert assistant.feedback() == [mine, other]
        assistant.unrate("mine")
        assistant.unrate("mine")
        assert assistant.feedback() == [other]


def test_taking_back_what_was_never_given_is_no_error(tmp_path: Path) -> None:
    with open_assistant(tmp_path / "home") as assistant:
        assistant.unrate("never")
        assert assistant.feedback() == [] and not (tmp_path / "home").exists()


def test_feedback_is_listed_newest_first_and_since_a_day_or_a_time(place: Database) -> None:
    with opened(place) as assistant:
        given = [assistant.rate(ANSWER, True, str(number)) for number in range(5)]
        assert assistant.feedback() == given[::-1]
        assert assistant.feedback(given[2].given) == given[:1:-1]
        assert assistant.feedback(given[2].given.replace(tzinfo=None)) == given[:1:-1]
        assert assistant.feedback(given[0].given.date()) == given[::-1]
        assert assistant.feedback(given[-1].given.date() + timedelta(days=1)) == []
        assert assistant.feedback(date.min) == given[::-1] and assistant.feedback(date.max) == []


TEXTS = st.text(max_size=200)


@settings(max_examples=50, deadline=None)
@given(reason=TEXTS, question=TEXTS, text=TEXTS, quote=TEXTS, key=TEXTS)
def test_any_text_comes_back_as_it_can_be_stored(
    tmp_path_factory: pytest.TempPathFactory, reason: str, question: str, text: str, quote: str, key: str
) -> None:
    citation = replace(CITATION, quote=quote, title=question)
    answer = replace(ANSWER, question=question, text=text, citations=(citation,))
    with open_assistant(tmp_path_factory.mktemp("any")) as assistant:
        rated = assistant.rate(answer, True, reason, key=key)
        assert assistant.feedback() == [rated]
        assert (rated.reason, rated.question, rated.answer) == (storable(reason), storable(question), storable(text))
        # A NUL within what is kept as JSON is written out, and need not be replaced.
        assert storable(rated.citations[0].quote) == storable(quote)
        assistant.unrate(key)
        assert assistant.feedback() == []


@pytest.mark.parametrize("text", ["a\ud800b", "a\x00b", "Robert'); DROP TABLE feedback;--", "😀\u202e\n\t"])
def test_odd_characters_can_be_stored(place: Database, text: str) -> None:
    citation = replace(CITATION, quote=text, source=text, carried_by=(text,))
    with opened(place) as assistant:
        rated = assistant.rate(replace(ANSWER, question=text, citations=(citation,)), True, text, key=text)
        assert assistant.feedback() == [rated] and rated.reason == storable(text)
        assert rated.key == storable(text)


def test_a_date_whose_offset_has_seconds_can_be_stored(place: Database) -> None:
    published = datetime(1900, 1, 1, tzinfo=timezone(timedelta(minutes=19, seconds=32)))
    with opened(place) as assistant:
        rated = assistant.rate(replace(ANSWER, citations=(replace(CITATION, published=published),)), True)
        assert assistant.feedback() == [rated] and rated.citations[0].published == published


def test_a_reason_may_have_2000_characters(place: Database) -> None:
    with opened(place) as assistant:
        assistant.rate(ANSWER, True, "a" * 2000)
        with pytest.raises(AssistantError, match=r"the reason has 2,001 characters; shorten it to 2,000") as caught:
            assistant.rate(ANSWER, True, "a" * 2001)
        assert "\n" not in str(caught.value) and len(assistant.feedback()) == 1


def test_neither_refresh_nor_rollback_touches_feedback(tmp_path: Path) -> None:
    with open_assistant(tmp_path / "home") as assistant:
        rated = assistant.rate(ANSWER, True)
        for name in ("one", "two"):
            write_article(tmp_path / "articles", name, "The ferry sails.")
            assistant.refresh([tmp_path / "articles"])
        assistant.rollback()
        assert assistant.feedback() == [rated]


@pytest.mark.crash
def test_two_processes_that_write_at_once_lose_nothing(place: Database) -> None:
    writers = [CONTEXT.Process(target=rate_many, args=(place, name)) for name in ("one", "two")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    with opened(place) as assistant:
        reasons = sorted(feedback.reason for feedback in assistant.feedback())
    assert reasons == sorted(f"{name} {number}" for name in ("one", "two") for number in range(50))


def test_threads_that_write_and_read_at_once_lose_nothing(place: Database) -> None:
    with opened(place) as assistant, ThreadPoolExecutor(8) as pool:
        keys = [rated.key for rated in pool.map(lambda number: assistant.rate(ANSWER, True, str(number)), range(80))]
        assert all(pool.map(lambda _: len(assistant.feedback()) == 80, range(8)))
        list(pool.map(assistant.unrate, keys[:40]))
        assert {feedback.key for feedback in assistant.feedback()} == set(keys[40:])


def assert_errors_of_one_line(home: Path, cure: str) -> None:
    with open_assistant(home) as assistant:
        for use in (lambda: assistant.rate(ANSWER, True), assistant.feedback, lambda: assistant.unrate("mine")):
            with pytest.raises(AssistantError, match=cure) as caught:
                use()
            assert "\n" not in str(caught.value) and "feedback.sqlite" in str(caught.value)


@pytest.mark.parametrize("damage", [b"no database at all" * 100, b"SQLite format 3\x00" + bytes(200)])
def test_a_damaged_file_is_an_error_of_one_line(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "feedback.sqlite").write_bytes(damage)
    assert_errors_of_one_line(tmp_path, "it is damaged; run: assistant check --repair")


def test_a_file_of_another_program_is_an_error_of_one_line(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "feedback.sqlite") as db:
        db.execute("CREATE TABLE feedback (stars INTEGER)")
    db.close()
    assert_errors_of_one_line(tmp_path, "it is another kind of file; run: assistant check --repair")


def test_a_damaged_row_is_an_error_of_one_line(tmp_path: Path) -> None:
    with open_assistant(tmp_path) as assistant:
        assistant.rate(ANSWER, True)
        with sqlite3.connect(tmp_path / "feedback.sqlite") as db:
            db.execute("UPDATE feedback SET citations = '[{'")
        db.close()
        with pytest.raises(AssistantError, match="it is damaged; run: assistant check --repair") as caught:
            assistant.feedback()
        assert "\n" not in str(caught.value)


def test_an_empty_file_is_used_as_a_new_one(tmp_path: Path) -> None:
    (tmp_path / "feedback.sqlite").touch()
    with open_assistant(tmp_path) as assistant:
        assert assistant.feedback() == []
        assert assistant.feedback() == [] and assistant.rate(ANSWER, True) == assistant.feedback()[0]


def test_a_home_that_cannot_be_made_is_an_error_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    with open_assistant(tmp_path / "home") as assistant, pytest.raises(AssistantError, match="cannot be made"):
        assistant.rate(ANSWER, True)


@pytest.mark.crash
def test_a_full_disk_is_an_error_of_one_line_and_loses_nothing(small_disk: Callable[[str], Path]) -> None:
    disk = small_disk("200k")
    with open_assistant(disk) as assistant:
        rated = assistant.rate(ANSWER, True)
        (disk / "filling").write_bytes(bytes(shutil.disk_usage(disk).free))
        with pytest.raises(AssistantError, match="free some space and try again") as caught:
            assistant.rate(ANSWER, True, "a" * 2000)
        assert "\n" not in str(caught.value) and assistant.feedback() == [rated]
        (disk / "filling").unlink()
        assert assistant.rate(ANSWER, True, "a" * 2000) in assistant.feedback()


@pytest.mark.crash
def test_feedback_on_a_read_only_disk_can_be_read(small_disk: Callable[[str], Path]) -> None:
    disk = small_disk("200k")
    with open_assistant(disk) as assistant:
        rated = assistant.rate(ANSWER, True)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        assert assistant.feedback() == [rated]
        for write in (lambda: assistant.rate(ANSWER, True), lambda: assistant.unrate(rated.key)):
            with pytest.raises(AssistantError, match="it may not be written to; allow writing") as caught:
                write()
            assert "\n" not in str(caught.value)


def test_the_command_prints_feedback_newest_first(tmp_path: Path) -> None:
    home = str(tmp_path)
    assert run("feedback", "--home", home).stdout == "No feedback.\n"
    with open_assistant(tmp_path) as assistant:
        assistant.rate(replace(ANSWER, question="Is it \x1b[31mred?", found=False, citations=()), True)
        rated = assistant.rate(ANSWER, False, "It was\none.")
    lines = run("feedback", "--home", home).stdout.splitlines()
    assert lines == [
        f"{rated.given:%Y-%m-%d %H:%M} UTC  bad  Who was hurt?",
        "    reason: It was one.",
        "    answer: Nobody was hurt. [1]",
        "    [1] Two ferries ‹U+001B›[31mcollide · Coast Radio · 3 May 2025",
        "    generation 000001, mode quotes",
        lines[5],
        "    refusal: Nobody was hurt. [1]",
        "    generation 000001, mode quotes",
    ]
    assert lines[5].endswith("UTC  good  Is it [31mred?")


def test_the_command_takes_since_bad_and_json(tmp_path: Path) -> None:
    home = str(tmp_path)
    with open_assistant(tmp_path) as assistant:
        assistant.rate(ANSWER, True)
        rated = assistant.rate(ANSWER, False)
    (bad,) = json.loads(run("feedback", "--bad", "--json", "--home", home).stdout)
    assert bad["key"] == rated.key and bad["good"] is False and bad["citations"][0]["title"] == CITATION.title
    assert bad["given"] == rated.given.isoformat()
    assert len(json.loads(run("feedback", "--json", "--since", "2025-01-01", "--home", home).stdout)) == 2
    assert json.loads(run("feedback", "--json", "--since", "9999-01-01", "--home", home).stdout) == []
    assert run("feedback", "--since", "soon", "--home", home).exit_code == 2
    (tmp_path / "feedback.sqlite").write_bytes(b"no database at all" * 100)
    failed = run("feedback", "--home", home)
    assert failed.exit_code == 1 and failed.stderr.startswith("assistant: ") and failed.stderr.count("\n") == 1
