"""The words of a PDF page with their places."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from ctypes import c_double
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from assistant.ingest.files.raised import NoteMarks, Raised, is_mark

HYPHEN = "\x02"
"""At the end of a word: a hyphen that the typesetting may have put there."""
_MARKS_OF_HYPHENS = ("\ufffe", "\x02", "\u00ad")
_BOLD = 600  # of font weights
_MAX_CHARACTERS = 200_000  # on one page
_MAY_END_WITH_MARK = re.compile(r"[\d*†‡§¶\]][^\w]{0,4}$")
_LONGEST_MARK = 6  # letters
_TINY, _SMALL, _RAISED = (
    0.4,
    0.85,
    0.12,
)  # of the size of other letters: that of raised ones, and how far they are raised
_GAP = 0.15  # of the size of letters: a space
_NO_SPACE = "\x00\ufffd"


@dataclass(frozen=True, slots=True)
class Word:
    """A word, its edges, its base line and the size of its letters, in points (upwards), and how it is drawn."""

    text: str
    left: float
    right: float
    base: float
    size: float
    is_bold: bool = False
    turn: int = 0


@dataclass(frozen=True, slots=True)
class _Look:
    """How a letter is drawn: its size, where its base line begins, and how it is turned."""

    size: float
    x: float
    base: float
    turn: int


def page_words(page: Any, marks: NoteMarks | None = None) -> tuple[list[Word], list[Word]]:
    """The words of a page that are written as most of it is, turned upright, and those that are written across.

    `marks` counts the notes of the document, whose raised marks are left out.
    """
    marks = marks or NoteMarks()
    found = _without_marks(list(_words(page.get_textpage(), page.get_bbox(), marks)), marks)
    if not found:
        return [], []
    turns = Counter[int]()
    for word in found:
        turns[word.turn] += len(word.text)
    usual = turns.most_common(1)[0][0]
    return [word for word in found if word.turn == usual], [word for word in found if word.turn != usual]


def _words(textpage: Any, bounds: tuple[float, float, float, float], marks: NoteMarks) -> Iterator[Word]:
    from pypdfium2 import raw

    count = min(raw.FPDFText_CountChars(textpage), _MAX_CHARACTERS)
    text, numbers = "", list[int]()  # the letters of a word, and which of the page each is
    for number in range(count + 1):
        character = chr(raw.FPDFText_GetUnicode(textpage, number)) if number < count else " "
        ends_line = character in _MARKS_OF_HYPHENS
        if ends_line or not (character.isspace() or character in _NO_SPACE):
            text += HYPHEN if ends_line else character
            numbers.append(number)
        if (ends_line or character.isspace()) and text:
            yield from _placed(textpage, text, numbers, bounds, marks)
            text, numbers = "", []


def _placed(
    textpage: Any, text: str, numbers: list[int], bounds: tuple[float, float, float, float], marks: NoteMarks
) -> Iterator[Word]:
    """The word of these characters, unless it is off the page."""
    from pypdfium2 import PdfiumError, raw

    try:
        boxes = [textpage.get_charbox(number, loose=True) for number in {numbers[0], numbers[-1]}]
    except PdfiumError:
        return
    left, low = (min(box[side] for box in boxes) for side in (0, 1))
    right, high = (max(box[side] for box in boxes) for side in (2, 3))
    if right < bounds[0] or left > bounds[2] or high < bounds[1] or low > bounds[3]:
        return
    text, look = _without_raised(textpage, text, numbers, marks)
    if not text:
        return
    is_bold = raw.FPDFText_GetFontWeight(textpage, numbers[-1]) >= _BOLD
    upright = Word(text, left, right, look.base, look.size or high - low, is_bold, look.turn)
    yield _turned(upright, low, high, look.x)


def _look(textpage: Any, number: int) -> _Look:
    from pypdfium2 import raw

    matrix, x, y = raw.FS_MATRIX(), c_double(), c_double()
    raw.FPDFText_GetMatrix(textpage, number, matrix)
    raw.FPDFText_GetCharOrigin(textpage, number, x, y)
    size = raw.FPDFText_GetFontSize(textpage, number) * (math.hypot(matrix.c, matrix.d) or 1)
    return _Look(size, x.value, y.value, round(math.atan2(matrix.b, matrix.a) / (math.pi / 2)) % 4)


def _without_raised(textpage: Any, text: str, numbers: list[int], marks: NoteMarks) -> tuple[str, _Look]:
    """A word without the marks of notes at its letters, and how its other letters are drawn."""
    first, last = _look(textpage, numbers[0]), _look(textpage, numbers[-1])
    if len(text) == 1 or (_is_alike(first, last) and not _MAY_END_WITH_MARK.search(text)):
        return text, last
    looks = [first, *(_look(textpage, number) for number in numbers[1:-1]), last]
    usual = max(looks, key=lambda look: look.size)
    parts: list[str] = []
    for (is_raised, is_lowered), group in groupby(
        range(len(text)), lambda at: (_is_above(looks[at], usual), _is_above(usual, looks[at], small=looks[at]))
    ):
        letters = [*group]
        part = text[letters[0] : letters[-1] + 1]
        if is_raised or is_lowered:
            before, after = "".join(parts), text[letters[-1] + 1 :]
            part = marks.written(Raised(part, before, after, lowered=is_lowered))
        parts.append(part)
    return "".join(parts), usual


def _is_alike(look: _Look, other: _Look) -> bool:
    return abs(look.size - other.size) < 0.1 * max(look.size, other.size) and look.turn == other.turn


def _is_above(look: _Look, other: _Look, small: _Look | None = None) -> bool:
    """Whether small letters stand above the base line of others."""
    larger = max(look.size, other.size)
    is_small = (small or look).size < _SMALL * larger and look.turn == other.turn == 0
    return is_small and _RAISED * larger < look.base - other.base < larger


def _without_marks(words: list[Word], marks: NoteMarks) -> list[Word]:
    """The words without marks of notes that stand apart; a raised number that stays is on the line of its word."""
    found: list[Word] = []
    for number, word in enumerate(words):
        before, after = found[-1] if found else None, words[number + 1] if number + 1 < len(words) else None
        beside = [other for other in (before, after) if other is not None and _is_raised_beside(word, other)]
        is_like_mark = len(word.text) <= _LONGEST_MARK and is_mark(word.text) and not any(map(str.isalpha, word.text))
        if not beside or not is_like_mark:
            found.append(word)
            continue
        is_apart = before is not None and word.left - before.right > _GAP * before.size
        left = f"{before.text}{' ' if is_apart else ''}" if before is not None and before in beside else ""
        raised = Raised(word.text, left, after.text if after is not None and after in beside else "")
        if written := marks.written(raised):
            found.append(replace(word, text=written, base=beside[0].base, size=beside[0].size))
    return found


def _is_raised_beside(word: Word, other: Word) -> bool:
    """Whether a word is smaller and stands higher than the one right beside it."""
    is_near = -_GAP * other.size < max(word.left - other.right, other.left - word.right) < other.size
    is_upright = word.turn == other.turn == 0
    is_above = _RAISED * other.size < word.base - other.base < other.size
    return is_upright and is_near and is_above and _TINY * other.size < word.size < _SMALL * other.size


def _turned(word: Word, low: float, high: float, origin: float) -> Word:
    """`word` with its places as they are when the page is turned so that it stands upright."""
    if word.turn == 1:
        return replace(word, left=low, right=high, base=-origin)
    if word.turn == 2:
        return replace(word, left=-word.right, right=-word.left, base=-word.base)
    if word.turn == 3:
        return replace(word, left=-high, right=-low, base=origin)
    return word
