from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.utils.durations import format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "length"),
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
        ("1W", timedelta(weeks=1)),
        ("2 yrs", timedelta(days=730)),
        ("250 ms", timedelta(milliseconds=250)),
        ("1y 2mths 3wks 4dys 5hrs 6mins 7secs 8msecs", timedelta(days=450, seconds=18_367, milliseconds=8)),
        ("0s", timedelta()),
    ],
)
def test_a_duration_is_parsed(text: str, length: timedelta) -> None:
    assert parse_duration(text) == length


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
        "30m 1h",
        "1h 1h",
        "1h,,30m",
    ],
)
def test_what_is_no_duration_is_an_error_with_its_cure(text: str) -> None:
    with pytest.raises(ValueError, match=r'^\S.* is no length of time; write .* "30m"') as caught:
        parse_duration(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(minutes=90), "1h30m"),
        (timedelta(days=7), "7d"),
        (timedelta(seconds=0.2), "0s"),
        (timedelta(hours=-2), "-2h"),
    ],
)
def test_a_duration_is_formatted_short(length: timedelta, text: str) -> None:
    assert format_duration(length) == text


@given(st.integers(0, 10**9).map(lambda seconds: timedelta(seconds=seconds)))
def test_a_formatted_duration_is_parsed_as_the_same(length: timedelta) -> None:
    assert parse_duration(format_duration(length)) == length


@given(*[st.integers(0, 99)] * 5, st.sampled_from(["", " "]), st.sampled_from(["", " ", ", "]))
def test_a_duration_is_parsed_as_it_is_spelled_out(
    weeks: int, days: int, hours: int, minutes: int, seconds: int, space: str, comma: str
) -> None:
    counts = {"weeks": weeks, "days": days, "hours": hours, "minutes": minutes, "seconds": seconds}
    text = comma.join(f"{count}{space}{unit}" for unit, count in counts.items())
    assert parse_duration(text) == timedelta(**counts)
