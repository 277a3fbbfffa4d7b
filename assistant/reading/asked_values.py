"""The value that a question asks for and that sources may disagree on: a count, an amount, a share or a date."""

import re
from dataclasses import dataclass

from assistant.reading.answer_types import AnswerType
from assistant.text import (
    Value,
    ValueKind,
    WordPattern,
    content_terms,
    grouped_stems,
    names_as_written,
    split_words,
    stem,
    stems,
    values,
    word_list,
    word_stems,
)

_HOW_MANY = re.compile(r"\bhow many\s+((?:[\w'’-]+\s*){1,4})", re.IGNORECASE)
# The order matters: the first that fits counts.
_AMOUNTS: dict[ValueKind, WordPattern] = {
    "share": WordPattern(r"\b(?:what|which) {questions.shares}|\bhow much of\b", re.IGNORECASE),
    "money": WordPattern(r"\bhow much\b|\b(?:what|which)\b[^?]*\b{questions.amounts}\b", re.IGNORECASE),
}
_YES_NO = WordPattern(r"^{questions.yes_no}\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AskedValue:
    """The value that a question asks for.

    `nouns` are the stems of what is counted, `terms` those of the other content words that are no names,
    `names` the names as they are written.
    """

    kind: ValueKind
    nouns: frozenset[str]
    terms: tuple[str, ...]
    names: tuple[str, ...]

    def fits(self, value: Value) -> bool:
        """Whether `value` is of the kind that is asked for."""
        return value.kind == self.kind and (value.kind != "count" or not self.nouns.isdisjoint(value.nouns))


def asked_value(question: str, answer_type: AnswerType | None) -> AskedValue | None:
    """The value that `question` asks for; None when it asks for none, or in so few words that anything would fit."""
    asked = _kind_and_nouns(question, answer_type)
    if asked is None:
        return None
    kind, nouns, value_stems = asked
    names = tuple(name for name in names_as_written(question[1:]) if not values(f"in {name}"))
    left_out = {*nouns, *value_stems, *word_stems(" ".join(names))}
    question_stems = [stem(term) for term in content_terms(question)]
    terms = tuple(term for term in question_stems if term not in left_out)
    return AskedValue(kind, nouns, terms, names) if terms and len(question_stems) > 1 else None


def _kind_and_nouns(question: str, answer_type: AnswerType | None) -> tuple[ValueKind, frozenset[str], set[str]] | None:
    """The kind of value, the nouns that it counts, and the stems of a value that the question itself has."""
    counted = _HOW_MANY.search(question)
    if counted:
        plurals = word_list("numbers", "plurals")
        words = split_words(counted[1])
        noun = next((word for word in words if word in plurals or (word.endswith("s") and len(word) > 3)), None)
        return ("count", _noun_group(stem(noun)), set()) if noun and not _is_measure(stem(noun)) else None
    for kind, pattern in _AMOUNTS.items():
        if pattern.search(question):
            return kind, frozenset(), set()
    if answer_type == "date":
        return "date", frozenset(), set()
    question_values = values(question) if _YES_NO.search(question) else ()
    if len(question_values) != 1:
        return None
    value = question_values[0]
    nouns = frozenset[str]().union(*(_noun_group(noun) for noun in value.nouns[:1] if not _is_measure(noun)))
    return value.kind, nouns, set(word_stems(value.words))


def _is_measure(noun: str) -> bool:
    """A length, a time or a score is one of many such: two of them seldom measure the same thing."""
    return noun in stems("numbers", "measured_in")


def _noun_group(noun: str) -> frozenset[str]:
    """The nouns that are counted as the same thing as `noun`."""
    return next((group for group in grouped_stems("numbers", "counted_alike") if noun in group), frozenset({noun}))
