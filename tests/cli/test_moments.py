"""Moments as people name them on the command line."""

import time
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from assistant.cli.options import MOMENT
from assistant.text.moments import moment

WEST = timezone(timedelta(hours=-3))
NOW = datetime(2025, 6, 4, 15, 30, tzinfo=WEST)  # a Wednesday
FAR = ("9999-12-31", "9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("today", datetime(2025, 6, 4)),
        ("yesterday", datetime(2025, 6, 3)),
        (" Yesterday ", datetime(2025, 6, 3)),
        ("monday", datetime(2025, 6, 2)),
        ("Wednesday", datetime(2025, 5, 28)),
        ("last week", datetime(2025, 5, 28)),
        ("3 days ago", datetime(2025, 6, 1)),
        ("three days ago", datetime(2025, 6, 1)),
        ("2w", datetime(2025, 5, 21)),
        ("last month", datetime(2025, 5, 4)),
        ("2025-05-28", datetime(2025, 5, 28)),
        ("28 May", datetime(2025, 5, 28)),
        ("28 May 2024", datetime(2024, 5, 28)),
        ("May", datetime(2025, 5, 1)),
        ("36h", datetime(2025, 6, 3, 3, 30)),
        ("2 hours ago", datetime(2025, 6, 4, 13, 30)),
        ("yesterday 14:00", datetime(2025, 6, 3, 14)),
        ("2025-05-28 14:30", datetime(2025, 5, 28, 14, 30)),
        ("now", datetime(2025, 6, 4, 15, 30)),
    ],
)
def test_a_moment_is_the_start_of_the_day_unless_hours_are_named(written: str, meant: datetime) -> None:
    assert moment(written, NOW) == meant.replace(tzinfo=WEST)


def test_a_time_with_a_zone_is_read_in_that_zone() -> None:
    assert moment("2025-05-28T14:30:00+02:00", NOW) == datetime(2025, 5, 28, 12, 30, tzinfo=UTC)


def test_a_day_before_the_clocks_changed_begins_at_its_own_midnight() -> None:
    now = datetime(2025, 3, 31, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    assert moment("3 days ago", now).isoformat() == "2025-03-28T00:00:00+01:00"
    assert moment("today", now).isoformat() == "2025-03-31T00:00:00+02:00"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "soon",
        "5",
        "2025",
        "03/04/2025",
        "2025-02-30",
        "-3 days",
        "\x1b[31m",
        "monday dog",
        "week 5",
        "0001-01-01",
        "9" * 999,
    ],
)
def test_nonsense_is_an_error_with_the_cure(written: str) -> None:
    with pytest.raises(ValueError, match=r'is no date or time; write it as yesterday, monday, "3 days ago"') as caught:
        moment(written, NOW)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("written", ["tomorrow", "in 3 days", "2099-01-01", "next week", *FAR])
def test_what_is_still_to_come_is_an_error(written: str) -> None:
    with pytest.raises(ValueError, match="is still to come"):
        moment(written, NOW)


@pytest.mark.parametrize("written", FAR)
def test_what_is_no_year_in_another_time_zone_is_still_to_come(written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patches:
        patches.setenv("TZ", "America/New_York")
        time.tzset()
        with pytest.raises(ValueError, match="is still to come"):
            moment(written, datetime(2025, 6, 4, 12))
    time.tzset()


@given(st.text(max_size=80))
def test_any_text_is_a_moment_of_the_past_or_an_error(written: str) -> None:
    try:
        assert moment(written, NOW) <= NOW
    except ValueError as error:
        assert "write it as yesterday" in str(error)


def test_on_the_command_line_it_is_local_time() -> None:
    @click.command()
    @click.option("--since", type=MOMENT)
    def show(since: datetime) -> None:
        click.echo(since.isoformat())

    local = datetime.combine(datetime.now().date() - timedelta(days=1), datetime.min.time()).astimezone()
    assert CliRunner().invoke(show, ["--since", "yesterday"]).output.strip() == local.isoformat()
    assert CliRunner().invoke(show, ["--since", "soon"]).exit_code == 2
