"""Quantities: the numbers, amounts and shares that a sentence has, read so that they can be compared.

There are two uses. `figures` is for verifying that a source bears out every number of a statement: it reads all,
times and ordinals too, from a text in which numbers that are spelt out have become digits. `values` is for finding two
sources that give different values for one thing: it leaves out what is no value (years, times, scores, parts of names)
and gives each with its offsets. Both read digits, scales, currencies,
shares and words such as "about" by the same tables (numbers.toml).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from itertools import takewhile
from typing import Literal

from text_to_num import alpha2digit

from assistant.text.lexicon import alternation, word_list, word_sequence, word_table
from assistant.text.words import split_words, stem, stems_beside
from assistant.text.year_days import date_matches, days_of_the_year

SIGNS = frozenset("$€£¥")
_DIGITS = r"\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_GROUPING = re.compile(r"[,\u00a0\u202f]")
# What text_to_num makes of the words of a scale.
_SPELT_SCALES = {"100": "hundred", "1000": "thousand", "1000000": "million", "1000000000": "billion"}
_SPELT_SCALES |= {"1000000000000": "trillion"}


def _scale(word: str) -> float:
    """What a word of scale multiplies by: "million", its digits, or "bn"."""
    word = _SPELT_SCALES.get(word, word)
    return float(word_table("numbers", "scales").get(word) or word_table("numbers", "scales_short")[word])


@cache
def _figure_pattern() -> re.Pattern[str]:
    after = (
        r"%|per\s?cent\b|percent\b|percentage\s+points?\b"
        rf"|{alternation('numbers', 'currencies')}s?\b"
    )
    scale = "|".join(sorted([*word_table("numbers", "scales"), *_SPELT_SCALES], key=len, reverse=True))
    short = "|".join(sorted(word_table("numbers", "scales_short"), key=len, reverse=True))
    return re.compile(
        rf"(?P<currency>[$€£¥]\s?)?(?<![\d.,])(?P<number>{_DIGITS})"
        rf"(?P<ordinal>(?:st|nd|rd|th)\b)?(?:(?P<short>{short})\b|[\s-]?(?P<scale>{scale})\b)?"
        rf"(?:[\s-]?(?P<after>{after}))?",
        re.IGNORECASE,
    )


_SHARE = re.compile(
    r"\b(?:(?P<count>an?|one|1|two|2|three|3)[\s-](?P<part>half|thirds?|3rds?|quarters?)\b(?!\s+(?!of\b)\w)"
    r"|(?P<alone>half)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in its unit ("%", a currency, "th" for an order, or ""), with its words.

    `low` to `high` is what it may mean when it is rounded. `nouns` are the stems of the words that it counts, `about`
    those of the content words next to it.
    """

    value: float
    low: float
    high: float
    unit: str
    nouns: tuple[str, ...]
    words: str
    about: tuple[str, ...]

    def is_said_by(self, other: "Figure") -> bool:
        """Whether `other`, of a source, bears this out: it is the same, or this is `other` rounded."""
        alike = (
            self.unit == other.unit
            or (self.unit in SIGNS and not other.unit)
            or (other.unit in SIGNS and not self.unit)
        )
        slack = 1e-9 * max(1.0, abs(other.value))
        return alike and self.low - slack <= other.value <= self.high + slack


def figures(text: str) -> Iterator[Figure]:
    """The numbers of `text`, in digits or spelt out, shares such as "two-thirds" among them."""
    plain = re.sub(r"(\d)½", r"\1.5", text).replace("½", "0.5")
    plain = re.sub(r"\b(?:a|one) dozen\b|\bdozen\b", "12", plain, flags=re.IGNORECASE)
    for found in _TIME.finditer(plain):
        minutes = _minutes(found)
        yield Figure(minutes, minutes, minutes, ":", (), found[0].strip(), stems_beside(plain, *found.span()))
    digits = alpha2digit(_TIME.sub(lambda found: "#" * len(found[0]), plain), "en", threshold=0)
    for found in _SHARE.finditer(digits):
        part = (found["part"] or found["alone"]).lower().replace("3rd", "third")
        value = _count(found["count"] or "a") * float(Fraction(word_table("numbers", "shares")[part]))
        yield Figure(value, value - 0.005, value + 0.005, "%", (), found[0], stems_beside(digits, *found.span()))
    digits = _SHARE.sub(lambda found: "#" * len(found[0]), digits)
    for found in _figure_pattern().finditer(digits):
        figure = _figure(found, digits)
        if figure is not None:
            yield figure


def _count(word: str) -> int:
    return int(word_table("numbers", "counts_of_shares").get(word.lower(), word))


_TIME = re.compile(
    r"\b(?P<hour>[01]?\d|2[0-3])(?:[:.](?P<minute>[0-5]\d)(?:\s?(?P<half>[ap])\.?m\b\.?|(?<=:\d\d)(?![\d:]))"
    r"|\s?(?P<whole>[ap])\.?m\b\.?)",
    re.IGNORECASE,
)


def _minutes(found: re.Match[str]) -> float:
    """The minute of the day of a time."""
    hour, half = int(found["hour"]), (found["half"] or found["whole"] or "").lower()
    hour = hour % 12 + 12 * (half == "p") if half else hour
    return 60.0 * hour + int(found["minute"] or 0)


def _figure(found: re.Match[str], text: str) -> Figure | None:
    number, after = _GROUPING.sub("", found["number"]), (found["after"] or "").lower()
    unit = _unit(found, after)
    factor = _scale(found["scale"].lower()) if found["scale"] else 1.0
    if found["short"] and found["currency"]:
        factor = _scale(found["short"].lower())
    if unit in ("%", "pp"):
        factor /= 100
    value = float(number) * factor
    if value == 1 and unit == "":
        return None  # mostly "one of them"
    low, high = _bounds(value, number, factor, bool(found["scale"] or found["short"]), text[: found.start()])
    nouns = () if unit in ("%", "pp", "th") else tuple(_counted(text[found.end() :]))
    return Figure(value, low, high, unit, nouns, _spelt(found[0]), stems_beside(text, *found.span()))


def _spelt(words: str) -> str:
    """The words of a figure with its scale as people write it: "€14 million", not "€14 1000000"."""
    first, *rest = words.split()
    return " ".join([first, *(_SPELT_SCALES.get(word, word) for word in rest)])


def _unit(found: re.Match[str], after: str) -> str:
    if after.endswith(("point", "points")):
        return "pp"
    if after.startswith(("%", "per")):
        return "%"
    if found["currency"]:
        return found["currency"].strip()
    if after:
        return word_table("numbers", "currencies")[after.rstrip("s")]
    return "th" if found["ordinal"] else ""


def _bounds(value: float, number: str, factor: float, scaled: bool, before: str) -> tuple[float, float]:
    """What a number may stand for: as it is, or rounded as its words and its last zeros say."""
    near = set(split_words(before)[-2:])
    under = bool(near & (word_list("numbers", "nearly") | word_list("numbers", "under")))
    over = ("than" in near or bool(near & word_list("numbers", "over"))) and not under
    hedged = under or over or bool(near & word_list("numbers", "about"))
    if not scaled and not hedged:
        return value, value
    places = len(number.split(".")[1]) if "." in number else len(number.rstrip("0")) - len(number) if hedged else 0
    rounded = factor * 10.0**-places
    low = value if over else value - (rounded if under else rounded / 2)
    high = value if under else value + (rounded if over else rounded / 2)
    return low, high


def _counted(after: str) -> Iterator[str]:
    for word in re.findall(r"[^\W\d_]+|[^\w\s]", after[:60])[:3]:
        if not word.isalpha() or not word.islower() or word in word_list("numbers", "not_counted"):
            return
        yield stem(word)


ValueKind = Literal["count", "money", "share", "date"]
_PLURAL_CURRENCIES = ("euro", "dollar", "pound")  # yen and yuan are seldom written two ways


@cache
def _value_pattern() -> re.Pattern[str]:
    small, tens = word_sequence("numbers", "small"), word_sequence("numbers", "tens")
    spelt = rf"(?:{'|'.join([*tens, *small[::-1]])})(?:-(?:{'|'.join(small[1:10])}))?"
    scale = alternation("numbers", "scales")
    return re.compile(
        rf"(?P<currency>(?:US|A|C)?\$|€|£)?(?<![\w.,:/–-])(?P<digits>{_DIGITS})(?P<short>k|mn?|bn|tn)?(?![\w:/])(?!-\w)(?![.,]\d)"
        rf"(?:[\s-](?P<scale>{scale}(?:\s{scale})?)\b)?"
        rf"|(?<![\w-])(?P<spelt>(?i:a|{spelt}))(?:[\s-](?P<spelt_scale>{scale}(?:\s{scale})?))?(?![\w-])"
    )


@cache
def _spelt_numbers() -> dict[str, int]:
    small, tens = word_sequence("numbers", "small"), word_sequence("numbers", "tens")
    return {word: n for n, word in enumerate(small)} | {word: 10 * n for n, word in enumerate(tens, 2)}


_MONEY_AFTER = re.compile(rf"\s(({'|'.join(_PLURAL_CURRENCIES)})s?)\b", re.IGNORECASE)
_SHARE_AFTER = re.compile(r"\s?(%|per ?cent\b|percentage points?\b)", re.IGNORECASE)
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
        """Whether both may be one value, given with more or less precision."""
        other_year = self.kind == "date" and bool(self.unit and other.unit) and self.unit != other.unit
        return not other_year and self.low <= other.high and other.low <= self.high


@lru_cache(maxsize=4096)
def values(text: str) -> tuple[Value, ...]:
    """The values in `text` in their order.

    Years, times, scores, ordinals and numbers that belong to a name ("iPhone 15") are no values.
    """
    dates = [
        Value("date", days.first, days.last, days.year, (), text[days.start : days.end], days.start, days.end)
        for days in days_of_the_year(text)
    ]
    taken = [found.span() for found in date_matches(text)]
    numbers = (value for value in _numbers(text) if not any(start <= value.start < end for start, end in taken))
    return tuple(sorted([*dates, *numbers], key=lambda value: value.start))


def _numbers(text: str) -> Iterator[Value]:
    for found in _value_pattern().finditer(text):
        amount, rounding = _amount(found)
        before = _TOKEN.findall(text[: found.start()])
        if amount is None or _is_no_value(found, text, before):
            continue
        kind, unit, end = _kind(found, text)
        nouns = _nouns(text[end:]) if kind == "count" else ()
        low, high = _bounds_of_value(amount, rounding, [word.lower() for word in before[-3:]])
        yield Value(kind, low, high, unit, nouns, text[found.start() : end], found.start(), end)


def _amount(found: re.Match[str]) -> tuple[float | None, float]:
    """The number and by how much it may have been rounded."""
    scale = found["scale"] or found["short"] or found["spelt_scale"] or ""
    factor = 1.0
    for word in scale.lower().split():
        factor *= _scale(word)
    if found["digits"]:
        digits = _GROUPING.sub("", found["digits"])
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
    number = sum(_spelt_numbers()[word] for word in spelt.split("-")) * factor
    return number, 0.5 * factor if factor > 1 else 0


def _zeros(digits: str) -> int:
    return len(digits) - len(digits.rstrip("0"))


def _is_no_value(found: re.Match[str], text: str, before: list[str]) -> bool:
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
        return "money", word_table("numbers", "currencies")[money[2].lower()], money.end()
    return "count", "", found.end()


def _nouns(after: str) -> tuple[str, ...]:
    tokens = [token for token in _TOKEN.findall(after[:80]) if token.lower() not in word_list("numbers", "passed_over")]
    ends = word_list("numbers", "not_counted_alike")
    plain = takewhile(lambda token: token.isalpha() and token.islower() and token not in ends, tokens[:4])
    return tuple(stem(token) for token in plain)


def _bounds_of_value(amount: float, rounding: float, before: list[str]) -> tuple[float, float]:
    # Wider than the bounds of a figure: two sources that hedge may mean one value, one statement must keep to its own.
    near = set(before)
    if near & word_list("numbers", "over") or near >= {"more", "than"}:
        return amount, amount * 1.1
    about = word_list("numbers", "about") | word_list("numbers", "nearly")
    if near & about or near >= {"fewer", "than"} or near >= {"less", "than"}:
        return amount * 0.9, amount * 1.1
    return amount - rounding, amount + rounding
