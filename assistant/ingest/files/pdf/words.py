"""The words of a PDF page with their places."""

import math
from collections import Counter
from collections.abc import Iterator
from ctypes import c_double
from dataclasses import dataclass, replace
from typing import Any

HYPHEN = "\x02"
"""At the end of a word: a hyphen that the typesetting may have put there."""
_MARKS_OF_HYPHENS = ("\ufffe", "\x02", "\u00ad")
_BOLD = 600  # of font weights
_MAX_CHARACTERS = 200_000  # on one page
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


def page_words(page: Any) -> tuple[list[Word], list[Word]]:
    """The words of a page that are written as most of it is, turned upright, and those that are written across."""
    found = list(_words(page.get_textpage(), page.get_bbox()))
    if not found:
        return [], []
    turns = Counter[int]()
    for word in found:
        turns[word.turn] += len(word.text)
    usual = turns.most_common(1)[0][0]
    return [word for word in found if word.turn == usual], [word for word in found if word.turn != usual]


def _words(textpage: Any, bounds: tuple[float, float, float, float]) -> Iterator[Word]:
    from pypdfium2 import raw

    count = min(raw.FPDFText_CountChars(textpage), _MAX_CHARACTERS)
    text, first = "", 0
    for number in range(count + 1):
        character = chr(raw.FPDFText_GetUnicode(textpage, number)) if number < count else " "
        ends_line = character in _MARKS_OF_HYPHENS
        if ends_line:
            text += HYPHEN
        elif not character.isspace() and character not in _NO_SPACE:
            text += character
        if (ends_line or character.isspace()) and text:
            yield from _placed(textpage, text, first, number - (not ends_line), bounds)
            text = ""
        if not text:
            first = number + 1


def _placed(
    textpage: Any, text: str, first: int, last: int, bounds: tuple[float, float, float, float]
) -> Iterator[Word]:
    """The word of these characters, unless it is off the page."""
    from pypdfium2 import PdfiumError, raw

    try:
        boxes = [textpage.get_charbox(number, loose=True) for number in {first, last}]
    except PdfiumError:
        return
    left, low = (min(box[side] for box in boxes) for side in (0, 1))
    right, high = (max(box[side] for box in boxes) for side in (2, 3))
    if right < bounds[0] or left > bounds[2] or high < bounds[1] or low > bounds[3]:
        return
    matrix, x, y = raw.FS_MATRIX(), c_double(), c_double()
    raw.FPDFText_GetMatrix(textpage, last, matrix)
    raw.FPDFText_GetCharOrigin(textpage, last, x, y)
    size = raw.FPDFText_GetFontSize(textpage, last) * (math.hypot(matrix.c, matrix.d) or 1)
    turn = round(math.atan2(matrix.b, matrix.a) / (math.pi / 2)) % 4
    is_bold = raw.FPDFText_GetFontWeight(textpage, last) >= _BOLD
    upright = Word(text, left, right, y.value, size or high - low, is_bold, turn)
    yield _turned(upright, low, high, x.value)


def _turned(word: Word, low: float, high: float, origin: float) -> Word:
    """`word` with its places as they are when the page is turned so that it stands upright."""
    if word.turn == 1:
        return replace(word, left=low, right=high, base=-origin)
    if word.turn == 2:
        return replace(word, left=-word.right, right=-word.left, base=-word.base)
    if word.turn == 3:
        return replace(word, left=-high, right=-low, base=origin)
    return word
