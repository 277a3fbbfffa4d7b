"""Expressions of time as days, counted from the newest article.

Days, months, ordinals and abbreviations are read by dateparser. Seasons are those of the north, weeks
begin on Monday.
"""

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from assistant.text.date_expressions import COUNTS, MONTH, ORDINALS, SEASONS, WEEKDAYS, YEAR, Expression
from assistant.text.dates import parse_date
from assistant.text.lexicon import table

Span = tuple[date, date]


def span(said: Expression, newest: date, future: bool = False, year: int | None = None) -> Span | None:
    """The first and last day of an expression, seen from `newest`; None when there is no such day.

    What comes again every year or week is the latest that began by `newest`, with `future` the first that
    is not over; `year` is taken where the words have none.
    """
    try:
        days = _base(said, newest, future, year)
        return days and _part(said.part, days, newest)
    except (ValueError, OverflowError):
        return None  # no such day, or beyond what a date can hold


def _base(said: Expression, newest: date, future: bool, year: int | None) -> Span | None:
    words = " ".join(said.words.lower().split())
    own = re.search(rf"{YEAR}\Z", words)
    year = int(own[0]) if own else year
    match said.kind:
        case "iso":
            return _one(date.fromisoformat(words[:10]))
        case "numeric":
            return _numeric(words)
        case "day" | "days":
            return _days(words, newest, future, year)
        case "month":
            words = words.removeprefix("month of ")
            first = _read(words if own else f"{words} {year or ''}", ("month",), newest, future)
            return _month(first.year, first.month) if first else None
        case "quarter":
            return _yearly(int(words[1]) * 3 - 2, 3, newest, future, year)
        case "season":
            return _yearly(SEASONS[words.split()[0]], 3, newest, future, year)
        case "year":
            return _around("year", date(int(words[-4:]), 1, 1))
        case "current":
            return _around(words, newest)
        case _:
            return _relative(said.kind, words, newest, future, said.det)


def _relative(kind: str, words: str, newest: date, future: bool, det: bool) -> Span | None:
    match kind:
        case "ago":
            *count, unit, _ = words.split()
            return _ago(_count(count), unit.rstrip("s"), newest)
        case "rolling":
            which, *count, unit = words.split()
            return _rolling(which, _count(count), unit, newest)
        case "turn":
            which, thing = words.split()
            return _turn(which, thing.rstrip("."), newest, det)
        case "weekend":
            return _around("weekend", newest - timedelta(0 if future or newest.weekday() > 4 else 7))
        case "weekday":
            ahead = (WEEKDAYS.index(words) - newest.weekday()) % 7
            return _one(newest + timedelta(ahead if future or not ahead else ahead - 7))
        case _:
            return _one(newest + timedelta({"the": -2, "yes": -1, "tom": 1}.get(words[:3], 0)))


def _one(day: date) -> Span:
    return day, day


def _month(year: int, month: int, months: int = 1) -> Span:
    last = month + months - 2
    end_year, end_month = year + last // 12, last % 12 + 1
    return date(year, month, 1), date(end_year, end_month, monthrange(end_year, end_month)[1])


def _around(unit: str, day: date) -> Span:
    """The week, weekend, month, quarter or year that `day` is in; a weekend is that of its week."""
    monday = day - timedelta(day.weekday())
    match unit:
        case "week":
            return monday, monday + timedelta(6)
        case "weekend":
            return monday + timedelta(5), monday + timedelta(6)
        case "month":
            return _month(day.year, day.month)
        case "quarter":
            return _month(day.year, (day.month - 1) // 3 * 3 + 1, 3)
        case _:
            return date(day.year, 1, 1), date(day.year, 12, 31)


def _numeric(words: str) -> Span | None:
    one, two, year = map(int, re.split("[/.]", words))
    if one <= 12 and two <= 12 and one != two:
        return None  # 03/04/2025 could be two days: a guess would be an invention
    return _one(date(year, two, one) if one > 12 else date(year, one, two))


def _days(words: str, newest: date, future: bool, year: int | None) -> Span | None:
    """One day, or the first and the last of "1 and 15 October 2023"."""
    body = re.sub(rf",?\s(?:of )?{YEAR}\Z", "", words)
    month = re.search(MONTH, body)
    numbers = re.findall(r"(?<![0-9])[0-9]{1,2}(?![0-9])", body)
    if month is None:
        return None
    found = [_read(f"{number} {month[0]} {year or ''}", ("day", "month"), newest, future) for number in numbers]
    first, last = found[0], found[-1]
    return (first, last) if first and last and first <= last else None


@lru_cache(maxsize=1024)
def _read(words: str, parts: tuple[str, ...], newest: date, future: bool) -> date | None:
    noon = datetime.combine(newest, time(12))
    found = parse_date(words, parts=parts, base=noon, future=future, relative=True)
    return found and found.date()


def _yearly(month: int, months: int, newest: date, future: bool, year: int | None) -> Span:
    """The months from `month` on, of `year` or the nearest."""
    if year is not None:
        return _month(year, month, months)
    spans = _years(month, months, newest)
    return next(s for s in spans if s[1] >= newest) if future else next(s for s in reversed(spans) if s[0] <= newest)


def _years(month: int, months: int, newest: date) -> list[Span]:
    return [_month(newest.year + turn, month, months) for turn in (-2, -1, 0, 1)]


def _count(words: list[str]) -> int:
    """The number of "10", "three", "few", "a couple of"."""
    numbers = [int(word) if word.isdigit() else COUNTS[word] for word in words if word != "of"]
    return numbers[-1]


def _ago(count: int, unit: str, newest: date) -> Span | None:
    day = _read(f"{count} {unit}s ago", (), newest, False)
    if day is None:
        return None
    return _one(day) if unit == "day" else _around(unit, day)


def _rolling(which: str, count: int, unit: str, newest: date) -> Span | None:
    """The last or next so many days, weeks, months or years, with `newest` at their end or start."""
    if which == "next":
        day = _read(f"in {count} {unit}", (), newest, True)
        return (newest, day) if day else None
    day = _read(f"{count} {unit} ago", (), newest, False)
    return (day, newest) if day else None


def _turn(which: str, thing: str, newest: date, det: bool) -> Span | None:
    """The span of "last week", "this spring", "next Friday"; "the last week" is the seven days up to now."""
    step = {"this": 0, "next": 1}.get(which, -1)
    if thing in ("week", "month", "year") and (which == "past" or (which == "last" and det)):
        return _rolling(which, 1, thing, newest)
    if thing in ("morning", "afternoon", "evening", "night"):
        return _one(newest + timedelta(step))
    if thing in ("week", "weekend"):
        return _around(thing, newest + timedelta(7 * step))
    if thing in ("month", "quarter", "year"):
        here = _around(thing, newest)
        return here if not step else _around(thing, here[step > 0] + timedelta(step))
    if thing.endswith("day"):
        ahead = WEEKDAYS.index(thing) - newest.weekday()
        return _one(newest + timedelta((ahead, ahead % 7 or 7, -(-ahead % 7 or 7))[step]))
    return _named_turn(step, thing, newest)


def _named_turn(step: int, thing: str, newest: date) -> Span | None:
    """The last, this or the next season or month of a name. "This" may be over or to come."""
    month = SEASONS.get(thing)
    if month is None:
        first = _read(f"{thing} 2000", ("month",), newest, False)
        month = first.month if first else 0
    spans = _years(month, 3 if thing in SEASONS else 1, newest)
    if step == 0:
        # In January "this winter" is the one that began the year before.
        return spans[1] if spans[1][1] >= newest else spans[2]
    over, to_come = [s for s in spans if s[1] < newest], [s for s in spans if s[0] > newest]
    return to_come[0] if step > 0 else over[-1]


def _part(part: str, days: Span, newest: date) -> Span:
    """That part of a span which "early", "the end of" or "the second week of" says."""
    since, until = days
    first, *rest = part.split() or [""]
    if first in ("earlier", "later"):
        near = (since, min(until, newest)) if first == "earlier" else (max(since, newest), until)
        return near if near[0] <= near[1] else days
    if first in ("week", "weekend"):
        return _around(first, since) if since == until else days
    if first == "night":
        return (since, until + timedelta(1)) if since == until else days
    if first in ORDINALS and rest[0] == "week":
        return _week_of(ORDINALS[first], since, until)
    if first in ORDINALS:
        return _piece(ORDINALS[first], {"half": 2, "quarter": 4}[rest[0]], since, until)
    third = table("dates", "thirds").get(first)
    return days if third is None else _piece(int(third), 3, since, until)


def _week_of(week: int, since: date, until: date) -> Span:
    if week < 0:
        return max(since, until - timedelta(6)), until
    start = min(since + timedelta(7 * week), until)
    return start, min(start + timedelta(6), until)


def _piece(number: int, pieces: int, since: date, until: date) -> Span:
    """One of so many equal pieces: of months where they come out even, else of days, the last the longest."""
    number %= pieces
    months = (until.year - since.year) * 12 + until.month - since.month + 1
    if months % pieces == 0:
        first = since.month - 1 + number * months // pieces
        return _month(since.year + first // 12, first % 12 + 1, months // pieces)
    size = ((until - since).days + 1) // pieces
    if months == 1 and pieces == 3 and size == 9:
        size = 10  # a third of February is as long as of any month
    start = since + timedelta(number * size)
    return start, until if number == pieces - 1 else start + timedelta(max(size, 1) - 1)
