"""The lines of a page in the order in which they are read: column after column, tables row by row."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from assistant.ingest.files.pdf.words import HYPHEN, Word

Row = list[Word]
Gap = tuple[float, float]
Band = tuple[list[Row], list[Gap]]

_MOST_GAPS = 100
_DEEPEST = 8  # of columns within columns
_SAME_LINE = 0.35  # of the size of letters: how far base lines of one line lie apart
_GUTTER = 0.8  # of the size of letters: the narrowest space between columns
_WIDE = 1.5  # of the size of letters: the narrowest one of fewer rows than the next number says
_NO_GAP = 0.15  # of the size of letters: less is no space
_CLOSING = re.compile(r"[,.;:!?…)\]”’»]{1,4}")
_MIN_ROWS = 3
_TURNS = 4  # lines of one column before the other's first
_MIN_WORDS = 2.5  # of a line of prose
_BULLET = re.compile(r"[^\W\d_]?\W{1,2}|\W?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)]")
_GOING_ON = 0.25  # of the lines of prose, at least, begin within a sentence


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, its place, the left edge and the width of its column, and whether it is a row of a table."""

    text: str
    left: float
    right: float
    base: float
    size: float
    is_bold: bool = False
    column_left: float = 0.0
    column_width: float = 0.0
    is_row: bool = False


def rows_of(words: Iterable[Word]) -> list[Row]:
    """Words with one base line, from the top to the bottom, each row from left to right."""
    rows: list[Row] = []
    for word in sorted(words, key=lambda word: (-word.base, word.left)):
        if rows and rows[-1][0].base - word.base <= _SAME_LINE * max(word.size, rows[-1][0].size):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda word: word.left) for row in rows]


def lines_in_order(words: Sequence[Word], depth: int = 0) -> list[Line]:
    """The lines of a page or of a part of it."""
    if not words:
        return []
    size = median(word.size for word in words)
    rows = rows_of(words)
    gaps = _gaps(words, _GUTTER * size)
    lines: list[Line] = []
    plain: list[Row] = []
    for band, shared in [(rows, gaps)] if gaps else _bands(rows, _GUTTER * size):
        parted = _parted(band, shared, size, depth) if shared and depth < _DEEPEST else []
        if parted:
            lines += [*_plain(plain), *parted]
            plain = []
        else:
            plain += band
    return lines + _plain(plain)


def _gaps(words: Iterable[Word], narrowest: float) -> list[Gap]:
    """Where no word is, from the top to the bottom, between one word and another."""
    gaps: list[Gap] = []
    edge = float("inf")
    for word in sorted(words, key=lambda word: word.left):
        if word.left - edge >= narrowest:
            gaps.append((edge, word.left))
        edge = max(edge, word.right) if edge < float("inf") else word.right
    return gaps[:_MOST_GAPS]


def _bands(rows: Sequence[Row], narrowest: float) -> list[Band]:
    """Neighbouring rows: those that share gaps, with these, and those that have none."""
    bands: list[Band] = []
    for row in rows:
        band, gaps = bands[-1] if bands else ([], [])
        if gaps and (inner := _inner(gaps, row, narrowest)):
            band.append(row)
            bands[-1] = (band, inner)
            continue
        own = _gaps(row, narrowest)
        begun = 0 if gaps or own else _begun_together(band, row, narrowest)
        if begun:
            together = [*band[-begun:], row]
            bands[-1:] = [(band[:-begun], []), (together, _gaps([word for one in together for word in one], narrowest))]
        elif not bands or gaps or own:
            bands.append(([row], own))
        else:
            band.append(row)
    return [band for band in bands if band[0]]


def _begun_together(band: Sequence[Row], row: Row, narrowest: float) -> int:
    """How many of the last rows have a gap in common with `row`, as where the lines of two columns take turns."""
    number = 0
    words = list(row)
    for before in list(reversed(band))[:_TURNS]:
        words += before
        if not _gaps(words, narrowest):
            break
        number += 1
    return number


def _inner(gaps: Sequence[Gap], row: Row, narrowest: float) -> list[Gap]:
    """What is left of the gaps of some rows when `row` is added to them."""
    found = []
    for start, end in gaps:
        for left, right in [(float("-inf"), row[0].left), *_gaps(row, narrowest), (_right(row), float("inf"))]:
            if min(end, right) - max(start, left) >= narrowest:
                found.append((max(start, left), min(end, right)))
    return found


def _right(row: Row) -> float:
    return max(word.right for word in row)


def _parted(rows: Sequence[Row], gaps: Sequence[Gap], size: float, depth: int) -> list[Line]:
    """The lines of rows that `gaps` part: columns of prose one after the other, or the rows of a table, or none."""
    if len(rows) < _MIN_ROWS and min(end - start for start, end in gaps) < _WIDE * size:
        return []
    words = [word for row in rows for word in row]
    parts = _without_labels([_part(words, *each) for each in _between(gaps)])
    if len(parts) == 1:
        return []
    if any(map(_is_prose, parts)):
        return [line for part in parts for line in lines_in_order(part, depth + 1)]
    return _table(rows, gaps)


def _between(gaps: Sequence[Gap]) -> list[Gap]:
    return list(
        zip([float("-inf"), *(end for _, end in gaps)], [*(start for start, _ in gaps), float("inf")], strict=True)
    )


def _part(words: Iterable[Word], left: float, right: float) -> list[Word]:
    return [word for word in words if left <= word.left and word.right <= right]


def _without_labels(parts: list[list[Word]]) -> list[list[Word]]:
    """The parts of a band, where bullets, numbers and names that stand before prose belong to that prose."""
    found = [parts[-1]]
    for part in reversed(parts[:-1]):
        if _are_labels(part, found[0]):
            found[0] = part + found[0]
        else:
            found.insert(0, part)
    return found


def _are_labels(part: Sequence[Word], following: Sequence[Word]) -> bool:
    if all(_BULLET.fullmatch(word.text) for word in part):
        return True
    rows, others = rows_of(part), rows_of(following)
    if len(rows) >= len(others) or _is_prose(part) or not _is_prose(following):
        return False
    near = _SAME_LINE * min(word.size for word in part) or 1.0
    places = {round(row[0].base / near) + step for row in others for step in (-1, 0, 1)}
    return all(round(row[0].base / near) in places for row in rows)


def _is_prose(words: Sequence[Word]) -> bool:
    """Whether these are lines of several words that begin, as often as lines do, within a sentence."""
    rows = rows_of(words)
    if len(rows) < 2 or len(words) < _MIN_WORDS * len(rows):
        return False
    going_on = sum(
        row[0].text[0].islower() or before[-1].text.endswith(("-", HYPHEN)) for before, row in pairwise(rows)
    )
    return going_on >= _GOING_ON * (len(rows) - 1)


def _table(rows: Sequence[Row], gaps: Sequence[Gap]) -> list[Line]:
    cells = [[_text(part) for each in _between(gaps) if (part := _part(row, *each))] for row in rows]
    if sum(len(row) > 1 for row in cells) < 2:
        return []
    return [
        replace(line, text=" | ".join(row), is_row=True) if len(row) > 1 else line
        for line, row in zip(_plain(rows), cells, strict=True)
    ]


def _plain(rows: Sequence[Row]) -> list[Line]:
    if not rows:
        return []
    width = sorted(row[-1].right - row[0].left for row in rows)[len(rows) * 4 // 5]
    edge = min(row[0].left for row in rows)
    return [_line(row, edge, width) for row in rows]


def _line(row: Row, edge: float, width: float) -> Line:
    is_bold = all(word.is_bold for word in row)
    longest = max(row, key=lambda word: len(word.text))
    return Line(_text(row), row[0].left, row[-1].right, row[0].base, longest.size, is_bold, edge, width)


def _text(row: Row) -> str:
    text = row[0].text
    for before, word in pairwise(row):
        if text.endswith(HYPHEN):
            is_apart = word.left - before.right > 0.15 * word.size
            text = f"{text[:-1]}-{' ' if is_apart else ''}{word.text}"
        elif _CLOSING.fullmatch(word.text) and word.left - before.right < _NO_GAP * word.size:
            text += word.text  # after the raised mark of a note
        else:
            text = f"{text} {word.text}"
    return text
