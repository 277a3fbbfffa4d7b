"""Parses the dates and times on pages: a day, a time, or a time with its zone."""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import product

from assistant.text import parse_date

_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")
_CLOCK = re.compile(r"\d{1,2}[:.h]\d{2}|\d\s*[ap]\.?m\b", re.I)
_MAIL_ZONE = re.compile(r"(?:[+-]\d{4}|\bGMT|\bUTC)$")
_IN_PATH = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=[/-]|$)")
_ZONE_OFFSETS = {"CEST": "+0200", "MESZ": "+0200", "MEZ": "+0100", "EEST": "+0300"}  # unknown to dateparser
_DIGITS_ONLY = re.compile(r"\b\d{1,2}[/.-]\s?\d{1,2}[/.-]\s?\d{2,4}\b")
DAY, CLOCK, ZONED = range(3)


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A moment and how exactly it is given: DAY, CLOCK (a time without zone, taken as UTC) or ZONED."""

    moment: datetime
    exactness: int


def parse_timestamp(text: str, languages: tuple[str, ...] = ("en",)) -> Timestamp | None:
    """The moment in `text`, which has day, month and year or is a Unix time; else None."""
    text = " ".join(text.split())
    if not 6 <= len(text) <= 100 or not any(map(str.isdigit, text)):
        return None
    if _EPOCH.fullmatch(text):
        return _plausible(Timestamp(datetime.fromtimestamp(int(text[:10]), UTC), ZONED))
    for zone, offset in _ZONE_OFFSETS.items():
        text = re.sub(rf"\b{zone}\b", offset, text)
    moment = _parse_iso(text) or _parse_rfc2822(text)
    if moment is None:
        return _plausible(_parse_written(text, languages))
    exactness = ZONED if moment.tzinfo else CLOCK if _CLOCK.search(text) else DAY
    return _plausible(Timestamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC), exactness))


def _parse_iso(text: str) -> datetime | None:
    # Fractions of over six digits and a space before the offset are not Python's ISO 8601.
    text = re.sub(r"(\.\d{6})\d+", r"\1", re.sub(r"\s+(?=[+-]\d\d:?\d\d$|Z$)", "", text))
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _parse_rfc2822(text: str) -> datetime | None:
    if not _MAIL_ZONE.search(text):
        return None  # other zone names are dropped by parsedate_to_datetime
    try:
        return parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None


def _parse_written(text: str, languages: tuple[str, ...]) -> Timestamp | None:
    """A date with the name of its month, as 03/04/2025 is ambiguous."""
    if _DIGITS_ONLY.search(text) or not any(map(str.isalpha, text)):
        return _parse_numeric(text)
    moment = None
    for accepted in (languages, ("en",)):
        try:
            moment = parse_date(text, languages=accepted)
            break
        except (ArithmeticError, LookupError, TypeError, ValueError):  # for a language unknown to dateparser
            continue
    if moment is None:
        return None
    has_clock = bool(_CLOCK.search(text)) and moment.time() != moment.time().min
    exactness = ZONED if moment.tzinfo and has_clock else CLOCK if has_clock else DAY
    return Timestamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC), exactness)


def _parse_numeric(text: str) -> Timestamp | None:
    """28.5.2025, which is unambiguous, as dots are used where the day comes first; and 2025/05/28."""
    text = re.sub(r"(?<=\d\.) (?=\d)", "", text).replace(",", "")
    for day, clock in product(("%d.%m.%Y", "%Y/%m/%d"), ("", " %H:%M", " %H.%M", " %H:%M:%S")):
        with suppress(ValueError):
            return Timestamp(datetime.strptime(text, day + clock).replace(tzinfo=UTC), CLOCK if clock else DAY)
    return None


def _plausible(stamp: Timestamp | None) -> Timestamp | None:
    # Programs write the years 1 and 9999 and the start of Unix time for "not set".
    if stamp is None or not 1600 <= stamp.moment.year <= 2200 or stamp.moment.date().isoformat() == "1970-01-01":
        return None
    return stamp


def most_exact(timestamps: Iterable[Timestamp | None]) -> datetime | None:
    """The first moment, replaced by later ones that give the same time more exactly."""
    chosen: Timestamp | None = None
    for stamp in filter(None, timestamps):
        if chosen is None or (stamp.exactness > chosen.exactness and _may_be_same(chosen, stamp)):
            chosen = stamp
    return chosen.moment if chosen else None


def _may_be_same(rough: Timestamp, exact: Timestamp) -> bool:
    if rough.exactness == DAY:
        return rough.moment.date() in {exact.moment.date(), exact.moment.astimezone(UTC).date()}
    same_clock = exact.moment.replace(tzinfo=UTC) == rough.moment
    return same_clock or abs(exact.moment - rough.moment) <= timedelta(hours=14)


def date_in_path(url: str) -> Timestamp | None:
    """The day in a URL such as /2025/05/28/, if it has only one."""
    dates = {match.groups() for match in _IN_PATH.finditer(url.partition("?")[0])}
    return _parse_numeric("/".join(dates.pop())) if len(dates) == 1 else None
