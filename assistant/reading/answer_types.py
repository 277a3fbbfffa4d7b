"""The kind of thing a question asks for, and whether a sentence has one that the question does not itself have."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Literal

from assistant.text.entities import new_names
from assistant.text.lexicon import alternatives
from assistant.text.lexicon import words as listed
from assistant.text.words import stem, words

AnswerType = Literal["money", "share", "age", "duration", "number", "date", "person", "place", "name", "reason"]


@cache
def _asks() -> dict[AnswerType, re.Pattern[str]]:
    """What the words of a question ask for; the order matters, the first that fits counts."""
    asked = {
        name: alternatives("questions", name)
        for name in (
            "people places named_things times numbers sums money degrees durations during shares reasons no_own".split()
        )
    }
    # A word of its own before the thing that is asked for: "what German city", but not "what did the city".
    own = rf"(?!{asked['no_own']}\b)\w+"
    patterns: dict[AnswerType, str] = {
        "reason": rf"\bwhy\b|\bhow come\b|\b(what|which)\b[^?]{{0,40}}\b{asked['reasons']}\b",
        "money": rf"\bhow (much|expensive)\b[^?]*\b{asked['money']}\b"
        rf"|\b(what|which)\b[^?]{{0,40}}\b{asked['sums']}\b",
        "share": rf"\b(what|which) {asked['shares']}\b",
        "age": r"\bhow old\b|\bwhat age\b|\bat what age\b",
        "duration": rf"\bhow long {asked['during']}\b|\bhow many {asked['durations']}\b",
        "number": rf"\bhow {asked['degrees']}\b"
        rf"|\b(what|which)\b[^?]{{0,20}}\b{asked['numbers']}\b|\bnumber of\b|\bhow many$",
        "date": rf"\bwhen\b|\b(what|which)( {own})? {asked['times']}\b",
        "person": rf"\bwho(m|se)?\b|\b(what|which)( {own}){{0,2}} {asked['people']}\b|\bname of the\b",
        "place": rf"\bwhere\b|\b(what|which)( {own})? {asked['places']}\b",
        "name": rf"\b(what|which)( {own})? {asked['named_things']}\b",
    }
    return {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in patterns.items()}


@cache
def _time_words() -> frozenset[str]:
    return listed("dates", "time_words") | listed("dates", "weekdays") | listed("dates", "months")


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


@cache
def _duration() -> re.Pattern[str]:
    return re.compile(
        rf"\b(?:\d[\d,.]*|{alternatives('numbers', 'counts_of_time')})[\s-](?:more\s)?(?:and a half\s)?"
        r"(?:second|minute|hour|day|night|week|month|year|decade|centur)"
        r"|\b(?:since|until|till|from)\s+(?:[A-Z]\w+\s+)?\d|\b\d{4}\s?(?:[-–]|to)\s?\d{2,4}\b",
        re.IGNORECASE,
    )


@cache
def _reason() -> re.Pattern[str]:
    listed_reasons = alternatives("questions", "giving_a_reason")
    return re.compile(rf"\b(?:{listed_reasons}|so \w+ that|too \w+ (?:to|for))\b", re.IGNORECASE)


@cache
def _place() -> re.Pattern[str]:
    return re.compile(rf"\b{alternatives('questions', 'before_a_place')}\s+(?:the\s+)?[A-Z]")


@cache
def _place_word() -> re.Pattern[str]:
    before = alternatives("questions", "before_a_place_word")
    return re.compile(rf"\b{before}\s+(?:the|a|an|its|their|his|her)\s+[a-z]", re.IGNORECASE)


@lru_cache(maxsize=1000)
def asked_for(question: str) -> AnswerType | None:
    """What `question` asks for, when its words say so: the first kind that fits."""
    return next((kind for kind, asks in _asks().items() if asks.search(question)), None)


def has(kind: AnswerType | None, text: str, known: Iterable[str] = ()) -> bool:
    """Whether `text` has something of that kind that is not among `known` (stems); true when no kind is asked for."""
    held = known if isinstance(known, frozenset) else frozenset(known)
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
            return bool(_duration().search(text))
        case "number":
            return any(
                word not in held and (word[0].isdigit() or word in listed("numbers", "number_words"))
                for word in words(text)
            )
        case "date":
            return any(
                word not in held and stem(word) not in held and (word[0].isdigit() or word in _time_words())
                for word in words(text)
            )
        case "reason":
            return bool(_reason().search(text))
        case "place":
            return bool(_place().search(text) or _place_word().search(text))
        case _:
            return any(True for _ in new_names(text, held))
