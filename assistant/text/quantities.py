"""Quantities: the numbers, amounts and shares of a text, found once and read for two uses.

`figures` is for verifying that a source bears out every number of a statement: it takes all, times and ordinals too.
The other is `value.values`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import takewhile
from math import prod

from text_to_num import find_numbers

from assistant.text.language import writes_decimal_comma
from assistant.text.lexicon import WordPattern, word_list, word_lists, word_sequence, word_table
from assistant.text.numerals import GROUPED, is_one_number
from assistant.text.words import split_words, stem

_SEPARATED = re.compile(r"\d\D\d")
_DECIMAL_COMMA = re.compile(r",(?<=\d,)(?<!,\d,)(?<!,\d\d,)(?<!\.\d,)(?<!\.\d\d,)(?=\d{1,2}(?![\d:]|[.,]\d))")
_DECIMALS_AFTER = re.compile(r",\d{1,2}(?!\d)")
_DECIMAL_POINT = re.compile(r"\.(?<=\d\.)(?<!\.\d\.)(?<!\.\d\d\.)(?=\d{1,2}(?![\d:]|[.,]\d))|,(?<=\d,)(?=\d{3}(?!\d))")
_SCALE_AFTER = WordPattern(r"\s?(?:%|{numbers.scales}\b|{numbers.scales_short}\b)", re.IGNORECASE)
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
SIGNS = frozenset("$€£¥")
_TIME = re.compile(
    r"\b(?P<hour>[01]?\d|2[0-3])(?:[:.](?P<minute>[0-5]\d))?(?:\s?(?P<half>[ap])\.?m\b\.?|(?<=:\d\d)(?![\d:]))",
    re.IGNORECASE,
)
_FRACTION = WordPattern(
    r"\b(?:(?P<count>{numbers.counts_of_shares})[\s-](?P<part>{numbers.shares})\b(?!\s+(?!of\b)\w)|(?P<alone>half)\b)",
    re.IGNORECASE,
)
# One number in whole ones and shares: "half a million", "one and a half million", "a million and a half".
_MIXED = WordPattern(
    r"\b(?:(?P<whole>an?|{numbers.small}|\d{1,3})(?:\s(?P<early>{numbers.scales}))?\sand\s(?P<more>{numbers.counts_of_shares})"
    r"[\s-](?P<rest>half|{numbers.shares})\b(?:\s(?P<late>{numbers.scales})\b)?"
    r"|(?:(?P<count>{numbers.counts_of_shares})[\s-])?(?P<part>half|{numbers.shares})\s(?:of\s)?an?\s(?P<of>{numbers.scales})\b)"
    r"(?:\s(?P<after>per\s?cent\b|percentage\s+points?\b|{numbers.currencies}s?\b))?",
    re.IGNORECASE,
)
# A number in words is masked by characters that are in no text, so that all others stay in their places.
_MASK = "\0"
_BESIDE = 160  # characters before and after a number that may say what it is
_NUMBER = WordPattern(
    r"(?P<currency>(?:\b(?:US|A|C))?[$€£¥]\s?)?(?:(?<![\d.,\0])(?P<begins>(?<![\w.,:/–-]))?"
    r"(?P<number>(?:\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d\d)+,\d{3}|\d+)(?:\.\d+|½)?|½|\0+)"
    r"(?P<ordinal>(?:st|nd|rd|th)\b)?(?:(?P<short>{numbers.scales_short})\b"
    r"|[\s-]?(?P<scale>{numbers.scales}(?:\s{numbers.scales})?)\b)?"
    r"|(?<![\w-])(?P<a>(?<!#\s)a\s)?(?P<bare>{numbers.scales}(?:\s{numbers.scales})?)(?![\w-]))"
    r"(?P<ends>(?![\w°]|(?<=\d)[:/]|-\w|[.,]\d|(?(currency)–|\s?[-–]\s?)\d))?"
    r"(?:[\s-]?(?P<after>%|per\s?cent\b|percentage\s+points?\b|{numbers.currencies}s?\b))?",
    re.IGNORECASE,
)
_WORD = WordPattern(
    r"\d[\d.,]*(?:\s?{numbers.scales}\b|(?:-[^\W_]+)+)?|[^\W\d_]+(?:['’-][^\W\d_]+)*|\s+|.", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number at `text[start:end]`, with its scale and unit.

    `unit` is "%", "pp" (percentage points), a currency, "th" for an order, ":" for a time in minutes of the day, or "".
    `step` is what one more in its last digit is worth, `zeros` how many of its last digits are zeros. `scaled`: it has
    a scale beside its digits. `rough`: it is nothing but a scale ("a million"). `countable`: it may be a value, being
    no year, time or order and no part of a name, a range or another number.
    """

    start: int
    end: int
    amount: float
    unit: str = ""
    step: float = 0.0
    zeros: int = 0
    scaled: bool = False
    rough: bool = False
    countable: bool = False


@lru_cache(maxsize=4096)
def quantities(text: str) -> tuple[tuple[Quantity, ...], str]:
    """The quantities in `text`, times first, then fractions, then all others; and it with those in words masked."""
    masked, spelt = english_notation(text.replace(_MASK, " ")), dict[int, str]()
    found = [Quantity(*match.span(), _minutes(match), ":") for match in _TIME.finditer(masked)]
    masked = _TIME.sub(_blank, masked)
    found += map(_mixed, _MIXED.finditer(masked))
    masked = _MIXED.sub(_blank, masked)
    found += [Quantity(*match.span(), _per_cent(match), "%", 1.0, scaled=True) for match in _FRACTION.finditer(masked)]
    words, characters = _spelt(masked), list(_FRACTION.sub(_blank, masked))
    for start, end, digits in words:
        if "#" not in characters[start:end]:
            spelt[start] = digits
            characters[start:end] = _MASK * (end - start)
    masked = "".join(characters)
    return (*found, *(_quantity(match, spelt, text) for match in _NUMBER.finditer(masked))), masked


def english_notation(text: str) -> str:
    """`text` with a comma between thousands and a point before decimals, as long as before."""
    if not _SEPARATED.search(text):
        return text
    text = GROUPED.sub(lambda found: _with_commas(found, text), text)
    return _DECIMAL_COMMA.sub(".", text)


def _with_commas(found: re.Match[str], text: str) -> str:
    separator = found["separator"]
    if separator in (None, ",") or not is_one_number(found) or (separator == "." and not _is_thousands(found)):
        return found[0]
    return found[0].replace(separator, ",")


def _is_thousands(found: re.Match[str]) -> bool:
    """Whether the points in a number are between thousands: there are two, decimals follow, or the text shows it."""
    text, end = found.string, found.end()
    if found[0].count(".") > 1 or _DECIMALS_AFTER.match(text, end):
        return True
    if _SCALE_AFTER.match(text, end):
        return False
    has_point, has_comma = _DECIMAL_POINT.search(text), _DECIMAL_COMMA.search(text)
    if has_point or has_comma:
        return has_point is None
    return (found[0].endswith(".000") and len(found[0]) > len("1.000")) or writes_decimal_comma(text)


def numbers(text: str) -> frozenset[str]:
    """The numbers in `text` that are in digits, whatever their separators."""
    return frozenset(number.replace(",", "") for number in _DIGITS.findall(english_notation(text)))


def _blank(found: re.Match[str]) -> str:
    return "#" * len(found[0])


def _minutes(found: re.Match[str]) -> float:
    """The minute of the day of a time."""
    hour, half = int(found["hour"]), (found["half"] or "").lower()
    hour = hour % 12 + 12 * (half == "p") if half else hour
    return 60.0 * hour + int(found["minute"] or 0)


def _mixed(found: re.Match[str]) -> Quantity:
    """The quantity of whole ones and shares."""
    small, scales = word_sequence("numbers", "small"), word_table("numbers", "scales")
    whole, scale = (found["whole"] or "").lower(), found["early"] or found["late"] or found["of"]
    ones = float(whole) if whole.isdigit() else small.index(whole) if whole in small else 1.0 * bool(whole)
    share = _share(found["more"] or found["count"] or "a", found["rest"] or found["part"])
    factor = float(scales[scale.lower()]) if scale else 1.0
    step = factor / (10 if share == 1 / 2 else 100)
    return Quantity(*found.span(), (ones + share) * factor, _unit_after(found), step, scaled=True, countable=True)


def _share(count: str, part: str) -> float:
    counts, parts = word_table("numbers", "counts_of_shares"), word_table("numbers", "shares")
    return int(counts[count.lower()]) * float(Fraction(parts[part.lower()]))


def _per_cent(found: re.Match[str]) -> float:
    return 100 * _share(found["count"] or "a", found["part"] or found["alone"])


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as text_to_num asks for it."""

    found: re.Match[str]

    def text(self) -> str:
        return self.found[0]

    def nt_separated(self, previous: "_Word") -> bool:
        return False

    def not_a_number_part(self) -> bool:
        return len(self.found[0]) == 1  # "o" is a zero only where digits are spoken


def _spelt(text: str) -> Iterator[tuple[int, int, str]]:
    """The numbers in words: where each is, and its digits."""
    words = list(map(_Word, _WORD.finditer(text)))
    for number in find_numbers(words, "en", threshold=0):
        start, end = words[number.start].found.start(), words[number.end - 1].found.end()
        if not word_list("numbers", "scales").issuperset(text[start:end].lower().split()):
            yield start, end, number.text


def _quantity(found: re.Match[str], spelt: dict[int, str], text: str) -> Quantity:
    number = spelt.get(found.start("number"), found["number"] or "1")
    digits = re.sub(r"[^\d.]", "", number.replace("½", ".5"))
    scale = (found["scale"] or found["bare"] or found["short"] or "").lower()
    scales = {**word_table("numbers", "scales"), **word_table("numbers", "scales_short")}
    # "5m" and "5k" without a currency are runs, and $5k is an amount.
    is_unit = found["short"] and not found["currency"] and len(scale) == 1
    factor = 1.0 if is_unit else prod(float(scales[word]) for word in scale.split())
    decimals = len(digits.partition(".")[2])
    return Quantity(
        *found.span(),
        amount=float(digits) * factor,
        unit=_unit(found, number),
        step=factor * 10.0**-decimals,
        zeros=0 if decimals else len(digits) - len(digits.rstrip("0")),
        scaled=bool(found["scale"] or found["short"]),
        rough=bool(found["bare"]),
        countable=_is_countable(found, number, text),
    )


def _unit_after(found: re.Match[str]) -> str:
    after = (found["after"] or "").lower()
    if after.endswith(("point", "points")):
        return "pp"
    if after.startswith(("%", "per")):
        return "%"
    return word_table("numbers", "currencies")[after.rstrip("s")] if after else ""


def _unit(found: re.Match[str], number: str) -> str:
    unit = _unit_after(found)
    if unit not in ("%", "pp") and found["currency"]:
        return found["currency"].strip()[-1]
    if unit:
        return unit
    return "th" if found["ordinal"] or number.endswith(("st", "nd", "rd", "th")) else ""


def _is_countable(found: re.Match[str], number: str, text: str) -> bool:
    if found["ends"] is None or found["currency"] or found["bare"]:
        return found["ends"] is not None and bool(found["currency"] or found["a"])
    if found["begins"] is None or found["ordinal"] or found["short"] or _follows_name(text, found.start()):
        return False
    if _MASK in found["number"]:  # "one of them", "third", "thousands"
        return number.isdigit() and int(number) > 1 and text[found.end("number") - 1] not in "sS"
    return bool(found["scale"]) or not re.fullmatch(r"(?:19|20)\d\d", number)


def _follows_name(text: str, position: int) -> bool:
    second_last, last = ["", "", *words_before(text, position)][-2:]
    if last in ("-", "–") or text[position - 1 : position] in ("#", "'", "’"):
        return True
    return any(map(str.isupper, last)) and second_last not in ("", ".", "“", '"')


def words_before(text: str, position: int) -> list[str]:
    """The words and marks of `text` shortly before `position`."""
    return re.findall(r"[^\W_]+(?:['’][^\W_]+)?|[.,;:!?()\[\]“”\"—–-]", text[max(0, position - _BESIDE) : position])


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in its unit ("%", a currency, "th" for an order, or ""), with its words.

    `low` to `high` is what it may mean when it is rounded. `nouns` are the stems of the words that it counts.
    """

    value: float
    low: float
    high: float
    unit: str
    nouns: tuple[str, ...]
    words: str

    def is_said_by(self, other: "Figure") -> bool:
        """Whether `other`, of a source, bears this out: it is the same, or this is `other` rounded."""
        units = {self.unit, other.unit}
        alike = len(units) == 1 or ("" in units and not SIGNS.isdisjoint(units))
        slack = 1e-9 * max(1.0, abs(other.value))
        in_words = other.unit == "%" and not any(map(str.isdigit, other.words))  # "a third" is 33%
        low, high = (other.low, other.high) if in_words else (other.value, other.value)
        return alike and self.low - slack <= high and low <= self.high + slack


def figures(text: str) -> Iterator[Figure]:
    """The numbers of `text`, in digits or spelt out, shares such as "two-thirds" among them; shares are 0 to 1."""
    found, masked = quantities(text)
    for quantity in found:
        if quantity.amount == 1 and not quantity.unit:
            continue  # mostly "one of them"
        whole = 100 if quantity.unit in ("%", "pp") else 1
        low, high = _meant(quantity, text[max(0, quantity.start - _BESIDE) : quantity.start])
        counts = quantity.unit == "" or quantity.unit in SIGNS
        nouns = nouns_after(masked, quantity.end, word_list("numbers", "not_counted"), 3) if counts else ()
        words = text[quantity.start : quantity.end].strip()
        yield Figure(quantity.amount / whole, low / whole, high / whole, quantity.unit, nouns, words)


def _meant(quantity: Quantity, before: str) -> tuple[float, float]:
    """What a number may stand for: as it is, or rounded as its words and its last zeros say."""
    near = set(split_words(before)[-2:])
    under = bool(near & word_lists("numbers.nearly", "numbers.under"))
    over = bool(near & {"than", *word_list("numbers", "over")}) and not under
    hedged = under or over or bool(near & word_list("numbers", "about"))
    if not quantity.scaled and not hedged:
        return quantity.amount, quantity.amount
    rounded = quantity.step * 10.0 ** (quantity.zeros if hedged else 0)
    low = quantity.amount if over else quantity.amount - (rounded if under else rounded / 2)
    high = quantity.amount if under else quantity.amount + (rounded if over else rounded / 2)
    return low, high


_PLAIN_WORDS = re.compile(r"\+?((?:\s*[^\W\d_]+(?!['’]?\w))*)")


def nouns_after(
    text: str, position: int, ends: frozenset[str], most: int, passed_over: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """The stems of the words that follow a number, which ends at `position`, up to one that ends what it counts."""
    found = _PLAIN_WORDS.match(text[position : position + _BESIDE])
    words = [word for word in found[1].split() if word not in passed_over] if found else []
    ends |= word_list("numbers", "scales")
    return tuple(map(stem, takewhile(lambda word: word.islower() and word not in ends, words[:most])))
