"""Values: the counts, amounts, shares and dates that a sentence has, read so that two can be compared."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import takewhile
from typing import Literal

from assistant.text.words import stem

ValueKind = Literal["count", "money", "share", "date"]

_SMALL = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen""".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORDS = {word: number for number, word in enumerate(_SMALL)} | {
    word: 10 * number for number, word in enumerate(_TENS, 2)
}
_SCALES = {
    "hundred": 1e2,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
    **{"k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "tn": 1e12},
}
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_SPELT = rf"(?:{'|'.join([*_TENS, *_SMALL[::-1]])})(?:-(?:{'|'.join(_SMALL[1:10])}))?"
_SCALE = r"hundred|thousand|million|billion|trillion"
_NUMBER = re.compile(
    rf"(?P<currency>(?:US|A|C)?\$|€|£)?(?<![\w.,:/–-])(?P<digits>{_DIGITS})(?P<short>k|mn?|bn|tn)?(?![\w:/])(?!-\w)(?![.,]\d)"
    rf"(?:[\s-](?P<scale>(?:{_SCALE})(?:\s(?:{_SCALE}))?)\b)?"
    rf"|(?<![\w-])(?P<spelt>(?i:a|{_SPELT}))(?:[\s-](?P<spelt_scale>(?:{_SCALE})(?:\s(?:{_SCALE}))?))?(?![\w-])"
)
_MONEY_AFTER = re.compile(r"\s(euros?|dollars?|pounds?)\b", re.IGNORECASE)
_SHARE_AFTER = re.compile(r"\s?(%|per ?cent\b|percentage points?\b)", re.IGNORECASE)
_CURRENCIES = {"euro": "€", "dollar": "$", "pound": "£"}

_MONTHS = {name: number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name: number for number, name in enumerate(calendar.month_abbr) if name}
_MONTH = r"(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b(?:\.(?=,?\s\d))?"
_DATES = (
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}(?:,?\s(?P<year>(?:19|20)\d\d)\b)?"),
    re.compile(rf"\b{_MONTH}\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!,\d)(?:,?\s(?P<year>(?:19|20)\d\d)\b)?"),
    re.compile(rf"\b{_MONTH},?\s(?P<year>(?:19|20)\d\d)\b"),
    # A month by itself is one only where it cannot be a name, a verb or part of "the March flood".
    re.compile(
        r"\b(?:(?i:in|by|until|till|since|before|after|from)"
        rf"|(?P<part>(?i:(?:the )?(?:end|start|beginning|middle) of|late|early|mid)))[\s-]{_MONTH}"
    ),
    re.compile(r"\b(?i:in|by|until|till|since|of)\s(?P<year>(?:19|20)\d\d)\b(?![-–]\d)"),
)
_REPORTED = re.compile(
    r"\b(said|told|announced|reported|wrote|showed|added|tweeted|posted|warned|updated|published)\b[^.;]{0,40}$"
)

_ABOUT = frozenset("about around roughly approximately some nearly almost approx circa estimated".split())
_OVER = frozenset("over least exceeding above".split())
_STOP = frozenset(
    """a an the of in on at by for from to and or but with without into as is are was were be been had has have who
    which that than will would can could may might per each every since until before after during between against
    about over under through when while where if this these those his her its their our your my according said
    say""".split()
)
_PASSED_OVER = frozenset("more new other additional further different separate extra".split())
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?|[.,;:!?()\[\]“”\"—–-]")


@dataclass(frozen=True, slots=True)
class Value:
    """A value in a sentence: `sentence[start:end] == words`.

    `low` to `high` is what it may mean (rounded and hedged values are a span; days are counted in the year, 1 to 366).
    `unit` is the currency, the year of a date, or ""; `nouns` are the stems of the words that follow a count.
    """

    kind: ValueKind
    low: float
    high: float
    unit: str
    nouns: tuple[str, ...]
    words: str
    start: int
    end: int

    def agrees(self, other: "Value") -> bool:
        """Whether both may be one value, told with more or less precision."""
        other_year = self.kind == "date" and bool(self.unit and other.unit) and self.unit != other.unit
        return not other_year and self.low <= other.high and other.low <= self.high


@lru_cache(maxsize=4096)
def values(text: str) -> tuple[Value, ...]:
    """The values in `text` in their order.

    Years, times, scores, ordinals and numbers that belong to a name ("iPhone 15") are no values.
    """
    dates = list(_dates(text))
    taken = [found.span() for found in _date_matches(text)]
    numbers = (one for one in _numbers(text) if not any(a <= one.start < b for a, b in taken))
    return tuple(sorted([*dates, *numbers], key=lambda one: one.start))


def _numbers(text: str) -> Iterator[Value]:
    for found in _NUMBER.finditer(text):
        amount, sure = _amount(found)
        before = _TOKEN.findall(text[: found.start()])
        if amount is None or _named(found, text, before):
            continue
        kind, unit, end = _kind(found, text)
        nouns = _nouns(text[end:]) if kind == "count" else ()
        low, high = _span(amount, sure, [word.lower() for word in before[-3:]])
        yield Value(kind, low, high, unit, nouns, text[found.start() : end], found.start(), end)


def _amount(found: re.Match[str]) -> tuple[float | None, float]:
    """The number and by how much it may have been rounded."""
    scale = found["scale"] or found["short"] or found["spelt_scale"] or ""
    factor = 1.0
    for word in scale.lower().split():
        factor *= _SCALES[word]
    if found["digits"]:
        digits = found["digits"].replace(",", "")
        if found["currency"] is None and found["short"]:
            return None, 0  # "5k" is a run, "100m" is one too
        if factor == 1 and not found["currency"] and re.fullmatch(r"(19|20)\d\d", found["digits"]):
            return None, 0
        number = float(digits) * factor
        places = len(digits.split(".")[1]) if "." in digits else -_zeros(digits)
        return number, 0.5 * factor * 10.0**-places if number >= 100 else 0
    spelt = found["spelt"].lower()
    if spelt == "a":
        return (factor, factor * 0.25) if factor > 1 else (None, 0)
    if spelt in ("one", "zero") and factor == 1:
        return None, 0  # "one of them"
    number = sum(_WORDS[word] for word in spelt.split("-")) * factor
    return number, 0.5 * factor if factor > 1 else 0


def _zeros(digits: str) -> int:
    return len(digits) - len(digits.rstrip("0"))


def _named(found: re.Match[str], text: str, before: list[str]) -> bool:
    """Whether the number belongs to a name or to something that is not counted."""
    if found["currency"]:
        return False
    last = before[-1] if before else ""
    if last in ("-", "–") or text[found.start() - 1 : found.start()] in ("#", "-", "–", "'", "’"):
        return True
    capital = any(map(str.isupper, last)) and len(before) > 1 and before[-2] not in (".", "“", '"')
    return capital or bool(re.match(r"\s?[-–]\s?\d|\s?(?:st|nd|rd|th|am|pm|a\.m|p\.m)\b|°", text[found.end() :]))


def _kind(found: re.Match[str], text: str) -> tuple[ValueKind, str, int]:
    share = _SHARE_AFTER.match(text, found.end())
    if share:
        return "share", "points" if "point" in share[0] else "", share.end()
    if found["currency"]:
        return "money", found["currency"][-1], found.end()
    money = _MONEY_AFTER.match(text, found.end())
    if money:
        return "money", _CURRENCIES[money[1].lower().rstrip("s")], money.end()
    return "count", "", found.end()


def _nouns(after: str) -> tuple[str, ...]:
    tokens = [token for token in _TOKEN.findall(after[:80]) if token.lower() not in _PASSED_OVER]
    plain = takewhile(lambda token: token.isalpha() and token.islower() and token not in _STOP, tokens[:4])
    return tuple(stem(token) for token in plain)


def _span(amount: float, rounded: float, before: list[str]) -> tuple[float, float]:
    words = set(before)
    if words & _OVER or words >= {"more", "than"} or words >= {"at", "least"}:
        return amount, amount * 1.1
    if words & _ABOUT or words >= {"fewer", "than"} or words >= {"less", "than"}:
        return amount * 0.9, amount * 1.1
    return amount - rounded, amount + rounded


def _date_matches(text: str) -> list[re.Match[str]]:
    matches: list[re.Match[str]] = []
    for pattern in _DATES:
        for found in pattern.finditer(text):
            if not any(found.start() < one.end() and one.start() < found.end() for one in matches):
                matches.append(found)
    return matches


def _dates(text: str) -> Iterator[Value]:
    for found in _date_matches(text):
        parts = {name: part for name, part in found.groupdict().items() if part}
        bounds = _days(parts)
        if bounds and not _REPORTED.search(text[: found.start()]):
            start = min(map(found.start, parts))
            yield Value("date", *bounds, parts.get("year", ""), (), text[start : found.end()], start, found.end())


def _days(parts: dict[str, str]) -> tuple[float, float] | None:
    """First and last day in a leap year, 1 to 366; the whole year when only that is told."""
    if "month" not in parts:
        return 1, 366
    month = _MONTHS[parts["month"]]
    last = calendar.monthrange(2000, month)[1]
    day = int(parts.get("day", 0))
    if day > last:
        return None
    first, end = (day, day) if day else (1, last)
    start = date(2000, month, 1).timetuple().tm_yday - 1
    return start + first, start + end
