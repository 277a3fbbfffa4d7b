"""What a question asks for that two sources may tell otherwise: a count, an amount, a share or a date."""

import re
from dataclasses import dataclass

from assistant.kinds import Kind
from assistant.text.amounts import Value, ValueKind, values
from assistant.text.words import content_terms, stem, words

_HOW_MANY = re.compile(r"\bhow many\s+((?:[\w'’-]+\s*){1,4})", re.IGNORECASE)
_HOW_MUCH = re.compile(
    r"\bhow much\b|\b(?:what|which)\b[^?]*\b(?:price|cost|amount|sum|fee|fine|worth|damage)\b", re.IGNORECASE
)
_SHARE = re.compile(r"\b(?:what|which) (?:share|per ?cent|percentage|proportion)|\bhow much of\b", re.IGNORECASE)
_AMOUNTS: tuple[tuple[ValueKind, re.Pattern[str]], ...] = (("share", _SHARE), ("money", _HOW_MUCH))
_YES_NO = re.compile(r"^(?:did|does|do|is|are|was|were|has|have|had|will|would|can)\b", re.IGNORECASE)
_PLURAL = frozenset("people children men women police staff".split())
_ALIKE = tuple(
    frozenset(map(stem, line.split()))
    for line in ("people persons marchers protesters demonstrators", "workers employees staff staffers")
)
# A length, a time or a score is one of many such: two of them seldom measure the same thing.
_MEASURES = frozenset(
    map(
        stem,
        """seconds minutes mins hours days weeks months years times yards metres meters kilometres miles inches
        points goals touchdowns games matches rounds sets wins losses runs assists shots catches receptions carries
        touches targets stars units bets episodes seasons""".split(),
    )
)
_CAPITAL = r"(?:[A-Z0-9][\w'’&-]*|[a-z]+[A-Z]\w*)"
_NAME = re.compile(rf"(?<![\w.]){_CAPITAL}(?:\s+{_CAPITAL})*")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question asks for that two sources may tell otherwise.

    `nouns` are the stems of what is counted, `terms` those of the other telling words that are no names,
    `names` the names as they are written.
    """

    kind: ValueKind
    nouns: frozenset[str]
    terms: tuple[str, ...]
    names: tuple[str, ...]

    def has(self, value: Value) -> bool:
        """Whether `value` is of the kind that is asked for."""
        return value.kind == self.kind and (value.kind != "count" or not self.nouns.isdisjoint(value.nouns))


def wanted(question: str, kind: Kind | None) -> Wanted | None:
    """What `question` wants; None when it asks for no value, or in so few words that anything would fit."""
    asked = _asked(question, kind)
    if asked is None:
        return None
    value_kind, nouns, own = asked
    named = tuple(name for name in names_in(question[1:]) if not values(f"in {name}"))
    left_out = {*nouns, *own, *(stem(word) for name in named for word in words(name))}
    every = [stem(term) for term in content_terms(question)]
    terms = tuple(one for one in every if one not in left_out)
    return Wanted(value_kind, nouns, terms, named) if terms and len(every) > 1 else None


def _asked(question: str, kind: Kind | None) -> tuple[ValueKind, frozenset[str], set[str]] | None:
    """The kind of value, the nouns that it counts, and the stems of a value that the question itself has."""
    counted = _HOW_MANY.search(question)
    if counted:
        head = next((one for one in words(counted[1]) if one in _PLURAL or (one.endswith("s") and len(one) > 3)), None)
        return ("count", _alike(stem(head)), set()) if head and stem(head) not in _MEASURES else None
    for value_kind, asks in _AMOUNTS:
        if asks.search(question):
            return value_kind, frozenset(), set()
    if kind == "date":
        return "date", frozenset(), set()
    inside = values(question) if _YES_NO.search(question) else ()
    if len(inside) != 1:
        return None
    nouns = frozenset[str]().union(*(_alike(noun) for noun in inside[0].nouns[:1] if noun not in _MEASURES))
    return inside[0].kind, nouns, set(map(stem, words(inside[0].words)))


def _alike(noun: str) -> frozenset[str]:
    return next((one for one in _ALIKE if noun in one), frozenset({noun}))


def names_in(text: str) -> list[str]:
    """The runs of words with capitals in `text`; the first word of a sentence is taken for one too."""
    return [found[0] for found in _NAME.finditer(text)]
