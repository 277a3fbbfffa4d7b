"""Claims: what a sentence says that can be looked up: figures, dates, names and quotations."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from text_to_num import alpha2digit

from assistant.text.words import content_terms, stem, words

_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_SCALES |= {"100": 1e2, "1000": 1e3, "1000000": 1e6, "1000000000": 1e9, "1000000000000": 1e12}
_SHORT = {"k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "b": 1e9, "tn": 1e12}
_SCALE = "|".join(sorted(_SCALES, key=len, reverse=True))
_CURRENCIES = {"euro": "€", "dollar": "$", "pound": "£", "yuan": "¥", "yen": "¥"}
_SIGNS = frozenset("$€£¥")
_AFTER = r"%|per\s?cent\b|percent\b|percentage\s+points?\b|(?:euro|dollar|pound)s?\b|yuan\b|yen\b"
_FIGURE = re.compile(
    rf"(?P<currency>[$€£¥]\s?)?(?<![\d.,])(?P<number>\d{{1,3}}(?:[,\u00a0\u202f]\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?P<ordinal>(?:st|nd|rd|th)\b)?(?:(?P<short>k|mn?|bn?|tn)\b|[\s-]?(?P<scale>{_SCALE})\b)?(?:[\s-]?(?P<after>{_AFTER}))?",
    re.IGNORECASE,
)
_SHARES = {"half": 0.5, "halves": 0.5, "third": 1 / 3, "thirds": 1 / 3, "quarter": 0.25, "quarters": 0.25}
_SHARE = re.compile(
    r"\b(?:(?P<count>an?|one|1|two|2|three|3)[\s-](?P<part>half|thirds?|3rds?|quarters?)\b(?!\s+(?!of\b)\w)"
    r"|(?P<alone>half)\b)",
    re.IGNORECASE,
)
_COUNTS = {"a": 1, "an": 1, "one": 1, "1": 1, "two": 2, "2": 2, "three": 3, "3": 3}
_ABOUT = frozenset("about around roughly approximately some circa estimated".split())
_OVER, _UNDER = (
    frozenset("over exceeding above than least".split()),
    frozenset("nearly almost under below less fewer".split()),
)
_NOT_COUNTED = frozenset(
    "of in on at to and or the a an by for from with was were is are have had who that which".split()
)
_NEIGHBOURS = 3  # telling words on each side that say what a figure, a date or a name is about
_WITHIN = 90  # characters in which they are looked for
_SENTENCE_END = re.compile(r"[.!?;:]\s|\n")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in its unit ("%", a currency, "th" for an order, or ""), with its words.

    `low` to `high` is what it may mean when it is rounded. `nouns` are the stems of the words that it counts, `about`
    those of the telling words next to it.
    """

    value: float
    low: float
    high: float
    unit: str
    nouns: tuple[str, ...]
    words: str
    about: tuple[str, ...]

    def is_said_by(self, other: "Figure") -> bool:
        """Whether `other`, of a source, bears this out: it is the same, or this is it rounded."""
        alike = (
            self.unit == other.unit
            or (self.unit in _SIGNS and not other.unit)
            or (other.unit in _SIGNS and not self.unit)
        )
        slack = 1e-9 * max(1.0, abs(other.value))
        return alike and self.low - slack <= other.value <= self.high + slack


def _about(text: str, start: int, end: int) -> tuple[str, ...]:
    """The stems of the nearest telling words on each side, within the sentence."""
    before = _SENTENCE_END.split(text[max(0, start - _WITHIN) : start])[-1]
    after = _SENTENCE_END.split(text[end : end + _WITHIN])[0]
    near = [*_telling(before)[-_NEIGHBOURS:], *_telling(after)[:_NEIGHBOURS]]
    return tuple(dict.fromkeys(map(stem, near)))


def _telling(text: str) -> list[str]:
    told = set(content_terms(text))
    return [one for one in words(text) if one in told and one.isalpha() and len(one) > 1]


def figures(text: str) -> Iterator[Figure]:
    """The numbers of `text`, in digits or spelt out, shares such as "two-thirds" among them."""
    plain = re.sub(r"(\d)½", r"\1.5", text).replace("½", "0.5")
    plain = re.sub(r"\b(?:a|one) dozen\b|\bdozen\b", "12", plain, flags=re.IGNORECASE)
    for found in _TIME.finditer(plain):
        minutes = _minutes(found)
        yield Figure(minutes, minutes, minutes, ":", (), found[0].strip(), _about(plain, *found.span()))
    digits = alpha2digit(_TIME.sub(lambda found: "#" * len(found[0]), plain), "en", threshold=0)
    for found in _SHARE.finditer(digits):
        part = (found["part"] or found["alone"]).lower().replace("3rd", "third")
        value = _COUNTS[(found["count"] or "a").lower()] * _SHARES[part]
        yield Figure(value, value - 0.005, value + 0.005, "%", (), found[0], _about(digits, *found.span()))
    digits = _SHARE.sub(lambda found: "#" * len(found[0]), digits)
    for found in _FIGURE.finditer(digits):
        one = _figure(found, digits)
        if one is not None:
            yield one


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
    number, after = re.sub(r"[,\u00a0\u202f]", "", found["number"]), (found["after"] or "").lower()
    unit = _unit(found, after)
    factor = _SCALES.get((found["scale"] or "").lower(), 1.0)
    if found["short"] and found["currency"]:
        factor = _SHORT[found["short"].lower()]
    if unit in ("%", "pp"):
        factor /= 100
    value = float(number) * factor
    if value == 1 and unit == "":
        return None  # mostly "one of them"
    low, high = _bounds(value, number, factor, bool(found["scale"] or found["short"]), text[: found.start()])
    nouns = () if unit in ("%", "pp", "th") else tuple(_nouns(text[found.end() :]))
    return Figure(value, low, high, unit, nouns, _spelt(found[0]), _about(text, *found.span()))


_SPELT = {"100": "hundred", "1000": "thousand", "1000000": "million", "1000000000": "billion"}


def _spelt(words: str) -> str:
    """The words of a figure with its scale as people write it: "€14 million", not "€14 1000000"."""
    first, *rest = words.split()
    return " ".join([first, *(_SPELT.get(one, one) for one in rest)])


def _unit(found: re.Match[str], after: str) -> str:
    if after.endswith(("point", "points")):
        return "pp"
    if after.startswith(("%", "per")):
        return "%"
    if found["currency"]:
        return found["currency"].strip()
    if after:
        return _CURRENCIES[after.rstrip("s") if after != "yen" else "yen"]
    return "th" if found["ordinal"] else ""


def _bounds(value: float, number: str, factor: float, scaled: bool, before: str) -> tuple[float, float]:
    """What a number may stand for: as it is, or rounded as its words and its last zeros say."""
    near = set(words(before)[-2:])
    under = bool(near & _UNDER)
    over = bool(near & _OVER) and not under
    hedged = under or over or bool(near & _ABOUT)
    if not scaled and not hedged:
        return value, value
    places = len(number.split(".")[1]) if "." in number else len(number.rstrip("0")) - len(number) if hedged else 0
    rounded = factor * 10.0**-places
    low = value if over else value - (rounded if under else rounded / 2)
    high = value if under else value + (rounded if over else rounded / 2)
    return low, high


def _nouns(after: str) -> Iterator[str]:
    for word in re.findall(r"[^\W\d_]+|[^\w\s]", after[:60])[:3]:
        if not word.isalpha() or not word.islower() or word in _NOT_COUNTED:
            return
        yield stem(word)
