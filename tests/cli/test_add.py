"""`assistant add` shows what would come in, and puts it in when told to."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant.cli.main import main
from tests.support import write_article

pytestmark = pytest.mark.usefixtures("quick_names")
TEXT = "Quay reopens\n\nThe quay was reopened on Wednesday after nine weeks of repairs."


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    (home / "sources.toml").touch()
    return home


def run(home: Path, *words: str, text: str | None = None) -> Result:
    return CliRunner().invoke(main, [*words, "--home", str(home)], input=text)


def listed(home: Path) -> list[dict[str, str]]:
    result = run(home, "articles", "--json")
    return [] if result.exit_code else json.loads(result.stdout)


def test_a_preview_puts_nothing_in_without_yes(home: Path) -> None:
    shown = run(home, "add", "-", text=TEXT)
    assert shown.exit_code == 0 and "Nothing was put in; to do so, give --yes." in shown.stderr
    assert shown.stdout.splitlines()[:2] == ["Quay reopens", "    no publication · no date · 11 words"]
    assert not (home / "added").exists() and not listed(home)


def test_one_article_is_mended_and_put_in(home: Path) -> None:
    done = run(
        home, "add", "-", "--title", "Quay open", "--date", "28 May 2025", "--publication", "Tide", "--yes", text=TEXT
    )
    assert done.exit_code == 0 and "1 added" in done.stdout
    (article,) = listed(home)
    assert (article["title"], article["source"], article["published"][:10]) == ("Quay open", "Tide", "2025-05-28")
    again = run(home, "add", "-", "--yes", text=TEXT)
    assert "note: already in the corpus as “Quay open” (Tide, 28 May 2025), whose place it would take" in again.stdout
    assert [article["title"] for article in listed(home)] == ["Quay reopens"]


def test_files_and_folders_with_what_cannot_be_read(home: Path) -> None:
    write_article(Path("papers"), "one", "The quay was closed.", title="Quay closed")
    (Path("papers") / "bad.json").write_text("{")
    Path("more.txt").write_text(TEXT)
    both = run(home, "add", "papers", "more.txt", "--json")
    preview = json.loads(both.stdout)
    assert both.exit_code == 3 and [draft["title"] for draft in preview["drafts"]] == ["Quay closed", "Quay reopens"]
    assert [failure["where"] for failure in preview["failures"]] == ["bad.json"]
    done = run(home, "add", "papers", "more.txt", "--json", "--yes")
    assert done.exit_code == 3 and len(json.loads(done.stdout)["added"]) == 2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("papers", "--title", "One"),
            "--publication are for one article, and here are 2 articles",
        ),
        (("one.md", "--date", "soon"), "published is no date: 'soon'"),
        (("ftp://paper.example/x",), "is no web address"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(home: Path, words: tuple[str, ...], message: str) -> None:
    for name in ("one", "two"):
        write_article(Path("papers"), name, f"The quay was {name}.")
    Path("one.md").write_text("---\ntitle: One\n---\nText.")
    result = run(home, "add", *words, "--yes")
    assert result.exit_code == 1 and message in result.stderr and result.stderr.count("\n") == 1
    missing = run(home, "add", "none.pdf")
    assert missing.exit_code == 3 and "there is no such file or folder" in missing.stdout


def test_an_added_article_is_a_source_of_its_own(home: Path) -> None:
    run(home, "add", "-", "--yes", text=TEXT)
    assert run(home, "sources", "list").stdout == f"added by hand  folder  {home / 'added'}\n"
    removed = run(home, "sources", "remove", "added by hand")
    assert removed.exit_code == 1 and "to take articles out of it, run: assistant articles remove ID" in removed.stderr
