"""Dates as people write them, read by dateparser, which is imported on first use, as that takes a while."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

FULL = ("day", "month", "year")


def parse_date(
    text: str,
    *,
    parts: Sequence[str] = FULL,
    languages: Sequence[str] = ("en",),
    base: datetime | None = None,
    future: bool | None = None,
    relative: bool = False,
    utc: bool = False,
) -> datetime | None:
    """The date that `text` writes; None when it writes none, or lacks one of `parts` ("day", "month", "year").

    What it leaves out is taken from `base` (by default now) or, with `future` set, from before or after it.
    With `relative`, "yesterday" and "3 weeks ago" are dates too. A text that names no zone gives a datetime without
    one, with `utc` one in UTC. A bare number is never taken for seconds or a year. Raises ValueError for a language
    that is not known.
    """
    import dateparser

    settings: dict[str, Any] = {
        "REQUIRE_PARTS": list(parts),
        "PARSERS": ["absolute-time", *(["relative-time"] if relative else [])],
    }
    if base is not None:
        settings["RELATIVE_BASE"] = base
    if future is not None:
        settings["PREFER_DATES_FROM"] = "future" if future else "past"
    if utc:
        settings |= {"RETURN_AS_TIMEZONE_AWARE": True, "TIMEZONE": "UTC"}
    found: datetime | None = dateparser.parse(text, languages=list(languages), settings=settings)
    return found


def parse_past(words: str, now: datetime) -> tuple[datetime, bool] | None:
    """The moment up to `now` that `words` name, and whether they name a time of the day; None when they name none.

    What is counted from now ("3 days ago") is tried first, then what is a date; of a month the first day is meant.
    """
    from dateparser import DateDataParser

    settings = {"RELATIVE_BASE": now, "PREFER_DATES_FROM": "past", "RETURN_TIME_AS_PERIOD": True}
    for kind in ({"PARSERS": ["relative-time"]}, {"PARSERS": ["absolute-time"], "PREFER_DAY_OF_MONTH": "first"}):
        parsed = DateDataParser(languages=["en"], settings=settings | kind).get_date_data(words)
        if parsed.date_obj is not None:
            return parsed.date_obj, parsed.period == "time"
    return None
