"""What is new and what was corrected, since when a reader likes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.maintenance.news import News
from assistant.text.diff import SentenceChange
from tests.ui.support import NOW, Page, same_tags
from ui.views import news
from ui.views.news import SINCE, NewsFilter

NEW = News(
    "new", "a1", "Rain", "The Weekly", datetime(2025, 5, 6, tzinfo=UTC), None, "https://weekly.example/rain", NOW
)
CORRECTED = replace(
    NEW,
    kind="corrected",
    updated=datetime(2025, 5, 31, tzinfo=UTC),
    title_before="Rian",
    changes=(SentenceChange("changed", "It rained 9 days.", "It rained 10 days."),),
)


def drawn(*found: News, wanted: NewsFilter | None = None) -> Page:
    return Page(news.news(found, wanted or NewsFilter(), NOW - timedelta(days=1), NOW + timedelta(hours=2)))


def test_what_is_new_and_what_was_corrected_is_told_and_can_be_read() -> None:
    page = drawn(NEW, CORRECTED)
    assert "1 new and 1 corrected since 31 May 2025, newest first." in page.text
    assert "New 2 hours ago" in page.text and "Corrected 2 hours ago" in page.text
    assert "6 May 2025" in page.text and page.text.count("updated 31 May 2025") == 1
    assert page.asking("read") == [{"act": "read", "article": "a1"}] * 2
    assert page.links.count("https://weekly.example/rain") == 2


def test_a_correction_shows_the_words_that_went_and_came() -> None:
    page = drawn(CORRECTED)
    assert page.marked == ["Rain", "10"]
    assert "removed: Rian" in page.text and "removed: It rained 9 days." in page.text


def test_a_correction_of_which_nothing_is_kept_says_so() -> None:
    assert "no longer kept" in drawn(replace(CORRECTED, title_before=None, changes=())).text


def test_more_of_them_are_at_hand_with_the_same_wish() -> None:
    page = drawn(*[NEW] * 120, wanted=NewsFilter("week", source="The Weekly"))
    assert "120 new since 31 May 2025, the first 50 are shown" in page.text and len(page.asking("read")) == 50
    assert page.asking("news") == [{"act": "news", "since": "week", "source": "The Weekly", "shown": "100"}]


def test_that_there_is_nothing_says_what_can_be_done() -> None:
    assert "Look further back" in drawn().text


def test_what_a_form_asks_for_is_read() -> None:
    assert news.wanted({"since": "week", "day": "", "source": "The Weekly"}) == NewsFilter("week", None, "The Weekly")
    assert news.wanted({"day": "2025-05-01"}) == NewsFilter("yesterday", date(2025, 5, 1))


@pytest.mark.parametrize("odd", [None, 7, "x" * 10_000, "2025-13-45", "0001-01-01", "9999-12-31", ["a"], {"b": 1}])
def test_odd_wishes_are_let_go(odd: object) -> None:
    wished = news.wanted(dict.fromkeys(("since", "day", "source", "shown"), odd))
    assert wished.since in SINCE and 0 < wished.shown < 10**7 and len(wished.source) <= 200
    assert wished.moment(NOW, None).tzinfo is not None and news.form([], wished)


@pytest.mark.parametrize(("since", "days"), [("yesterday", 1), ("days", 3), ("week", 7)])
def test_a_choice_is_the_start_of_a_day_where_the_server_is(since: str, days: int) -> None:
    found = NewsFilter(since).moment(NOW, NOW)
    assert found.date() == NOW.astimezone().date() - timedelta(days=days)
    assert (found.hour, found.minute) == (0, 0)


def test_since_the_last_refresh_is_to_the_second_unless_a_day_is_named() -> None:
    refreshed = NOW - timedelta(hours=3)
    assert NewsFilter("refresh").moment(NOW, refreshed) == refreshed
    assert NewsFilter("refresh", date(2025, 5, 1)).moment(NOW, refreshed).date() == date(2025, 5, 1)
    assert NewsFilter("refresh").moment(NOW, None) < NOW


def test_the_form_says_what_is_shown() -> None:
    page = Page(news.form(["The Weekly", "Other"], NewsFilter("week", source="Other")))
    assert [given["value"] for _, given in page.tags if "checked" in given or "selected" in given] == ["week", "Other"]
    by_day = Page(news.form([], NewsFilter(day=date(2025, 5, 1))))
    assert [given["value"] for tag, given in by_day.tags if given.get("name") == "day"] == ["2025-05-01"]
    assert not [given for _, given in by_day.tags if "checked" in given]


@given(text=st.text(min_size=1))
def test_no_text_becomes_a_tag(text: str) -> None:
    def of(one: str) -> str:
        found = replace(CORRECTED, article_id=one, title=one, source=one, url=one, title_before=None, changes=())
        return news.news([found] * 60, NewsFilter(source=one), NOW, NOW)

    same_tags(of, text)
    same_tags(lambda one: news.form([one], NewsFilter(source=f"{one}.")), text)
