"""Expressions of time in English text: where they are, and which of them only look like one.

`date_ranges` gives their days; `retrieval.time_filters` reads what a question says by them.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assistant.text.lexicon import WordPattern

YEAR = "(?:19|20)[0-9]{2}"
TO = r"\s*[-–—]\s*|\s+{dates.to}\s+"
_MONTH = r"(?:{dates.months}|{dates.months_short})\b\.?"
_DAY = r"(?:the\s+)?[0-9]{1,2}(?:st|nd|rd|th)?(?![\w%]|[.,][0-9])"
_COUNT = r"(?:[0-9]{1,3}|(?:a\s+)?(?:couple(?:\s+of)?|few)|{dates.counts})"
_UNITS = "(?:days?|weeks?|months?|years?)"
_PART = (
    r"(?:early|mid|late|earlier|later)(?:\s+in\s+|[\s-]+)"
    r"|(?:beginning|start|middle|end)\s+of\s+"
    r"|(?:week(?:end)?|night|morning|evening|(?:first|second)\s+half"
    r"|{dates.ordinals}\s+(?:week|quarter))\s+(?:of|in)\s+"
)
# The order matters: of two that begin alike, the longer comes first.
_KINDS = {
    "iso": rf"{YEAR}-[0-9]{{2}}-[0-9]{{2}}(?:t[0-9:.]+(?:z|[+-][0-9:]+)?)?(?![\w-])",
    "numeric": rf"[0-9]{{1,2}}(?P<dot>[/.])[0-9]{{1,2}}(?P=dot){YEAR}",
    "days": rf"(?:{_DAY}(?:{TO}|\s+and\s+){_DAY}(?:\s+of)?\s+{_MONTH}|{_MONTH}\s+{_DAY}(?:{TO}|\s+and\s+){_DAY})"
    rf"(?:,?\s+{YEAR})?",
    "day": r"(?:{dates.weekdays},?\s+)?"
    rf"(?:{_DAY}(?:\s+of)?\s+{_MONTH}|{_MONTH}\s+{_DAY})(?:,?\s+(?:of\s+)?{YEAR})?",
    "month": rf"(?:month\s+of\s+)?{_MONTH}(?:,?\s+(?:of\s+)?{YEAR})?",
    "quarter": rf"q[1-4]\b(?:\s+(?:of\s+)?{YEAR})?",
    "season": rf"{{dates.seasons}}\b(?:\s+(?:of\s+)?{YEAR})?",
    "ago": rf"{_COUNT}\s+{_UNITS}\s+ago\b",
    "rolling": rf"(?:last|past|previous|next)\s+{_COUNT}\s+{_UNITS}\b",
    "turn": r"(?:last|past|previous|this|next)\s+(?:week(?:end)?|month|quarter|year|{dates.seasons}"
    rf"|{_MONTH}|{{dates.weekdays}}|night|morning|afternoon|evening)\b",
    "now": r"(?:the\s+day\s+before\s+yesterday|yesterday|today|tonight|tomorrow)\b",
    "weekend": r"weekend\b",
    "weekday": r"{dates.weekdays}\b",
    "year": rf"(?:year\s+)?{YEAR}",
    "current": r"(?:year|month|week)\b",
}
_EXPRESSION = WordPattern(
    r"(?<![\w.,/$€£-])(?:(?P<lead>{dates.leads})\s+(?:both\s+)?)?(?P<det>(?:the|its|their|his|her)\s+)?"
    rf"(?:(?P<part>{_PART})(?:the\s+)?)?"
    rf"(?:{'|'.join(f'(?P<{kind}>{pattern})' for kind, pattern in _KINDS.items())})(?![\w%]|[.,][0-9])",
    re.IGNORECASE,
)
_JOINED = WordPattern(rf"(?:{TO}|,?\s+(?:and|or)\s+(?:(?:in|on)\s+)?)\Z", re.IGNORECASE)
MONTH = WordPattern(_MONTH, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Expression:
    """Words that name a time, at `match`, of a kind such as "day", "month" or "weekday"."""

    match: re.Match[str]
    kind: str

    @property
    def lead(self) -> str:
        """Its preposition in lower case, empty if it has none."""
        return " ".join((self.match["lead"] or "").lower().split())

    @property
    def words(self) -> str:
        """Without preposition, article and part: "October 2023" of "in early October 2023"."""
        return self.match[self.kind]

    @property
    def part(self) -> str:
        """ "early", "first week of", ... in lower case, empty if none is named."""
        return " ".join((self.match["part"] or "").lower().replace("-", " ").split())

    @property
    def det(self) -> bool:
        """Whether an article or a possessive stands before it."""
        return bool(self.match["det"])

    @property
    def start(self) -> int:
        """Where it begins, with its preposition."""
        return self.match.start()

    @property
    def inner(self) -> int:
        """Where it begins without its preposition."""
        return min(start for start in map(self.match.start, ("det", "part", self.kind)) if start >= 0)

    @property
    def end(self) -> int:
        """Where it ends; the full stop of a sentence is not part of it."""
        return self.match.end() - self.match[0].endswith(".")

    @property
    def rest(self) -> str:
        """The text after it."""
        return self.match.string[self.match.end() :]


def expressions(text: str) -> Iterator[Expression]:
    """The expressions of time in `text`, in order, without words that only look like one."""
    end = -1
    for match in _EXPRESSION.finditer(text):
        expression = Expression(match, next(kind for kind in _KINDS if match[kind]))
        joined = end >= 0 and bool(_JOINED.fullmatch(text, end, expression.inner))
        if joined or expression.kind not in _RULES or _RULES[expression.kind](expression):
            end = expression.end
            yield expression


# "May" and "March" are other words too; "April", "June" and "August" are also first names.
_ALSO_WORD = WordPattern(r"{dates.months_that_are_words}\b", re.IGNORECASE)
_ALSO_NAME = WordPattern(r"{dates.months_that_are_names}\b", re.IGNORECASE)
_NOUN = re.compile(r"\s+(?!(?:of|in|on|at|by|to|for|from|against|through|was|is|were|had|and|or)\b)[a-z]")
_NAME = re.compile(r"\s+[A-Z]")
_PLURAL = re.compile(r"\s+(?!(?:was|is|has|does|as|this|its|us)\b)(?:[a-z]+s|people)\b")
_SUNDAY_PAPER = WordPattern(r"s\b|\s+{press.sunday_papers}\b")
_FALL_FROM = re.compile(r"\s+(?:of|from|in|by)\b")
_WITHIN = frozenset(("in", "during", "since", "throughout"))


def _is_day(expression: Expression) -> bool:
    month = MONTH.search(expression.words)
    is_date = month is not None and (month[0][0].isupper() or not _ALSO_WORD.match(month[0]))
    is_date = (
        is_date or bool(expression.lead) or re.search(rf"{YEAR}|[0-9](?:st|nd|rd|th)", expression.words) is not None
    )
    return is_date or not _NOUN.match(expression.rest)  # "5 may leave"


def _is_month(expression: Expression) -> bool:
    if expression.part or re.search(rf"{YEAR}|\Amonth of", expression.words, re.IGNORECASE):
        return True
    if expression.det:
        return expression.words[0].isupper() and bool(_NOUN.match(expression.rest))
    named = (
        bool(_ALSO_NAME.match(expression.words))
        and expression.lead not in _WITHIN
        and bool(_NAME.match(expression.rest))
    )
    return expression.lead not in ("", "on", "at") and not named and not expression.rest.startswith(" Day")


def _is_season(expression: Expression) -> bool:
    hot_spring = expression.words.lower() in ("fall", "spring") and _FALL_FROM.match(expression.rest)
    return bool(re.search(YEAR, expression.words) or expression.part) or (
        expression.lead not in ("", "of") and not hot_spring
    )


def _is_year(expression: Expression) -> bool:
    if expression.part or expression.words[0] in "yY":
        return True
    if not expression.lead or expression.det:
        return False  # "the 2022 World Cup"
    name = expression.lead == "of" and re.search(
        r"[A-Z]\w*\s\Z", expression.match.string[: expression.start]
    )  # "... Act of 2023"
    return not name and (expression.lead in _WITHIN or not _PLURAL.match(expression.rest))


def _is_turn(expression: Expression) -> bool:
    unit = expression.words.split()[-1]
    return unit[0].isupper() or not _ALSO_WORD.match(unit)


def _is_now(expression: Expression) -> bool:
    before = expression.match.string[: expression.start].split()
    # "USA Today", "even today"
    return (expression.words.islower() or not before) and before[-1:] not in (["even"], ["still"])


_RULES: dict[str, Callable[[Expression], bool]] = {
    "day": _is_day,
    "days": _is_day,
    "month": _is_month,
    "season": _is_season,
    "turn": _is_turn,
    "now": _is_now,
    "weekend": lambda expression: bool(expression.lead) and expression.det,
    "weekday": lambda expression: (
        bool(expression.lead) and not expression.det and not _SUNDAY_PAPER.match(expression.rest)
    ),
    "year": _is_year,
    "current": lambda expression: (
        bool(expression.part) and bool(re.search(r"\sthe\s+\w+\Z", expression.match[0], re.IGNORECASE))
    ),
}
