"""Sentences of a text, as exact offsets."""

import re
from collections.abc import Iterator
from functools import lru_cache

import sentencex

from assistant.articles import Chunk
from assistant.text.sentence_ends import corrected

Span = tuple[int, int]

LONGEST = 900  # characters; what is longer cannot be quoted sensibly and is cut between words
_BLOCK_END = re.compile(r"\r?\n[^\S\n]*(?:\r?\n\s*)+|\r?\n(?=[^\S\n]*(?P<bullet>[-*•–—])\s)|[\u2028\u2029\f\v]")
_BLANK = "\n\n"  # ends a block, whatever comes before and after
_ITEM = re.compile(r"\s*[-*•–—]\s")
_STOPPED = re.compile(r"[.!?:;…][\"'”’»)\]]*\s*$")
_ASIDE = 300  # characters in which a second dash closes what the first one opened
_STOP_AND_SPACE = re.compile(r"[.!?…][\"'”’»)\]]{0,3}\s+(?=[\"'“‘(]?[^\W\d_a-z])")
_WORD_END = re.compile(r"(?<!\d)\s+|\s+(?!\d{3}(?!\d))")  # not within 12 000
_CELL_END = re.compile(r" \|(?= )|\t(?=\S)")
_MAX_USUAL_CELL, _MAX_CELL = 150, 300  # characters
_WINDOW = 4_000  # characters that the splitter gets at a time, as it takes quadratic time on open quotation marks


@lru_cache(maxsize=512)
def split_sentences(text: str, language: str = "en") -> tuple[Span, ...]:
    """(start, end) of each sentence of `text`, in order.

    Together they cover every character that is not white space; none begins or ends with white space,
    overlaps another or crosses a blank line. A sentence over `LONGEST` characters comes in pieces.
    """
    return tuple(span for block in _blocks(text) for span in _sentences_of(text, block, language))


def _sentences_of(text: str, block: Span, language: str = "en") -> Iterator[Span]:
    for first, last in _units_of_block(text, *block, language):
        span = _trim(text, first, last)
        if span is not None:
            yield from _pieces(text, span)


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
    return corrected(text, [(start + each["start_index"], start + each["end_index"]) for each in found])


def _blocks(text: str, first: int = 0, last: int | None = None) -> Iterator[Span]:
    """The blocks of `text`, or of them those that have something between `first` and `last`, and maybe some before."""
    start = max(text.rfind(_BLANK, 0, first), 0)
    for gap in _BLOCK_END.finditer(text, start):
        if last is not None and start >= last:
            return
        if gap["bullet"] in {None, "*", "•"} or not _is_aside(text, start, gap.start(), gap.end("bullet")):
            yield start, gap.start()
            start = gap.end()
    yield start, len(text)


def _is_aside(text: str, start: int, end: int, dash: int) -> bool:
    """Whether the dash that ends at `dash`, the first of its line, goes on with the line before and is no bullet.

    Then that line, of the block that begins at `start`, is no item and has no stop, and what follows begins small or
    is closed by a second dash; and the next line is no item.
    """
    line = text[max(start, text.rfind("\n", start, end) + 1) : end]
    after = text[dash : dash + _ASIDE].partition("\n\n")[0].lstrip()
    following = after.partition("\n")[2]
    if not line.strip() or _STOPPED.search(line[-9:]) or _ITEM.match(line) or _ITEM.match(following):
        return False
    return after[:1].islower() or f" {text[dash - 1]} " in after.replace("\n", " ")


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
    # Within a long quotation there are sentences.
    for between in (_STOP_AND_SPACE, _WORD_END):
        gaps = between.finditer(text, start + LONGEST // 2, start + LONGEST + 4)  # a number that begins before is seen
        ends = [gap.end() for gap in gaps if gap.end() <= start + LONGEST]
        if ends:
            return ends[-1]
    return start + LONGEST


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
    return list(_sentences_between(text, chunk.start, chunk.end))


@lru_cache(maxsize=2048)
def _sentences_between(text: str, first: int, last: int) -> tuple[Span, ...]:
    # Of a long article only those blocks are split that are looked at.
    blocks = [(start, end) for start, end in _blocks(text, first, last) if start < last and end > first]
    return tuple(
        (max(start, first), min(end, last))
        for block in blocks
        for start, end in _sentences_of(text, block)
        if start < last and end > first
    )
