"""Values: what two sources may give differently for one thing, a count, an amount of money, a share or a date.

Dates are days of the year, so that two sentences that leave out the year can be compared.
"""

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from typing import Literal

from assistant.text.folding import Plain, plain
from assistant.text.lexicon import WordPattern, word_list, word_lists, word_sequence
from assistant.text.quantities import Quantity, nouns_after, quantities, words_before

ValueKind = Literal["count", "money", "share", "date"]


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
    read = plain(text)
    if read != text:
        origin = Plain.of(text)
        return tuple(_at(text, origin, value) for value in values(read))
    matches = _date_matches(text)
    in_dates = {place for match in matches for place in range(*match.span())}
    found = [
        _count(quantity, text)
        for quantity in quantities(text)[0]
        if quantity.countable and quantity.start not in in_dates
    ]
    found += [value for match in matches if (value := _date(match))]
    return tuple(sorted(found, key=lambda value: value.start))


def _at(text: str, origin: Plain, value: Value) -> Value:
    """A value of the plain form of `text` where it stands in that."""
    start, end = origin.span(value.start, value.end)
    return replace(value, words=text[start:end], start=start, end=end)


def _count(quantity: Quantity, text: str) -> Value:
    kind: ValueKind = "share" if quantity.unit in ("%", "pp") else "money" if quantity.unit else "count"
    unit = {"%": "", "pp": "points"}.get(quantity.unit, quantity.unit)
    ends, passed_over = word_list("numbers", "not_counted_alike"), word_list("numbers", "passed_over")
    nouns = nouns_after(text, quantity.end, ends, 4, passed_over) if kind == "count" else ()
    words = text[quantity.start : quantity.end]
    return Value(kind, *_span(quantity, text), unit, nouns, words, quantity.start, quantity.end)


def _span(quantity: Quantity, text: str) -> tuple[float, float]:
    # Wider than what a figure may mean: two sources that hedge may mean one value, one statement must keep to its own.
    amount, near = quantity.amount, {word.lower() for word in words_before(text, quantity.start)[-3:]}
    if near & word_list("numbers", "over") or near >= {"more", "than"}:
        return amount, amount * 1.1
    if near & word_lists("numbers.about", "numbers.nearly") or near >= {"fewer", "than"} or near >= {"less", "than"}:
        return amount * 0.9, amount * 1.1
    rounding = amount / 4 if quantity.rough else quantity.step * 10.0**quantity.zeros / 2 if amount >= 100 else 0
    return amount - rounding, amount + rounding


@cache
def _months() -> dict[str, int]:
    full = {name.capitalize(): number for number, name in enumerate(word_sequence("dates", "months"), 1)}
    short = {name.capitalize() for name in word_sequence("dates", "months_short")}
    return full | {name: number for name in short for month, number in full.items() if month.startswith(name[:3])}


@cache
def _forms() -> tuple[re.Pattern[str], ...]:
    month = r"(?P<month>" + "|".join(sorted(_months(), key=len, reverse=True)) + r")\b(?:\.(?=,?\s\d))?"
    year, day = r"(?P<year>(?:19|20)\d\d)\b", r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
    return (
        re.compile(rf"\b{day}\s(?:of\s)?{month}(?:,?\s{year})?"),
        re.compile(rf"\b{month}\s{day}\b(?!,\d)(?:,?\s{year})?"),
        re.compile(rf"\b{month},?\s{year}"),
        # A month by itself is one only where it cannot be a name, a verb or part of "the March flood".
        re.compile(
            r"\b(?:(?i:in|by|until|till|since|before|after|from)"
            rf"|(?P<part>(?i:(?:the )?(?:end|start|beginning|middle) of|late|early|mid)))[\s-]{month}"
        ),
        re.compile(rf"\b(?i:in|by|until|till|since|of)\s{year}(?![-–]\d)"),
    )


_REPORTED = WordPattern(r"\b{speech.before_a_date}\b[^.;]{0,40}$")


def _date_matches(text: str) -> list[re.Match[str]]:
    """Where `text` has a date of any form, none overlapping another."""
    found: list[re.Match[str]] = []
    taken = bytearray(len(text))
    for form in _forms():
        for match in form.finditer(text):
            if not any(taken[slice(*match.span())]):
                found.append(match)
                taken[slice(*match.span())] = b"1" * len(match[0])
    return found


def _date(found: re.Match[str]) -> Value | None:
    """The value of a date; None for a day that no month has, and for one on which something was reported."""
    parts = {name: part for name, part in found.groupdict().items() if part}
    first, last = 1, 366
    if "month" in parts:
        month = _months()[parts["month"]]
        days, before = monthrange(2000, month)[1], date(2000, month, 1).timetuple().tm_yday - 1
        day = int(parts.get("day", 0))
        if day > days:
            return None
        first, last = before + (day or 1), before + (day or days)
    if _REPORTED.search(found.string, max(0, found.start() - 100), found.start()):
        return None
    start = min(map(found.start, parts))
    return Value("date", first, last, parts.get("year", ""), (), found.string[start : found.end()], start, found.end())
