"""Users who ask and maintainers who refresh, at once and in processes of their own."""

import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant import LockedError, RefreshCallbacks, RefreshError
from tests.crash.children import child
from tests.support import generations, open_assistant, versions, write_version

pytestmark = [pytest.mark.crash, pytest.mark.usefixtures("quick_names")]

WORDS = ("zero", "alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliett")


def index(home: Path, articles: Path, *words: str) -> None:
    """Refresh once for each of `words`, as one person does it."""
    with open_assistant(home) as assistant:
        for word in words:
            write_version(articles, word)
            assistant.refresh([articles])


def test_staff_ask_while_ten_refreshes_are_published(tmp_path: Path) -> None:
    home, articles = tmp_path / "home", tmp_path / "articles"
    index(home, articles, WORDS[0])
    with child("asker", home, *WORDS) as staff:
        staff.ask("keep asking")
        with open_assistant(home) as assistant:
            for word in WORDS[1:]:
                write_version(articles, word)
                assert assistant.refresh([articles]).published
                assert staff.ask("ask")["versions"] == [word], "the first question after the publication"
        end = staff.ask("stop")
    assert end["errors"] == []
    assert end["asked"] > 0


def test_staff_open_the_index_while_ten_refreshes_are_published(tmp_path: Path) -> None:
    home, articles = tmp_path / "home", tmp_path / "articles"
    index(home, articles, WORDS[0])
    with child("asker", home, *WORDS) as staff:
        staff.ask("keep opening")
        index(home, articles, *WORDS[1:])
        end = staff.ask("stop")
    assert end["errors"] == []
    assert end["asked"] > 0


def test_two_assistants_of_one_home_in_one_process(tmp_path: Path) -> None:
    home, articles = tmp_path / "home", tmp_path / "articles"
    index(home, articles, "alpha")

    together = threading.Barrier(4)

    def open_and_ask(_: int) -> set[str]:
        together.wait()
        with open_assistant(home) as assistant:
            return versions(assistant, WORDS)

    with ThreadPoolExecutor(4) as pool:
        for _ in range(10):
            assert list(pool.map(open_and_ask, range(4))) == [{"alpha"}] * 4


def test_second_refresh_waits_for_the_first(tmp_path: Path) -> None:
    home, articles, notices = tmp_path / "home", tmp_path / "articles", []
    index(home, articles, "alpha")
    write_version(articles, "bravo")
    with child("lock_holder", home, articles) as first, open_assistant(home) as second:
        assert first.line() == "holding"

        def let_it_go_on(line: str) -> None:
            notices.append(line)
            first.tell("")

        report = second.refresh([articles], watcher=RefreshCallbacks(notice=let_it_go_on))
        assert (first.line(), report.generation, report.published) == ("000002", "000002", False)
        assert versions(second, WORDS) == {"bravo"}
    assert notices and f"process {first.process.pid} " in notices[0]


def test_refresh_that_may_not_wait_names_who_holds_the_lock(tmp_path: Path) -> None:
    home, articles = tmp_path / "home", tmp_path / "articles"
    index(home, articles, "alpha")
    write_version(articles, "bravo")
    with child("lock_holder", home, articles) as first, open_assistant(home, wait=0) as second:
        assert first.line() == "holding"
        with pytest.raises(LockedError, match=f"process {first.process.pid} "):
            second.refresh([articles])
        with pytest.raises(LockedError, match=f"process {first.process.pid} "):
            second.rollback()
        assert versions(second, WORDS) == {"alpha"}
        first.tell("")
        assert first.line() == "000002"


def test_two_refreshes_in_one_process_take_turns(tmp_path: Path) -> None:
    home, articles = tmp_path / "home", tmp_path / "articles"
    write_version(articles, "alpha")
    with open_assistant(home) as assistant:
        threads = [threading.Thread(target=assistant.refresh, args=([articles],)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert versions(assistant, WORDS) == {"alpha"}
    assert generations(home) == ["000001"]


def test_lock_of_a_killed_refresh_does_not_block(tmp_path: Path) -> None:
    home, articles = tmp_path / "home", tmp_path / "articles"
    index(home, articles, "alpha")
    write_version(articles, "bravo")
    with child("lock_holder", home, articles) as first:
        assert first.line() == "holding"
        first.process.send_signal(signal.SIGKILL)
        first.process.wait()
    with open_assistant(home, wait=0) as second:
        assert versions(second, WORDS) == {"alpha"}
        assert second.refresh([articles]).published
        assert versions(second, WORDS) == {"bravo"}
    assert generations(home) == ["000001", "000002"]


def test_rollback_publishes_the_generation_before(tmp_path: Path) -> None:
    home, articles = tmp_path / "home", tmp_path / "articles"
    index(home, articles, "alpha", "bravo")
    with child("asker", home, *WORDS) as staff, open_assistant(home) as assistant:
        assert staff.ask("ask")["versions"] == ["bravo"]
        assert assistant.rollback().name == "000001"
        assert versions(assistant, WORDS) == {"alpha"}
        assert staff.ask("ask")["versions"] == ["alpha"]


def test_rollback_with_nothing_before_says_so(tmp_path: Path) -> None:
    with open_assistant(tmp_path / "home") as assistant:
        with pytest.raises(RefreshError, match="no generation before"):
            assistant.rollback()
        write_version(tmp_path / "articles", "alpha")
        assistant.refresh([tmp_path / "articles"])
        with pytest.raises(RefreshError, match="no generation before 000001"):
            assistant.rollback()
        assert versions(assistant, WORDS) == {"alpha"}


def test_refresh_after_a_rollback(tmp_path: Path) -> None:
    home, articles = tmp_path / "home", tmp_path / "articles"
    index(home, articles, "alpha", "bravo")
    with open_assistant(home) as assistant:
        assistant.rollback()
        assert assistant.refresh([articles]).published
        assert versions(assistant, WORDS) == {"bravo"}
        assert assistant.rollback().name == "000001"
        assert versions(assistant, WORDS) == {"alpha"}


def test_generation_before_stays_after_two_rollbacks_and_a_refresh(tmp_path: Path) -> None:
    home, articles = tmp_path / "home", tmp_path / "articles"
    index(home, articles, "alpha", "bravo", "charlie")
    with open_assistant(home) as assistant:
        assistant.rollback()
        assistant.rollback()
        write_version(articles, "delta")
        assistant.refresh([articles])
        assistant.rollback()
        assert versions(assistant, WORDS) == {"alpha"}


def test_three_generations_are_kept(tmp_path: Path) -> None:
    home, articles = tmp_path / "home", tmp_path / "articles"
    index(home, articles, *WORDS[:5])
    assert generations(home) == ["000003", "000004", "000005"]


def test_a_generation_that_is_being_read_is_not_deleted(tmp_path: Path) -> None:
    home, articles = tmp_path / "home", tmp_path / "articles"
    index(home, articles, "alpha")
    with child("asker", home, *WORDS) as staff:
        staff.ask("hold")
        index(home, articles, *WORDS[2:7])
        assert generations(home) == ["000001", "000004", "000005", "000006"]
        assert staff.ask("release")["versions"] == ["alpha"]
        assert staff.ask("ask")["versions"] == [WORDS[6]]
        index(home, articles, "zero")
    assert generations(home) == ["000005", "000006", "000007"]


def test_a_killed_reader_keeps_no_generation_from_being_deleted(tmp_path: Path) -> None:
    home, articles = tmp_path / "home", tmp_path / "articles"
    index(home, articles, "alpha")
    with child("asker", home, *WORDS) as staff:
        staff.ask("hold")
        staff.process.send_signal(signal.SIGKILL)
        staff.process.wait()
    index(home, articles, *WORDS[2:5])
    assert generations(home) == ["000002", "000003", "000004"]
