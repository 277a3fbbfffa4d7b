"""The times that a question names."""

import subprocess
import sys
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval.time_filters import Time, times_named

NEWEST = date(2025, 5, 29)  # a Thursday


def spans(question: str) -> list[tuple[str, str, str]]:
    """(words, since, until) of each time, the days as ISO 8601, an open end as ""."""
    return [(t.words, str(t.since or ""), str(t.until or "")) for t in times_named(question, NEWEST)]


@pytest.mark.parametrize(
    ("words", "since", "until"),
    [
        ("on 28 May 2025", "2025-05-28", "2025-05-28"),
        ("on May 28, 2025", "2025-05-28", "2025-05-28"),
        ("on May 28th", "2025-05-28", "2025-05-28"),
        ("on Wednesday, 28 May", "2025-05-28", "2025-05-28"),
        ("on 2025-05-28", "2025-05-28", "2025-05-28"),
        ("at 2023-12-12T22:38:05+00:00", "2023-12-12", "2023-12-12"),
        ("on 28/05/2025", "2025-05-28", "2025-05-28"),
        ("on 5.5.2025", "2025-05-05", "2025-05-05"),
        ("on Oct. 5", "2024-10-05", "2024-10-05"),
        ("on 29 February", "2024-02-29", "2024-02-29"),
        ("in May 2025", "2025-05-01", "2025-05-31"),
        ("in May", "2025-05-01", "2025-05-31"),
        ("in December", "2024-12-01", "2024-12-31"),
        ("in Sept 2023", "2023-09-01", "2023-09-30"),
        ("in the month of March", "2025-03-01", "2025-03-31"),
        ("in early October 2023", "2023-10-01", "2023-10-10"),
        ("in mid-October 2023", "2023-10-11", "2023-10-20"),
        ("in late October 2023", "2023-10-21", "2023-10-31"),
        ("at the end of February 2025", "2025-02-21", "2025-02-28"),
        ("in the first week of October", "2024-10-01", "2024-10-07"),
        ("in the last week of May", "2025-05-25", "2025-05-31"),
        ("in the week of 14 April", "2025-04-14", "2025-04-20"),
        ("on the weekend of 12 April", "2025-04-12", "2025-04-13"),
        ("in 2023", "2023-01-01", "2023-12-31"),
        ("in the second half of 2023", "2023-07-01", "2023-12-31"),
        ("in the spring of 2023", "2023-03-01", "2023-05-31"),
        ("in summer 2024", "2024-06-01", "2024-08-31"),
        ("in the fall of 2024", "2024-09-01", "2024-11-30"),
        ("last winter", "2024-12-01", "2025-02-28"),
        ("this autumn", "2025-09-01", "2025-11-30"),
        ("in Q3 2023", "2023-07-01", "2023-09-30"),
        ("in the third quarter of 2023", "2023-07-01", "2023-09-30"),
        ("last quarter", "2025-01-01", "2025-03-31"),
        ("today", "2025-05-29", "2025-05-29"),
        ("yesterday", "2025-05-28", "2025-05-28"),
        ("this week", "2025-05-26", "2025-06-01"),
        ("last week", "2025-05-19", "2025-05-25"),
        ("over the last week", "2025-05-22", "2025-05-29"),
        ("last weekend", "2025-05-24", "2025-05-25"),
        ("last month", "2025-04-01", "2025-04-30"),
        ("last year", "2024-01-01", "2024-12-31"),
        ("in the last three weeks", "2025-05-08", "2025-05-29"),
        ("in the past 10 days", "2025-05-19", "2025-05-29"),
        ("over the past couple of months", "2025-03-29", "2025-05-29"),
        ("two months ago", "2025-03-01", "2025-03-31"),
        ("on Monday", "2025-05-26", "2025-05-26"),
        ("on Thursday", "2025-05-29", "2025-05-29"),
        ("last Friday", "2025-05-23", "2025-05-23"),
        ("since 5 May", "2025-05-05", ""),
        ("from 5 May", "2025-05-05", "2025-05-05"),
        ("until December 2025", "", "2025-12-31"),
        ("by 3 April", "", "2025-04-03"),
        ("before 3 April", "", "2025-04-02"),
        ("after 1 October 2023", "2023-10-02", ""),
        ("around 5 May", "2025-05-02", "2025-05-08"),
        ("between 1 and 15 October 2023", "2023-10-01", "2023-10-15"),
        ("between October 1, 2023 and October 7, 2023", "2023-10-01", "2023-10-07"),
        ("between October 1, 2023, and October 7", "2023-10-01", "2023-10-07"),
        ("from March to May 2025", "2025-03-01", "2025-05-31"),
        ("from December to February 2025", "2024-12-01", "2025-02-28"),
        ("from 10 March until 2 April", "2025-03-10", "2025-04-02"),
        ("April 12–14, 2025", "2025-04-12", "2025-04-14"),
    ],
)
def test_a_time_is_read_as_whole_days_counted_from_the_newest_article(words: str, since: str, until: str) -> None:
    assert spans(f"What did the council decide {words}?") == [(words, since, until)]


@pytest.mark.parametrize(
    "question",
    [
        "What may happen to the terminal?",
        "What did Black Friday cost the shops?",
        "Who called Friday prayers?",
        "Could 5 may leave the group?",
        "How many people marched against the terminal?",
        "Who called the march against the terminal, and who spoke at the march?",
        "Who came second in 10 minutes?",
        "Who won the 2022 World Cup?",
        "What does the Artificial Intelligence Advancement Act of 2023 ask for?",
        "Did 1,500 people come, or all of 1950 people?",
        "Is Diablo 4 better than an iPhone 15?",
        "What is closed on May Day?",
        "Did Theresa May resign?",
        "Who was hurt in the fall from the roof?",
        "Who plays on Monday Night Football?",
        "Is Business Today sold by USA Today?",
        "What was said on 30 February 2025 or 03/04/2025?",
    ],
)
def test_what_only_looks_like_a_time_is_left_alone(question: str) -> None:
    assert times_named(question, NEWEST) == []


def test_several_times_share_the_year_that_one_of_them_has() -> None:
    assert spans("What was published on October 6 and October 7, 2023?") == [
        ("on October 6", "2023-10-06", "2023-10-06"),
        ("October 7, 2023", "2023-10-07", "2023-10-07"),
    ]


def test_a_question_about_the_future_looks_ahead() -> None:
    assert spans("Will the cannery close in December?") == [("in December", "2025-12-01", "2025-12-31")]
    assert spans("Did the cannery close in December?") == [("in December", "2024-12-01", "2024-12-31")]


@pytest.mark.parametrize(
    ("question", "since"),
    {
        "Is the cannery closing in December?": "2025-12-01",
        "Is it true the cannery shuts in September?": "2025-09-01",
        "cannery closing in september": "2025-09-01",
        "When in the autumn does it close?": "2025-09-01",
        "Is it open on 12 April?": "2025-04-12",  # a day of the articles
        "Did the cannery close in December?": "2024-12-01",
        "Who was arrested in September?": "2024-09-01",
        "Which ship sank in February?": "2025-02-01",
    }.items(),
)
def test_a_time_before_all_articles_is_that_to_come_where_the_question_is_not_about_the_past(
    question: str, since: str
) -> None:
    (time,) = times_named(question, NEWEST, date(2025, 3, 10))
    assert str(time.since) == since


@pytest.mark.parametrize(
    ("question", "role"),
    [
        ("What did the report published on 1 October say?", "published"),
        ("Did the Verge report on 1 October that the shop closed?", "published"),
        ("What was in the article of 5 May about the cannery?", "published"),
        ("What was reported about the cannery on 15 May?", "published"),
        ("Which articles from last week name the mayor?", "published"),
        ("What was in last week's news?", "published"),
        ("Does the report by Fortune on 4 October agree?", "published"),
        ("Does the 9 November TechCrunch article agree?", "published"),
        ("Did the Verge report that the shop closed on 1 October?", "subject"),
        ("What was reported about the march on 12 April?", "subject"),
        ("Who led the march on 12 April?", "subject"),
        ("What happened last week?", "subject"),
        ("Did the article give the rainfall of 2022?", "subject"),
    ],
)
def test_the_day_of_the_report_is_told_from_the_day_of_what_it_reports(question: str, role: str) -> None:
    assert [found.role for found in times_named(question, NEWEST)] == [role]


def test_a_question_without_a_date_does_not_load_the_date_library() -> None:
    code = (
        "import sys, datetime; from assistant.retrieval.time_filters import times_named;"
        "times_named('What may the mayor say after the vote?', datetime.date(2025, 5, 29));"
        "sys.exit('dateparser' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


PIECES = (
    "in on since until by before after between from to and early mid late the end of first week last this next past "
    "Monday Friday's May march April 5 12 31 2023 2025-02-30 29/02/2024 1,500 12th Q3 spring fall weekend year three "
    "weeks ago today vote - , ? report published couple 999 years days half quarter February 29 30"
).split()


@given(
    st.text(max_size=80) | st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=14).map(" ".join),
    st.dates() | st.just(NEWEST),
)
def test_any_text_gives_times_in_order_that_are_spans_of_days(question: str, newest: date) -> None:
    place = 0
    for found in times_named(question, newest):
        assert isinstance(found, Time) and found.start >= place
        assert question[found.start : found.end] == found.words != ""
        assert found.since or found.until
        assert not (found.since and found.until) or found.since <= found.until
        place = found.end


@pytest.mark.parametrize("question", ["Who was arrested Tuesday?", "Does the curfew begin at 8 p.m. Tuesday or later?"])
def test_a_weekday_needs_no_preposition_after_an_act_or_a_time(question: str) -> None:
    (time,) = times_named(question, date(2025, 5, 28))
    assert (time.since, time.until) == (date(2025, 5, 27), date(2025, 5, 27))
