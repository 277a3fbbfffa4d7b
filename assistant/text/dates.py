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
