"""Moments as pages write them, with as much as they say: a day, a time, a time with its zone."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from assistant.text.dates import parse_date

_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")
_CLOCK = re.compile(r"\d{1,2}[:.h]\d{2}|\d\s*[ap]\.?m\b", re.I)
_MAIL_ZONE = re.compile(r"(?:[+-]\d{4}|\bGMT|\bUTC)$")
_IN_PATH = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=[/-]|$)")
_ZONES = {"CEST": "+0200", "MESZ": "+0200", "MEZ": "+0100", "EEST": "+0300"}  # which dateparser does not know
_DIGITS_ONLY = re.compile(r"\b\d{1,2}[/.-]\s?\d{1,2}[/.-]\s?\d{2,4}\b")
DAY, CLOCK, ZONED = range(3)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A moment and how exactly it is given: DAY, CLOCK (a time of no known zone, taken as UTC) or ZONED."""

    moment: datetime
    exactness: int


def stamp(text: str, languages: tuple[str, ...] = ("en",)) -> Stamp | None:
    """The moment that `text` names with day, month and year, else None. A number of seconds since 1970 is one too."""
    text = " ".join(text.split())
    if not 6 <= len(text) <= 100 or not any(map(str.isdigit, text)):
        return None
    if _EPOCH.fullmatch(text):
        return _sane(Stamp(datetime.fromtimestamp(int(text[:10]), UTC), ZONED))
    for zone, offset in _ZONES.items():
        text = re.sub(rf"\b{zone}\b", offset, text)
    found = _iso(text) or _mail(text)
    if found is None:
        return _sane(_written(text, languages))
    exactness = ZONED if found.tzinfo else CLOCK if _CLOCK.search(text) else DAY
    return _sane(Stamp(found if found.tzinfo else found.replace(tzinfo=UTC), exactness))


def _iso(text: str) -> datetime | None:
    # Fractions of over six digits and a space before the offset are not Python's ISO 8601.
    text = re.sub(r"(\.\d{6})\d+", r"\1", re.sub(r"\s+(?=[+-]\d\d:?\d\d$|Z$)", "", text))
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _mail(text: str) -> datetime | None:
    if not _MAIL_ZONE.search(text):
        return None  # of other names of zones it makes a time without one
    try:
        return parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None


def _written(text: str, languages: tuple[str, ...]) -> Stamp | None:
    """A date with the name of its month: of 03/04/2025 nobody can say which day it is."""
    if _DIGITS_ONLY.search(text) or not any(map(str.isalpha, text)):
        return _numeric(text)
    found = None
    for spoken in (languages, ("en",)):
        try:
            found = parse_date(text, languages=spoken)
            break
        except (ArithmeticError, LookupError, TypeError, ValueError):  # of a language that it does not know
            continue
    if found is None:
        return None
    clock = bool(_CLOCK.search(text)) and found.time() != found.time().min
    exactness = ZONED if found.tzinfo and clock else CLOCK if clock else DAY
    return Stamp(found if found.tzinfo else found.replace(tzinfo=UTC), exactness)


def _numeric(text: str) -> Stamp | None:
    """28.5.2025, which has one reading only, as dots are written where the day comes first; and 2025/05/28."""
    for pattern, order in ((r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", (3, 2, 1)), (r"(\d{4})/(\d\d)/(\d\d)", (1, 2, 3))):
        found = re.match(pattern + r"(?:,?\s+(\d{1,2})[:.](\d\d)(?:[:.]\d\d)?)?$", text)
        if found:
            year, month, day = (int(found[place]) for place in order)
            clock = (int(found[4]), int(found[5])) if found[4] else (0, 0)
            try:
                return Stamp(datetime(year, month, day, *clock, tzinfo=UTC), CLOCK if found[4] else DAY)
            except ValueError:
                return None
    return None


def _sane(found: Stamp | None) -> Stamp | None:
    # What programs write for "not set": the years 1 and 9999, and the start of Unix time.
    if found is None or not 1600 <= found.moment.year <= 2200 or found.moment.date().isoformat() == "1970-01-01":
        return None
    return found


def best(stamps: Iterable[Stamp | None]) -> datetime | None:
    """The first moment, with the time from a later one where that tells the same day more exactly."""
    chosen: Stamp | None = None
    for one in stamps:
        if one is None:
            continue
        if chosen is None or (one.exactness > chosen.exactness and _may_be_same(chosen, one)):
            chosen = one
    return chosen.moment if chosen else None


def _may_be_same(rough: Stamp, exact: Stamp) -> bool:
    if rough.exactness == DAY:
        return rough.moment.date() in {exact.moment.date(), exact.moment.astimezone(UTC).date()}
    away = exact.moment.replace(tzinfo=UTC) - rough.moment
    return away == timedelta(0) or abs(exact.moment - rough.moment) <= timedelta(hours=14)


def path_day(url: str) -> Stamp | None:
    """The day in an address such as /2025/05/28/, where it can be no other."""
    found = {match.groups() for match in _IN_PATH.finditer(url.partition("?")[0])}
    if len(found) != 1:
        return None
    year, month, day = map(int, found.pop())
    try:
        return Stamp(datetime(year, month, day, tzinfo=UTC), DAY)
    except ValueError:
        return None
