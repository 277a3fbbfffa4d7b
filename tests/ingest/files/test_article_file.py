"""An article that is written to a file is read from it as the same article, whatever is in it."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.articles import Article
from assistant.ingest import Failure, Loaded, ParseError
from assistant.ingest.files import Sandbox, file_name, file_text, normalized, read_pasted, read_upload
from assistant.ingest.files.origin import Origin
from assistant.ingest.files.text import read_text

MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2024, 1, 1), timezones=st.just(timezone(timedelta(hours=2))))
ODD = [
    "---\ntitle: x\n---",
    "# A *heading*\n\n- [ ] <b>list</b> & `code`\n***",
    "a: b\nc: d\n\nx",
    "+++",
    '{"title": 1}',
]


@given(
    st.text(min_size=1),
    st.one_of(st.sampled_from(ODD), st.text(min_size=1)),
    st.none() | st.text(),
    st.none() | MOMENTS,
)
def test_what_can_be_written_is_read_as_it_was(
    title: str, text: str, source: str | None, published: datetime | None
) -> None:
    try:
        article = normalized(Article("0123456789abcdef", title, text, source, published))
        content = file_text(article)
    except ParseError:
        return
    (read,) = read_text(content.encode(), Origin("a.txt", "a.txt", "a"))
    assert isinstance(read, Loaded) and read.article == article


@pytest.mark.parametrize("text", ODD)
def test_signs_of_markdown_and_of_front_matter_are_kept_in_a_text(text: str) -> None:
    article = normalized(Article("0123456789abcdef", "2025-05-28", text, "null", datetime(2025, 5, 28, tzinfo=UTC)))
    assert article.text == text and file_text(article).endswith(f"\n\n{text}\n")


@pytest.mark.parametrize("identifier", ["../../etc/passwd", "a/b", "CON", "x" * 500, "", "0123456789ABCDEF"])
def test_no_id_leads_out_of_the_folder_or_to_the_file_of_another(identifier: str) -> None:
    name = file_name(identifier)
    assert len(name) == 20 and name.removesuffix(".txt").isalnum() and name != file_name(f"{identifier}.")


def test_a_publication_that_would_be_read_as_an_address_is_refused() -> None:
    with pytest.raises(ParseError, match="its source cannot be kept as 'https://paper"):
        file_text(normalized(Article("0123456789abcdef", "Title", "Text.", "https://paper.example")))


@pytest.mark.parametrize(
    ("text", "title", "rest"),
    [
        ("Quay reopens\n\nThe quay was reopened.", "Quay reopens", "The quay was reopened."),
        ("Quay reopens\nThe quay was reopened.\r\nAt last.", "Quay reopens", "The quay was reopened.\nAt last."),
        ("The quay was reopened.\nAt last.", "The quay was reopened.", "The quay was reopened.\nAt last."),
        ("The quay was reopened", "The quay was reopened", "The quay was reopened"),
        ("---\ntitle: Quay\n---\nIt was reopened.", "Quay", "It was reopened."),
    ],
)
def test_the_first_line_of_a_pasted_text_is_its_title(text: str, title: str, rest: str) -> None:
    with Sandbox() as sandbox:
        (read,) = read_pasted(text, sandbox, 1_000)
    assert isinstance(read, Loaded) and (read.article.title, read.article.text) == (title, rest)


def test_a_file_that_is_handed_in_is_read_by_its_name_and_known_by_its_bytes() -> None:
    data = json.dumps([{"title": "One", "text": "Text."}, {"title": "Two"}]).encode()
    with Sandbox() as sandbox:
        good, bad = read_upload(data, "C:\\papers\\../news.json", sandbox, 1_000)
        (again, _) = read_upload(data, "other.json", sandbox, 1_000)
        assert isinstance(good, Loaded) and isinstance(bad, Failure) and isinstance(again, Loaded)
        assert good.file == "news.json" and good.article.id == again.article.id and bad.where.startswith("news.json")
        for name, size, reason in (
            ("a.exe", 1, "files ending in .exe"),
            ("", 1, "in nothing"),
            ("a.txt", 2_000, "limit"),
        ):
            (failure,) = read_upload(b"x" * size, name, sandbox, 1_000)
            assert isinstance(failure, Failure) and reason in failure.reason
