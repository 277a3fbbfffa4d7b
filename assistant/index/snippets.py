"""Snippets: where a text has the words that were typed, and the part of it that has most of them. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.index.article_list import word_forms
from assistant.text import WITHIN_WORDS, fold, number_spans, split_words

_TOKEN = re.compile(rf"[^\W_](?:[^\W_]|[{WITHIN_WORDS}])*")
_SPACES = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]]*\s+|\n\s*")
_LENGTH = 240  # characters of a snippet
_BEFORE = 80  # characters of it before the first word that is marked
_MOST_MARKS = 50  # of a snippet
_MAX_CHARACTERS = 200_000  # of a text that are looked through

Range = tuple[int, int]
"""From where to where in a text."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A part of an article's text on one line; `marks` are where in `text` the words are that were looked for.

    It begins and ends with "…" where the article goes on. `marks` are in order and do not overlap.
    """

    text: str
    marks: tuple[Range, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for in a text: words, folded, each in any of its forms, and phrases word for word."""

    words: tuple[frozenset[str], ...]
    phrases: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, terms: Sequence[str], phrases: Sequence[str]) -> "Wanted":
        """Each of `terms` in its regular forms, and `phrases`, which are folded words with spaces between them."""
        return cls(
            tuple(frozenset(word_forms(fold(term))) for term in terms), tuple(tuple(one.split()) for one in phrases)
        )


def word_ranges(text: str, wanted: Wanted) -> list[Range]:
    """Where `text` has what is wanted, in order; ranges that overlap are one."""
    return _joined((start, end) for start, end, _ in _found(text, wanted))


def snippet(text: str, wanted: Wanted) -> Snippet:
    """The part of `text` with most of the wanted words and phrases, its first such part; else its beginning."""
    found = _found(text, wanted)
    begin = _begin(text, _best(found)) if found else 0
    end = _end(text, begin)
    marks = _joined((start, stop) for start, stop, _ in found if begin <= start and stop <= end)
    return _on_one_line(text, begin, end, marks)


def _found(text: str, wanted: Wanted) -> list[tuple[int, int, int]]:
    """Where words and phrases are, in order, each with the number of what it is of those that are wanted."""
    tokens = list(_tokens(text[:_MAX_CHARACTERS]))
    number_of = {form: number for number, forms in enumerate(wanted.words) for form in forms}
    found = [(start, end, number_of[word]) for word, start, end in tokens if word in number_of]
    for number, phrase in enumerate(wanted.phrases, len(wanted.words)):
        for place, (word, start, _) in enumerate(tokens):
            if word == phrase[0] and tuple(one[0] for one in tokens[place : place + len(phrase)]) == phrase:
                found.append((start, tokens[place + len(phrase) - 1][2], number))
    return sorted(found)


def _tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of `text`, folded as in the full-text index, with their places in it as published."""
    numbers = {start: end for start, end in number_spans(text)}
    place = 0
    while (token := _TOKEN.search(text, place)) is not None:
        start, place = token.start(), numbers.get(token.start(), token.end())
        for word in split_words(text[start:place]):
            yield word, start, place


def _joined(ranges: Iterator[Range]) -> list[Range]:
    joined: list[Range] = []
    for start, end in ranges:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _best(found: Sequence[tuple[int, int, int]]) -> int:
    """Where the stretch begins that has most different ones of what was found, and then most of them."""

    def worth(place: int) -> tuple[int, int]:
        last = found[place][0] + _LENGTH - _BEFORE
        within = [number for _, end, number in found[place : place + _MOST_MARKS] if end <= last]
        return len(set(within)), len(within)

    return found[max(range(len(found)), key=lambda place: (*worth(place), -place))][0]


def _begin(text: str, first: int) -> int:
    """Where a snippet begins of which the first marked word is at `first`: with its sentence, or else with a word."""
    if first <= _BEFORE:
        return 0
    before = text[first - _BEFORE : first]
    sentences, words = ([found.end() for found in ends.finditer(before)] for ends in (_SENTENCE_END, _SPACES))
    own = sentences[-1:] or words[:1] or [_BEFORE]
    return first - _BEFORE + own[0]


def _end(text: str, begin: int) -> int:
    if len(text) <= begin + _LENGTH:
        return len(text)
    spaces = [space.start() for space in _SPACES.finditer(text, begin + 1, begin + _LENGTH)]
    return spaces[-1] if spaces else begin + _LENGTH


def _on_one_line(text: str, begin: int, end: int, marks: Sequence[Range]) -> Snippet:
    """`text` from `begin` to `end` with single spaces, and where its marks are then."""
    line, moved, place = "… " if begin else "", list[Range](), begin
    for start, stop in marks:
        line += _SPACES.sub(" ", text[place:start])
        moved.append((len(line), len(line) + len(inner := _SPACES.sub(" ", text[start:stop]))))
        line, place = line + inner, stop
    line += _SPACES.sub(" ", text[place:end]).rstrip()
    return Snippet(line + (" …" if text[end:].strip() else ""), tuple(moved))
