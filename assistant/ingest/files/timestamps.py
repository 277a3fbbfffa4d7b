"""Parses dates and times as pages, feeds, mails and headers write them: a day, a time, or a time with its zone."""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any

from assistant.articles import is_possible_date
from assistant.ingest.files.zones import zone_at
from assistant.text import WordPattern, parse_date
from assistant.utils import in_utc

_EPOCH = re.compile(r"(1\d{9}|[1-9]\d{8})(?:\d{3}){0,2}(?:\.\d{1,9})?")
_COMPACT = re.compile(r"(?:19|20)\d\d(?:0\d|1[0-2])[0-3]\d[0-2]\d[0-5]\d(?:[0-5]\d)?")
_ISO = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:(?:\s?T\s?|\s)(\d\d(?::\d\d(?::\d\d)?|\d\d(?:\d\d)?)?)(?:[.,](\d+))?)?"
    r"(?:\s?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?))?",
    re.I,
)
_CLOCK = re.compile(
    r"(?:(?<=\d)T)?(?<![\d:./-])(?P<hour>\d{1,2})"
    r"(?:(?:[:h](?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?|\.(?P<dotted>\d\d)(?![.\d]))"
    r"(?:\s?(?P<half>[ap])\.?m\b\.?)?|\s?(?P<alone>[ap])\.?m\b\.?)",
    re.I,
)
_ZONE = re.compile(
    r"\s?\(?(?P<zone>(?:GMT|UTC|UT)?\s?[+−-]\d{1,2}(?::?\d\d)?\b|[A-Z][A-Za-z]+/[A-Z][A-Za-z_/]+"
    r"|Z\b|[A-Z]{2,5}\b)"
    r"\)?(?:\s?\([^()]{1,60}\)|\s[A-Z]{2,5}\b)?"
)
_NUMERIC = re.compile(r"(?<!\d)(\d{1,4})([/.-])\s?(\d{1,2})\2\s?(\d{1,4})(?!\d)\.?")
_BY_SIGNS = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_BESIDE_A_CLOCK = WordPattern(
    r"\b(?:{*ingest.joins_a_time}|{*ingest.within_a_time}|{*ingest.before_a_time})(?!\w)|[(),|–]", re.I
)
_IN_PATH = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=[/-]|$)")
_MONDAY = datetime(2024, 2, 12)  # in a month whose name is neither a weekday's nor a person's
_WEST, _EAST = timedelta(hours=-10), timedelta(hours=14)  # the clocks of zones, from UTC
DAY, CLOCK, ZONED = range(3)


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A moment and how exactly it is given: DAY, CLOCK (a time without zone, taken as UTC) or ZONED."""

    moment: datetime
    exactness: int


def parse_timestamp(text: str, languages: tuple[str, ...] = ("en",)) -> Timestamp | None:
    """The moment in `text`, which has day, month and year or is a Unix time; else None.

    It may be one at which no article can have been published, such as the year 9999, but not the first day of Unix
    time, which programs write for "not set".
    """
    stamp = read_timestamp(text, languages)
    return None if stamp is None or is_unset(stamp.moment) else stamp


def read_timestamp(text: str, languages: tuple[str, ...] = ("en",)) -> Timestamp | None:
    """The same, also for the first day of Unix time."""
    text = " ".join(text.split())
    if not 6 <= len(text) <= 100 or not any(map(str.isdigit, text)):
        return None
    with suppress(ArithmeticError, ValueError):  # what looks like a date and is none, such as 2025-02-30
        return _parse_epoch(text) or _parse_iso(text) or _parse_free(text, languages)
    return None


def parse_moment(text: str, languages: tuple[str, ...] = ("en",)) -> datetime | None:
    """The moment in `text`, in UTC where it names no zone; None where there is no full date."""
    stamp = parse_timestamp(text, languages)
    return stamp.moment if stamp else None


def is_unset(moment: datetime) -> bool:
    """Whether it is what programs write for "not set": the first moment or the first day of Unix time."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return moment.date() == epoch.date() or in_utc(moment) == epoch


def _timestamp(day: date, clock: time | None, zone: tzinfo | None) -> Timestamp:
    moment = datetime.combine(day, clock or time(), zone or UTC)
    return Timestamp(moment, DAY if clock is None else CLOCK if zone is None else ZONED)


def _parse_epoch(text: str) -> Timestamp | None:
    """Unix time in seconds, or with their fractions; and 20250528093000."""
    if _COMPACT.fullmatch(text):
        moment = datetime.strptime(text, "%Y%m%d%H%M%S" if len(text) == 14 else "%Y%m%d%H%M")
        return _timestamp(moment.date(), moment.time(), None)
    match = _EPOCH.fullmatch(text)
    return Timestamp(datetime.fromtimestamp(int(match[1]), UTC), ZONED) if match else None


def _parse_iso(text: str) -> Timestamp | None:
    """A day of ISO 8601 in its month, with what of a time and a zone it has."""
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    year, month, day, clock, fraction, zone = match.groups()
    found = date(int(year), int(month), int(day))
    at = time.fromisoformat(clock + (f".{fraction[:6]:0<6}" if fraction else "")) if clock else None
    return _timestamp(found, at, zone_at(zone, datetime.combine(found, at or time())) if zone else None)


def _parse_free(text: str, languages: tuple[str, ...]) -> Timestamp | None:
    """A date in words or figures, before or after a time and its zone."""
    clock = _CLOCK.search(text)
    if clock is None:
        day = _parse_day(text, languages)
        return _timestamp(day, None, None) if day else None
    at = _time_of(clock)
    zone = _ZONE.match(text, clock.end())
    for end in dict.fromkeys((zone.end() if zone else clock.end(), clock.end())):
        if day := _parse_day(f"{text[: clock.start()]} {text[end:]}", languages):
            known = zone_at(zone["zone"], datetime.combine(day, at)) if zone and end == zone.end() else None
            # Midnight without a zone is what a day is written with.
            return _timestamp(day, at if known or at != time() else None, known)
    return None


def _time_of(clock: re.Match[str]) -> time:
    hour, half = int(clock["hour"]), (clock["half"] or clock["alone"] or "").lower()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, int(clock["minute"] or clock["dotted"] or 0), int(clock["second"] or 0))


def _parse_day(text: str, languages: tuple[str, ...]) -> date | None:
    text = " ".join(_BESIDE_A_CLOCK.sub(" ", text).split()).strip(" -;")
    if signs := _BY_SIGNS.search(text):
        return date(*map(int, signs.groups()))
    if numeric := _NUMERIC.search(text):
        return _parse_numeric(numeric, f"{text[: numeric.start()]} {text[numeric.end() :]}".split(), languages)
    return _parse_written(text, languages)


def _parse_numeric(match: re.Match[str], others: list[str], languages: tuple[str, ...]) -> date | None:
    """28.5.2025, as dots are used where the day comes first; 2025/05/28; and 28/05/2025, which can be one day only.

    So can 03/04/2025 where a weekday decides it.
    """
    first, sign, second, last = match.groups()
    weekdays = [weekday_of(word.strip(".").lower(), languages) for word in others]
    if None in weekdays or len(weekdays) > 1:
        return None
    a, b, c = int(first), int(second), int(last)
    if len(first) == 4 and len(last) <= 2:
        return date(a, b, c)
    if len(first) > 2 or len(last) not in {2, 4}:
        return None
    if sign == "." and len(last) == 4:
        return date(c, b, a)
    year = c if len(last) == 4 else 2000 + c
    readings = {_day_or_none(year, b, a), _day_or_none(year, a, b)}
    readings |= {_day_or_none(2000 + a, b, c)} if len(last) == 2 else set()
    fitting = [day for day in readings if day is not None and (not weekdays or day.weekday() in weekdays)]
    return fitting[0] if len(fitting) == 1 else None


def _day_or_none(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def weekday_of(word: str, languages: tuple[str, ...]) -> int | None:
    """The number of the weekday with that name; None for another word."""
    found = _read(word, languages, parts=(), base=_MONDAY) if word.isalpha() and len(word) < 15 else None
    is_near = found is not None and abs(found.date() - _MONDAY.date()) < timedelta(days=8)
    return found.weekday() if found is not None and is_near else None


def _parse_written(text: str, languages: tuple[str, ...]) -> date | None:
    """A date with the name of its month and no other number than its day and its year."""
    numbers = re.findall(r"\d+", text)
    if len(numbers) != 2 or not any(map(str.isalpha, text)):
        return None
    found = _read(text, languages)
    days = {number for number in numbers if len(number) <= 2}
    years = {int(number) for number in numbers if len(number) == 4} or {int(numbers[1]) + 2000}
    is_whole = found is not None and found.year in years and found.day in map(int, days)
    return found.date() if found is not None and is_whole else None


def _read(text: str, languages: tuple[str, ...], **options: Any) -> datetime | None:
    for accepted in dict.fromkeys((languages, ("en",))):
        # These errors come for a language unknown to dateparser.
        with suppress(ArithmeticError, LookupError, TypeError, ValueError):
            return parse_date(text, languages=accepted, **options)
    return None


def most_exact(timestamps: Iterable[Timestamp | None], shown: Iterable[Timestamp] = ()) -> datetime | None:
    """The first moment that can be, replaced by later ones that give the same time more exactly; else the first.

    One in UTC may be of another day than where it was published: it is given as those `shown` to the reader have it.
    """
    given = [stamp for stamp in timestamps if stamp is not None]
    chosen: Timestamp | None = None
    for stamp in [stamp for stamp in given if is_possible_date(stamp.moment)] or given[:1]:
        if chosen is None or (stamp.exactness > chosen.exactness and _may_be_same(chosen, stamp)):
            chosen = stamp
    return _as_shown(chosen, [*shown, *given]) if chosen else None


def _as_shown(stamp: Timestamp, shown: Sequence[Timestamp]) -> datetime:
    moment = stamp.moment
    if stamp.exactness != ZONED or moment.utcoffset() or any(_is_same_day(other, moment) for other in shown):
        return moment
    return next(filter(None, (_local(moment, other) for other in shown)), moment)


def _is_same_day(stamp: Timestamp, moment: datetime) -> bool:
    return stamp.moment is not moment and stamp.exactness != ZONED and stamp.moment.date() == moment.date()


def _local(moment: datetime, shown: Timestamp) -> datetime | None:
    """The moment as `shown` has it, if that is the same: in its zone, by a clock of another zone, or only the day."""
    ahead = shown.moment.replace(tzinfo=UTC) - moment.replace(second=0, microsecond=0)
    if shown.exactness == ZONED:
        is_same = abs(shown.moment - moment) < timedelta(minutes=1)
        return shown.moment if is_same and shown.moment.utcoffset() else None
    if shown.exactness == CLOCK:
        minutes = ahead.total_seconds() / 60
        is_zone = _WEST <= ahead <= _EAST and minutes % 15 == 0
        return moment.astimezone(timezone(timedelta(minutes=minutes))) if is_zone else None
    days = (shown.moment.date() - moment.date()).days
    edge = datetime.combine(shown.moment.date(), time(), UTC)
    is_near = moment + _WEST < edge + timedelta(days=1) if days == -1 else days == 1 and moment + _EAST >= edge
    return shown.moment if is_near else None


def first_possible(*moments: datetime | None) -> datetime | None:
    """The first moment that an article can be of; else the first that is given, to be reported."""
    given = [moment for moment in moments if moment is not None]
    return next(filter(is_possible_date, given), given[0] if given else None)


def if_later(updated: datetime | None, published: datetime | None) -> datetime | None:
    """When an article was updated; None where that is not after its publication."""
    return None if updated and published and is_possible_date(published) and updated <= published else updated


def _may_be_same(rough: Timestamp, exact: Timestamp) -> bool:
    if rough.exactness == DAY:
        return rough.moment.date() in {exact.moment.date(), exact.moment.astimezone(UTC).date()}
    same_clock = exact.moment.replace(tzinfo=UTC) == rough.moment
    return same_clock or abs(exact.moment - rough.moment) <= timedelta(hours=14)


def date_in_path(url: str) -> Timestamp | None:
    """The day in a URL such as /2025/05/28/, if it has only one."""
    dates = {"/".join(match.groups()) for match in _IN_PATH.finditer(url.partition("?")[0])}
    return parse_timestamp(dates.pop()) if len(dates) == 1 else None
