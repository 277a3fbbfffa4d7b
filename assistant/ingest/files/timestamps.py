"""Parses dates and times as pages, feeds, mails and headers write them: a day, a time, or a time with its zone."""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import product

from assistant.articles import is_possible_date
from assistant.text import parse_date

_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")
_CLOCK = re.compile(r"\d{1,2}[:.h]\d{2}|\d\s*[ap]\.?m\b", re.I)
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
    """The moment in `text`, which has day, month and year or is a Unix time; else None.

    It may be one at which no article can have been published, such as the year 9999.
    """
    text = " ".join(text.split())
    if not 6 <= len(text) <= 100 or not any(map(str.isdigit, text)):
        return None
    for zone, offset in _ZONE_OFFSETS.items():
        text = re.sub(rf"\b{zone}\b", offset, text)
    moment, is_machine = _parse_machine(text), True
    if moment is None:
        moment, is_machine = _parse_numeric(text) or _parse_written(text, languages), False
    if moment is None or moment.date().isoformat() == "1970-01-01":  # which programs write for "not set"
        return None
    has_clock = bool(_CLOCK.search(text)) and (is_machine or moment.time() != time.min)
    exactness = ZONED if moment.tzinfo and (is_machine or has_clock) else CLOCK if has_clock else DAY
    return Timestamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC), exactness)


def parse_moment(text: str) -> datetime | None:
    """The moment in `text`, in UTC where it names no zone; None where there is no full date."""
    stamp = parse_timestamp(text)
    return stamp.moment if stamp else None


def _parse_machine(text: str) -> datetime | None:
    """ISO 8601 or Unix time."""
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    # Fractions of over six digits and a space before the offset are not Python's ISO 8601.
    text = re.sub(r"(\.\d{6})\d+", r"\1", re.sub(r"(?<!\s)\s++(?=[+-]\d\d:?\d\d$|Z$)", "", text))
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _parse_written(text: str, languages: tuple[str, ...]) -> datetime | None:
    """A date with the name of its month, as 03/04/2025 is ambiguous."""
    if _DIGITS_ONLY.search(text) or not any(map(str.isalpha, text)):
        return None
    for accepted in (languages, ("en",)):
        # These errors come for a language unknown to dateparser.
        with suppress(ArithmeticError, LookupError, TypeError, ValueError):
            return parse_date(text, languages=accepted)
    return None


def _parse_numeric(text: str) -> datetime | None:
    """28.5.2025, which is unambiguous, as dots are used where the day comes first; and 2025/05/28."""
    text = re.sub(r"(?<=\d\.) (?=\d)", "", text).replace(",", "")
    for day, clock in product(("%d.%m.%Y", "%Y/%m/%d"), ("", " %H:%M", " %H.%M", " %H:%M:%S")):
        with suppress(ValueError):
            return datetime.strptime(text, day + clock)
    return None


def most_exact(timestamps: Iterable[Timestamp | None]) -> datetime | None:
    """The first moment that can be, replaced by later ones that give the same time more exactly; else the first."""
    given = [stamp for stamp in timestamps if stamp is not None]
    chosen: Timestamp | None = None
    for stamp in [stamp for stamp in given if is_possible_date(stamp.moment)] or given[:1]:
        if chosen is None or (stamp.exactness > chosen.exactness and _may_be_same(chosen, stamp)):
            chosen = stamp
    return chosen.moment if chosen else None


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
