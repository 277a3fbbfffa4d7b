"""The time that a question asks about, and whether a sentence tells of it.

A sentence says so itself ("on Tuesday", counted from the day of its article), or it is of the day of publication.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from assistant.retrieval import Time, times_named
from assistant.text import YEAR, WordPattern

_SOON = timedelta(days=2)  # what happened on a day is told by then without saying that it was the day before
YEAR_ALONE = re.compile(rf"(?<![\w.,/$€£-]){YEAR}(?![\w%]|[.,]\d)")
_WEEKDAY = WordPattern(r"\b{dates.weekdays}\Z", re.IGNORECASE)
_SEASON = WordPattern(r"(?:in|during)\s+(?:the\s+)?{dates.seasons}", re.IGNORECASE)
_AGES = timedelta(days=31)  # of a longer time than this what came out later tells as well


class Bearing(IntEnum):
    """How what a sentence tells stands to the time that is asked about, best last."""

    OF_ANOTHER_TIME = 0
    LONG_AFTER = 1
    SOON_AFTER = 2
    PLANNED = 3
    OF_THAT_TIME = 4


@dataclass(frozen=True, slots=True)
class AskedTime:
    """A time that a question names, inclusive; None is an open end. `of_reporting`: when it was published.

    `words` are those of the question.
    """

    since: date | None
    until: date | None
    words: str = ""
    of_reporting: bool = False

    def bearing(self, text: str, published: date | None) -> Bearing:
        """How a sentence of an article of that day stands to this time."""
        if self._comes_again_in(text):
            return Bearing.OF_THAT_TIME
        if published is None:
            return Bearing.SOON_AFTER
        is_of_that_day = self._has(published)
        if self.of_reporting:
            return Bearing.OF_THAT_TIME if is_of_that_day else Bearing.OF_ANOTHER_TIME
        told = [time for time in times_named(text, published) if time.since or time.until]
        if any(self._meets(time) for time in told) or self._has_year_in(text):
            return Bearing.PLANNED if self.since and published < self.since else Bearing.OF_THAT_TIME
        # "It will open in 2026" and "last year's loss" are said on that day, "on Monday it rained" is not.
        past = (time for time in told if time.until and time.until < published)
        if any(not is_of_that_day or _length(time) <= self._length for time in past):
            return Bearing.SOON_AFTER if self._is_weekday_of(text) else Bearing.OF_ANOTHER_TIME
        return Bearing.OF_THAT_TIME if is_of_that_day else self._unless_told(published)

    def _comes_again_in(self, text: str) -> bool:
        """Whether a text tells of each such time, as the question may: "the ferry leaves at seven in winter"."""
        return _SEASON.fullmatch(self.words) is not None and self.words.lower() in text.lower()

    def _is_weekday_of(self, text: str) -> bool:
        """Whether it is a day of the week that a text names too: who asks may have the words of an older article."""
        weekday = _WEEKDAY.search(self.words)
        return weekday is not None and weekday[0].lower() in text.lower()

    def _has_year_in(self, text: str) -> bool:
        """Whether a text has a year of a long time, if only as a number: "Turnout 2021 | 61"."""
        if self._length <= _AGES or not (self.since and self.until):
            return False
        return any(self.since.year <= int(year) <= self.until.year for year in YEAR_ALONE.findall(text))

    def _unless_told(self, published: date) -> Bearing:
        """That of a sentence without a time, of an article of another day."""
        if self.until is None or published < self.until:
            return Bearing.OF_ANOTHER_TIME
        is_soon = published - self.until <= _SOON or self._length > _AGES
        return Bearing.SOON_AFTER if is_soon else Bearing.LONG_AFTER

    @property
    def _length(self) -> timedelta:
        return self.until - self.since if self.since and self.until else timedelta.max

    def _has(self, day: date) -> bool:
        return (self.since or date.min) <= day <= (self.until or date.max)

    def _meets(self, time: Time) -> bool:
        """Whether a time is this one in part, and not one that it is lost in: a day in "in 2025"."""
        is_apart = (time.since or date.min) > (self.until or date.max) or (self.since or date.min) > (
            time.until or date.max
        )
        return not is_apart and (self._length > _AGES or _length(time) <= _AGES)


def _length(time: Time) -> timedelta:
    return time.until - time.since if time.since and time.until else timedelta.max


def asked_time(times: Sequence[Time]) -> AskedTime | None:
    """The one of `times` that a question names; None where there is none, or several."""
    if len(times) != 1:
        return None
    (time,) = times
    return AskedTime(time.since, time.until, time.words, time.role == "published")
