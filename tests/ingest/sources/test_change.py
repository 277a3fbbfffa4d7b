"""Sources that are edited in sources.toml: nothing but what was asked for changes in the file."""

from pathlib import Path

import pytest

from assistant import Settings, SettingsError
from assistant.ingest.sources import edit_source, listed

LISTING = """# Ours.
[chronicle]  # the daily
feed = "https://paper.example/feed"  # with full texts
most = 20

# Theirs.
[weekly]
page = "https://weekly.example/"
"""
HEAD = '[weekly]\r\npage = "https://w.example"'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "sources.toml"
    path.write_text(LISTING)
    return path


def edit(path: Path, name: str, **keys: object) -> str:
    edit_source(Settings(home=path.parent / "home", sources=path), name, keys)
    return path.read_bytes().decode()


def test_a_key_is_changed_added_and_taken_out_where_it_belongs(path: Path) -> None:
    assert edit(path, "chronicle", most=30) == LISTING.replace("20", "30")
    assert edit(path, "chronicle", feed="https://paper.example/rss", most=20) == LISTING.replace("e/feed", "e/rss")
    edit(path, "chronicle", feed="https://paper.example/feed")
    assert edit(path, "chronicle", publication="The “Chronicle”") == LISTING.replace(
        "20\n", '20\npublication = "The “Chronicle”"\n'
    )
    assert edit(path, "chronicle", publication="", include=[]) == LISTING
    assert edit(path, "https://weekly.example/", paused=True) == f"{LISTING}paused = true\n"
    assert [source.paused for source in listed(Settings(home=path.parent, sources=path))] == [False, True]
    assert edit(path, "weekly", paused=None) == LISTING


@pytest.mark.parametrize(
    ("text", "edited"),
    [
        (f"{HEAD}\r\n\r\n# x", f'{HEAD}\r\nevery = "1d"\r\n\r\n# x'),
        ('[weekly]\npage = "https://w.example"', '[weekly]\npage = "https://w.example"\nevery = "1d"'),
        ('\ufeff[weekly]\npage = "https://w.example"\n', '\ufeff[weekly]\npage = "https://w.example"\nevery = "1d"\n'),
    ],
)
def test_line_ends_and_the_end_of_the_file_stay(path: Path, text: str, edited: str) -> None:
    path.write_bytes(text.encode())
    assert edit(path, "weekly", every="1d") == edited
    assert edit(path, "weekly", every=None) in {text, f"{text}\n"}


@pytest.mark.parametrize("text", ['weekly = {page = "https://w.example"}\n', 'weekly.page = "https://w.example"\n'])
def test_a_source_that_is_written_in_another_way_is_edited_too(path: Path, text: str) -> None:
    path.write_text(text)
    edit(path, "weekly", every="1d", publication="W")
    (source,) = listed(Settings(home=path.parent, sources=path))
    assert source.publication == "W" and source.every is not None


@pytest.mark.parametrize(
    ("name", "keys", "message"),
    [
        ("chronicle", {"most": "many"}, 'most = "many" in \\[chronicle\\] cannot be used'),
        ("chronicle", {"colour": "red"}, 'unknown key "colour"'),
        ("chronicle", {"page": "https://paper.example"}, "has feed and page"),
        ("weekly", {"page": "https://paper.example/feed", "feed": None, "most": 3}, "does not go with a page"),
        ("chronicel", {"most": 3}, "did you mean chronicle"),
    ],
)
def test_what_cannot_be_leaves_the_file_as_it_was(path: Path, name: str, keys: dict[str, object], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        edit(path, name, **keys)
    assert path.read_text() == LISTING


def test_a_folder_beside_the_list_is_kept_as_seen_from_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_text('[papers]\nfolder = "papers"\n')
    assert edit(path, "papers", folder=str(path.parent / "old")) == '[papers]\nfolder = "old"\n'
