"""Sentences of a text, as exact offsets."""

import re
from collections.abc import Iterator
from functools import lru_cache

import sentencex

from assistant.articles import Chunk

Span = tuple[int, int]

LONGEST = 900  # characters; what is longer cannot be quoted sensibly and is cut between words
_BLOCK_END = re.compile(r"\r?\n[^\S\n]*(?:\r?\n\s*)+|\r?\n(?=[^\S\n]*[-*•–]\s)|[\u2028\u2029\f\v]")
_WORD_END = re.compile(r"\s+")
_CELL_END = re.compile(r" \|(?= )|\t(?=\S)")
_MAX_USUAL_CELL, _MAX_CELL = 150, 300  # characters
_WINDOW = 4_000  # characters that the splitter gets at a time, as it takes quadratic time on open quotation marks


@lru_cache(maxsize=512)
def split_sentences(text: str, language: str = "en") -> tuple[Span, ...]:
    """(start, end) of each sentence of `text`, in order.

    Together they cover every character that is not white space; none begins or ends with white space,
    overlaps another or crosses a blank line. A sentence over `LONGEST` characters comes in pieces.
    """
    found: list[Span] = []
    for start, end in _blocks(text):
        for first, last in _units_of_block(text, start, end, language):
            span = _trim(text, first, last)
            if span is not None:
                found.extend(_pieces(text, span))
    return tuple(found)


def _units_of_block(text: str, start: int, end: int, language: str) -> Iterator[Span]:
    """The sentences of `text[start:end]`, and the rows of a table in it, which are one unit each."""
    prose = start  # where what is not yet given begins
    for line_start, line_end in _lines(text, start, end) if _CELL_END.search(text, start, end) else ():
        if _is_row(text[line_start:line_end]):
            yield from _sentences_of_block(text, prose, line_start, language)
            yield line_start, line_end
            prose = line_end
    yield from _sentences_of_block(text, prose, end, language)


def _lines(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end:
        line_end = text.find("\n", start, end)
        line_end = end if line_end < 0 else line_end
        yield start, line_end
        start = line_end + 1


def _is_row(line: str) -> bool:
    """Whether a line is a row of a table: its cells are short, other than of prose with a sign in it."""
    cells = _CELL_END.split(line.strip())
    return (
        len(cells) > 1 and len(line) <= min(LONGEST, _MAX_USUAL_CELL * len(cells)) and max(map(len, cells)) <= _MAX_CELL
    )


def _sentences_of_block(text: str, start: int, end: int, language: str) -> Iterator[Span]:
    """The sentences of `text[start:end]`, read in windows that overlap by half, in linear time.

    Those of the first half of a window are given, and the next window begins after them: a sentence or a quotation of
    up to half a window is seen whole.
    """
    while end - start > _WINDOW:
        found = _boundaries(text, start, start + _WINDOW, language)
        given = [span for span in found if span[1] <= start + _WINDOW // 2] or found[:1]
        if given[-1][1] >= start + _WINDOW:
            given = [(start, _last_piece_end(text, start, start + _WINDOW))]
        yield from given
        start = given[-1][1]
    yield from _boundaries(text, start, end, language)


def _boundaries(text: str, start: int, end: int, language: str) -> list[Span]:
    found = sentencex.get_sentence_boundaries(language, text[start:end])
    return [(start + each["start_index"], start + each["end_index"]) for each in found]


def _blocks(text: str) -> list[Span]:
    blocks, start = [], 0
    for gap in _BLOCK_END.finditer(text):
        blocks.append((start, gap.start()))
        start = gap.end()
    return [*blocks, (start, len(text))]


def _trim(text: str, start: int, end: int) -> Span | None:
    begun = text[start:end].lstrip()
    return (end - len(begun), end - len(begun) + len(begun.rstrip())) if begun else None


def _pieces(text: str, span: Span) -> list[Span]:
    pieces = []
    start, end = span
    while end - start > LONGEST:
        cut = _piece_end(text, start)
        pieces.append(_trim(text, start, cut))
        start = cut
    return [piece for piece in (*pieces, _trim(text, start, end)) if piece]


def _piece_end(text: str, start: int) -> int:
    gaps = list(_WORD_END.finditer(text, start + LONGEST // 2, start + LONGEST))
    return gaps[-1].end() if gaps else start + LONGEST


def _last_piece_end(text: str, start: int, end: int) -> int:
    while end - start > LONGEST:
        start = _piece_end(text, start)
    return start


def halves(text: str, span: Span) -> tuple[Span, ...]:
    """`span` cut in two near its middle, between words where there are any; itself when one character."""
    start, end = span
    if end - start < 2:
        return (span,)
    middle = (start + end) // 2
    gap = _WORD_END.search(text, middle, end)
    cut = gap.end() if gap and gap.end() < end else middle
    return tuple(piece for piece in (_trim(text, start, cut), _trim(text, cut, end)) if piece)


def sentences_in(text: str, chunk: Chunk) -> list[Span]:
    """The sentences of `text` within `chunk`; one that is partly outside is cut."""
    return [
        (max(start, chunk.start), min(end, chunk.end))
        for start, end in split_sentences(text)
        if start < chunk.end and end > chunk.start
    ]
