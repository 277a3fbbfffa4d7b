import json
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner, Result

from assistant import Settings
from assistant.cli.main import main
from tests.support import open_assistant, write_article

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour News</title><item>
<title>Quay reopens</title><link>{site}/quay.html</link><guid>{site}/quay.html</guid>
<pubDate>Wed, 28 May 2025 09:30:00 GMT</pubDate><description>{text}</description></item></channel></rss>"""
TEXT = "The quay was reopened on Wednesday after nine weeks of repairs, the harbour master said. " * 8
PAGE = "<!doctype html><html><head><title>Quay reopens</title>{links}</head><body><h1>Quay reopens</h1><p>{text}</p>"
LINK = '<link rel="alternate" type="application/rss+xml" href="/{name}.xml" title="{name}">'


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A site on this machine, which the settings allow: two feeds, and pages that name none, one or both."""
    pages = tmp_path / "site"
    pages.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(pages))) as server:
        address = f"http://127.0.0.1:{server.server_port}"
        for name in ("news", "sport"):
            (pages / f"{name}.xml").write_text(FEED.format(site=address, text=TEXT))
        for name, feeds in (("none", ()), ("quay", ()), ("one", ("news",)), ("two", ("news", "sport"))):
            links = "".join(LINK.format(name=feed) for feed in feeds)
            (pages / f"{name}.html").write_text(PAGE.format(links=links, text=TEXT))
        monkeypatch.setenv("ASSISTANT_WEB_HOSTS", "127.0.0.1")
        monkeypatch.setenv("ASSISTANT_WEB_DELAY", "0")
        thread = Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield address
        server.shutdown()
        thread.join()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a list of its own, so that no test changes that of the project."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "sources.toml").touch()
    return home


def run(home: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["sources", *words, "--home", str(home)])


def listing(home: Path) -> str:
    return (home / "sources.toml").read_text()


def test_a_folder_is_added_tested_listed_and_removed(home: Path) -> None:
    write_article(Path("papers"), "one", "The quay was closed.", title="Quay closed")
    (Path("papers") / "bad.json").write_text("{")
    added = run(home, "add", "papers", "--publication", "The Papers", "--every", "30m", "--exclude", "old/*")
    assert added.exit_code == 0 and "Added papers: folder" in added.stdout
    tried = run(home, "test", "papers")
    assert tried.exit_code == 3
    assert "1 article; 1 without a date, 1 without an author" in tried.stdout
    assert "no date     Quay closed" in tried.stdout and "published by The Papers (1)" in tried.stdout
    assert "not read: bad.json: " in tried.stdout
    assert run(home, "list").stdout == f"papers  folder  {Path('papers').absolute()}\n"
    removed = run(home, "remove", "papers")
    assert removed.exit_code == 0 and "Removed papers; its articles stay." in removed.stdout
    assert listing(home) == ""


def test_testing_leaves_no_trace(home: Path) -> None:
    write_article(Path("papers"), "one", "The quay was closed.")
    assert run(home, "test", "papers").exit_code == 0
    assert [path.name for path in home.iterdir()] == ["sources.toml"]


def test_json_has_every_key_as_it_is_written(home: Path) -> None:
    write_article(Path("papers"), "one", "The quay was closed.", title="Quay closed")
    added = json.loads(run(home, "add", "papers", "--json", "--stale-after", "3d").stdout)
    assert (added["name"], added["kind"], added["stale_after"], added["every"]) == ("papers", "folder", "3d", None)
    assert json.loads(run(home, "list", "--json").stdout) == [added]
    (trial,) = json.loads(run(home, "test", "--json").stdout)
    assert trial["source"] == added and trial["articles"][0]["title"] == "Quay closed" and trial["failures"] == []
    assert json.loads(run(home, "remove", "papers", "--json").stdout)["source"] == added


@pytest.mark.parametrize(
    ("page", "kind", "name"), [("news.xml", "feed", "news.xml"), ("none.html", "page", "none.html")]
)
def test_the_kind_of_an_address_is_found_by_reading_it(home: Path, site: str, page: str, kind: str, name: str) -> None:
    added = json.loads(run(home, "add", f"{site}/{page}", "--json").stdout)
    assert (added["kind"], added["location"]) == (kind, f"{site}/{name}")


def test_for_a_page_that_names_a_feed_the_feed_is_added(home: Path, site: str) -> None:
    assert f"feed {site}/news.xml" in run(home, "add", f"{site}/one.html").stdout
    several = run(home, "add", f"{site}/two.html")
    assert several.exit_code == 1 and f"feed {site}/news.xml, feed {site}/sport.xml" in several.stderr
    assert run(home, "add", f"{site}/two.html", "--kind", "page").exit_code == 0


def test_an_address_that_cannot_be_read_needs_its_kind(home: Path, site: str) -> None:
    gone = run(home, "add", f"{site}/gone.xml")
    assert gone.exit_code == 1 and "--kind feed, sitemap or page" in gone.stderr and listing(home) == ""
    offline = run(home, "add", "https://nowhere.example/feed", "--offline")
    assert offline.exit_code == 2 and "--kind feed, sitemap or page" in offline.stderr
    assert run(home, "add", "https://nowhere.example/feed", "--offline", "--kind", "feed").exit_code == 0


def test_a_feed_is_tested(home: Path, site: str) -> None:
    tried = run(home, "test", f"{site}/news.xml")
    assert f"{site}/news.xml" in tried.stdout and "2025-05-28  Quay reopens" in tried.stdout, tried.stdout
    assert run(home, "test", f"{site}/gone.xml").exit_code == 3


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("add", "no/such/folder"), "there is no such file or folder"),
        (("add", "https://u:hunter2@a.example", "--kind", "feed"), "no passwords in addresses"),
        (("add", ".", "--every", "often"), 'every = "often"'),
        (("add", ".", "--follow", "never"), "does not go with a folder"),
        (("remove", "cronicle"), "there is no source cronicle; did you mean chronicle?"),
        (("test", "cronicle"), "there is no source cronicle; did you mean chronicle?"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_changes_nothing(home: Path, words: tuple[str, ...], message: str) -> None:
    run(home, "add", "https://a.example/feed", "--kind", "feed", "--name", "chronicle")
    before = listing(home)
    result = run(home, *words)
    assert result.exit_code == 1 and message in result.stderr and result.stderr.count("\n") == 1
    assert "hunter2" not in result.stderr and listing(home) == before != ""


def test_a_mistake_in_the_list_is_an_error_of_every_command(home: Path) -> None:
    (home / "sources.toml").write_text('[a]\nfeed = "https://a.example"\nmost = 0\n')
    for words in (("list",), ("test",), ("add", "."), ("remove", "b")):
        result = run(home, *words)
        assert result.exit_code == 1 and result.stderr.count("\n") == 1, result
        assert words[0] == "remove" or "sources.toml:3: most = 0" in result.stderr


def test_an_empty_list_says_what_to_do(home: Path) -> None:
    assert "assistant sources add" in run(home, "list").stdout
    assert run(home, "list", "--json").stdout == "[]\n"
    assert run(home, "test").exit_code == 0


def test_secrets_in_addresses_are_not_shown(home: Path) -> None:
    run(home, "add", "https://a.example/feed?token=hunter2", "--kind", "feed")
    assert "hunter2" in listing(home) and "hunter2" not in run(home, "list").stdout


def test_what_only_the_index_has_is_listed_and_its_articles_stay(home: Path) -> None:
    write_article(Path("kept"), "one", "One was here.")
    write_article(Path("gone"), "two", "Two was here.")
    with open_assistant(home) as assistant:
        assistant.refresh(["kept", "gone"])
        run(home, "add", "kept")
        assert run(home, "list").stdout.splitlines()[1] == f"(not listed)  folder  {Path('gone').absolute()}"
        assert run(home, "remove", "kept").exit_code == 0
        assert "give --articles" in run(home, "remove", "gone").stderr
        assert {article.title for article in assistant.articles()} == {"one", "two"}


@pytest.mark.model
def test_articles_are_removed_with_their_source_on_request(home: Path) -> None:
    for name in ("kept", "gone"):
        write_article(Path(name), name, f"The {name} quay was reopened.")
        run(home, "add", name)
    assert CliRunner().invoke(main, ["refresh", "--home", str(home)]).exit_code == 0
    removed = run(home, "remove", "gone", "--articles")
    assert removed.exit_code == 0 and "Removed gone.\n1 article removed with it." in removed.stdout
    assert "kept" in (left := CliRunner().invoke(main, ["articles", "--home", str(home)]).stdout) and "gone" not in left


@pytest.mark.parametrize("words", [(), ("add",), ("remove",), ("list",), ("test",)])
def test_each_command_has_help(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, ["sources", *words, "--help"])
    assert result.exit_code == 0 and (not words or ("--home" in result.stdout and "--json" in result.stdout))


def test_the_settings_may_name_another_list(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_SOURCES", "mine.toml")
    assert run(home, "add", ".", "--name", "here").exit_code == 0
    assert Path("mine.toml").read_text().startswith("[here]") and listing(home) == ""
    assert Settings(home=home).sources == Path("mine.toml")


def test_a_source_is_edited_paused_and_resumed(home: Path) -> None:
    write_article(Path("papers"), "one", "The quay was closed.", title="Quay closed")
    run(home, "add", "papers", "--publication", "The Papers")
    edited = run(home, "edit", "papers", "--publication", "", "--every", "30m", "--exclude", "old/*")
    assert edited.exit_code == 0 and "Changed papers: folder" in edited.stdout
    kept = listing(home).splitlines()
    assert kept[2:] == ['every = "30m"', 'exclude = ["old/*"]']
    assert run(home, "edit", "papers").exit_code == 2
    assert "tides" in run(home, "edit", "papers", "--location", "tides").stdout
    assert run(home, "pause", "papers").stdout.startswith("papers is paused; its articles stay.")
    assert "folder, paused" in run(home, "list").stdout
    assert "is read again from the next refresh on" in run(home, "resume", "papers").stdout
    assert "paused =" not in listing(home)
    wrong = run(home, "pause", "paper")
    assert wrong.exit_code == 1 and "did you mean papers?" in wrong.stderr


def test_the_visits_of_a_source_say_what_each_brought(home: Path) -> None:
    write_article(Path("papers"), "one", "The quay was closed.", title="Quay closed")
    run(home, "add", "papers")
    assert run(home, "visits", "papers").stdout == "It was not read yet.\n"
    CliRunner().invoke(main, ["refresh", "--home", str(home)])
    (Path("papers") / "bad.json").write_text("{")
    CliRunner().invoke(main, ["refresh", "--home", str(home)])
    head, latest, first = run(home, "visits", "papers").stdout.splitlines()
    assert head.split() == ["when", "outcome", "what", "it", "brought"] and first.rstrip().endswith("read     1 added")
    assert "partly   1 not read: bad.json: " in latest
