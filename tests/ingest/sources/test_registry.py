from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Settings, SettingsError
from assistant.ingest.sources.edit import add, remove
from assistant.ingest.sources.file import load
from assistant.ingest.sources.registry import listed, resolve, sources_file
from assistant.ingest.sources.source import Source
from tests.support import ROOT

GOOD = """\
# Sources of the newsroom.

[chronicle]  # the town's paper
feed = "https://www.chronicle.example/feed.xml"
publication = "Pellinsea Chronicle"
include = [
    "*/news/*",   # no sport
]
follow = "never"
most = 50
recheck = "12h"
every = "30m"
stale_after = "3d"
quiet_after = "2 weeks"

# Letters are typed in by hand.
[letters]
file = "letters.jsonl"
category = "opinion"

[archive]
folder = "old/articles"
exclude = ["drafts/*"]
"""


def listing(text: str, name: str = "sources.toml") -> Path:
    path = Path(name).absolute()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return path


def mistakes(text: str) -> str:
    with pytest.raises(SettingsError) as caught:
        load(listing(text))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def web(name: str, url: str, kind: str = "feed") -> str:
    return f'[{name}]\n{kind} = "{url}"\n'


def test_a_list_is_read_in_its_order_with_all_its_keys() -> None:
    chronicle, letters, archive = load(listing(GOOD))
    assert chronicle == Source(
        "chronicle",
        "feed",
        "https://www.chronicle.example/feed.xml",
        publication="Pellinsea Chronicle",
        include=("*/news/*",),
        follow="never",
        most=50,
        recheck=timedelta(hours=12),
        every=timedelta(minutes=30),
        stale_after=timedelta(days=3),
        quiet_after=timedelta(days=14),
        listed=True,
    )
    assert (letters.kind, letters.category, letters.most) == ("file", "opinion", 200)
    assert archive.is_local and archive.exclude == ("drafts/*",)


def test_paths_are_relative_to_the_folder_of_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    home = Path("someone").absolute()
    monkeypatch.setenv("HOME", str(home))
    path = listing('[a]\nfolder = "x/../y"\n[b]\nfile = "~/b.md"\n[c]\nfile = "/srv/c.md"\n', "there/sources.toml")
    assert [source.location for source in load(path)] == [str(path.parent / "y"), str(home / "b.md"), "/srv/c.md"]


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "\ufeff" + GOOD, GOOD.replace("\n", "\r\n")])
def test_a_list_may_be_empty_and_come_from_any_editor(text: str) -> None:
    assert len(load(listing(text))) == (3 if "[letters]" in text else 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            web("a", "https://a.example") + 'pubication = "A"',
            ':3: unknown key "pubication" in [a]; did you mean "public',
        ),
        (web("a", "https://a.example") + "xyzzy = 1", ':3: unknown key "xyzzy" in [a]; known are folder, file, feed'),
        (web("a", "https://a.example") + "most = 0", ":3: most = 0 in [a] cannot be used; give a whole number from 1"),
        (web("a", "https://a.example") + "most = true", ":3: most = true in [a] cannot be used"),
        (web("a", "https://a.example") + "most = 0x" + "f" * 5000, ":3: most = a int too large"),
        (
            web("a", "https://a.example") + 'include = "x"',
            ':3: include = "x" in [a] cannot be used; give a list of globs',
        ),
        (web("a", "https://a.example") + "include = [\n1,\n]", ":3: include = [1] in [a] cannot be used"),
        (
            web("a", "https://a.example") + "every = 30",
            ":3: every = 30 in [a] cannot be used; give a number with its unit",
        ),
        (web("a", "https://a.example") + 'every = "0m"', ':3: every = "0m" in [a] cannot be used'),
        (web("a", "https://a.example") + 'stale_after = "soon"', ':3: stale_after = "soon" in [a] cannot'),
        (web("a", "https://a.example") + 'follow = "yes"', ':3: follow = "yes" in [a] cannot be used; give "auto"'),
        (web("a", "https://a.example") + 'publication = ""', ':3: publication = "" in [a] cannot be used; give a text'),
        ('[a]\npublication = "A"', ":1: [a] does not say where its articles are; give it one of folder, file"),
        (web("a", "https://a.example") + 'file = "x"', ":2: [a] has file and feed; keep one of them"),
        ('[a]\nfolder = "x"\nfollow = "never"', ':3: follow = "never" in [a] does not go with a folder; remove it'),
        ('[a]\nfile = "x"\ninclude = ["y"]', ':3: include = ["y"] in [a] does not go with a file; remove it'),
        (web("a", "https://a.example", "page") + "most = 5", ":3: most = 5 in [a] does not go with a page"),
        (web("a", "ftp://a.example"), ':2: feed = "ftp://a.example" in [a] is no web address; begin it with https://'),
        (web("a", "www.a.example"), ':2: feed = "www.a.example" in [a] is no web address'),
        (web("a", "https://"), ':2: feed = "https://" in [a] is no address'),
        (web("a", "http://["), ':2: feed = "http://[" in [a] is no address'),
        (web("a", "https://a.example:port/"), ":2: feed = "),
        (
            web("a", "https://me:hunter2@a.example/"),
            ':2: feed = "https://***@a.example/" in [a] has a user or password',
        ),
        ('[a]\nfolder = "https://a.example"', ':2: folder = "https://a.example" in [a] is an address; name a folder'),
        ('[a]\nfolder = "\\u0000"', ":2: folder = "),
        (
            '["Big Name"]\nfile = "x"',
            ":1: the name [Big Name] cannot be used; write it in small letters, digits, - and _, as",
        ),
        ('feed = "https://a.example"', ":1: feed is no source; write it under the header of"),
        ('[[a]]\nfile = "x"', ":1: a is no source; write it as [a], in single brackets"),
        (
            web("a", "https://a.example/x") + web("b", "http://A.example/x/", "page"),
            ":4: [b] has the feed of [a] (line 2)",
        ),
        (web("a", "https://a.example") + web("a", "https://b.example"), ":3: [a] is there already (line 1); give one"),
        ("[a]\nfeed = https://a.example", ":2: cannot be read as TOML (Invalid value, column 8); write the header"),
        ("[a]\ninclude = [\n'x',\n", ":2: cannot be read as TOML"),
        ("[a]\nmost = " + "9" * 5000, ":2: cannot be read as TOML"),
        ("[a]\nmost = " + "[" * 5000, ":2: cannot be read as TOML"),
    ],
)
def test_a_mistake_is_reported_with_its_line_and_its_cure(text: str, expected: str) -> None:
    message = mistakes(text)
    assert message.startswith(f"sources.toml{expected}"), message
    assert "hunter2" not in message


def test_all_mistakes_are_reported_in_one_line() -> None:
    message = mistakes('[a]\nfeed = "ftp://x"\nmost = 0\n[b]\nfolder = "y"\nfolow = "auto"\n')
    assert [part.split(": ")[0] for part in message.split("; ") if part.startswith("sources")] == [
        *("sources.toml:2", "sources.toml:3", "sources.toml:6")
    ]
    assert mistakes("\n".join(f"[n{number}]" for number in range(9))).endswith("; and 4 more")


def test_a_list_that_is_not_utf8_is_reported_with_its_line() -> None:
    path = listing(GOOD)
    path.write_bytes(path.read_bytes().replace(b"Pellinsea", b"Caf\xe9"))
    with pytest.raises(SettingsError, match=r"sources\.toml:5: is not UTF-8 .* save"):
        load(path)
    with pytest.raises(SettingsError, match="cannot be read"):
        load(path.parent)


_CHANGES = st.lists(st.tuples(st.integers(0, len(GOOD)), st.integers(0, 9), st.text(max_size=4)), max_size=4)


@given(_CHANGES)
def test_any_text_is_read_or_reported_with_a_line(changes: list[tuple[int, int, str]]) -> None:
    text = GOOD
    for position, deleted, inserted in changes:
        text = text[:position] + inserted + text[position + deleted :]
    path = Path("mutated.toml").absolute()
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        load(path)
    except SettingsError as error:
        head, line = str(error).split(": ")[0].rsplit(":", 1)
        assert head == "mutated.toml" and 1 <= int(line) <= text.count("\n") + 1


# which list


def test_the_list_is_that_of_the_settings_else_of_home_else_of_the_project(tmp_path: Path) -> None:
    home = tmp_path / "home"
    project = ROOT / "corpus" / "sources.toml"
    assert sources_file(Settings(home=home)) == project
    own = listing(GOOD, str(home / "sources.toml"))
    assert sources_file(Settings(home=home)) == own
    assert sources_file(Settings(home=home, sources=tmp_path / "mine.toml")) == tmp_path / "mine.toml"


def test_no_list_is_an_empty_one_unless_it_was_asked_for_by_name(tmp_path: Path) -> None:
    assert listed(Settings(home=tmp_path)) == []
    with pytest.raises(SettingsError, match=r"none\.toml: there is no such file; make it"):
        listed(Settings(home=tmp_path, sources=Path("none.toml")))


def test_the_list_that_comes_with_the_project_shows_sources_that_can_be_read() -> None:
    shipped = ROOT / "corpus" / "sources.toml"
    assert load(shipped) == []
    lines = shipped.read_text(encoding="utf-8").splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("# ["))
    meant = "\n".join(line.removeprefix("# ").removeprefix("#") for line in lines[first:])
    sources = load(listing(meant.replace("In place of feed", "# In place of feed")))
    assert [source.kind for source in sources] == ["feed", "sitemap", "page", "folder", "file"]


# changing it


def test_an_added_source_is_listed_and_the_rest_stays() -> None:
    path = listing(GOOD)
    added = add(path, "https://news.meridian.example/rss?x=1", "feed", publication="The Meridian", every="1h")
    assert (added.name, added.publication, added.every) == ("meridian", "The Meridian", timedelta(hours=1))
    assert path.read_text().startswith(GOOD) and load(path)[-1] == added


def test_a_missing_list_is_created() -> None:
    path = Path("new/home/sources.toml").absolute()
    assert add(path, "https://a.example/feed", "feed", "one").name == "one"
    assert path.read_text() == '[one]\nfeed = "https://a.example/feed"\n'
    assert [file.name for file in path.parent.iterdir()] == ["sources.toml"]


def test_a_folder_is_added_relative_to_the_list() -> None:
    path = listing("", "corpus/sources.toml")
    inside, outside = Path("corpus/Old Articles"), Path("elsewhere")
    assert add(path, str(inside), "folder").name == "old-articles"
    add(path, str(outside), "folder")
    assert 'folder = "Old Articles"' in path.read_text() and f'folder = "{outside.absolute()}"' in path.read_text()
    assert [source.location for source in load(path)] == [str(inside.absolute()), str(outside.absolute())]


@pytest.mark.parametrize(
    ("location", "name"),
    [
        ("https://www.chronicle.example/b", "chronicle-2"),
        ("https://feeds.bbci.co.uk/news/rss.xml", "bbci"),
        ("http://127.0.0.1:8000/feed", "127-0-0-1"),
        ("http://localhost/feed", "localhost"),
        ("http://[::1]/feed", "1"),
        ("https://bücher.example/feed", "bucher"),
    ],
)
def test_a_source_gets_a_name_of_its_own(location: str, name: str) -> None:
    assert add(listing(GOOD), location, "feed").name == name


@pytest.mark.parametrize(
    ("location", "kind", "keys", "expected"),
    [
        ("http://www.chronicle.example/feed.xml/", "feed", {}, r"is listed already, as \[chronicle\] in sources\.toml"),
        ("letters.jsonl", "file", {}, r"listed already, as \[letters\]"),
        ("https://b.example", "feed", {"name": "letters"}, r"nothing was added: \[letters\] is there already"),
        ("https://b.example", "feed", {"name": "B!"}, r"nothing was added: the name \[B!\] cannot be used"),
        ("https://b.example", "feed", {"every": "often"}, 'nothing was added: every = "often"'),
        ("https://b.example", "feed", {"pubication": "B"}, "unknown key"),
        ("https://u:hunter2@b.example", "feed", {}, r"https://\*\*\*@b\.example has a user or password"),
        ("some/where", "feed", {}, "some/where is no web address"),
        ("https://b.example", "folder", {}, "https://b.example is an address"),
        ("x", "folder", {"most": 5}, "most = 5 in .* does not go with a folder"),
    ],
)
def test_what_cannot_be_added_changes_nothing(location: str, kind: str, keys: dict[str, object], expected: str) -> None:
    path = listing(GOOD)
    with pytest.raises(SettingsError, match=expected) as caught:
        add(path, location, kind, **keys)  # type: ignore[arg-type]
    assert path.read_text() == GOOD and "hunter2" not in str(caught.value)


_LINES = st.lists(
    st.sampled_from(
        ["# a comment", "", "  ", "[b] # why", 'file = "b"', "exclude = [", '"x",', "]", "[c]", 'page="http://c"']
    ),
    max_size=9,
)


@given(st.one_of(st.just(GOOD), _LINES.map("\n".join)), st.sampled_from(["\n", "\r\n"]), st.booleans(), st.booleans())
def test_adding_and_removing_gives_the_list_as_it_was(text: str, end: str, ended: bool, marked: bool) -> None:
    whole = ("\ufeff" if marked else "") + (text + "\n" * ended).replace("\n", end)
    path = listing(whole)
    try:
        add(path, "https://new.example/feed", "feed", "new", include=["a", "b"], publication='The "New"\n')
    except SettingsError:
        assert path.read_bytes().decode() == whole
        return
    assert load(path)[-1].publication == 'The "New"'
    remove(path, "new")
    assert path.read_bytes().decode() == whole


@pytest.mark.parametrize("name", ["chronicle", "letters", "archive"])
def test_only_the_lines_of_a_source_are_removed(name: str) -> None:
    path = listing(GOOD)
    before = load(path)
    removed = remove(path, name)
    assert removed is not None and load(path) == [source for source in before if source.name != name] != before
    text = path.read_text()
    assert "# Sources of the newsroom.\n" in text and "# Letters are typed in by hand.\n" in text
    assert all(line in GOOD for line in text.splitlines())


def test_a_source_written_in_one_line_can_be_removed() -> None:
    path = listing('one = {file = "x"}\ntwo.file = "y"\ntwo.category = "z"\n')
    remove(path, "two")
    assert path.read_text() == 'one = {file = "x"}\n'


def test_a_source_with_mistakes_can_be_removed() -> None:
    path = listing(GOOD + "[bad]\nmost = 0\n")
    assert remove(path, "bad") is None and path.read_text() == GOOD


def test_an_unknown_name_is_reported_with_the_closest() -> None:
    with pytest.raises(SettingsError, match=r"there is no source cronicle; did you mean chronicle\?"):
        remove(listing(GOOD), "cronicle")


def test_a_link_to_the_list_stays_one_and_its_mode_too() -> None:
    real = listing(GOOD, "shared/real.toml")
    real.chmod(0o640)
    link = Path("sources.toml").absolute()
    link.symlink_to(real)
    add(link, "https://b.example", "page")
    assert link.is_symlink() and "b.example" in real.read_text() and real.stat().st_mode & 0o777 == 0o640


# what is meant


def test_names_urls_and_paths_are_distinguished() -> None:
    sources = load(listing(GOOD))
    Path("folder").mkdir()
    Path("file.md").touch()
    given: list[str | Path] = ["letters", "http://www.chronicle.example/feed.xml/", "https://b.example/x"]
    given += ["folder", "file.md", Path("old/articles"), "no/such/thing", "letters", "folder/"]
    resolved = resolve(given, sources)
    assert [(source.kind, source.listed) for source in resolved] == [
        *(("file", True), ("feed", True), ("web", False), ("folder", False)),
        *(("file", False), ("folder", True), ("file", False)),
    ]
    assert resolved[2].name == resolved[2].location == "https://b.example/x"
    assert resolved[6].location == str(Path("no/such/thing").absolute())


def test_a_text_that_is_close_to_a_name_and_not_a_file_is_an_error() -> None:
    sources = load(listing(GOOD))
    with pytest.raises(SettingsError, match=r"there is no source cronicle; did you mean chronicle\?"):
        resolve(["cronicle"], sources)
    assert resolve(["zzz", Path("cronicle2")], sources)[0].kind == "file"
    Path("cronicle").mkdir()
    assert resolve(["cronicle"], sources)[0].kind == "folder"


def test_a_path_is_never_a_name() -> None:
    resolved = resolve([Path("chronicle")], load(listing(GOOD)))
    assert (resolved[0].kind, resolved[0].location) == ("file", str(Path("chronicle").absolute()))


@pytest.mark.parametrize(
    "word", ["ftp://a.example", "file:///etc/passwd", "https://u:hunter2@a.example/", "", " ", "a\0b"]
)
def test_what_cannot_be_a_source_is_an_error(word: str) -> None:
    with pytest.raises(SettingsError) as caught:
        resolve([word], [])
    assert "hunter2" not in str(caught.value)
