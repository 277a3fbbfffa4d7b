"""Browsing: a user types some words and pages through the articles that have them."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant, Filters, Listing, NoArticlesError
from tests.support import open_assistant

ARTICLES = {
    "ferries": (
        "Two ferries collide",
        "2025-05-03",
        "Coast Radio",
        "The East Quay terminal was closed after the crash.",
    ),
    "vote": (
        "Council backs terminal",
        "2025-04-25",
        "Chronicle",
        "The council voted. A ferry “will not wait”, it said.",
    ),
    "quay": ("Fog at the quay", "2025-05-01", "Chronicle", "In the east, the quay was empty. Zoë's café closed."),
    "undated": ("Internal affairs", None, None, "The café by the sea has international guests."),
}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("browse")
    (folder / "articles").mkdir()
    for name, (title, day, source, text) in ARTICLES.items():
        front = [
            f'title: "{title}"',
            *([f"published: {day}"] if day else []),
            *([f"source: {source}"] if source else []),
        ]
        (folder / "articles" / f"{name}.md").write_text("\n".join(["---", *front, "---", text]), encoding="utf-8")
    with open_assistant(folder / "home") as opened:
        opened.refresh([folder / "articles"])
        yield opened


def titles(listing: Listing) -> list[str]:
    return [article.title for article in listing.articles]


NEWEST_FIRST = ["Two ferries collide", "Fog at the quay", "Council backs terminal", "Internal affairs"]


def test_nothing_typed_lists_all_newest_first_and_undated_last(assistant: Assistant) -> None:
    listing = assistant.browse()
    assert listing.total == 4 and titles(listing) == NEWEST_FIRST
    first = listing.articles[0]
    assert first.source == "Coast Radio" and first.published and first.published.date() == date(2025, 5, 3)
    assert assistant.article(first.article_id)


def test_pages_follow_each_other(assistant: Assistant) -> None:
    pages = [assistant.browse(start=start, count=3) for start in (0, 3, 6)]
    assert [titles(page) for page in pages] == [NEWEST_FIRST[:3], NEWEST_FIRST[3:], []]
    assert {page.total for page in pages} == {4}
    assert assistant.browse(start=-5, count=-1) == Listing(4, (), 4)
    assert assistant.browse(start=10**30, count=10**30) == Listing(4, (), 4)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ferry", ["Two ferries collide", "Council backs terminal"]),  # in any of its forms
        ("ferry terminal", ["Two ferries collide", "Council backs terminal"]),  # in title or text
        ("the ferry of the council", ["Council backs terminal"]),  # stop words do not count
        ("internal", ["Internal affairs"]),
        ("cafe zoe", ["Fog at the quay"]),
        ("east quay", ["Two ferries collide", "Fog at the quay"]),
        ('"east quay"', ["Two ferries collide"]),
        ("“East Quay” crash", ["Two ferries collide"]),
        ('"EAST  QUAY" fog', []),
        ('"will not wait"', ["Council backs terminal"]),
        ('"wait it said"', ["Council backs terminal"]),
        ('"ferry"', ["Council backs terminal"]),  # word for word
        ('"east quay', ["Two ferries collide", "Fog at the quay"]),  # still typing
        ("Coast Radio", []),  # the publication is no part of the article
        ("helicopter", []),
    ],
)
def test_only_articles_with_the_typed_words_are_listed(assistant: Assistant, text: str, found: list[str]) -> None:
    listing = assistant.browse(text)
    assert titles(listing) == found and listing.total == len(found)


@pytest.mark.parametrize("text", ["", "  ", "?!", '""', '"', "“”", "the of who", "*", "()", "\x00", "\ud800"])
def test_without_a_content_word_all_articles_are_listed(assistant: Assistant, text: str) -> None:
    assert titles(assistant.browse(text)) == NEWEST_FIRST


def test_filters_and_words_work_together(assistant: Assistant) -> None:
    assert titles(assistant.browse("quay", Filters(source="chronicle"))) == ["Fog at the quay"]
    assert titles(assistant.browse("quay", Filters(source=("chronicle", "Coast Radio")))) == NEWEST_FIRST[:2]
    assert {
        one.article.source for one in assistant.search("quay", 9, Filters(source=("chronicle", "COAST RADIO")))
    } == {
        "Chronicle",
        "Coast Radio",
    }
    assert titles(assistant.browse("", Filters(since=date(2025, 5, 1)))) == NEWEST_FIRST[:2]
    only = assistant.browse("vote").articles[0].article_id
    assert titles(assistant.browse("ferry", Filters(only=(only,)))) == ["Council backs terminal"]


SYNTAX = st.sampled_from(
    ["AND", "OR", "NOT", "NEAR(", '"', "'", "*", "^", ":", "{", "text:", "-", "--", ";", "“", "”", "ferry"]
)


@given(st.one_of(st.text(), st.lists(SYNTAX).map(" ".join), st.lists(SYNTAX).map("".join)))
def test_whatever_is_typed_gives_a_listing(assistant: Assistant, text: str) -> None:
    listing = assistant.browse(text, count=10)
    assert listing.total == len(listing.articles) <= 4


def test_a_pasted_page_of_text_is_handled(assistant: Assistant) -> None:
    assert assistant.browse("ferry " * 100_000).total == 2
    assert assistant.browse(f'"{"ferry " * 100_000}"').total in (0, 2)
    assert assistant.browse(" ".join(f"word{number}" for number in range(10_000))).total == 0


def test_a_refreshed_corpus_is_browsed_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    with open_assistant(tmp_path / "home") as assistant:
        for number in (1, 2):
            (folder / f"{number}.md").write_text(f"---\ntitle: Ferry {number}\n---\nThe ferry sails.")
            assistant.refresh([folder])
            assert assistant.browse("ferry").total == number


def test_an_empty_home_says_so(tmp_path: Path) -> None:
    with open_assistant(tmp_path / "home") as assistant, pytest.raises(NoArticlesError):
        assistant.browse("ferry")
