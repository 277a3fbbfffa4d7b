"""Durations as people and servers write them."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# How each unit is written, longest first as a duration has them, and its seconds.
_WRITTEN: Mapping[str, float] = {
    "ys?|yrs?|years?": 365 * 86_400,
    "mos?|mths?|months?": 30 * 86_400,
    "w|wks?|weeks?": 7 * 86_400,
    "d|dys?|days?": 86_400,
    "h|hrs?|hours?": 3_600,
    "m|mins?|minutes?": 60,
    "s|secs?|seconds?": 1,
    "ms|msecs?|millis|milliseconds?": 0.001,
}
_DURATION = re.compile("".join(rf"(?:(\d++(?:\.\d++)?)\s*+(?:{unit})\s*+,?\s*+)?" for unit in _WRITTEN), re.I)
_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
_MAX_RETRY_AFTER = 999_999_999.0  # seconds


def parse_duration(text: str) -> timedelta:
    """Parse "30m", "1h30m", "7d" or "2 weeks", the larger units first; a month has 30 days, a year 365.

    Raises ValueError, in one line with the cure, for a number without a unit, a negative one and anything else.
    """
    text = text.strip()
    match = _DURATION.fullmatch(text) if 0 < len(text) <= 100 else None
    with suppress(OverflowError):
        if match is not None:
            counts = zip(match.groups(), _WRITTEN.values(), strict=True)
            return timedelta(seconds=sum(float(count) * size for count, size in counts if count))
    shown = text if len(text) <= 40 else f"{text[:39]}…"
    raise ValueError(f'{shown!r} is no length of time; write a number and its unit, as in "30m", "12h" or "7d"')


def parse_retry_after(value: str | None) -> float | None:
    """The seconds that a Retry-After header asks to wait, which has seconds or a date; None for one that is neither."""
    text = value or ""
    with suppress(ValueError):
        return min(max(0.0, float(text)), _MAX_RETRY_AFTER)
    with suppress(OverflowError, TypeError, ValueError):
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    return None


def format_age(age: timedelta) -> str:
    """`age` in the largest unit of which it has at least two: "3d", "45m"."""
    seconds = max(int(age.total_seconds()), 0)
    size = next((size for _, size in _UNITS if seconds >= 2 * size), 1)
    return format_duration(timedelta(seconds=seconds // size * size))


def format_duration(duration: timedelta) -> str:
    """`duration` as `parse_duration` reads it: "1h30m", "7d"; "0s" for under a second."""
    left = round(abs(duration).total_seconds())
    sign = "-" if duration < timedelta() and left else ""
    parts = ""
    for unit, size in _UNITS:
        count, left = divmod(left, size)
        parts += f"{count}{unit}" if count else ""
    return f"{sign}{parts}" if parts else "0s"
