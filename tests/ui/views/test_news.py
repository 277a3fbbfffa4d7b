"""What is new and what was corrected, since a day that the user chooses."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import News, SentenceChange
from tests.ui.support import NOW, Page, same_tags
from ui.views import news
from ui.views.news import SINCE, NewsFilter

NEW = News(
    "a1", "Rain", "The Weekly", datetime(2025, 5, 6, tzinfo=UTC), "https://weekly.example/rain", "new", None, NOW
)
CORRECTED = replace(
    NEW,
    kind="corrected",
    updated=datetime(2025, 5, 31, tzinfo=UTC),
    title_before="Rian",
    changes=(SentenceChange("changed", "It rained 9 days.", "It rained 10 days."),),
)


def drawn(*found: News, chosen: NewsFilter | None = None) -> Page:
    return Page(news.news(found, chosen or NewsFilter(), NOW - timedelta(days=1), NOW + timedelta(hours=2)))


def test_new_and_corrected_articles_are_listed_and_can_be_read() -> None:
    page = drawn(NEW, CORRECTED)
    assert "1 new and 1 corrected since 31 May 2025, newest first." in page.text
    assert "New 2 hours ago" in page.text and "Corrected 2 hours ago" in page.text
    assert "6 May 2025" in page.text and page.text.count("updated 31 May 2025") == 1
    assert page.controls("read") == [{"act": "read", "article": "a1"}] * 2
    assert page.links.count("https://weekly.example/rain") == 2


def test_a_correction_shows_the_words_that_were_removed_and_added() -> None:
    page = drawn(CORRECTED)
    assert page.marked == ["Rain", "10"]
    assert "removed: Rian" in page.text and "removed: It rained 9 days." in page.text


def test_a_correction_whose_earlier_text_is_gone_says_so() -> None:
    assert "no longer kept" in drawn(replace(CORRECTED, title_before=None, changes=())).text


def test_more_news_are_shown() -> None:
    page = drawn(*[NEW] * 120, chosen=NewsFilter("week", publications=("The Weekly",)))
    assert "120 new since 31 May 2025, newest first; the first 50 are shown" in page.text
    assert len(page.controls("read")) == 50
    assert page.controls("news") == [{"act": "news", "shown": "100"}]
    assert page.controls("unfilter") == [{"act": "unfilter", "field": "source", "value": "The Weekly"}]


def test_an_empty_list_says_what_can_be_done() -> None:
    assert "Look further back" in drawn().text


def test_the_filter_of_a_form_is_read() -> None:
    assert news.read_filter({"since": "week", "day": "", "source": "The Weekly"}) == NewsFilter(
        "week", None, ("The Weekly",)
    )
    assert news.read_filter({"day": "2025-05-01"}) == NewsFilter("yesterday", date(2025, 5, 1))


@pytest.mark.parametrize("odd", [None, 7, "x" * 10_000, "2025-13-45", "0001-01-01", "9999-12-31", ["a"], {"b": 1}])
def test_odd_values_of_a_form_are_left_out(odd: object) -> None:
    chosen = news.read_filter(dict.fromkeys(("since", "day", "source", "shown"), odd))
    assert chosen.since in SINCE and 0 < chosen.shown < 10**7 and all(len(name) <= 200 for name in chosen.publications)
    assert chosen.moment(NOW, None).tzinfo is not None and chosen.address


@pytest.mark.parametrize(("since", "days"), [("yesterday", 1), ("days", 3), ("week", 7)])
def test_a_choice_is_the_start_of_a_day_in_the_time_zone_of_the_server(since: str, days: int) -> None:
    moment = NewsFilter(since).moment(NOW, NOW)
    assert moment.date() == NOW.astimezone().date() - timedelta(days=days)
    assert (moment.hour, moment.minute) == (0, 0)


def test_since_the_last_refresh_is_to_the_second_unless_a_day_is_named() -> None:
    refreshed = NOW - timedelta(hours=3)
    assert NewsFilter("refresh").moment(NOW, refreshed) == refreshed
    assert NewsFilter("refresh", date(2025, 5, 1)).moment(NOW, refreshed).date() == date(2025, 5, 1)
    assert NewsFilter("refresh").moment(NOW, None) < NOW


def test_the_address_says_since_when_and_of_whom() -> None:
    assert NewsFilter("week", publications=("A & B", "C")).address == "news?since=week&source=A+%26+B&source=C"
    assert NewsFilter("week", date(2025, 5, 1)).address == "news?day=2025-05-01"


def test_a_new_article_says_how_it_begins() -> None:
    page = Page(news.news([NEW], NewsFilter(), NOW, NOW, {"a1": "It rained. Nobody stayed."}))
    assert "It rained. Nobody stayed." in page.text


@given(text=st.text(min_size=1))
def test_no_text_becomes_a_tag(text: str) -> None:
    def html(text: str) -> str:
        found = replace(CORRECTED, article_id=text, title=text, source=text, url=text, title_before=None, changes=())
        return news.news([found] * 60, NewsFilter(publications=(text,)), NOW, NOW)

    same_tags(html, text)
    same_tags(lambda text: news.form({text: 1}), text)
