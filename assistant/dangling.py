"""Dangling pronouns: who "She" is in a quote that begins "She said".

A reader sees a quote without the sentences before it. Where the one person that these name is clear, the
quote is shown with the name in brackets; else it brings the sentence before it along. A wrong name would be
an invention, so every doubt is decided for the longer quote.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from assistant.kinds import Kind, has
from assistant.reading import Evidence
from assistant.sentences import Span, sentences

_PERSON = re.compile(r"\b(?:He|She|he|she|His|Her|his|her|him)\b")
_THING = re.compile(r"\W*(?:They|Their|It|Its|This|These|Those|That|Both|Such|The (?:latter|former|two|pair))\b")
_CAPITAL = r"[A-Z][\w’'-]*[a-z][\w’'-]*"
_NAME = re.compile(rf"\b{_CAPITAL}(?:\s+(?:[A-Z]\.|{_CAPITAL}|de|van|von|al|bin|del|di|la))*")
_TITLE = re.compile(
    r"^(?:(?:Mr|Mrs|Ms|Miss|Dr|Prof|Professor|Sir|Dame|Lord|Lady|Mayor|Deputy|President|Minister|Councillor|Senator"
    r"|Judge|Captain|Inspector|Chief|King|Queen|Prince|Princess|Pope|Governor|Chancellor|Secretary|Director|Coach)\.?\s+)+"
)
_NO_PERSON = frozenset(
    """a an and as at after all also although another because before both but by during each even every few first for
    from he her his how however i if in it its last later many meanwhile more most mr mrs ms my no nor not now of on
    once one only or other our she since so some such than that the their then there these they this those though
    three through to two under until we what when where which while who why with yet you monday tuesday wednesday
    thursday friday saturday sunday january february march april may june july august september october november
    december north south east west street road bridge river council university college school company group party
    court bank city county""".split()
)
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
    return (_longer(one) if _THING.match(one.text) else one), None


def completed(one: Evidence, kind: Kind | None, known: frozenset[str]) -> Evidence:
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
    found = _PERSON.search(quote)
    return found is not None and not any(True for _ in _people(quote[: found.start()]))


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
        named = {_full(text[:start], name) for name in _people(text[first:last])}
        found = {name for name in named if " " in name and not _is_place(text, name)}
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def _is_place(text: str, name: str) -> bool:
    """Whether something in the article happens in `name`, comes from there or goes there."""
    return re.search(rf"\b(?:in|at|from|near|into|through|across)\s+(?:the\s+)?{re.escape(name)}\b", text) is not None


def _people(sentence: str) -> Iterator[str]:
    """Names that may be a person's; of a single word it may be a surname."""
    for match in _NAME.finditer(sentence):
        bare = _TITLE.sub("", match[0])
        words = [word for word in bare.split() if word.lower().rstrip("’'s") not in _NO_PERSON]
        if words and len(words) == len(bare.split()):
            yield re.sub(r"['’]s?$", "", bare)


def _full(before: str, name: str) -> str:
    """The name as the article first gave it in full: "Kallas" is "Kaja Kallas"."""
    if " " in name:
        return name
    full = [one for one in _people(before) if one.endswith(f" {name}")]
    return full[0] if full else name
