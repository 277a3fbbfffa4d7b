"""A list of sources that is deleted: the index goes on with what it last had, and says so."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant import Assistant, Settings, SettingsError
from assistant.cli.main import main
from tests.support import WordHash, titles, write_article

pytestmark = pytest.mark.usefixtures("quick_names")
LIST = '# by hand\n[tides]\nfolder = "../tides"\npublication = "The Tide"\nexclude = ["draft*"]\n'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    write_article(tmp_path / "tides", "ebb", "The tide went out at noon.")
    write_article(tmp_path / "tides", "draft", "The tide is not told yet.")
    home = tmp_path / "home"
    home.mkdir()
    (home / "sources.toml").write_text(LIST)
    with opened(home) as assistant:
        assistant.refresh()
    (home / "sources.toml").unlink()
    return home


def opened(home: Path) -> Assistant:
    return Assistant.open(Settings(home=home), embeddings=WordHash())


def test_a_refresh_goes_on_with_the_list_as_it_was_and_says_that_it_is_gone(home: Path) -> None:
    write_article(home.parent / "tides", "flow", "The tide came in at six.")
    with opened(home) as assistant:
        report = assistant.refresh()
        assert titles(assistant) == {"ebb", "flow"} and not report.removed
        assert {article.source for article in assistant.articles()} == {"The Tide"}
        (notice,) = report.notices
        assert "sources.toml: the list of sources is gone; 1 source is read" in notice and "sources restore" in notice
        assert notice in assistant.status().warnings
        assert [source.name for source in assistant.sources()] == ["tides"]
        assert any(finding.fault and "is gone" in finding.fault for finding in assistant.check().findings)


def test_nothing_is_added_to_or_removed_from_a_list_that_is_gone(home: Path) -> None:
    with opened(home) as assistant:
        with pytest.raises(SettingsError, match="is gone"):
            assistant.add_source(home.parent / "tides")
        with pytest.raises(SettingsError, match="is gone"):
            assistant.remove_source("tides")
    assert not (home / "sources.toml").exists()


def test_it_is_put_back_to_the_letter_by_a_command(home: Path) -> None:
    done = CliRunner().invoke(main, ["sources", "restore", "--home", str(home)])
    assert done.exit_code == 0 and "is there again" in done.output
    assert (home / "sources.toml").read_text() == LIST
    again = CliRunner().invoke(main, ["sources", "restore", "--home", str(home)])
    assert again.exit_code and again.output.count("\n") == 1 and "nothing was put back" in again.output


def test_an_empty_list_in_its_place_is_a_list_of_nothing(home: Path) -> None:
    (home / "sources.toml").write_text("")
    with opened(home) as assistant:
        assert not assistant.refresh().notices
        assert assistant.status().states[0].listed is False and titles(assistant) == {"ebb"}


def test_a_list_that_the_settings_name_is_remembered_too(tmp_path: Path) -> None:
    write_article(tmp_path / "tides", "ebb", "The tide went out at noon.")
    named = tmp_path / "mine.toml"
    named.write_text('[tides]\nfolder = "tides"\n')
    settings = Settings(home=tmp_path / "home", sources=named)
    with Assistant.open(settings, embeddings=WordHash()) as assistant:
        assistant.refresh()
        named.unlink()
        assert "is gone" in assistant.refresh().notices[0] and titles(assistant) == {"ebb"}
        assert assistant.restore_sources() == named and named.exists()
