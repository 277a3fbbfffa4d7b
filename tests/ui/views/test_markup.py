from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.support import NOW, Page
from ui.views import markup


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        " JavaScript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "//x.example",
        "http:",
        "http://[",
        "",
        None,
    ],
)
def test_an_address_that_is_not_of_the_web_is_no_link(url: str | None) -> None:
    assert markup.link(url, "title") == "title"


def test_a_web_address_opens_another_page() -> None:
    page = Page(markup.link('https://weekly.example/?a=1&b="2"', "title"))
    assert page.tags == [
        ("a", {"href": 'https://weekly.example/?a=1&b="2"', "target": "_blank", "rel": "noopener noreferrer"})
    ]


@given(text=st.text(), about=st.text())
def test_a_button_carries_its_data_whole(text: str, about: str) -> None:
    page = Page(markup.button("copy", "Copy", about=about, data={"text": text}))
    assert page.controls("copy")[0]["text"] == Page(f"<p>{markup.escaped(text)}</p>").text
    assert set(page.names) <= {"button", "span"}


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=2, minutes=59), "2 hours ago"),
        (timedelta(days=3), "3 days ago"),
        (timedelta(days=40), "on 1 June 2025"),
    ],
)
def test_a_time_is_shown_by_how_long_ago_it_was(passed: timedelta, text: str) -> None:
    assert markup.ago(NOW, NOW + passed) == text


@pytest.mark.parametrize(
    ("published", "text"),
    [
        (datetime(2025, 6, 1, tzinfo=UTC), "today"),
        (datetime(2025, 5, 31, 23, tzinfo=UTC), "yesterday"),
        (datetime(2025, 5, 6, tzinfo=UTC), "26 days ago"),
        (datetime(2025, 3, 1, tzinfo=UTC), "3 months ago"),
        (datetime(2023, 3, 1, tzinfo=UTC), "2 years ago"),
        (datetime(2025, 6, 3, tzinfo=UTC), "ahead of today"),
    ],
)
def test_the_age_of_an_article_is_shown(published: datetime, text: str) -> None:
    assert markup.age(published, NOW) == text


def test_a_publication_with_a_hidden_character_is_shown_with_it() -> None:
    assert "The Ver‹U+200B›ge" in markup.about("The Ver\u200bge", None)
    assert "The Ver‹U+202E›ge" in markup.citation_link(1, 1, "The Ver\u202ege")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "java\nscript:x"])
def test_no_link_leads_to_an_address_that_runs(url: str) -> None:
    assert markup.web_address(url) is None and "href" not in markup.link(url, "x")


def test_an_address_with_a_terminal_escape_is_written_without_it() -> None:
    assert markup.web_address("https://a.example/\x1b[31m") == "https://a.example/%1B[31m"
