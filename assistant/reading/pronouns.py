"""Dangling pronouns: who "She" is in a quote that begins "She said".

A reader sees a quote without the sentences before it. Where the one person that these name is clear, the
quote is shown with the name in brackets; else it brings the sentence before it along. A wrong name would be
an invention, so every doubt is decided for the longer quote.
"""

import re
from dataclasses import replace
from functools import cache

from assistant.reading.answer_types import AnswerType, has
from assistant.reading.evidence import Evidence
from assistant.text.entities import persons_in, without_titles
from assistant.text.lexicon import alternatives
from assistant.text.sentences import Span, sentences

# At its beginning, after a word or two, or as the one who speaks: further on it stands for somebody in the sentence.


@cache
def _person() -> re.Pattern[str]:
    before = alternatives("names", "before_a_pronoun")
    return re.compile(rf"\W*(?:{before},?\s+)?(?:He|She|he|she|His|Her|his|her)\b|[^,]*[,?!][”\"’']\s+(?:he|she)\s+\w+")


@cache
def _thing() -> re.Pattern[str]:
    return re.compile(rf"\W*{alternatives('names', 'pointing')}\b")


@cache
def _somebody() -> re.Pattern[str]:
    """Others that "he" or "she" may be."""
    return re.compile(rf"\b{alternatives('names', 'somebody')}\b")


_BACK = 3  # sentences looked back for a person
_LONGEST = 600  # characters of a quote with the sentence before or after it
_LEAD = 60  # characters of a sentence that may say too little by itself
_BREAK = 2  # line ends, as between two paragraphs


def resolved(one: Evidence) -> tuple[Evidence, str | None]:
    """`one` and, when its pronoun stands for a person whose name is clear, that name; else with the sentence before.

    A quote without a dangling pronoun comes back as it was.
    """
    text = one.article.text
    if _is_person(one.text):
        name = _person_before(text, one.start)
        return (one, name) if name else (_longer(one), None)
    return (_longer(one) if _thing().match(one.text) else one), None


def completed(one: Evidence, kind: AnswerType | None, known: frozenset[str]) -> Evidence:
    """`one`, with the sentence that follows when that has what is asked for and this has not.

    "The council attached two conditions." and "The race went to the island." lead up to what they announce.
    `known` are the stems of the question. Reasons often have no word that marks them: what follows is one.
    """
    short = len(one.text) < _LEAD
    if (kind is None and not short) or (kind is not None and has(kind, one.text, known)):
        return one
    after = _after(one.article.text, one.end)
    if after is None or after[1] - one.start > _LONGEST:
        return one
    text = one.article.text
    tells = kind in (None, "reason") or has(kind, text[slice(*after)], known)
    return replace(one, end=after[1], text=text[one.start : after[1]]) if tells else one


def _after(text: str, end: int) -> Span | None:
    """The sentence after `end`, unless a new section begins there."""
    following = next((span for span in sentences(text) if span[0] >= end), None)
    return following if following and text[end : following[0]].count("\n") <= _BREAK else None


def _is_person(quote: str) -> bool:
    """Whether he or she comes before any name that could be meant."""
    found = _person().match(quote)
    return found is not None and not any(True for _ in persons_in(quote[: found.end()]))


def _before(text: str, start: int) -> list[Span]:
    """The sentences before `start`, nearest first."""
    return [span for span in reversed(sentences(text)) if span[1] <= start]


def _longer(one: Evidence) -> Evidence:
    before = _before(one.article.text, one.start)
    if not before or one.end - before[0][0] > _LONGEST:
        return one
    start = before[0][0]
    return replace(one, start=start, text=one.article.text[start : one.end])


def _person_before(text: str, start: int) -> str | None:
    """The one person that the nearest sentence with a person names; None when there are several or none."""
    for first, last in _before(text, start)[:_BACK]:
        sentence = text[first:last]
        named = {name for one in persons_in(sentence) if " " in (name := _full(text[:start], one))}
        if named or _somebody().search(sentence):
            name = next(iter(named), "")
            return name if len(named) == 1 and _is_subject(sentence, name) and _is_person_in(text, name) else None
    return None


def _is_subject(sentence: str, name: str) -> bool:
    """Whether the sentence is about nobody else: it begins with the name."""
    bare = without_titles(sentence.lstrip("\"'“‘("))
    begins = bare.startswith((name, f"{name.rsplit(' ', 1)[-1]} "))
    return begins and not _somebody().search(sentence)


def _is_person_in(text: str, name: str) -> bool:
    """Whether the article has somebody of that name speak, or gives a title with it."""
    last = re.escape(name.rsplit(" ", 1)[-1])
    says, titles = alternatives("speech", "of_persons"), alternatives("names", "titles_that_show_a_person")
    speaks = re.search(rf"\b{last}\s+{says}\b|\b{says}\s+(?:\w+\s+)?{re.escape(name)}\b", text)
    titled = re.search(rf"\b{titles}\.?\s+(?:\w+\s+)?{last}\b", text)
    return bool(speaks or titled)


def _full(before: str, name: str) -> str:
    """The name as the article first gave it in full: "Kallas" is "Kaja Kallas"."""
    if " " in name:
        return name
    full = {one for one in persons_in(before) if one.endswith(f" {name}")}
    return full.pop() if len(full) == 1 else name
