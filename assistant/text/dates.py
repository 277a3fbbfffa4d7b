"""Dates as people write them, read by dateparser, which is imported on first use, as that takes a while."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

FULL = ("day", "month", "year")


def parse_date(
    text: str,
    *,
    parts: Sequence[str] = FULL,
    languages: Sequence[str] = ("en",),
    base: datetime | None = None,
    future: bool | None = None,
    utc: bool = False,
) -> datetime | None:
    """The date that `text` writes; None when it writes none, or lacks one of `parts` ("day", "month", "year").

    What it leaves out is taken from `base` (by default now) or, with `future` set, from before or after it.
    A text that names no zone gives a datetime without
    one, with `utc` one in UTC. A bare number is never taken for seconds or a year. Raises ValueError for a language
    that is not known.
    """
    import dateparser

    settings: dict[str, Any] = {"REQUIRE_PARTS": list(parts), "PARSERS": ["absolute-time"]}
    if base is not None:
        settings["RELATIVE_BASE"] = base
    if future is not None:
        settings["PREFER_DATES_FROM"] = "future" if future else "past"
    if utc:
        settings |= {"RETURN_AS_TIMEZONE_AWARE": True, "TIMEZONE": "UTC"}
    found: datetime | None = dateparser.parse(text, languages=list(languages), settings=settings)
    return found


def parse_past_moment(text: str, base: datetime) -> datetime | None:
    """The latest moment up to `base` that an English `text` names: the start of a day, unless it names a time.

    What is counted from `base` ("3 days ago") comes sooner than a date. None when it names none.
    """
    from dateparser import DateDataParser

    settings = {"RELATIVE_BASE": base, "PREFER_DATES_FROM": "past", "RETURN_TIME_AS_PERIOD": True}
    for kind in ({"PARSERS": ["relative-time"]}, {"PARSERS": ["absolute-time"], "PREFER_DAY_OF_MONTH": "first"}):
        parsed = DateDataParser(languages=["en"], settings=settings | kind).get_date_data(text)
        found: datetime | None = parsed.date_obj
        if found is not None:
            return found if parsed.period == "time" else datetime.combine(found, time(), found.tzinfo)
    return None
