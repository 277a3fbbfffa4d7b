"""The type of answer that a question asks for, and whether a sentence has one that the question itself lacks."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Literal

from assistant.text import WordPattern, has_new_name, split_words, stem, word_list

AnswerType = Literal["money", "share", "age", "duration", "number", "date", "person", "place", "name", "reason"]

# A modifier of the thing that is asked for: "what German city", but not "what did the city".
_MODIFIER = r"(?!{questions.no_own}\b)\w+"
_WHICH = r"\b(?:what|which)"
# The order matters: the first that fits counts.
_PATTERNS: dict[AnswerType, str] = {
    "reason": rf"\bwhy\b|\bhow come\b|{_WHICH}\b[^?]{{0,40}}\b{{questions.reasons}}\b",
    "money": r"\bhow (?:much|expensive)\b[^?]*\b{questions.money}\b"
    rf"|{_WHICH}\b[^?]{{0,40}}\b{{questions.sums}}\b",
    "share": rf"{_WHICH} {{questions.shares}}\b",
    "age": r"\bhow old\b|\bwhat age\b|\bat what age\b",
    "duration": r"\bhow long {questions.during}\b|\bhow many {questions.durations}\b",
    "number": r"\bhow {questions.degrees}\b"
    rf"|{_WHICH}\b[^?]{{0,20}}\b{{questions.numbers}}\b|\bnumber of\b|\bhow many$",
    "date": rf"\bwhen\b|{_WHICH}(?: {_MODIFIER})? {{questions.times}}\b",
    "person": rf"\bwho(?:m|se)?\b|{_WHICH}(?: {_MODIFIER}){{0,2}} {{questions.people}}\b|\bname of the\b",
    "place": rf"\bwhere\b|{_WHICH}(?: {_MODIFIER})? {{questions.places}}\b",
    "name": rf"{_WHICH}(?: {_MODIFIER})? {{questions.named_things}}\b",
}
_ASKED_BY = {kind: WordPattern(pattern, re.IGNORECASE) for kind, pattern in _PATTERNS.items()}


@cache
def _time_words() -> frozenset[str]:
    return word_list("dates", "time_words") | word_list("dates", "weekdays") | word_list("dates", "months")


_MONEY = re.compile(
    r"[$€£¥]\s?\d|\d[\d,.]*\s?(?:(?:thousand|million|billion|trillion|bn|m)\s)?(?:euros?|dollars?|pounds?|cents?)\b"
)
_SHARE = re.compile(
    r"\d\s?(?:%|per ?cent)|\b(?:half|third|quarter|majority|one in|two thirds|percent)\b", re.IGNORECASE
)
_AGE = re.compile(
    r"\b(?:aged?|turned|turns)\s(?:of\s)?\d|\b[\w-]+[\s-]years?[\s-]old\b|\byears? of age\b|\bborn\b"
    r"|, \d{1,3},|\byears old",
    re.IGNORECASE,
)
_DURATION = WordPattern(
    r"\b(?:\d[\d,.]*|{numbers.counts_of_time})[\s-](?:more\s)?(?:and a half\s)?"
    r"(?:second|minute|hour|day|night|week|month|year|decade|centur)"
    r"|\b(?:since|until|till|from)\s+(?:[A-Z]\w+\s+)?\d|\b\d{4}\s?(?:[-–]|to)\s?\d{2,4}\b",
    re.IGNORECASE,
)
_REASON = WordPattern(r"\b(?:{questions.giving_a_reason}|so \w+ that|too \w+ (?:to|for))\b", re.IGNORECASE)
_PLACE = WordPattern(r"\b{questions.before_a_place}\s+(?:the\s+)?[A-Z]")
_PLACE_WORD = WordPattern(r"\b{questions.before_a_place_word}\s+(?:the|a|an|its|their|his|her)\s+[a-z]", re.IGNORECASE)


@lru_cache(maxsize=1000)
def asked_for(question: str) -> AnswerType | None:
    """The type of answer that `question` asks for, by the first pattern that fits; None where its words do not say."""
    return next((kind for kind, pattern in _ASKED_BY.items() if pattern.search(question)), None)


def has(kind: AnswerType | None, text: str, known: Iterable[str] = ()) -> bool:
    """Whether `text` has something of that kind that is not among `known` (stems); true when no kind is asked for."""
    known = frozenset(known)
    match kind:
        case None:
            return True
        case "money":
            return bool(_MONEY.search(text))
        case "share":
            return bool(_SHARE.search(text))
        case "age":
            return bool(_AGE.search(text))
        case "duration":
            return bool(_DURATION.search(text))
        case "number":
            return any(
                word not in known and (word[0].isdigit() or word in word_list("numbers", "number_words"))
                for word in split_words(text)
            )
        case "date":
            return any(
                word not in known and stem(word) not in known and (word[0].isdigit() or word in _time_words())
                for word in split_words(text)
            )
        case "reason":
            return bool(_REASON.search(text))
        case "place":
            return bool(_PLACE.search(text) or _PLACE_WORD.search(text))
        case _:
            return has_new_name(text, known)
