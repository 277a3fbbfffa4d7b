"""Sentences of a text, as exact offsets."""

import re
from functools import lru_cache
from typing import Protocol

import sentencex

Span = tuple[int, int]


class TextPart(Protocol):
    """A part of a text, such as a chunk."""

    @property
    def start(self) -> int:
        """Where it begins."""
        ...

    @property
    def end(self) -> int:
        """Where it ends."""
        ...


LONGEST = 900  # characters; what is longer cannot be quoted sensibly and is cut between words
_BLOCK_END = re.compile(r"\r?\n[^\S\n]*(?:\r?\n\s*)+|\r?\n(?=[^\S\n]*[-*•–]\s)|[\u2028\u2029\f\v]")
_WORD_END = re.compile(r"\s+")


@lru_cache(maxsize=512)
def split_sentences(text: str, language: str = "en") -> tuple[Span, ...]:
    """(start, end) of each sentence of `text`, in order.

    Together they cover every character that is not white space; none begins or ends with white space,
    overlaps another or crosses a blank line. A sentence over `LONGEST` characters comes in pieces.
    """
    found: list[Span] = []
    for start, end in _blocks(text):
        for boundary in sentencex.get_sentence_boundaries(language, text[start:end]):
            span = _trim(text, start + boundary["start_index"], start + boundary["end_index"])
            if span is not None:
                found.extend(_pieces(text, span))
    return tuple(found)


def _blocks(text: str) -> list[Span]:
    blocks, start = [], 0
    for gap in _BLOCK_END.finditer(text):
        blocks.append((start, gap.start()))
        start = gap.end()
    return [*blocks, (start, len(text))]


def _trim(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def _pieces(text: str, span: Span) -> list[Span]:
    pieces = []
    start, end = span
    while end - start > LONGEST:
        cut = _cut(text, start, start + LONGEST)
        piece = _trim(text, start, cut)
        if piece is not None:
            pieces.append(piece)
        start = cut
    last = _trim(text, start, end)
    return [*pieces, last] if last is not None else pieces


def _cut(text: str, start: int, limit: int) -> int:
    gaps = list(_WORD_END.finditer(text, start + LONGEST // 2, limit))
    return gaps[-1].end() if gaps else limit


def halves(text: str, span: Span) -> tuple[Span, ...]:
    """`span` cut in two near its middle, between words where there are any; itself when one character."""
    start, end = span
    if end - start < 2:
        return (span,)
    middle = (start + end) // 2
    gap = _WORD_END.search(text, middle, end)
    cut = gap.end() if gap and gap.end() < end else middle
    return tuple(piece for piece in (_trim(text, start, cut), _trim(text, cut, end)) if piece)


def sentences_in(text: str, part: TextPart) -> list[Span]:
    """The sentences of `text` within `part`; one that is partly outside is cut."""
    return [
        (max(start, part.start), min(end, part.end))
        for start, end in split_sentences(text)
        if start < part.end and end > part.start
    ]
