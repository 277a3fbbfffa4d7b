"""What a sentence claims that can be looked up: figures and dates."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from assistant.text import Figure, date_range, expressions, figures, plain

_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")

_BESIDE = 100  # characters on each side of a date


@dataclass(frozen=True, slots=True)
class DateClaim:
    """A date or a span of days, inclusive, with its words and what is before and after them."""

    since: date
    until: date
    words: str
    before: str
    after: str = ""


@dataclass(frozen=True, slots=True)
class Claims:
    """What can be looked up in a source. `years` are all years that are mentioned."""

    figures: tuple[Figure, ...]
    dates: tuple[DateClaim, ...]
    years: frozenset[int]


@lru_cache(maxsize=4096)
def find_claims(text: str, seen_from: date) -> Claims:
    """The claims of `text`; its days are counted from `seen_from`, the day of the article."""
    # A date is blanked out, so that its numbers are not taken for figures.
    text = plain(text)
    without_dates, dates = text, list[DateClaim]()
    for expression in expressions(text):
        days = date_range(expression, seen_from)
        written = expression.words.rstrip(".")
        start = text.find(written, expression.start)
        if days is not None and start >= 0:
            end = start + len(written)
            dates.append(DateClaim(*days, written, text[max(0, start - _BESIDE) : start], text[end : end + _BESIDE]))
            without_dates = f"{without_dates[:start]}{'#' * len(written)}{without_dates[end:]}"
    return Claims(
        figures=tuple(figures(without_dates)),
        dates=tuple(dates),
        years=frozenset(map(int, _YEAR.findall(text))),
    )
