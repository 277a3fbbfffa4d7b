"""A text to read: its paragraphs, with what is cited, what an address points to and the words of a search marked."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from .markup import bracketed, escaped

_BREAK = re.compile(r"(?<!\s)\s*\n[^\S\n]*\n\s*")
_MOST_PLACES = 500  # of a text that are marked

Range = tuple[int, int]
Kind = Literal["cited", "quoted", "found"]


@dataclass(frozen=True, slots=True)
class Mark:
    """What is marked of a text; `number` is that of the citation, or of the place where words were found."""

    start: int
    end: int
    kind: Kind = "cited"
    number: int = 0


def place_of(text: str, words: str) -> Range | None:
    """Where `text` has these words, whatever spaces are between them; None for nowhere."""
    pattern = r"\s+".join(map(re.escape, words.split()))
    found = pattern and (re.search(pattern, text) or re.search(pattern, text, re.IGNORECASE))
    return found.span() if found else None


def places(text: str, ranges: Iterable[Range]) -> list[Mark]:
    """The words that were found as marks; those with only spaces between them are one place."""
    joined: list[Range] = []
    for start, end in ranges:
        if joined and not text[joined[-1][1] : start].strip():
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return [Mark(start, end, "found", number) for number, (start, end) in enumerate(joined[:_MOST_PLACES], 1)]


def paragraphs(text: str, marks: Sequence[Mark]) -> str:
    """`text` as paragraphs with what is marked of it; marks may overlap."""
    html, before = "", 0
    for start, end in _paragraphs(text):
        html += f'<p dir="auto">{marked(text, marks, start, end, before)}</p>'
        before = end
    return html


def _paragraphs(text: str) -> list[Range]:
    bounds = [0, *(bound for found in _BREAK.finditer(text) for bound in found.span()), len(text)]
    spans = zip(bounds[::2], bounds[1::2], strict=True)
    return [(start, end) for start, end in spans if start < end]


def marked(text: str, marks: Sequence[Mark], start: int, end: int, before: int = 0) -> str:
    """`text` from `start` to `end` with its marks; those that begin at `before` or later begin there."""
    inside = [mark for mark in marks if mark.start < end and mark.end > start]
    bounds = sorted(
        {start, end, *(max(mark.start, start) for mark in inside), *(min(mark.end, end) for mark in inside)}
    )
    return "".join(_segment(text, *span, inside, before if span[0] == start else span[0]) for span in pairwise(bounds))


def _segment(text: str, start: int, end: int, marks: Sequence[Mark], before: int) -> str:
    covering = [mark for mark in marks if mark.start <= start and end <= mark.end]
    if not covering:
        return escaped(text[start:end])
    beginning = [mark for mark in covering if before <= mark.start]
    labels = "".join(
        f'<span class="inline-label" id="r-s{mark.number}">{bracketed(mark.number)}</span> '
        for mark in beginning
        if mark.kind == "cited"
    )
    place = next((f' data-place="{mark.number}"' for mark in beginning if mark.kind == "found"), "")
    return f"{labels}<mark{_looks(covering)}{place}>{escaped(text[start:end])}</mark>"


def _looks(covering: Sequence[Mark]) -> str:
    """The attributes of a mark: what is cited goes before what is pointed to, and that before what was found."""
    kinds = {mark.kind for mark in covering}
    if "cited" in kinds:
        return ' tabindex="-1"'
    return ' class="quoted" tabindex="-1"' if "quoted" in kinds else ' class="found" tabindex="-1"'
