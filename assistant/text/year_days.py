"""Dates in a sentence as days of the year, so that two sentences that leave out the year can be compared."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from assistant.text.lexicon import WordPattern, word_sequence


@dataclass(frozen=True, slots=True)
class YearDays:
    """The days from `first` to `last` of a leap year (1 to 366) that `text[start:end]` names; `year` may be empty."""

    first: int
    last: int
    year: str
    start: int
    end: int


@cache
def _months() -> dict[str, int]:
    full = {name.capitalize(): number for number, name in enumerate(word_sequence("dates", "months"), 1)}
    short = {name.capitalize() for name in word_sequence("dates", "months_short")}
    return full | {name: number for name in short for month, number in full.items() if month.startswith(name[:3])}


@cache
def _forms() -> tuple[re.Pattern[str], ...]:
    month = r"(?P<month>" + "|".join(sorted(_months(), key=len, reverse=True)) + r")\b(?:\.(?=,?\s\d))?"
    year, day = r"(?P<year>(?:19|20)\d\d)\b", r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
    return (
        re.compile(rf"\b{day}\s(?:of\s)?{month}(?:,?\s{year})?"),
        re.compile(rf"\b{month}\s{day}\b(?!,\d)(?:,?\s{year})?"),
        re.compile(rf"\b{month},?\s{year}"),
        # A month by itself is one only where it cannot be a name, a verb or part of "the March flood".
        re.compile(
            r"\b(?:(?i:in|by|until|till|since|before|after|from)"
            rf"|(?P<part>(?i:(?:the )?(?:end|start|beginning|middle) of|late|early|mid)))[\s-]{month}"
        ),
        re.compile(rf"\b(?i:in|by|until|till|since|of)\s{year}(?![-–]\d)"),
    )


_REPORTED = WordPattern(r"\b{speech.before_a_date}\b[^.;]{0,40}$")


def days_of_the_year(text: str) -> Iterator[YearDays]:
    """The dates in `text`, without those on which something was reported."""
    for found in date_matches(text):
        parts = {name: part for name, part in found.groupdict().items() if part}
        bounds = _days(parts)
        if bounds and not _REPORTED.search(text[: found.start()]):
            yield YearDays(*bounds, parts.get("year", ""), min(map(found.start, parts)), found.end())


def date_matches(text: str) -> list[re.Match[str]]:
    """Where `text` has a date of any form, none overlapping another."""
    found: list[re.Match[str]] = []
    for form in _forms():
        for match in form.finditer(text):
            if not any(match.start() < earlier.end() and earlier.start() < match.end() for earlier in found):
                found.append(match)
    return found


def _days(parts: dict[str, str]) -> tuple[int, int] | None:
    """First and last day in a leap year, 1 to 366; the whole year when there is no month."""
    if "month" not in parts:
        return 1, 366
    month = _months()[parts["month"]]
    last = monthrange(2000, month)[1]
    day = int(parts.get("day", 0))
    if day > last:
        return None
    first, end = (day, day) if day else (1, last)
    before = date(2000, month, 1).timetuple().tm_yday - 1
    return before + first, before + end
