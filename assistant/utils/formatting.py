"""Writing: days and lists as staff write them, in every place the same."""

from collections.abc import Sequence
from datetime import UTC, date, datetime


def day(moment: date) -> str:
    """As "28 May 2025"."""
    return f"{moment.day} {moment:%B %Y}"


def minute(moment: datetime) -> str:
    """As "2025-05-28 09:30 UTC"."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def days(first: date, last: date) -> str:
    """As "10 March to 29 May 2025", "6 to 15 May 2025" or, for one day, "28 May 2025"."""
    if (first.year, first.month, first.day) == (last.year, last.month, last.day):
        return day(last)
    if first.year != last.year:
        return f"{day(first)} to {day(last)}"
    begin = f"{first.day}" if first.month == last.month else f"{first.day} {first:%B}"
    return f"{begin} to {day(last)}"


def joined(names: Sequence[str], word: str = "and") -> str:
    """As "a, b and c"."""
    return f" {word} ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
