"""A home that the version before numbered formats made is read, brought to the format of today once, and goes on."""

import stat
import tarfile
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant import Assistant, AssistantError, Settings
from assistant.cli.main import main
from assistant.maintenance import restore, upgrades
from tests.data.make_home import QUESTION, write
from tests.support import DATA, open_assistant, titles
from ui.seals import Seals

pytestmark = pytest.mark.usefixtures("quick_names")
TODAY = f"{upgrades.FORMAT}\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The home as it was made then, with its articles where they are now."""
    with tarfile.open(DATA / "home_of_format_1.tar.xz") as tar:
        tar.extractall(tmp_path, filter="data")
    write(tmp_path / "articles", "ferries", "The ferry to Aland leaves at seven.")
    write(tmp_path / "articles", "museums", "The museum of Oulu opens at noon.")
    write(tmp_path / "articles", "herring", "The herring of Kotka swam north.")
    (tmp_path / "home" / "sources.toml").write_text(f'[papers]\nfolder = "{tmp_path / "articles"}"\n')
    return tmp_path / "home"


def check_kept(assistant: Assistant) -> None:
    """All that people made then is there."""
    (rated,), (watched,), (shared,) = assistant.feedback(), assistant.watches(), assistant.shared_answers("ana")
    assert rated.good and rated.reason == "Seven it is." and rated.question == QUESTION
    assert watched.question == "When does the museum of Oulu open?" and watched.answer
    assert "noon" in watched.answer.text
    assert shared.answer.question == QUESTION and shared.excerpts
    (collection,) = assistant.collections.of("ana")
    assert collection.name == "Ferries" and len(collection.items) == 1
    Seals(assistant.settings.home).check(rated.key, "reader", shared.answer)


def test_it_is_read_and_asked_as_it_is(home: Path) -> None:
    with open_assistant(home) as assistant:
        assert any("leaves at seven" in each.quote for each in assistant.ask(QUESTION).citations)
        assert titles(assistant) == {"ferries", "museums", "herring"} and len(assistant.history()) == 2
        assert assistant.check().is_sound
        check_kept(assistant)
    assert not (home / upgrades.FILE).exists()


def test_it_is_refreshed_and_gone_back_to_and_keeps_what_people_made(home: Path) -> None:
    write(home.parent / "articles", "museums", "The museum of Oulu opens at ten.")
    with open_assistant(home) as assistant:
        report = assistant.refresh(trial=True)
        assert report.changed and not (home / upgrades.FILE).exists()
        report = assistant.refresh()
        assert report.generation == "000003" and (home / upgrades.FILE).read_text() == TODAY
        (rated,), (watched,) = assistant.feedback(), assistant.watches()
        assert watched.answer and "ten" in watched.answer.text
        assert rated.reason == "Seven it is." and len(assistant.shared_answers("ana")) == 1
        assert assistant.rollback().name == "000002"
        check_kept(assistant)
        assert assistant.check().is_sound


def test_it_is_for_its_account_alone_once_it_is_served(home: Path) -> None:
    for path in home.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    with open_assistant(home) as assistant:
        assistant.upgrade()
        check_kept(assistant)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in [*home.glob("*.sqlite"), *(home / "index").rglob("*")]}
    assert modes == {0o700, 0o600} and (home / upgrades.FILE).read_text() == TODAY


def test_it_can_be_backed_up_before_and_put_back_after(home: Path, tmp_path: Path) -> None:
    with open_assistant(home) as assistant:
        assistant.backup(tmp_path / "before.tar.gz")
        assistant.upgrade()
    restore(Settings(home=home), tmp_path / "before.tar.gz", force=True)
    assert upgrades.format_of(home) == 1
    with open_assistant(home) as assistant:
        assistant.upgrade()
        check_kept(assistant)
    assert upgrades.format_of(home) == upgrades.FORMAT


def test_a_step_that_was_interrupted_is_taken_again_and_none_twice(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken, failures = list[str](), [OSError("the disk broke")]

    def third(home: Path) -> None:
        taken.append("third")
        if failures:
            raise failures.pop()

    steps = {2: lambda home: taken.append("second"), 3: third, 4: lambda home: taken.append("fourth")}
    monkeypatch.setattr(upgrades, "_STEPS", steps)
    monkeypatch.setattr(upgrades, "FORMAT", 4)
    with open_assistant(home) as assistant:
        with pytest.raises(AssistantError, match="cannot be brought to format 3"):
            assistant.upgrade()
        threads = [threading.Thread(target=assistant.upgrade) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert taken == ["second", "third", "third", "fourth"] and upgrades.format_of(home) == 4


@pytest.mark.parametrize("command", ["ask Who?", "refresh", "serve --port 0", "status", "check --repair", "backup -"])
def test_a_home_of_a_newer_version_is_refused_in_a_line_and_left_as_it_is(home: Path, command: str) -> None:
    (home / upgrades.FILE).write_text("99\n")
    before = sorted((path, path.stat().st_mtime_ns) for path in home.rglob("*"))
    result = CliRunner().invoke(main, [*command.split(), "--home", str(home)])
    assert result.exit_code == 1 and result.stdout == "" and result.stderr.count("\n") == 1
    assert "is of format 99" in result.stderr and "install the version that made it" in result.stderr
    assert sorted((path, path.stat().st_mtime_ns) for path in home.rglob("*")) == before


@pytest.mark.parametrize("content", ["", "two", "-1\n", "\x00", "1" * 5000])
def test_a_number_that_cannot_be_read_is_written_anew(home: Path, content: str) -> None:
    (home / upgrades.FILE).write_text(content)
    with open_assistant(home) as assistant:
        assistant.upgrade()
    assert (home / upgrades.FILE).read_text() == TODAY


def test_a_new_home_has_the_format_of_today_and_an_empty_one_none(tmp_path: Path) -> None:
    with open_assistant(tmp_path / "home") as assistant:
        assistant.upgrade()
        assert not (tmp_path / "home").exists()
        write(tmp_path / "articles", "ferries", "The ferry to Aland leaves at six.")
        assistant.refresh([tmp_path / "articles"])
    assert (tmp_path / "home" / upgrades.FILE).read_text() == TODAY
