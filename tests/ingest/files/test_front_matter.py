"""Front matter as site generators and note programs write it, and what is said where it cannot be read."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from tests.ingest.files.samples import only, reason

TWO = timezone(timedelta(hours=2))
TEXT = "\n\nThe board agreed to buy two ferries."


@pytest.mark.parametrize(
    "head",
    [
        '+++\ntitle = "Ferries"\ndate = 2025-05-28T09:30:00+02:00\ndraft = false\n+++',
        '{\n  "title": "Ferries",\n  "date": "2025-05-28T09:30:00+02:00"\n}',
        '{"title": "Ferries", "publishDate": "2025-05-28T09:30:00+02:00"}',
        "---\ntitle: Ferries\ndate: 2025-05-28 09:30:00 +0200\npublished: true\n---",
        "---\ntitle: Ferries\npubDate: Wed, 28 May 2025 09:30:00 +0200\n...",
        "---\npublished: 2025-05-28 09:30:00 +02:00\ntags: [harbour]\n---\n# Ferries",
        "---\npublished: 2025-05-28 09:30:00 +02:00\n---\n![](a.png)\n\n# Ferries",
        "Title: Ferries\nDate: 2025-05-28 09:30 +02:00\nTags: a,\n    b",
        "% Ferries\n% Ines Harrow\n% 28 May 2025 09:30 +02:00",
    ],
)
def test_title_and_date_are_read(tmp_path: Path, head: str) -> None:
    article = only(tmp_path, "a.md", head + TEXT)
    assert (article.title, article.text) == ("Ferries", TEXT.strip())
    assert article.published == datetime(2025, 5, 28, 9, 30, tzinfo=TWO)


def test_the_last_change_the_authors_and_the_section_are_read(tmp_path: Path) -> None:
    head = "title: T\ndate: 2025-05-28\nlastmod: 2025-05-29\nauthors: [{name: Ines}, Tom]\ncategories: [Harbour, Sea]"
    article = only(tmp_path, "a.md", f"---\n{head}\n---{TEXT}")
    assert (article.author, article.category) == ("Ines, Tom", "Harbour")
    assert article.updated == datetime(2025, 5, 29, tzinfo=UTC)


@pytest.mark.parametrize(
    "head",
    [
        "---\ntitle: T\nauthor:\n  - '[[Ines Harrow]]'\n  - name: {given: Tom, family: Vey}\n---",
        "---\ntitle: T\nauthor: [[[Ines Harrow]], Tom Vey <tom@vey.example>]\n---",
        "---\ntitle: T\nauthors: {ines: {name: Ines Harrow}, tom: {name: '[[People/Tom Vey]]'}}\n---",
        "Title: T\nAuthors: Ines Harrow; Tom Vey",
        "% T\n% Ines Harrow\n  Tom Vey",
    ],
)
def test_authors_have_no_signs_around_their_names(tmp_path: Path, head: str) -> None:
    assert only(tmp_path, "a.md", head + TEXT).author == "Ines Harrow, Tom Vey"


@pytest.mark.parametrize(
    ("name", "head", "day"),
    [
        ("2025-05-28-ferries.md", "title: T", 28),
        ("2025-05-28-ferries.md", "title: T\ndate: 2025-05-29", 29),
        ("2025-13-45-ferries.md", "title: T", None),
    ],
)
def test_a_day_in_the_name_of_a_file_is_that_of_publication(
    tmp_path: Path, name: str, head: str, day: int | None
) -> None:
    published = only(tmp_path, name, f"---\n{head}\n---{TEXT}").published
    assert (published.day if published else None) == day


@pytest.mark.parametrize("value", ["soon", "true", "[1, 2]", "2025", "{{ date }}"])
def test_a_field_named_date_that_is_none_loses_no_article(tmp_path: Path, value: str) -> None:
    assert only(tmp_path, "a.md", f"---\ntitle: T\ndate: '{value}'\n---{TEXT}").published is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("+++\ntitle = Ferries\n+++", "is not TOML: Invalid value (at line 2"),
        ("+++\ntitle = 'Ferries'", "has no end; add a line +++"),
        ("---\ntitle: Ferries", "has no end; add a line ---"),
        ('{"title": "Ferries",}', "is not JSON"),
        ("---\ntitle: a: b\n---", "is not YAML"),
        ("---\nauthor: Ines\n---", 'no title; add "title: ..."'),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(tmp_path: Path, text: str, why: str) -> None:
    assert why in reason(tmp_path, "a.md", text + TEXT)


@pytest.mark.parametrize("line", ["---\n\n", "{{< figure >}}\n\n", "{: .lead}\n\n", "{1} "])
def test_a_text_that_only_begins_alike_has_no_front_matter(tmp_path: Path, line: str) -> None:
    assert 'no title; add "title: ..."' in reason(tmp_path, "a.md", line + TEXT)


@pytest.mark.parametrize(
    ("fields", "source", "url"),
    [
        ("publication: Gazette\nlink: https://gazette.example/a", "Gazette", "https://gazette.example/a"),
        ("source: https://gazette.example/a", None, "https://gazette.example/a"),
    ],
)
def test_publication_and_address_are_read(tmp_path: Path, fields: str, source: str | None, url: str) -> None:
    article = only(tmp_path, "a.md", f"---\ntitle: Ferries\n{fields}\n---{TEXT}")
    assert (article.source, article.url) == (source, url)
