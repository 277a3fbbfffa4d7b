import json
import unicodedata
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.articles import Article, article_id
from assistant.ingest.files import read
from assistant.ingest.files.origin import parse_date
from assistant.ingest.files.text import plain_text
from assistant.ingest.items import Failure, Loaded, ParseError
from assistant.utils.strings import one_line, storable

MARKDOWN = """---
title: "Council backs terminal"
source: Pellinsea Chronicle
published: 2025-04-25T06:30:00+02:00
url: https://a.example/b
author: Ines Harrow
category: politics
---
# A heading

The **council** voted [six to four](https://a.example/c).
It was late.

- First point.
- Second point.
"""


def only(path: Path) -> Article:
    (item,) = read(path)
    assert isinstance(item, Loaded), item
    return item.article


def test_a_markdown_file_is_read_without_its_markup(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(MARKDOWN)
    article = only(path)
    assert article.title == "Council backs terminal" and article.source == "Pellinsea Chronicle"
    assert article.published == datetime.fromisoformat("2025-04-25T06:30:00+02:00")
    assert (article.author, article.category, article.url) == ("Ines Harrow", "politics", "https://a.example/b")
    assert article.text == "A heading\n\nThe council voted six to four. It was late.\n\nFirst point.\n\nSecond point."


def test_a_text_file_is_unchanged_but_for_its_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbf---\r\ntitle: T\r\n---\r\nOne  *two*.\r\n\r\n<b>Three</b>.")
    assert only(path).text == "One  *two*.\n\n<b>Three</b>."


def test_html_and_script_links_stay_text() -> None:
    text = plain_text("<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)> [y](https://z)")
    assert text == "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)> y"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.md", "# Council *backs* terminal\n\nThe council voted.\n\nIt was late.\n"),
        ("a.md", "Council backs terminal\n===\nThe council voted.\n\nIt was late."),
        ("a.txt", "\nCouncil backs terminal\n\nThe council voted.\n\nIt was late."),
        ("a.txt", "Council backs terminal\r\n \r\nThe council voted.\r\n\r\nIt was late."),
    ],
)
def test_without_front_matter_the_heading_is_the_title(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_bytes(content.encode())
    article = only(tmp_path / name)
    assert article.title == "Council backs terminal" and article.published is None
    assert article.text.replace("\r", "") == "The council voted.\n\nIt was late."


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.md", "A text.\n\n# A heading further down\n\nMore."),
        ("a.md", "# Only a heading"),
        ("a.md", "---\nauthor: Ines\n---\nA text.\n\n## A heading\n\nMore."),
        ("a.txt", "One line only."),
        ("a.txt", "A first line\nand a second at once.\n\nMore."),
        ("a.txt", "word " * 40 + "\n\nMore."),
        ("a.txt", "---\nauthor: Ines\n---\nA line\n\nA text."),
    ],
)
def test_a_title_is_not_made_up(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    (item,) = read(tmp_path / name)
    assert isinstance(item, Failure) and ("no title" in item.reason or "no text" in item.reason)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-16-le", "utf-8-sig"])
@pytest.mark.parametrize("name", ["a.md", "a.txt"])
def test_a_text_in_another_encoding_is_read(tmp_path: Path, name: str, encoding: str) -> None:
    (tmp_path / name).write_bytes("---\ntitle: Café\n---\n“It’s open,” she said.".encode(encoding))
    article = only(tmp_path / name)
    assert (article.title, article.text) == ("Café", "“It’s open,” she said.")


@pytest.mark.parametrize(
    "content",
    [
        '{"title": "T", "text": "One."}',
        '[{"title": "T", "body": "One.", "published_at": "2025-05-28"}]',
        '{"articles": [{"title": "T", "text": "One."}]}',
    ],
)
def test_json_is_read_in_its_three_forms(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(content)
    assert only(path).text == "One."


def test_json_lines_may_use_other_names_for_text_and_date(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('\n{"title": "T", "body": "One.", "published_at": "2023-11-27T08:45:59+00:00", "author": null}\n\n')
    article = only(path)
    assert article.text == "One." and article.author is None
    assert article.published == datetime(2023, 11, 27, 8, 45, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2025-05-28", datetime(2025, 5, 28, tzinfo=UTC)),
        (date(2025, 5, 28), datetime(2025, 5, 28, tzinfo=UTC)),
        ("28 May 2025", datetime(2025, 5, 28, tzinfo=UTC)),
        ("Wed, 28 May 2025 10:00:00 GMT", datetime(2025, 5, 28, 10, tzinfo=UTC)),
        ("2025-05-28T10:00:00Z", datetime(2025, 5, 28, 10, tzinfo=UTC)),
        (None, None),
        ("", None),
    ],
)
def test_a_full_date_is_read(written: object, expected: datetime | None) -> None:
    assert parse_date(written) == expected


@pytest.mark.parametrize(
    "written", ["soon", "yesterday", "May 2025", "2025-13-45", "03/04/2025", "12", 5, ["x"], "x" * 500]
)
def test_an_incomplete_date_is_never_filled_in(written: object) -> None:
    with pytest.raises(ParseError, match="published is no date"):
        parse_date(written)


def test_identity_is_the_url_else_the_file_else_title_and_date(tmp_path: Path) -> None:
    assert article_id(url="HTTPS://A.example/b/") == article_id(url="https://a.example/b#top")
    assert article_id(url="https://a.example/b?x=1") != article_id(url="https://a.example/b")
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text("---\ntitle: Same\n---\nSame text.")
    ids = {item.article.id for item in read(tmp_path) if isinstance(item, Loaded)}
    assert len(ids) == 2


def test_hidden_files_and_unsupported_formats_are_skipped(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    for name in (".hidden.md", ".git/x.md", "picture.png", "deep/er/a.md"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("---\ntitle: T\n---\nOne.")
    assert [item.where for item in read(tmp_path) if isinstance(item, Loaded | Failure)] == ["deep/er/a.md"]


def test_a_single_file_of_an_unsupported_format_is_a_failure(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(b"PK")
    (item,) = read(path)
    assert isinstance(item, Failure) and ".xls cannot be read" in item.reason


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
KEYS = st.sampled_from(["title", "text", "body", "published", "url", "author", "source", "id", "category", "x"])


@given(st.lists(st.dictionaries(KEYS, VALUES), max_size=5))
def test_any_records_give_articles_or_failures(tmp_path_factory: pytest.TempPathFactory, records: list[object]) -> None:
    path = tmp_path_factory.mktemp("any") / "a.jsonl"
    path.write_text("\n".join(map(json.dumps, records)))
    items = list(read(path))
    assert len(items) == max(1, len(records))
    for item in items:
        assert isinstance(item, Failure | Loaded)
        assert isinstance(item, Failure) or (item.article.title.strip() and item.article.text.strip())


@given(st.binary(max_size=300))
def test_any_bytes_give_articles_or_failures(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    for ending in ("md", "txt", "json", "jsonl"):
        (folder / f"a.{ending}").write_bytes(content)
    assert all(isinstance(item, Failure | Loaded) for item in read(folder))


@given(st.text())
def test_a_printed_line_holds_no_control_character(text: str) -> None:
    line = one_line(text)
    assert all(unicodedata.category(char) not in {"Cc", "Cf", "Cs"} or char in "\u200c\u200d" for char in line)
    storable(text).encode("utf-8")


def _file(path: Path, **fields: str) -> Path:
    path.write_text(json.dumps({"title": "T", "text": "One.", **fields}))
    return path


@pytest.mark.parametrize("field", ["source", "title", "author"])
def test_a_hidden_character_in_a_name_is_read_as_what_it_is(field: str, tmp_path: Path) -> None:
    article = only(_file(tmp_path / "a.json", **{field: "The Ver\u200bge\x9b31m"}))
    assert getattr(article, field) == "The Ver‹U+200B›ge‹U+009B›31m"


def test_the_text_of_an_article_keeps_the_marks_that_its_script_needs(tmp_path: Path) -> None:
    text = "می\u200cخواهم \u200f👩\u200d💻 co\u00adoperate."
    assert only(_file(tmp_path / "a.json", text=text)).text == text


def test_the_soft_hyphens_of_a_title_are_left_out(tmp_path: Path) -> None:
    assert only(_file(tmp_path / "a.json", title="Bundes\u00adkanzler")).title == "Bundeskanzler"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JAVA\tSCRIPT:x", "data:text/html,<p>", " vbscript:x", "\x1bjavascript:x"]
)
def test_an_article_with_an_address_that_runs_is_refused_and_reported(url: str, tmp_path: Path) -> None:
    (failure,) = read(_file(tmp_path / "a.json", url=url))
    assert isinstance(failure, Failure) and "url is no address" in failure.reason and "\x1b" not in failure.reason


def test_an_address_has_no_terminal_escape_in_it(tmp_path: Path) -> None:
    assert only(_file(tmp_path / "a.json", url="https://a.example/\x1b[31m")).url == "https://a.example/%1B[31m"


def test_a_link_out_of_the_folder_is_reported_and_not_read_and_one_within_it_is(tmp_path: Path) -> None:
    secret, folder = _file(tmp_path / "secret.json", text="Password."), tmp_path / "articles"
    (folder / "sub").mkdir(parents=True)
    _file(folder / "own.json")
    (folder / "out.json").symlink_to(secret)
    (folder / "sub" / "up.json").symlink_to(Path("../../secret.json"))
    (folder / "sub" / "within.json").symlink_to(folder / "own.json")
    items = list(read(folder))
    assert [item.file for item in items if isinstance(item, Loaded)] == ["own.json", "sub/within.json"]
    failures = [item for item in items if isinstance(item, Failure)]
    assert [failure.file for failure in failures] == ["out.json", "sub/up.json"]
    assert all("leads out of the folder" in failure.reason for failure in failures)


def test_a_folder_that_is_itself_a_link_is_read(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    _file(tmp_path / "real" / "a.json")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert all(isinstance(item, Loaded) for item in read(tmp_path / "link"))


def test_a_name_that_no_file_can_have_is_a_failure(tmp_path: Path) -> None:
    (item,) = read(tmp_path / ("x" * 1000))
    assert isinstance(item, Failure) and item.whole and "cannot be read" in item.reason
