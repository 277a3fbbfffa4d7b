"""Durations: how long something lasts, as people write it. Pure."""

import re
from datetime import timedelta

_SPAN = re.compile(r"(?:\d+(?:\.\d+)?\s*[a-z]+[\s,]*)+", re.I)
_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))


def duration(text: str) -> timedelta:
    """The time that "30m", "1h30m", "7d" or "2 weeks" says; a month has 30 days, a year 365.

    Raises ValueError, in one line with the cure, for a number without its unit, one below nothing and anything else.
    """
    import pytimeparse2

    text = text.strip()
    seconds = pytimeparse2.parse(text) if len(text) <= 100 and _SPAN.fullmatch(text) else None
    try:
        if isinstance(seconds, int | float):
            return timedelta(seconds=seconds)
    except OverflowError:
        pass
    shown = text if len(text) <= 40 else f"{text[:39]}…"
    raise ValueError(f'{shown!r} is no length of time; write a number and its unit, as in "30m", "12h" or "7d"')


def age(span: timedelta) -> str:
    """`span` in the largest unit of which it has two: "3d", "45m"."""
    seconds = max(int(span.total_seconds()), 0)
    size = next((size for _, size in _UNITS if seconds >= 2 * size), 1)
    return shown(timedelta(seconds=seconds // size * size))


def shown(span: timedelta) -> str:
    """`span` as `duration` reads it, in days, hours, minutes and seconds: "1h30m", "7d"; "0s" for under a second."""
    left = round(abs(span).total_seconds())
    sign = "-" if span < timedelta() and left else ""
    parts = ""
    for unit, size in _UNITS:
        count, left = divmod(left, size)
        parts += f"{count}{unit}" if count else ""
    return f"{sign}{parts}" if parts else "0s"
