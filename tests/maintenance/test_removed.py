"""Articles that are removed by hand, sources that are forgotten: what is gone stays gone, whoever else had it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant import DamagedError, RefreshError
from assistant.cli.main import main
from tests.ingest.web.cases import TEXT, page
from tests.ingest.web.site import Site
from tests.support import generations, open_assistant, open_listed, titles, write_article

pytestmark = pytest.mark.usefixtures("quick_names")
SECRET = "The name of the witness is Orla Venn, who lives at the harbour."


@pytest.fixture
def listing(tmp_path: Path) -> Path:
    write_article(tmp_path / "tides", "ebb", "The tide went out at noon.")
    write_article(tmp_path / "tides", "witness", SECRET)
    path = tmp_path / "sources.toml"
    path.write_text('[tides]\nfolder = "tides"\n')
    with open_listed(path) as assistant:
        assistant.refresh()
    return path


def id_of(listing: Path, title: str) -> str:
    with open_listed(listing) as assistant:
        return next(article.id for article in assistant.articles() if article.title == title)


def run(listing: Path, *words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--home", str(listing.parent / "home")])


def test_a_removed_article_stays_away_though_its_source_still_has_it(listing: Path) -> None:
    witness = id_of(listing, "witness")
    with open_listed(listing) as assistant:
        assert assistant.remove_articles([witness]).removed == (witness,)
        for reread in (False, True):
            assert not assistant.refresh(reread=reread).added and titles(assistant) == {"ebb"}
        write_article(listing.parent / "tides", "witness", SECRET).rename(listing.parent / "tides/renamed.md")
        assistant.refresh(allow_removals=True)
        assert titles(assistant) == {"ebb"} and assistant.article(witness) is None
        assert [removed.id for removed in assistant.removed_articles()] == [witness]


def test_neither_earlier_states_nor_going_back_to_them_has_it(listing: Path) -> None:
    witness = id_of(listing, "witness")
    with open_listed(listing) as assistant:
        assistant.search("witness")
        assistant.remove_articles([witness])
        assert len(generations(listing.parent / "home")) == 1
        with pytest.raises(RefreshError, match="no generation before"):
            assistant.rollback()


def test_a_removed_article_that_is_written_anew_is_told_once_and_comes_back_when_restored(listing: Path) -> None:
    witness = id_of(listing, "witness")
    with open_listed(listing) as assistant:
        assistant.remove_articles([witness])
        write_article(listing.parent / "tides", "witness", "The witness is not named any more.")
        (notice,) = assistant.refresh().notices
        assert f"assistant articles restore {witness}" in notice
        assert not assistant.refresh().notices and titles(assistant) == {"ebb"}
        assistant.restore_articles([witness])
        assert assistant.refresh().added == (witness,)


def test_the_commands_read_remove_and_restore_an_article(listing: Path) -> None:
    witness = id_of(listing, "witness")
    assert SECRET in run(listing, "article", witness).output
    assert json.loads(run(listing, "article", witness, "--json").output)["text"] == SECRET
    removed = run(listing, "articles", "remove", witness)
    assert removed.exit_code == 0 and f"articles restore {witness}" in removed.output
    assert witness not in run(listing, "articles").output
    assert witness in run(listing, "articles", "removed").output
    assert run(listing, "articles", "restore", witness).exit_code == 0
    assert "No article was removed" in run(listing, "articles", "removed").output


def test_while_it_cannot_be_read_what_was_removed_nothing_comes_back(listing: Path) -> None:
    witness = id_of(listing, "witness")
    with open_listed(listing) as assistant:
        assistant.remove_articles([witness])
        (listing.parent / "home/index/removed.json").write_text("[{]")
        with pytest.raises(DamagedError, match=r"removed\.json: .*put a copy of it back"):
            assistant.refresh()
        assert titles(assistant) == {"ebb"} and not assistant.check().is_sound


@pytest.mark.parametrize("words", [("article", "0"), ("articles", "remove", "0"), ("articles", "restore", "0")])
def test_an_unknown_id_is_one_line_and_changes_nothing(listing: Path, words: tuple[str, ...]) -> None:
    result = run(listing, *words)
    assert result.exit_code == 1 and result.output.count("\n") == 1 and "'0'" in result.output
    with open_listed(listing) as assistant:
        assert titles(assistant) == {"ebb", "witness"}


def test_a_removed_page_stays_away_and_comes_back_when_restored(site: Site, tmp_path: Path) -> None:
    site.serve({"@1/a": page()})
    with open_assistant(tmp_path / "home", web_hosts=("127.0.0.1",), web_delay=0) as assistant:
        (added,) = assistant.refresh([f"{site.base(1)}/a"]).added
        assistant.remove_articles([added])
        for _ in range(2):
            report = assistant.refresh(reread=True)
            assert not report.added and not report.failures and not assistant.articles()
        assert not assistant.refresh().failures
        assistant.restore_articles([added])
        assert assistant.refresh().added == (added,)


@pytest.mark.parametrize("own_text", [SECRET, TEXT])
def test_a_forgotten_source_leaves_another_only_the_text_that_it_gave(
    site: Site, tmp_path: Path, own_text: str
) -> None:
    site.serve({"@1/a": page()})
    wire, folder = f"{site.base(1)}/a", tmp_path / "own"
    write_article(folder, "statement", own_text, title="Bridge closed", url=wire)
    with open_assistant(tmp_path / "home", web_hosts=("127.0.0.1",), web_delay=0) as assistant:
        assistant.refresh([wire])
        assistant.refresh([wire, folder])
        assert [article.text for article in assistant.articles()] == [own_text]
        assistant.refresh(forget=[str(folder)])
        assert [article.text for article in assistant.articles()] == ([TEXT] if own_text == TEXT else [])
        assistant.refresh()
        assert [article.text for article in assistant.articles()] == [TEXT]


def test_the_articles_of_a_folder_that_is_listed_elsewhere_now_are_those_of_the_new_place(listing: Path) -> None:
    witness = id_of(listing, "witness")
    new = listing.parent / "archive"
    write_article(new, "moved", SECRET, title="witness")
    write_article(new, "flow", "The tide came in at six.")
    listing.write_text('[tides]\nfolder = "nowhere"\n')
    with open_listed(listing) as assistant:
        assert assistant.refresh().failures and titles(assistant) == {"ebb", "witness"}
        listing.write_text('[tides]\nfolder = "archive"\n')
        report = assistant.refresh()
        assert titles(assistant) == {"witness", "flow"} and len(report.removed) == 1
        assert assistant.article(witness) is not None
        assert "is removed" in report.notices[0] and not assistant.refresh().notices
        assert [state.name for state in assistant.status().states] == ["tides"]
