"""Quotes that can be read by themselves: pronouns resolved, and what a sentence leads up to added.

Where the one person that "She" stands for is clear, the quote is shown with the name in brackets; else it brings the
sentence before it along. A wrong name would be an invention, so every doubt is decided for the longer quote.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from assistant.reading.evidence import Evidence
from assistant.text import Span, WordPattern, alternation, persons_in, split_sentences, without_titles

# At its beginning, after a word or two, or as the one who speaks: further on it stands for somebody in the sentence.
_PERSON = WordPattern(
    r"\W*(?:{names.before_a_pronoun},?\s+)?(?:He|She|he|she|His|Her|his|her)\b"
    r"|[^,]*[,?!][”\"’']\s+(?:he|she)\s+\w+"
)
_THING = WordPattern(r"\W*{names.pointing}\b")
_SOMEBODY = WordPattern(r"\b{names.somebody}\b")
_ENDED = re.compile(r"[.:!?…][\"'”’»)\]]*$")
_ANNOUNCES = WordPattern(r"\b(?:{numbers.small}|\d+)\s+(?:\w+\s+){0,2}\w+s\W*$")
_LOOK_BACK = 3  # sentences in which a person is looked for
_MAX_LENGTH = 600  # characters of a quote with the sentence before or after it
_SHORT = 60  # characters of a sentence that may say too little by itself
_PARAGRAPH_BREAK = 2  # line ends


def resolve_pronoun(quote: Evidence) -> tuple[Evidence, str | None]:
    """`quote` and, when its pronoun stands for a person whose name is clear, that name; else with the sentence before.

    A quote without a dangling pronoun comes back as it was.
    """
    pronoun = _PERSON.match(quote.text)
    # Of he or she after a name, that is meant.
    if pronoun and not list(persons_in(pronoun[0])):
        name = _person_before(quote.article.text, quote.start)
        return (quote, name) if name else (_with_sentence_before(quote), None)
    return (_with_sentence_before(quote) if _THING.match(quote.text) else quote), None


def with_announced(quote: Evidence, number: int, evidence: Sequence[Evidence]) -> Evidence:
    """`quote`, with the sentence that follows where that answers and the quote says too little by itself.

    "The council attached two conditions." leads up to what it announces. What answers is known of the `evidence`, by
    the question with that `number`.
    """
    is_item = " | " in quote.text or not _ENDED.search(quote.text)  # a row or an item of a list says all it says
    if len(quote.text) >= _SHORT or is_item:
        return quote
    own = [each for each in evidence if each.article.id == quote.article.id and each.start >= quote.end]
    following = min(own, key=lambda each: each.start, default=None)
    if following is None or following.end - quote.start > _MAX_LENGTH:
        return quote
    if following.readings[number].answers < 0 and not _ANNOUNCES.search(quote.text):
        return quote
    between = quote.article.text[quote.end : following.start]
    return quote if between.strip() or between.count("\n") > _PARAGRAPH_BREAK else replace(quote, end=following.end)


def _sentences_before(text: str, start: int) -> list[Span]:
    """The sentences before `start`, nearest first."""
    return [span for span in reversed(split_sentences(text)) if span[1] <= start]


def _with_sentence_before(quote: Evidence) -> Evidence:
    before = _sentences_before(quote.article.text, quote.start)
    return replace(quote, start=before[0][0]) if before and quote.end - before[0][0] <= _MAX_LENGTH else quote


def _person_before(text: str, start: int) -> str | None:
    """The one person that the nearest sentence with a person names; None when there are several or none."""
    for first, last in _sentences_before(text, start)[:_LOOK_BACK]:
        sentence = text[first:last]
        persons = set(persons_in(sentence))
        full_names = {name for name in _full_names(text[:start], persons) if " " in name}
        if full_names or _SOMEBODY.search(sentence):
            name = next(iter(full_names), "")
            clear = len(full_names) == 1 and _is_subject(sentence, name) and _is_person_in(text, name)
            return name if clear else None
    return None


def _is_subject(sentence: str, name: str) -> bool:
    """Whether the sentence is about nobody else: it begins with the name."""
    beginning = without_titles(sentence.lstrip("\"'“‘("))
    begins = beginning.startswith((name, f"{name.rsplit(' ', 1)[-1]} "))
    return begins and not _SOMEBODY.search(sentence)


def _is_person_in(text: str, name: str) -> bool:
    """Whether the article has somebody of that name speak, or gives a title with it."""
    last = re.escape(name.rsplit(" ", 1)[-1])
    says, titles = alternation("speech", "of_persons"), alternation("names", "titles_that_show_a_person")
    speaks = re.search(rf"\b{last}\s+{says}\b|\b{says}\s+(?:\w+\s+)?{re.escape(name)}\b", text)
    titled = re.search(rf"\b{titles}\.?\s+(?:\w+\s+)?{last}\b", text)
    return bool(speaks or titled)


def _full_names(before: str, names: Collection[str]) -> Iterator[str]:
    """The names as the article first gave them in full: "Kallas" is "Kaja Kallas"."""
    full_names: dict[str, set[str]] = defaultdict(set)
    for person in persons_in(before) if any(" " not in name for name in names) else ():
        full_names[person.rpartition(" ")[2]].add(person)
    for name in names:
        full = {person for person in full_names.get(name, ()) if person != name}
        yield full.pop() if len(full) == 1 else name
