from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answers import ArticleRef
from assistant.index.browse import Listing
from tests.ui.support import NOW, Page, same_tags
from ui.views import articles
from ui.views.articles import ArticleFilter

ONE = ArticleRef("a1", "Rain", "The Weekly", NOW, "https://weekly.example/rain")


def test_what_a_form_asks_for_is_read() -> None:
    given = {"text": " rain ", "source": "The Weekly", "since": "2025-05-01", "until": "", "shown": "100", "act": "x"}
    assert articles.wanted(given) == ArticleFilter(" rain ", "The Weekly", date(2025, 5, 1), None, 100)


@pytest.mark.parametrize("odd", [None, 7, "x" * 10_000, "2025-13-45", "-1", "9" * 30, ["a"], {"b": 1}])
def test_odd_wishes_are_let_go(odd: object) -> None:
    wished = articles.wanted(dict.fromkeys(("text", "source", "since", "until", "shown"), odd))
    assert (wished.since, wished.until) == (None, None)
    assert 0 <= wished.shown < 10**7 and len(wished.text) <= 200


def test_articles_are_listed_to_be_read_here_and_where_they_came_from() -> None:
    page = Page(articles.listing(Listing(1, (ONE,)), ArticleFilter(), NOW))
    assert "1 article, newest first." in page.text and "Rain" in page.text
    assert page.asking("read") == [{"act": "read", "article": "a1"}]
    assert page.links == ["https://weekly.example/rain"]


def test_more_of_them_are_at_hand_with_the_same_wish() -> None:
    page = Page(articles.listing(Listing(120, (ONE,) * 50), ArticleFilter(text="rain", since=date(2025, 5, 1)), NOW))
    assert "120 articles, the first 50 are shown" in page.text
    assert page.asking("browse") == [{"act": "browse", "text": "rain", "since": "2025-05-01", "shown": "100"}]


def test_that_there_is_none_says_what_can_be_done() -> None:
    assert "Take a word or a date away" in Page(articles.listing(Listing(0, ()), ArticleFilter("x"), NOW)).text


@given(text=st.text(min_size=1))
def test_no_text_becomes_a_tag(text: str) -> None:
    same_tags(lambda one: articles.form([one]), text)
    same_tags(
        lambda one: articles.listing(Listing(9, (ArticleRef(one, one, one, None, one),)), ArticleFilter(one, one), NOW),
        text,
    )
