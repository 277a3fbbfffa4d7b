"""Expressions of time in English text: where they stand, and whether they are believed.

Which days they mean is worked out in `date_ranges`, what a question says by them in `retrieval.time_filters`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assistant.text.lexicon import alternatives, ordered, table

YEAR = "(?:19|20)[0-9]{2}"
MONTH = rf"{alternatives('dates', 'months', 'months_short')}\b\.?"
_DAY = r"(?:the\s+)?[0-9]{1,2}(?:st|nd|rd|th)?(?![\w%]|[.,][0-9])"
WEEKDAYS = ordered("dates", "weekdays")
_WEEKDAY = alternatives("dates", "weekdays")
SEASONS = {season: int(month) for season, month in table("dates", "seasons").items()}
_SEASON = f"(?:{'|'.join(SEASONS)})"
COUNTS = {word: int(count) for word, count in table("dates", "counts").items()}
_COUNT = rf"(?:[0-9]{{1,3}}|(?:a\s+)?(?:couple(?:\s+of)?|few)|{'|'.join(COUNTS)})"
_UNITS = "(?:days?|weeks?|months?|years?)"
ORDINALS = {word: int(number) for word, number in table("dates", "ordinals").items()}
_ORDINAL = f"(?:{'|'.join(ORDINALS)})"
TO = rf"\s*[-–—]\s*|\s+{alternatives('dates', 'to')}\s+"

LEADS = table("dates", "leads")
_LEAD = alternatives("dates", "leads")
_PART = (
    r"(?:early|mid|late|earlier|later)(?:\s+in\s+|[\s-]+)"
    r"|(?:beginning|start|middle|end)\s+of\s+"
    rf"|(?:week(?:end)?|night|morning|evening|(?:first|second)\s+half"
    rf"|{_ORDINAL}\s+(?:week|quarter))\s+(?:of|in)\s+"
)
# The order matters: of two that begin alike, the longer comes first.
_KINDS = {
    "iso": rf"{YEAR}-[0-9]{{2}}-[0-9]{{2}}(?:t[0-9:.]+(?:z|[+-][0-9:]+)?)?(?![\w-])",
    "numeric": rf"[0-9]{{1,2}}(?P<dot>[/.])[0-9]{{1,2}}(?P=dot){YEAR}",
    "days": rf"(?:{_DAY}(?:{TO}|\s+and\s+){_DAY}(?:\s+of)?\s+{MONTH}|{MONTH}\s+{_DAY}(?:{TO}|\s+and\s+){_DAY})"
    rf"(?:,?\s+{YEAR})?",
    "day": rf"(?:{_WEEKDAY},?\s+)?(?:{_DAY}(?:\s+of)?\s+{MONTH}|{MONTH}\s+{_DAY})(?:,?\s+(?:of\s+)?{YEAR})?",
    "month": rf"(?:month\s+of\s+)?{MONTH}(?:,?\s+(?:of\s+)?{YEAR})?",
    "quarter": rf"q[1-4]\b(?:\s+(?:of\s+)?{YEAR})?",
    "season": rf"{_SEASON}\b(?:\s+(?:of\s+)?{YEAR})?",
    "ago": rf"{_COUNT}\s+{_UNITS}\s+ago\b",
    "rolling": rf"(?:last|past|previous|next)\s+{_COUNT}\s+{_UNITS}\b",
    "turn": r"(?:last|past|previous|this|next)\s+"
    rf"(?:week(?:end)?|month|quarter|year|{_SEASON}|{MONTH}|{_WEEKDAY}|night|morning|afternoon|evening)\b",
    "now": r"(?:the\s+day\s+before\s+yesterday|yesterday|today|tonight|tomorrow)\b",
    "weekend": r"weekend\b",
    "weekday": rf"{_WEEKDAY}\b",
    "year": rf"(?:year\s+)?{YEAR}",
    "current": r"(?:year|month|week)\b",
}
_EXPRESSION = re.compile(
    rf"(?<![\w.,/$€£-])(?:(?P<lead>{_LEAD})\s+(?:both\s+)?)?(?P<det>(?:the|its|their|his|her)\s+)?(?:(?P<part>{_PART})(?:the\s+)?)?"
    rf"(?:{'|'.join(f'(?P<{kind}>{pattern})' for kind, pattern in _KINDS.items())})(?![\w%]|[.,][0-9])",
    re.IGNORECASE,
)
_JOINED = re.compile(rf"(?:{TO}|,?\s+(?:and|or)\s+(?:(?:in|on)\s+)?)\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Expression:
    """Words that say a time: of which kind ("day", "month", "weekday", ...), and from where to where."""

    found: re.Match[str]
    kind: str

    @property
    def lead(self) -> str:
        """Its preposition in lower case, empty if it has none."""
        return " ".join((self.found["lead"] or "").lower().split())

    @property
    def words(self) -> str:
        """What is left without preposition, article and part: "October 2023" of "in early October 2023"."""
        return self.found[self.kind]

    @property
    def part(self) -> str:
        """ "early", "first week of", ... in lower case, empty if none is named."""
        return " ".join((self.found["part"] or "").lower().replace("-", " ").split())

    @property
    def det(self) -> bool:
        """Whether an article or a possessive stands before it."""
        return bool(self.found["det"])

    @property
    def start(self) -> int:
        """Where it begins, with its preposition."""
        return self.found.start()

    @property
    def inner(self) -> int:
        """Where it begins without its preposition."""
        return min(start for start in map(self.found.start, ("det", "part", self.kind)) if start >= 0)

    @property
    def end(self) -> int:
        """Where it ends; the full stop of a sentence is not part of it."""
        return self.found.end() - self.found[0].endswith(".")

    @property
    def rest(self) -> str:
        """The text after it."""
        return self.found.string[self.found.end() :]


def expressions(text: str) -> Iterator[Expression]:
    """The expressions of time in `text` that can be believed, in order."""
    end = -1
    for found in _EXPRESSION.finditer(text):
        said = Expression(found, next(kind for kind in _KINDS if found[kind]))
        joined = end >= 0 and bool(_JOINED.fullmatch(text, end, said.inner))
        if joined or said.kind not in _RULES or _RULES[said.kind](said):
            end = said.end
            yield said


# "May" and "March" are other words too; "April", "June" and "August" are also first names.
_WORD_TOO = re.compile(rf"{alternatives('dates', 'months_that_are_words')}\b", re.IGNORECASE)
_NAME_TOO = re.compile(rf"{alternatives('dates', 'months_that_are_names')}\b", re.IGNORECASE)
_NOUN = re.compile(r"\s+(?!(?:of|in|on|at|by|to|for|from|against|through|was|is|were|had|and|or)\b)[a-z]")
_NAME = re.compile(r"\s+[A-Z]")
_MANY = re.compile(r"\s+(?!(?:was|is|has|does|as|this|its|us)\b)(?:[a-z]+s|people)\b")
_SUNDAY_PAPER = re.compile(rf"s\b|\s+{alternatives('press', 'sunday_papers')}\b")
_FALL_FROM = re.compile(r"\s+(?:of|from|in|by)\b")
_INSIDE = frozenset(("in", "during", "since", "throughout"))


def _is_day(said: Expression) -> bool:
    month = re.search(MONTH, said.words, re.IGNORECASE)
    sure = month is not None and (month[0][0].isupper() or not _WORD_TOO.match(month[0]))
    sure = sure or bool(said.lead) or re.search(rf"{YEAR}|[0-9](?:st|nd|rd|th)", said.words) is not None
    return sure or not _NOUN.match(said.rest)  # "5 may leave"


def _is_month(said: Expression) -> bool:
    if said.part or re.search(rf"{YEAR}|\Amonth of", said.words, re.IGNORECASE):
        return True
    if said.det:
        return said.words[0].isupper() and bool(_NOUN.match(said.rest))
    named = bool(_NAME_TOO.match(said.words)) and said.lead not in _INSIDE and bool(_NAME.match(said.rest))
    return said.lead not in ("", "on", "at") and not named and not said.rest.startswith(" Day")


def _is_season(said: Expression) -> bool:
    hot_spring = said.words.lower() in ("fall", "spring") and _FALL_FROM.match(said.rest)
    return bool(re.search(YEAR, said.words) or said.part) or (said.lead not in ("", "of") and not hot_spring)


def _is_year(said: Expression) -> bool:
    if said.part or said.words[0] in "yY":
        return True
    if not said.lead or said.det:
        return False  # "the 2022 World Cup"
    name = said.lead == "of" and re.search(r"[A-Z]\w*\s\Z", said.found.string[: said.start])  # "... Act of 2023"
    return not name and (said.lead in _INSIDE or not _MANY.match(said.rest))


def _is_turn(said: Expression) -> bool:
    thing = said.words.split()[-1]
    return thing[0].isupper() or not _WORD_TOO.match(thing)


def _is_now(said: Expression) -> bool:
    before = said.found.string[: said.start].split()
    return (said.words.islower() or not before) and before[-1:] not in (
        ["even"],
        ["still"],
    )  # "USA Today", "even today"


_RULES: dict[str, Callable[[Expression], bool]] = {
    "day": _is_day,
    "days": _is_day,
    "month": _is_month,
    "season": _is_season,
    "turn": _is_turn,
    "now": _is_now,
    "weekend": lambda said: bool(said.lead) and said.det,
    "weekday": lambda said: bool(said.lead) and not said.det and not _SUNDAY_PAPER.match(said.rest),
    "year": _is_year,
    "current": lambda said: bool(said.part) and bool(re.search(r"\sthe\s+\w+\Z", said.found[0], re.IGNORECASE)),
}
