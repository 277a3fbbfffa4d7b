"""Askable: what may be asked of the clause a sentence begins with: when, where, why, how many, how much, who, what.

What is asked for must follow the verb at once or nearly so, and what is left must say by itself what it is about.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.grammar import (
    AFTER,
    BUYS,
    LOOSE,
    NAME,
    PARTICIPLES,
    PAST,
    PAYS,
    PUNISHES,
    TAKES,
    THIRD_OF,
    UNCOUNTED,
    WISHES,
)
from assistant.inverting import Clause, first_clause, inverted, plain, rests_on, says_enough
from assistant.phrases import Phrases

Sort = Literal["said", "who", "is", "when", "where", "why", "how long", "how many", "how much", "what", "about"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question; `rests_on` are the words that say what it is about, where no name does."""

    text: str
    sort: Sort
    rests_on: tuple[str, ...] = ()


def from_clause(sentence: str, phrases: Phrases) -> Iterator[Asked]:
    """The questions that the first clause of `sentence` answers."""
    clause = first_clause(sentence, phrases)
    if clause:
        for rule in (_when, _where, _why, _how_many, _how_much, _who, _who_was_it_by, _what):
            yield from rule(clause, phrases)


# when, where, why

_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Aug|Sept|Oct|Nov|Dec)\.)"
)
_YEAR = r"(?:19|20)\d\d\b"
_DAY = rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\s{_MONTH}|{_MONTH}(?:\s\d{{1,2}}(?:st|nd|rd|th)?\b)?)(?:,?\s{_YEAR})?"
_MOMENT = (
    r"(?:the\s(?:end|start|beginning|middle|spring|summer|autumn|winter)\sof\s|early\s|late\s|mid-)?"
    rf"(?:{_WEEKDAY}(?:,?\s{_DAY})?|{_DAY}|{_YEAR})(?!\w)"
)
_TIME = re.compile(rf"\s(?P<how>in|on|at|until)\s{_MOMENT}")
_LASTING = frozenset("stay remain run last be".split())


def _when(clause: Clause, phrases: Phrases) -> Iterator[Asked]:
    found = _TIME.search(clause.tail)
    between = clause.tail[: found.start()] if found else ""
    if not found or not says_enough(clause, between):
        return
    until = found["how"] == "until"
    if until and not (clause.verb == "will" and between.split()[0] in _LASTING):
        return
    asked = inverted("How long" if until else "When", clause, between, phrases)
    if asked:
        yield Asked(asked, "how long" if until else "when", clause.rests_on)


_PLACE = re.compile(rf"\s(?:in|at)\s(?:the\s)?(?P<place>{NAME}){AFTER}")
_PLACED = frozenset("born held found arrested based built buried filmed located killed shot staged raised".split())


def _where(clause: Clause, phrases: Phrases) -> Iterator[Asked]:
    found = _PLACE.search(clause.tail)
    between = clause.tail[: found.start()] if found else ""
    own = [one for one in between.split() if one != "be"]
    if not found or not own or own[0] not in _PLACED or clause.verb not in ("was", "were", "is", "are", "will"):
        return
    asked = inverted("Where", clause, between, phrases)
    if asked and phrases.called(found["place"]) and not _TIME.search(found[0]):
        yield Asked(asked, "where", clause.rests_on)


_REASON = re.compile(r",?\s(?:because|due to)\s")


def _why(clause: Clause, phrases: Phrases) -> Iterator[Asked]:
    found = _REASON.search(clause.tail)
    between = clause.tail[: found.start()] if found else ""
    asked = inverted("Why", clause, between, phrases) if found and says_enough(clause, between) else None
    if asked:
        yield Asked(asked, "why", clause.rests_on)


# how many, how much

_NEARLY = (
    r"(?:(?:a record|about|around|nearly|almost|more than|over|at least|up to|some|roughly|approximately|only|just"
    r"|another|as many as|an estimated|a total of)\s)?"
)
_NUMBER = (
    rf"{_NEARLY}(?:[1-9][\d,]*(?:\.\d+)?(?:\s(?:million|billion|thousand))?"
    r"|(?:ten|eleven|twelve|dozens of|hundreds of|thousands of))(?:\s(?:more|new|other|extra|additional))?"
)
_THINGS = rf"(?P<things>(?:[a-z][a-z-]+\s){{0,2}}(?:[a-z][a-z-]*s|people|children|women|men|staff)){AFTER}"
_COUNT = re.compile(rf"\A(?P<verb>(?:\s[a-z]+){{0,1}}?)\s{_NUMBER}\s{_THINGS}")


def _how_many(clause: Clause, phrases: Phrases) -> Iterator[Asked]:
    found = _COUNT.match(clause.tail)
    own = found["things"].split() if found else []
    if not found or not (UNCOUNTED | LOOSE).isdisjoint(own) or own[-1].endswith("ss"):
        return
    things, verb = found["things"], found["verb"].strip()
    if clause.verb in ("has", "had") and not verb:
        does = "does" if clause.verb == "has" else "did"
        yield Asked(f"How many {things} {does} {clause.subject} have?", "how many", clause.rests_on)
    elif _counts(clause, verb):
        asked = inverted(f"How many {things}", clause, verb, phrases)
        if asked:
            yield Asked(asked, "how many", clause.rests_on)


def _counts(clause: Clause, verb: str) -> bool:
    """Whether a number may follow: "employs 398", "has sold 40", "will hire 120"."""
    if clause.verb in ("has", "have", "had"):
        return verb in PAST or verb in PARTICIPLES
    if clause.verb == "will":
        return verb in PAST.values()
    return bool(clause.base) and not verb


_MONEY = rf"{_NEARLY}(?:US|A|AU|C)?[$€£¥₹]\s?\d[\d,.]*"
_SUM = re.compile(rf"\A\s(?P<fined>fined\s)?{_MONEY}")
_BOUGHT = re.compile(rf"\A\s(?P<bought>(?:the\s)?{NAME})\s(?:for|in a deal (?:worth|valued at))\s{_MONEY}")


def _how_much(clause: Clause, phrases: Phrases) -> Iterator[Asked]:
    bought, paid = _BOUGHT.match(clause.tail), _SUM.match(clause.tail)
    if bought and clause.base in BUYS:
        whole = phrases.in_full(bought["bought"])
        asked = whole and f"How much did {clause.subject} pay for {whole}?"
    elif paid and paid["fined"] and clause.verb in ("was", "were"):
        asked = f"How much {clause.verb} {clause.subject} fined?"
    else:
        asked = inverted("How much", clause, "", phrases) if paid and clause.base in PAYS else None
    if asked:
        yield Asked(asked, "how much", clause.rests_on)


# who, what

_CUT = re.compile(
    rf"[,.;:—–()\"“”]|\s(?:in|on|at)\s{_MOMENT}|\s(?:that|which|who|whose|when|while|after|before|because|as|and|but|by|with|to"
    rf"|following|amid|during|despite|since|until|if|so|where|than|saying|last|this|next|earlier|yesterday|today|within"
    rf"|without|via|using|through|alongside|over|under|{_WEEKDAY})\b"
)
_FURTHER = re.compile(r"\s(?:for|in|on|at|from|about)\s")
_REFLEXIVE = re.compile(r"\b(?:his|her|its|their|himself|herself|itself|themselves)\b")


def _who(clause: Clause, phrases: Phrases) -> Iterator[Asked]:
    verb, tail = _doing(clause)
    cut = _CUT.search(tail)
    if not verb or not cut:
        return
    whole = tail[: cut.start()].strip()
    for done in (whole, *(whole[: one.start()] for one in _FURTHER.finditer(whole))):
        told = _object(done, phrases)
        if told and (clause.base != "accuse" or " of " in told):
            yield Asked(f"Who {verb} {told}?", "who", rests_on(told, phrases))
            return


def _doing(clause: Clause) -> tuple[str, str]:
    """The verb of what somebody did, as "condemned" or "has condemned", and what follows it; "" when it is no such."""
    if "’" in clause.subject or "'" in clause.subject:
        return "", ""
    if clause.verb in ("has", "have", "had"):  # what was won is won again
        done, _, tail = clause.tail.strip().partition(" ")
        has = clause.verb.replace("have", "has")
        return (f"{has} {done}", f" {tail}") if PAST.get(done) in TAKES - {"win"} else ("", "")
    return (clause.verb, clause.tail) if clause.base in TAKES and (clause.is_name or clause.verb in PAST) else ("", "")


def _object(text: str, phrases: Phrases) -> str | None:
    """`text`, names in full, when it says which thing is meant: by a name, or as what the article is about."""
    begins = re.match(rf"the\s|{NAME}", text)
    return plain(text, phrases) if begins and not _REFLEXIVE.search(text) else None


_DONE_BY = re.compile(rf"\A\s(?P<done>[a-z]+)(?:\s(?:in|on)\s{_MOMENT})?\sby\s(?:the\s)?(?P<who>{NAME}){AFTER}")


def _who_was_it_by(clause: Clause, phrases: Phrases) -> Iterator[Asked]:
    found = _DONE_BY.match(clause.tail)
    base = PAST.get(found["done"]) if found else None
    if not found or base not in TAKES or not phrases.called(found["who"]):
        return
    if clause.verb in ("was", "were"):
        yield Asked(f"Who {found['done']} {clause.subject}?", "who", clause.rests_on)
    elif clause.verb in ("is", "are"):
        yield Asked(f"Who {THIRD_OF[base]} {clause.subject}?", "who", clause.rests_on)


_OF = re.compile(rf"\A\s(?P<whom>(?:the\s)?{NAME})\sof\s")
_FOR = re.compile(rf"\A\s(?P<whom>(?:the\s)?{NAME})\s(?:for|over|because)\s")


def _what(clause: Clause, phrases: Phrases) -> Iterator[Asked]:
    if not clause.is_name or clause.verb not in PAST or not phrases.is_whole(clause.subject):
        return
    base = clause.base
    accused, punished = _OF.match(clause.tail), _FOR.match(clause.tail)
    if base in WISHES and re.match(rf"\s{WISHES[base]}\b", clause.tail):
        yield Asked(f"What did {clause.subject} {base}{' for' if base == 'call' else ''}?", "what")
    elif base == "accuse" and accused and (whom := phrases.in_full(accused["whom"])):
        yield Asked(f"What did {clause.subject} accuse {whom} of?", "what")
    elif base in PUNISHES and punished and (whom := phrases.in_full(punished["whom"])):
        yield Asked(f"Why did {clause.subject} {base} {whom}?", "why")
