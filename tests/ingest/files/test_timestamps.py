"""Dates as feeds, pages, mails and tables write them: each on its own day, and none where no day is named."""

from datetime import UTC, datetime

import pytest

from assistant.ingest.files.origin import parse_date
from assistant.ingest.files.timestamps import most_exact, parse_moment, parse_timestamp


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Wed, 28 May 2025 22:30:00 -0500", "2025-05-28T22:30:00-05:00"),
        ("Wed, 28 May 2025 09:30:00 CEST", "2025-05-28T09:30:00+02:00"),
        ("Wed, 28 May 2025 09:30:00 BST", "2025-05-28T09:30:00+01:00"),
        ("Wed, 28 May 2025 23:30:00 AEST", "2025-05-28T23:30:00+10:00"),
        ("Wed May 28 23:30:00 PDT 2025", "2025-05-28T23:30:00-07:00"),
        ("28 May 2025 09:30 JST", "2025-05-28T09:30:00+09:00"),
        ("May 28, 2025 9:30 p.m. ET", "2025-05-28T21:30:00-04:00"),
        ("Wed, 28 May 2025 09:30:00 Europe/Paris", "2025-05-28T09:30:00+02:00"),
        ("Wed May 28 2025 09:30:00 GMT+0200 (Central European Summer Time)", "2025-05-28T09:30:00+02:00"),
        ("2025-05-28 23:30:00 -0500 CDT", "2025-05-28T23:30:00-05:00"),
        ("2025-05-28-05:00", "2025-05-28T00:00:00-05:00"),
        ("1748424600", "2025-05-28T09:30:00+00:00"),
        ("1748424600123", "2025-05-28T09:30:00+00:00"),
        ("946684800", "2000-01-01T00:00:00+00:00"),
        ("20250528093000", "2025-05-28T09:30:00+00:00"),
        ("20250528", "2025-05-28T00:00:00+00:00"),
        ("May 28th, 2025", "2025-05-28T00:00:00+00:00"),
        ("2025/5/28 9:30", "2025-05-28T09:30:00+00:00"),
        ("28.05.2025, 09:30 Uhr", "2025-05-28T09:30:00+00:00"),
        ("Wed, 28 May 25 09:30 GMT", "2025-05-28T09:30:00+00:00"),
    ],
)
def test_a_date_is_read_with_the_offset_of_its_zone(written: str, expected: str) -> None:
    moment = parse_moment(written)
    assert moment is not None and moment.isoformat() == expected


@pytest.mark.parametrize("zone", ["IST", "XYZ"])
def test_a_zone_of_several_meanings_or_of_none_leaves_the_day(zone: str) -> None:
    assert parse_moment(f"Wed, 28 May 2025 23:30:00 {zone}") == datetime(2025, 5, 28, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        *("2025", "2025-05", "May 2025", "28 May", "2025-148", "2025-W22-3", "Spring 2025", "12", "31 February 2025"),
        *("28 May 2025 to 3 June 2025", "3 hours ago", "28 May 2025 by Ines Harrow", "28 May 2025 24:61"),
    ],
)
def test_what_names_no_day_is_no_date(written: str) -> None:
    assert parse_moment(written) is None


@pytest.mark.parametrize(
    "written",
    ["1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT", "Wed, 31 Dec 1969 19:00:00 -0500", "0000-00-00 00:00:00"],
)
def test_what_programs_write_for_not_set_is_no_date_and_no_fault(written: str) -> None:
    assert parse_moment(written) is None
    assert parse_date(written) is None


@pytest.mark.parametrize(
    ("given", "shown", "day"),
    [
        ("2025-05-28T03:52:00Z", "May 27, 2025 at 11:52 p.m. EDT", "2025-05-27T23:52:00-04:00"),
        ("2025-05-28T03:52:20Z", "27 May 2025, 23:52", "2025-05-27T23:52:20-04:00"),
        ("2025-05-28T03:52:00Z", "27 May 2025", "2025-05-27T00:00:00+00:00"),
        ("2025-05-27T22:10:00Z", "28 May 2025", "2025-05-28T00:00:00+00:00"),
        ("2025-05-28T03:52:00Z", "2025-05-27T23:52:00-04:00", "2025-05-27T23:52:00-04:00"),
        ("2025-05-28T12:52:00Z", "27 May 2025", "2025-05-28T12:52:00+00:00"),
        ("2025-05-28T03:52:00Z", "28 May 2025", "2025-05-28T03:52:00+00:00"),
        ("2025-05-28T03:52:00+02:00", "27 May 2025", "2025-05-28T03:52:00+02:00"),
        ("2025-05-28T03:52:00Z", "1 May 2025", "2025-05-28T03:52:00+00:00"),
    ],
)
def test_a_time_in_utc_has_the_day_that_the_page_shows(given: str, shown: str, day: str) -> None:
    stamp = parse_timestamp(shown)
    assert stamp is not None
    found = most_exact([parse_timestamp(given)], [stamp])
    assert found is not None and found.isoformat() == day


@pytest.mark.parametrize("rest", ["", " 9:30 PM", " 09:30 UTC", " 09:30:00+02:00", " GMT", "T00:00", " AD"])
@pytest.mark.parametrize("day", ["03/04/2025", "03-04-2025", "5/6/25", "10-11-12", "3/4 2025"])
def test_a_day_that_may_be_another_stays_undecided_whatever_stands_behind_it(day: str, rest: str) -> None:
    assert parse_moment(f"{day}{rest}") is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Thu 03/04/2025", datetime(2025, 4, 3, tzinfo=UTC)),
        ("Tuesday, 03/04/2025 9:30 PM", datetime(2025, 3, 4, 21, 30, tzinfo=UTC)),
        ("Fri 04/03/2025", None),
    ],
)
def test_a_weekday_that_fits_one_reading_decides_it(written: str, expected: datetime | None) -> None:
    assert parse_moment(written) == expected


@pytest.mark.parametrize("number", [1748424600, 1748424600.5, 1748424600000])
def test_a_number_in_a_field_is_unix_time(number: float) -> None:
    assert parse_date(number) == datetime(2025, 5, 28, 9, 30, tzinfo=UTC)
