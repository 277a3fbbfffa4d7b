from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.utils.durations import duration, shown


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("30m", timedelta(minutes=30)),
        ("1h30m", timedelta(minutes=90)),
        ("1h 30m", timedelta(minutes=90)),
        ("7d", timedelta(days=7)),
        ("2 weeks", timedelta(weeks=2)),
        (" 1 day, 6 hours ", timedelta(hours=30)),
        ("1.5h", timedelta(minutes=90)),
        ("45s", timedelta(seconds=45)),
        ("1mo", timedelta(days=30)),
        ("0s", timedelta()),
    ],
)
def test_a_length_of_time_is_read(text: str, span: timedelta) -> None:
    assert duration(text) == span


@pytest.mark.parametrize(
    "text",
    [
        "",
        "30",
        "1.5",
        "-30m",
        "+30m",
        "- 1 hour",
        "1:30",
        "soon",
        "30 parsecs",
        "m",
        "1.2.3w 1d",
        "9" * 30 + "y",
        "1h\0",
    ],
)
def test_what_says_no_length_is_an_error_with_its_cure(text: str) -> None:
    with pytest.raises(ValueError, match=r'^\S.* is no length of time; write .* "30m"') as caught:
        duration(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(minutes=90), "1h30m"),
        (timedelta(days=7), "7d"),
        (timedelta(seconds=0.2), "0s"),
        (timedelta(hours=-2), "-2h"),
    ],
)
def test_a_length_of_time_is_shown_short(span: timedelta, text: str) -> None:
    assert shown(span) == text


@given(st.integers(0, 10**9).map(lambda seconds: timedelta(seconds=seconds)))
def test_what_is_shown_reads_as_the_same(span: timedelta) -> None:
    assert duration(shown(span)) == span
