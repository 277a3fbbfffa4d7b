"""Dates and lists in words."""

from collections.abc import Sequence
from datetime import UTC, date, datetime


def day(moment: date) -> str:
    """Such as "28 May 2025"."""
    return f"{moment.day} {moment:%B %Y}"


def by_day(moment: datetime) -> tuple[date, float]:
    """For the order of the days that are shown, each in its own zone: of one day the earlier moment is first."""
    return moment.date(), moment.timestamp()


def in_utc(moment: datetime) -> datetime:
    """The moment in UTC; where its year is none there (before 1 or after 9999), its day and time without a change."""
    try:
        return moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return moment.replace(tzinfo=UTC)


def minute(moment: datetime) -> str:
    """Such as "2025-05-28 09:30 UTC"."""
    return f"{in_utc(moment):%Y-%m-%d %H:%M} UTC"


def days(first: date, last: date) -> str:
    """Such as "10 March to 29 May 2025", "6 to 15 May 2025" or, for one day, "28 May 2025"."""
    if (first.year, first.month, first.day) == (last.year, last.month, last.day):
        return day(last)
    if first.year != last.year:
        return f"{day(first)} to {day(last)}"
    begin = f"{first.day}" if first.month == last.month else f"{first.day} {first:%B}"
    return f"{begin} to {day(last)}"


def joined(names: Sequence[str], conjunction: str = "and") -> str:
    """Such as "a, b and c"."""
    return f" {conjunction} ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def counted(number: int, noun: str) -> str:
    """Such as "1 article" or "2,000 articles"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
