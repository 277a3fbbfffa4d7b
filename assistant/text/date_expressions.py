"""Expressions of time in English text: where they are, and which of them only look like one.

`date_ranges` gives their days; `retrieval.time_filters` reads what a question says by them.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assistant.text.lexicon import WordPattern

YEAR = "(?:19|20)[0-9]{2}"
ANY_YEAR = "(?:1[4-9]|20)[0-9]{2}"  # after a day
_YEAR_OF_DAY = rf"(?:{YEAR}|{ANY_YEAR}(?!\s+[a-z]))"  # "5 May 1500 people marched"
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
    rf"(?:,?\s+{_YEAR_OF_DAY})?",
    "day": r"(?:{dates.weekdays},?\s+)?"
    rf"(?:{_DAY}(?:\s+of)?\s+{_MONTH}|{_MONTH}\s+{_DAY})(?:,?\s+(?:of\s+)?{_YEAR_OF_DAY})?",
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
    "current": r"(?<=\sthe\s)(?:year|month|week)\b",
}
_EXPRESSION = WordPattern(
    r"(?<![\w.,/$€£-])(?:(?P<lead>{dates.leads})\s++(?:both\s++)?)?(?P<det>(?:the|its|their|his|her)\s++)?"
    rf"(?:(?P<part>{_PART})(?:the\s++)?)?"
    rf"(?:{'|'.join(f'(?P<{kind}>{pattern})' for kind, pattern in _KINDS.items())})(?![\w%]|[.,][0-9])",
    re.IGNORECASE,
)
_BESIDE = 100  # characters
_JOINED = WordPattern(rf"(?:{TO}|,?\s+(?:and|or)\s+(?:(?:in|on)\s+)?)\Z", re.IGNORECASE)
MONTH = WordPattern(_MONTH, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Expression:
    """Words at `start` to `end` of a text that name a time, of a kind such as "day", "month" or "weekday".

    `lead` is the preposition that they begin with, `det` whether an article or a possessive is next, `part` what
    follows it, such as "early" or "first week of": both words in lower case, empty if there are none. `words` is the
    expression without these: "October 2023" of "in early October 2023". `inner` is where it begins without the
    preposition; `before` and `rest` are the text on each side,
    up to 100 characters.
    """

    kind: str
    lead: str
    det: bool
    part: str
    words: str
    start: int
    inner: int
    end: int
    before: str
    rest: str


def expressions(text: str) -> Iterator[Expression]:
    """The expressions of time in `text`, in order, without words that only look like one."""
    end = -1
    for match in _EXPRESSION.finditer(text):
        expression = _expression(match)
        joined = end >= 0 and bool(_JOINED.fullmatch(text, end, expression.inner))
        if joined or expression.kind not in _RULES or _RULES[expression.kind](expression):
            end = expression.end
            yield expression


def _expression(match: re.Match[str]) -> Expression:
    kind = next(kind for kind in _KINDS if match[kind])
    return Expression(
        kind=kind,
        lead=" ".join((match["lead"] or "").lower().split()),
        det=bool(match["det"]),
        part=" ".join((match["part"] or "").lower().replace("-", " ").split()),
        words=match[kind],
        start=match.start(),
        inner=min(start for start in map(match.start, ("det", "part", kind)) if start >= 0),
        end=match.end() - match[0].endswith("."),  # the full stop of a sentence is not part of it
        before=match.string[max(0, match.start() - _BESIDE) : match.start()],
        rest=match.string[match.end() : match.end() + _BESIDE],
    )


# "May" and "March" are other words too; "April", "June" and "August" are also first names.
_ALSO_WORD = WordPattern(r"{dates.months_that_are_words}\b", re.IGNORECASE)
_ALSO_NAME = WordPattern(r"{dates.months_that_are_names}\b", re.IGNORECASE)
_SMALL_WORD = WordPattern(r"\b{dates.months_that_are_words}\Z")
_NOUN = re.compile(r"\s+(?!(?:of|in|on|at|by|to|for|from|against|through|was|is|were|had|and|or)\b)[a-z]")
_NAME = re.compile(r"\s+[A-Z]")
_PLURAL = re.compile(r"\s+(?!(?:was|is|has|does|as|this|its|us)\b)(?:[a-z]+s|people)\b")
_SUNDAY_PAPER = WordPattern(r"s\b|\s+{press.sunday_papers}\b")
_BEFORE_BARE = re.compile(r"(?:\b[ap]\.?m\.?|\b(?:noon|midnight|said|told|met|won)|(?<![\w’'-])[a-z]+ed)\s\Z")
_AFTER_BARE = re.compile(r"\s*(?:[.,;:?!)]|\Z|(?:and|or|to|that|in|at|after|as|by|for|with|when|but|from|on)\b)")
_CAPITAL_AT_END = re.compile(r"(?<!\w)[^\WA-Z]*+[A-Z]\w*+\s\Z")
_FALL_FROM = re.compile(r"\s+(?:of|from|in|by)\b")
_WITHIN = frozenset(("in", "during", "since", "throughout"))


def _is_day(expression: Expression) -> bool:
    month = MONTH.search(expression.words)
    if expression.lead or (month and (month[0][0].isupper() or not _ALSO_WORD.match(month[0]))):
        return True
    ordinal_or_year = re.search(rf"{YEAR}|[0-9](?:st|nd|rd|th)", expression.words)
    return bool(ordinal_or_year) or not _NOUN.match(expression.rest)  # "5 may leave"


def _is_month(expression: Expression) -> bool:
    if expression.part or re.search(rf"{YEAR}|\Amonth of", expression.words, re.IGNORECASE):
        return True
    if expression.det:
        return expression.words[0].isupper() and bool(_NOUN.match(expression.rest))
    if expression.lead in ("", "on", "at") or expression.rest.startswith(" Day"):
        return False
    return expression.lead in _WITHIN or not (_ALSO_NAME.match(expression.words) and _NAME.match(expression.rest))


def _is_season(expression: Expression) -> bool:
    if expression.part or re.search(YEAR, expression.words):
        return True
    hot_spring = expression.words.lower() in ("fall", "spring") and _FALL_FROM.match(expression.rest)
    return expression.lead not in ("", "of") and not hot_spring


def _is_year(expression: Expression) -> bool:
    if expression.part or expression.words[0] in "yY":
        return True
    if not expression.lead or expression.det:
        return False  # "the 2022 World Cup"
    name = expression.lead == "of" and _CAPITAL_AT_END.search(expression.before)  # "... Act of 2023"
    return not name and (expression.lead in _WITHIN or not _PLURAL.match(expression.rest))


def _is_bare_weekday(expression: Expression) -> bool:
    """Whether a weekday without a preposition is a time: "8 p.m. Friday", "he said Friday", but no "Black Friday"."""
    return expression.words[0].isupper() and bool(
        _BEFORE_BARE.search(expression.before) and _AFTER_BARE.match(expression.rest)
    )


def _is_now(expression: Expression) -> bool:
    before = expression.before.split()
    # "USA Today", "even today"
    return (expression.words.islower() or not before) and before[-1:] not in (["even"], ["still"])


_RULES: dict[str, Callable[[Expression], bool]] = {
    "day": _is_day,
    "days": _is_day,
    "month": _is_month,
    "season": _is_season,
    "turn": lambda expression: not _SMALL_WORD.search(expression.words),  # "this may"
    "now": _is_now,
    "weekend": lambda expression: bool(expression.lead) and expression.det,
    "weekday": lambda expression: (
        (bool(expression.lead) or _is_bare_weekday(expression))
        and not expression.det
        and not _SUNDAY_PAPER.match(expression.rest)
    ),
    "year": _is_year,
    "current": lambda expression: bool(expression.part),
}
