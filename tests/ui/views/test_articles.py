from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import ArticleRef, Listing, ListingEntry
from tests.ui.support import NOW, Page, same_tags
from ui.views import articles
from ui.views.articles import ArticleFilter

ARTICLE = ArticleRef("a1", "Rain", "The Weekly", NOW, "https://weekly.example/rain")
ENTRY = ListingEntry(ARTICLE)


def test_the_filter_of_a_form_is_read() -> None:
    sent = {"text": " rain ", "source": "The Weekly", "since": "2025-05-01", "until": "", "shown": "100", "act": "x"}
    assert articles.read_filter(sent) == ArticleFilter(" rain ", "The Weekly", date(2025, 5, 1), None, 100)


@pytest.mark.parametrize("odd", [None, 7, "x" * 10_000, "2025-13-45", "-1", "9" * 30, ["a"], {"b": 1}])
def test_odd_values_of_a_form_are_left_out(odd: object) -> None:
    chosen = articles.read_filter(dict.fromkeys(("text", "source", "since", "until", "shown"), odd))
    assert (chosen.since, chosen.until) == (None, None)
    assert 0 <= chosen.shown < 10**7 and len(chosen.text) <= 200


def test_articles_are_listed_with_links_that_open_them_and_links_to_their_origin() -> None:
    page = Page(articles.article_list(Listing(1, (ENTRY,), 1), ArticleFilter(), NOW))
    assert "1 article, newest first." in page.text and "Rain" in page.text
    assert page.controls("read") == [{"act": "read", "article": "a1"}]
    assert page.links == ["article/a1", "https://weekly.example/rain"]


def test_more_articles_are_shown_with_the_same_filter() -> None:
    page = Page(
        articles.article_list(Listing(120, (ENTRY,) * 50, 120), ArticleFilter(text="rain", since=date(2025, 5, 1)), NOW)
    )
    assert "120 articles, the first 50 are shown" in page.text
    assert page.controls("browse") == [{"act": "browse", "text": "rain", "since": "2025-05-01", "shown": "100"}]


def test_an_empty_list_says_what_can_be_done() -> None:
    assert "Take a word or a date away" in Page(articles.article_list(Listing(0, (), 0), ArticleFilter("x"), NOW)).text


@given(text=st.text(min_size=1))
def test_no_text_becomes_a_tag(text: str) -> None:
    same_tags(lambda text: articles.form([text]), text)
    same_tags(
        lambda text: articles.article_list(
            Listing(9, (ListingEntry(ArticleRef(text, text, text, None, text)),), 9), ArticleFilter(text, text), NOW
        ),
        text,
    )
