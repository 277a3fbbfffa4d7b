"""Rows of tables as the reader takes them: "Green Shore | 4" below "Party | Seats" is "Green Shore: 4 seats."."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from assistant.text import Span

_SEPARATOR = " | "
_NUMBER = re.compile(r"[\d.,\s'’]+")
_MOST_ROWS = 400  # that are looked back over for the first row of a table
_LINE_BREAKS = 3  # at most, between two rows of a table


class AsRead(NamedTuple):
    """A sentence as the reader takes it, and of each piece of it that is the article's: its place in both."""

    text: str
    pieces: tuple[tuple[int, int, int], ...]  # first and last character in `text`, and the first in the sentence

    def place(self, span: Span) -> Span:
        """The place in the sentence of what the reader found in `text`; the whole sentence where it found a label."""
        found = [
            (place + max(span[0], first) - first, place + min(span[1], last) - first)
            for first, last, place in self.pieces
            if first < span[1] and last > span[0]
        ]
        return (found[0][0], found[-1][1]) if found else (self.pieces[0][2], self.pieces[-1][2])


def as_read(text: str, spans: Sequence[Span]) -> list[AsRead]:
    """The sentences of an article at these places, in order, as the reader takes them."""
    read: list[AsRead] = []
    labels: list[str] = []
    end = -1  # of the row before
    for span in spans:
        cells = _cells(text[slice(*span)])
        if len(cells) < 2:
            read.append(_unchanged(text, span))
            continue
        if end < 0 or text[end : span[0]].strip() or text.count("\n", end, span[0]) > _LINE_BREAKS:
            labels = _labels(_first_row(text, span[0]))
        is_first = labels == [cell for cell, _ in cells]
        read.append(
            _unchanged(text, span) if is_first else _written(cells, labels if len(labels) == len(cells) else [])
        )
        end = span[1]
    return read


def _unchanged(text: str, span: Span) -> AsRead:
    return AsRead(text[slice(*span)], ((0, span[1] - span[0], 0),))


def _cells(row: str) -> list[tuple[str, int]]:
    """The cells of a row with their places; one for what is no row."""
    cells, place = [], 0
    for cell in row.split(_SEPARATOR):
        cells.append((cell, place))
        place += len(cell) + len(_SEPARATOR)
    return cells


def _first_row(text: str, start: int) -> str:
    """The first of the rows that end with the one that begins at `start`."""
    line_end = text.find("\n", start)
    first = text[start : line_end if line_end >= 0 else len(text)]
    place = start
    for _ in range(_MOST_ROWS):
        gap = text[max(0, place - 10) : place]
        end = place - len(gap) + len(gap.rstrip())
        begin = text.rfind("\n", 0, end) + 1
        if gap.count("\n") > _LINE_BREAKS or _SEPARATOR not in text[begin:end]:
            break
        first, place = text[begin:end], begin
    return first


def _labels(row: str) -> list[str]:
    """The cells of a first row where they name columns: none of them has a figure, but for years."""
    cells = [cell.strip() for cell in row.split(_SEPARATOR)]
    years = all(re.fullmatch(r"(?:19|20)\d\d", cell) for cell in cells[1:])
    return cells if years or not any(map(str.isdigit, "".join(cells))) else []


def _written(cells: list[tuple[str, int]], labels: list[str]) -> AsRead:
    """The cells as a sentence: the name, then each value with the label of its column."""
    written, pieces = "", []
    for number, (cell, place) in enumerate(cells):
        label = labels[number].lower() if labels and number else ""
        after = bool(_NUMBER.fullmatch(cell)) and not label.isdigit()
        written += ("", ": ", ", ")[min(number, 2)] + (f"{label} " if label and not after else "")
        pieces.append((len(written), len(written) + len(cell), place))
        written += cell + (f" {label}" if label and after else "")
    return AsRead(f"{written}.", tuple(pieces))
