"""The times that a question names: dates, spans and events, counted from the newest article.

Where expressions stand is found in `date_expressions`, which days they are in `date_ranges`; here is read what the
question says by them: before or after, from one to another, what was published then or what happened.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from assistant.text.date_expressions import LEADS, MONTH, TO, YEAR, Expression, expressions
from assistant.text.date_ranges import Span, span
from assistant.text.lexicon import alternatives

Relation = Literal["on", "before", "after", "between", "around"]
Role = Literal["published", "subject"]


@dataclass(frozen=True, slots=True)
class Time:
    """A time that a question names: `question[start:end] == words`, its preposition included.

    `since` and `until` are whole days, both inclusive; None is an open end. `event` is the event that says
    the time ("the vote" of "before the vote") and must be looked up: then both are None. `role` is
    "published" when the wording ties the time to reporting ("the article of 5 May"), else "subject":
    what happened then may have been reported on any later day.
    """

    words: str
    start: int
    end: int
    since: date | None
    until: date | None
    event: str | None = None
    relation: Relation = "on"
    role: Role = "subject"


_AND = re.compile(r",?\s+(?:and|or)\s+(?:(?:on|in)\s+)?", re.IGNORECASE)
_THROUGH = re.compile(rf"(?:{TO})(?:on\s+)?", re.IGNORECASE)
_ONWARDS = re.compile(r"\s+on(?:wards?)?\b", re.IGNORECASE)
_FUTURE = re.compile(rf"\b{alternatives('dates', 'future')}\b", re.IGNORECASE)


def times_named(question: str, newest: date) -> list[Time]:
    """The times in `question`, in order, none overlapping another.

    Words such as "last week" or "in May" are counted from `newest`, the day of the newest article, never
    from the clock. What comes again every year is the latest not after it, unless the question asks about
    the future ("Will it close in December?"). What only looks like a date is left out.
    """
    said = list(expressions(question))
    times: list[Time] = []
    for found in _dated(question, said, newest) if said else ():
        times.append(replace(found, role=_role(question, found, times[-1] if times else None)))
    events = [event for event in _events(question) if all(_apart(event, other) for other in times)]
    return sorted([*times, *events], key=lambda found: found.start)


def _apart(one: Time, other: Time) -> bool:
    return one.end <= other.start or other.end <= one.start


def _dated(question: str, said: Sequence[Expression], newest: date) -> Iterator[Time]:
    future = _FUTURE.search(question) is not None
    spans = [span(one, newest, future, year) for one, year in zip(said, _years(question, said), strict=True)]
    used = -1
    for i, (one, days) in enumerate(zip(said, spans, strict=True)):
        if days is None or i == used:
            continue
        then = spans[i + 1] if i + 1 < len(said) and _to(question, one, said[i + 1]) else None
        if then is None:
            yield from _single(question, one, days)
        elif ordered := _ordered(one, days, said[i + 1], then, newest):
            used = i + 1
            yield _time(question, one.start, said[used].end, ordered, "between")


def _to(question: str, one: Expression, other: Expression) -> bool:
    """Whether it is from one to the other: "between 1 May and 3 June", "from March to May"."""
    gap = question[one.end : other.inner]
    return bool(_THROUGH.fullmatch(gap) or (one.lead == "between" and _AND.fullmatch(gap)))


def _years(question: str, said: Sequence[Expression]) -> list[int | None]:
    """For each expression the year that its neighbour names: "on 6 and on 7 October 2023", "March to May 2025"."""
    own = [int(found[0]) if (found := re.search(YEAR, one.words)) else None for one in said]
    taken = list(own)
    pairs = [
        i
        for i in range(len(said) - 1)
        if _AND.fullmatch(gap := question[said[i].end : said[i + 1].inner]) or _THROUGH.fullmatch(gap)
    ]
    for i in reversed(pairs):
        taken[i] = taken[i] or taken[i + 1]
    for i in pairs:
        taken[i + 1] = taken[i + 1] or taken[i]
    return taken


def _ordered(one: Expression, days: Span, other: Expression, then: Span, newest: date) -> Span | None:
    """From the first to the second, whose years may be wrong: "from December to February 2024"."""
    if days[0] > then[1] and not re.search(YEAR, one.words):
        days = span(one, newest, year=then[1].year - 1) or days
    elif days[0] > then[1] and not re.search(YEAR, other.words):
        then = span(other, newest, year=days[0].year + 1) or then
    return (days[0], then[1]) if days[0] <= then[1] else None


def _single(question: str, one: Expression, days: Span) -> Iterator[Time]:
    sense = LEADS.get(one.lead, "on")
    if one.lead == "from" and _ONWARDS.match(one.rest):
        sense = "since"
    try:
        bounds, relation = _bounds(sense, *days)
    except OverflowError:
        return  # beyond what a date can hold
    if one.kind == "days" and relation == "on":
        relation = "between"
    yield _time(question, one.start, one.end, bounds, relation)


def _bounds(sense: str, since: date, until: date) -> tuple[tuple[date | None, date | None], Relation]:
    match sense:
        case "before":
            return (None, since - timedelta(1)), "before"
        case "until":
            return (None, until), "before"
        case "after":
            return (until + timedelta(1), None), "after"
        case "since":
            return (since, None), "after"
        case "around":
            some = timedelta(3) if since == until else (until - since) // 2
            return (since - some, until + some), "around"
        case _:
            return (since, until), "on"


def _time(question: str, start: int, end: int, days: tuple[date | None, date | None], relation: Relation) -> Time:
    return Time(question[start:end], start, end, *days, relation=relation)


# A time belongs to the reporting when a word of the press is right before or after it, with at most a name
# between ("the report by Fortune on 4 October", "the 9 November TechCrunch article"), or governs it from
# further off without a clause or an event between ("reported about the cannery on 15 May", but not "about the
# march on 12 April").
_PRESS = rf"{alternatives('press', 'reporting')}\b"
_NAMED = r"(?:\s+(?:by|from|in|at|of)\s+(?:the\s+)?[A-Z'\"‘“][^,;?.]{0,60})?"
_PIECE = rf"{alternatives('press', 'made')}\b"
_BEFORE = re.compile(rf"(?:\b(?:{_PRESS}|{_PIECE}){_NAMED}|\bthe\s+(?:one|other|latter|former|same))['’\"”]?,?\s*\Z")
_AFTER = re.compile(rf"(?:['’]s)?,?\s+(?:[A-Z][\w.'’-]*\s+){{0,4}}(?:latest\s+|own\s+)?{_PRESS}")
_GOVERNS = re.compile(rf".*\b(?:{_PRESS}|the\s+(?:one|other)\b)(?P<gap>[^;?]*)\Z", re.IGNORECASE | re.DOTALL)
_FRONTED = re.compile(rf"\W*(?:what|which)\b[^,;?]*?\b{_PRESS}", re.IGNORECASE)
_CLAUSE = re.compile(rf"\b{alternatives('press', 'clause_words')}\b")


def _role(question: str, found: Time, last: Time | None) -> Role:
    if last and _AND.fullmatch(question, last.end, found.start):
        return last.role
    before, after = question[: found.start], question[found.end :]
    fronted = not before.strip() and _FRONTED.match(after)
    if fronted or _BEFORE.search(before) or _AFTER.match(after):
        return "published"
    governs = _GOVERNS.match(before, last.end if last else 0)
    loose = governs is None or _CLAUSE.search(governs["gap"]) or _EVENT_AT_END.search(before)
    return "subject" if loose or _is_long(found) else "published"


def _is_long(found: Time) -> bool:
    """Whether it is a season or more: that is the time of what is told, hardly of the telling."""
    return bool(found.since and found.until and (found.until - found.since).days > 31)


_EVENT = rf"{alternatives('dates', 'events')}(?:e?s)?"
_EVENT_AT_END = re.compile(rf"\b{_EVENT}['’\"”]?\s*,?\s*\Z", re.IGNORECASE)
_STOP = rf"(?!{alternatives('dates', 'after_no_event')}\b)"
_WORDY = r"[\w&’'-]+"
_OWNER = rf"(?:(?-i:[A-Z])[\w.-]*\s+){{0,2}}{_WORDY}?['’]s?"
_NAME = rf"(?:the\s+)?(?-i:[A-Z]){_WORDY}(?:\s+(?-i:[A-Z]){_WORDY})*"
_WEEKDAY_OR_MONTH = rf"(?:\w+day|{MONTH})"
_BY_EVENT = re.compile(
    r"\b(?P<lead>before|after|since|during|until|following|ahead\s+of|prior\s+to)\s+"
    rf"(?P<event>(?:the|that|this|last|his|her|its|their|{_OWNER})\s+(?:{_STOP}{_WORDY}\s+){{0,3}}?{_EVENT}\b"
    rf"(?:\s+(?:of|on|over|against)\s+(?!{_WEEKDAY_OR_MONTH})(?:the\s+(?-i:[a-z]){_WORDY}|{_NAME}))?)",
    re.IGNORECASE,
)
_RELATIONS: dict[str, Relation] = {"before": "before", "until": "before", "after": "after", "since": "after"}


def _events(question: str) -> Iterator[Time]:
    for found in _BY_EVENT.finditer(question):
        sense = LEADS.get(" ".join(found["lead"].lower().split()), "on")
        yield Time(found[0], *found.span(), None, None, found["event"], _RELATIONS.get(sense, "on"))
