"""The times that a question names, as ranges of days counted from the newest article.

`date_expressions` finds the expressions and `date_ranges` their days. This module reads what the question says by
them: before or after, from one to another, and whether it is the day of publication or of what happened.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from assistant.text import (
    ANY_YEAR,
    NAME_WORD,
    TO,
    DateRange,
    Expression,
    WordPattern,
    date_range,
    expressions,
    word_table,
)

Role = Literal["published", "subject"]


@dataclass(frozen=True, slots=True)
class Time:
    """A time that a question names: `question[start:end] == words`, its preposition included.

    `since` and `until` are whole days, both inclusive; None is an open end, of one at most. `role` is "published" when
    the wording ties the time to reporting ("the article of 5 May"), else "subject": what happened then may have been
    reported on any later day.
    """

    words: str
    start: int
    end: int
    since: date | None
    until: date | None
    role: Role = "subject"


_AND = re.compile(r",?\s+(?:and|or)\s+(?:(?:on|in)\s+)?", re.IGNORECASE)
_THROUGH = WordPattern(rf"(?:{TO})(?:on\s+)?", re.IGNORECASE)
_ONWARDS = re.compile(r"\s+on(?:wards?)?\b", re.IGNORECASE)
_FUTURE = WordPattern(r"\b{dates.future}\b", re.IGNORECASE)
_PAST = WordPattern(r"\b(?:{dates.past}|\w+ed)\b", re.IGNORECASE)
_PRESENT = WordPattern(r"\b{dates.present}\b", re.IGNORECASE)


def times_named(question: str, newest: date, oldest: date | None = None) -> list[Time]:
    """The times in `question`, in order, none overlapping another.

    Words such as "last week" or "in May" are counted from `newest`, the day of the newest article, never
    from the clock. What comes again every year is the latest not after it, unless the question asks about
    the future ("Will it close in December?"), or is not about the past and the `oldest` article is of later
    days ("Is it closing in December?"). What only looks like a date is left out.
    """
    times: list[Time] = []
    for time in _times(question, list(expressions(question)), newest, oldest):
        times.append(replace(time, role=_role(question, time, times[-1] if times else None)))
    return times


def _times(question: str, named: Sequence[Expression], newest: date, oldest: date | None) -> Iterator[Time]:
    ranges = _ranges(question, named, newest, oldest)
    used = -1
    for i, (expression, days) in enumerate(zip(named, ranges, strict=True)):
        if days is None or i == used:
            continue
        last = ranges[i + 1] if i + 1 < len(named) and _is_from_to(question, expression, named[i + 1]) else None
        if last is None:
            yield from _single(question, expression, days)
        elif bounds := _from_to(expression, days, named[i + 1], last, newest):
            used = i + 1
            start, end = expression.start, named[used].end
            yield Time(question[start:end], start, end, *bounds)


def _ranges(question: str, named: Sequence[Expression], newest: date, oldest: date | None) -> list[DateRange | None]:
    """The days of each expression; those to come where the last ones of the kind cannot be meant."""

    def found(future: bool) -> list[DateRange | None]:
        years = _years(question, named)
        return [date_range(each, newest, future, year) for each, year in zip(named, years, strict=True)]

    if _FUTURE.search(question):
        return found(future=True)
    if oldest is None or _PAST.search(question):
        return found(future=False)
    may_be_far = _PRESENT.search(question) is not None
    return [
        coming if last and coming and _is_rather(coming, last, newest, oldest, may_be_far) else last
        for last, coming in zip(found(future=False), found(future=True), strict=True)
    ]


def _is_rather(coming: DateRange, last: DateRange, newest: date, oldest: date, may_be_far: bool) -> bool:
    """Whether days to come are meant rather than the `last` ones of the kind, which no article can be of."""
    is_nearer = coming[0] - newest < newest - last[1]
    return last[1] < oldest and (is_nearer or may_be_far)


def _is_from_to(question: str, first: Expression, second: Expression) -> bool:
    """Whether it is from one to the other: "between 1 May and 3 June", "from March to May"."""
    gap = question[first.end : second.inner]
    return bool(_THROUGH.fullmatch(gap) or (first.lead == "between" and _AND.fullmatch(gap)))


def _years(question: str, named: Sequence[Expression]) -> list[int | None]:
    """For each expression its year or that of a neighbour: "on 6 and on 7 October 2023", "March to May 2025"."""
    found = (re.search(ANY_YEAR, expression.words) for expression in named)
    years = [int(year[0]) if year else None for year in found]
    gaps = [question[first.end : second.inner] for first, second in pairwise(named)]
    joined = [i for i, gap in enumerate(gaps) if _AND.fullmatch(gap) or _THROUGH.fullmatch(gap)]
    for i in reversed(joined):
        years[i] = years[i] or years[i + 1]
    for i in joined:
        years[i + 1] = years[i + 1] or years[i]
    return years


def _from_to(
    first: Expression, first_days: DateRange, last: Expression, last_days: DateRange, newest: date
) -> DateRange | None:
    """From the first to the last, whose years may be wrong: "from December to February 2024"."""
    if first_days[0] > last_days[1] and not re.search(ANY_YEAR, first.words):
        first_days = date_range(first, newest, year=last_days[1].year - 1) or first_days
    elif first_days[0] > last_days[1] and not re.search(ANY_YEAR, last.words):
        last_days = date_range(last, newest, year=first_days[0].year + 1) or last_days
    return (first_days[0], last_days[1]) if first_days[0] <= last_days[1] else None


def _single(question: str, expression: Expression, days: DateRange) -> Iterator[Time]:
    sense = word_table("dates", "leads").get(expression.lead, "on")
    if expression.lead == "from" and _ONWARDS.match(expression.rest):
        sense = "since"
    with suppress(OverflowError):  # beyond what a date can hold
        start, end = expression.start, expression.end
        yield Time(question[start:end], start, end, *_bounds(sense, *days))


def _bounds(sense: str, since: date, until: date) -> tuple[date | None, date | None]:
    match sense:
        case "before":
            return None, since - timedelta(1)
        case "until":
            return None, until
        case "after":
            return until + timedelta(1), None
        case "since":
            return since, None
        case "around":
            margin = timedelta(3) if since == until else (until - since) // 2
            return since - margin, until + margin
        case _:
            return since, until


# A time belongs to the reporting when a word of the press is right before or after it, with at most a name
# between ("the report by Fortune on 4 October", "the 9 November TechCrunch article"), or governs it from
# further off without a clause or an event between ("reported about the cannery on 15 May", but not "about the
# march on 12 April").
_PRESS = r"{press.reporting}\b"
_NAMED = r"(?:\s+(?:by|from|in|at|of)\s+(?:the\s+)?[A-Z'\"‘“][^,;?.]{0,60})?"
_PIECE = r"{press.made}\b"
_BEFORE = WordPattern(rf"(?:\b(?:{_PRESS}|{_PIECE}){_NAMED}|\bthe\s+(?:one|other|latter|former|same))['’\"”]?,?\s*\Z")
_AFTER = WordPattern(rf"(?:['’]s)?,?\s+(?:(?!\d){NAME_WORD}\s+){{0,4}}(?:latest\s+|own\s+)?{_PRESS}")
_GOVERNS = WordPattern(rf".*\b(?:{_PRESS}|the\s+(?:one|other)\b)(?P<gap>[^;?]*)\Z", re.IGNORECASE | re.DOTALL)
_FRONTED = WordPattern(rf"\W*(?:what|which)\b[^,;?]*?\b{_PRESS}", re.IGNORECASE)
_CLAUSE = WordPattern(r"\b{press.clause_words}\b")
_EVENT_AT_END = WordPattern(r"\b{dates.events}(?:e?s)?['’\"”]?\s*+(?:,\s*+)?\Z", re.IGNORECASE)


def _role(question: str, time: Time, last: Time | None) -> Role:
    if last and _AND.fullmatch(question, last.end, time.start):
        return last.role
    before, after = question[: time.start], question[time.end :]
    fronted = not before.strip() and _FRONTED.match(after)
    if fronted or _BEFORE.search(before) or _AFTER.match(after):
        return "published"
    governs = _GOVERNS.match(before, last.end if last else 0)
    loose = governs is None or _CLAUSE.search(governs["gap"]) or _EVENT_AT_END.search(before)
    # A season or more is the time of the events, hardly of the reporting.
    long = time.since and time.until and (time.until - time.since).days > 31
    return "subject" if loose or long else "published"
