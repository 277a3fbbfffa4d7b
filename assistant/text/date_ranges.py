"""The days that expressions of time mean, counted from the newest article.

Seasons are those of the north; weeks begin on Monday.
"""

import re
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from assistant.text.date_expressions import ANY_YEAR, MONTH, Expression
from assistant.text.lexicon import word_sequence, word_table

DateRange = tuple[date, date]
"""The first and the last day."""
_TELLING = 3  # letters of a month
_LEAP = 9  # years in which there is a 29 February


def date_range(expression: Expression, newest: date, future: bool = False, year: int | None = None) -> DateRange | None:
    """The first and last day of an expression, seen from `newest`; None when there is no such day.

    What comes again every year or week is the latest that began by `newest`, with `future` the first that
    is not over; `year` is taken where the words have none.
    """
    try:
        days = _base(expression, newest, future, year)
        return days and _part(expression.part, days, newest)
    except (ValueError, OverflowError):
        return None  # no such day, or beyond what a date can hold


def _base(expression: Expression, newest: date, future: bool, year: int | None) -> DateRange | None:
    words = " ".join(expression.words.lower().split())
    own = re.search(rf"{ANY_YEAR}\Z", words)
    year = int(own[0]) if own else year
    match expression.kind:
        case "iso":
            return _day(date.fromisoformat(words[:10]))
        case "numeric":
            return _numeric(words)
        case "day" | "days":
            return _days(words, newest, future, year)
        case "month":
            month = _month_number(words)
            nearest = newest.year + (month <= newest.month) if future else newest.year - (month > newest.month)
            return _month(nearest if year is None else year, month)
        case "quarter":
            return _yearly(int(words[1]) * 3 - 2, 3, newest, future, year)
        case "season":
            return _yearly(int(word_table("dates", "seasons")[words.split()[0]]), 3, newest, future, year)
        case "year":
            return _around("year", date(int(words[-4:]), 1, 1))
        case "current":
            return _around(words, newest)
        case _:
            return _relative(expression.kind, words, newest, future, expression.det)


def _relative(kind: str, words: str, newest: date, future: bool, det: bool) -> DateRange | None:
    match kind:
        case "ago":
            *count, unit, _ = words.split()
            return _around(unit.rstrip("s"), newest - _span(count, unit))
        case "rolling":
            which, *count, unit = words.split()
            span = _span(count, unit)
            return (newest, newest + span) if which == "next" else (newest - span, newest)
        case "turn":
            which, unit = words.split()
            return _turn(which, unit.rstrip("."), newest, det)
        case "weekend":
            return _around("weekend", newest - timedelta(0 if future or newest.weekday() > 4 else 7))
        case "weekday":
            ahead = (word_sequence("dates", "weekdays").index(words) - newest.weekday()) % 7
            return _day(newest + timedelta(ahead if future or not ahead else ahead - 7))
        case _:
            return _day(newest + timedelta({"the": -2, "yes": -1, "tom": 1}.get(words[:3], 0)))


def _day(day: date) -> DateRange:
    return day, day


def _month(year: int, month: int, months: int = 1) -> DateRange:
    first = date(year, month, 1)
    return first, first + relativedelta(months=months, days=-1)


def _around(unit: str, day: date) -> DateRange:
    """The day, week, weekend, month, quarter or year that `day` is in; a weekend is that of its week."""
    monday = day - timedelta(day.weekday())
    match unit:
        case "day":
            return day, day
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


def _numeric(words: str) -> DateRange | None:
    first, second, year = map(int, re.split("[/.]", words))
    if first <= 12 and second <= 12 and first != second:
        return None  # 03/04/2025 could be two days: a guess would be an invention
    return _day(date(year, second, first) if first > 12 else date(year, first, second))


def _days(words: str, newest: date, future: bool, year: int | None) -> DateRange | None:
    """One day, or the first and the last of "1 and 15 October 2023"."""
    body = re.sub(rf",?\s(?:of )?{ANY_YEAR}\Z", "", words)
    numbers = re.findall(r"(?<![0-9])[0-9]{1,2}(?![0-9])", body)
    dates = [_day_of(year, _month_number(body), int(number), newest, future) for number in numbers]
    first, last = dates[0], dates[-1]
    return (first, last) if first and last and first <= last else None


def _month_number(words: str) -> int:
    """The number of the month in `words`, by its name or a short form of it."""
    found = MONTH.search(words)
    beginnings = [month[:_TELLING] for month in word_sequence("dates", "months")]
    return 1 + beginnings.index(found[0][:_TELLING]) if found else 0


def _day_of(year: int | None, month: int, day: int, newest: date, future: bool) -> date | None:
    """A day of `year`; else the latest one up to `newest`, with `future` the first after it. None: there is none."""
    if year is not None:
        return _existing(year, month, day)
    years = range(newest.year, newest.year + _LEAP) if future else range(newest.year, newest.year - _LEAP, -1)
    days = filter(None, (_existing(each, month, day) for each in years))
    return next((found for found in days if (found > newest if future else found <= newest)), None)


def _existing(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _yearly(month: int, months: int, newest: date, future: bool, year: int | None) -> DateRange:
    """The months from `month` on, of `year` or the nearest."""
    if year is not None:
        return _month(year, month, months)
    ranges = _years(month, months, newest)
    if future:
        return next(days for days in ranges if days[1] >= newest)
    return next(days for days in reversed(ranges) if days[0] <= newest)


def _years(month: int, months: int, newest: date) -> list[DateRange]:
    return [_month(newest.year + years, month, months) for years in (-2, -1, 0, 1)]


def _span(count: list[str], unit: str) -> relativedelta:
    """How long "10", "three", "few", "a couple of" days, weeks, months or years are."""
    number = [word for word in count if word != "of"][-1]
    return relativedelta(**{f"{unit.rstrip('s')}s": int(word_table("dates", "counts").get(number, number))})


def _turn(which: str, unit: str, newest: date, det: bool) -> DateRange | None:
    """The days of "last week", "this spring", "next Friday"; "the last week" is the seven days up to now."""
    step = {"this": 0, "next": 1}.get(which, -1)
    if unit in ("week", "month", "year") and (which == "past" or (which == "last" and det)):
        return newest - _span(["1"], unit), newest
    if unit in ("morning", "afternoon", "evening", "night"):
        return _day(newest + timedelta(step))
    if unit in ("week", "weekend"):
        return _around(unit, newest + timedelta(7 * step))
    if unit in ("month", "quarter", "year"):
        current = _around(unit, newest)
        return current if not step else _around(unit, current[step > 0] + timedelta(step))
    if unit.endswith("day"):
        ahead = word_sequence("dates", "weekdays").index(unit) - newest.weekday()
        return _day(newest + timedelta((ahead, ahead % 7 or 7, -(-ahead % 7 or 7))[step]))
    return _named_turn(step, unit, newest)


def _named_turn(step: int, name: str, newest: date) -> DateRange | None:
    """The last, this or the next season or month of a name. "This" may be over or to come."""
    season = word_table("dates", "seasons").get(name)
    month = int(season or _month_number(name))
    ranges = _years(month, 3 if season else 1, newest)
    if step == 0:
        # In January "this winter" is the one that began the year before.
        return ranges[1] if ranges[1][1] >= newest else ranges[2]
    over, to_come = [days for days in ranges if days[1] < newest], [days for days in ranges if days[0] > newest]
    return to_come[0] if step > 0 else over[-1]


def _part(part: str, days: DateRange, newest: date) -> DateRange:
    """The part of the days that "early", "the end of" or "the second week of" names."""
    since, until = days
    first, *rest = part.split() or [""]
    if first in ("earlier", "later"):
        part_of = (since, min(until, newest)) if first == "earlier" else (max(since, newest), until)
        return part_of if part_of[0] <= part_of[1] else days
    if first in ("week", "weekend"):
        return _around(first, since) if since == until else days
    if first == "night":
        return (since, until + timedelta(1)) if since == until else days
    ordinal = word_table("dates", "ordinals").get(first)
    if ordinal == "-1" and rest[0] == "week":
        return max(since, until - timedelta(6)), until
    if ordinal and rest[0] == "week":
        start = min(since + timedelta(7 * int(ordinal)), until)
        return start, min(start + timedelta(6), until)
    if ordinal:
        return _piece(int(ordinal), {"half": 2, "quarter": 4}[rest[0]], since, until)
    third = word_table("dates", "thirds").get(first)
    return days if third is None else _piece(int(third), 3, since, until)


def _piece(number: int, pieces: int, since: date, until: date) -> DateRange:
    """Piece `number` of equal pieces: whole months where they divide evenly, else days, the last piece the longest."""
    number %= pieces
    months = (until.year - since.year) * 12 + until.month - since.month + 1
    if months % pieces == 0:
        first = since.replace(day=1) + relativedelta(months=number * months // pieces)
        return _month(first.year, first.month, months // pieces)
    size = ((until - since).days + 1) // pieces
    if months == 1 and pieces == 3 and size == 9:
        size = 10  # a third of February is as long as of any month
    start = since + timedelta(number * size)
    return start, until if number == pieces - 1 else start + timedelta(max(size, 1) - 1)
