"""The lines of a PDF page, and the paragraphs that they make."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

from assistant.ingest.files.html import bylines

_END = re.compile(r"""[.!?:]["'”’)\]]*$""")
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010]$")
_PAGE_NUMBER = re.compile(r"\W*(?:page )?0(?: (?:of|/) 0)?\W*", re.I)
_TOP = 8  # lines of the first page among which title, author and date stand, each on its own


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, its height on the page and the size of its letters, both in points."""

    text: str
    height: float
    size: float


def lines_of(page: Any) -> list[Line]:
    """The lines of a page of pypdf in the order in which they were drawn."""
    found: list[Line] = []
    text, height, size = "", 0.0, 0.0

    def piece(words: str, outer: Any, inner: Any, font: Any, points: float) -> None:
        nonlocal text, height, size
        first, *rest = words.split("\n")
        for number, part in enumerate([first, *rest]):
            if number:
                found.append(Line(" ".join(text.split()), height, size))
                text = ""
            if part.strip() and not text.strip():
                height = inner[5] * outer[3] + outer[5]
                size = abs(points * inner[3] * outer[3]) or points
            text += part

    page.extract_text(visitor_text=piece)
    found.append(Line(" ".join(text.split()), height, size))
    return [line for line in found if line.text]


def paragraphs(pages: Sequence[Sequence[Line]]) -> list[Line]:
    """The lines joined to paragraphs, with words that were cut at the end of a line mended.

    A paragraph ends where there is more space than between other lines, where the size of the letters changes, and at
    a line that ends a sentence and is clearly shorter than the column. What stands at the head or foot of most pages,
    and page numbers, are left out.
    """
    pages = _without_running_heads(pages)
    lines = [line for page in pages for line in page]
    if not lines:
        return []
    column = median(len(line.text) for line in lines)
    usual = _usual_gap(pages)
    found: list[list[Line]] = [[lines[0]]]
    for number, (line, after) in enumerate(pairwise(lines), 1):
        own = number <= _TOP and (bylines.is_byline(line.text) or bylines.is_byline(after.text))
        if own or _apart(line, after, usual) or _ends(line, column) or (number == 1 and _is_heading(line, after)):
            found.append([])
        found[-1].append(after)
    return [Line(_joined(group), group[0].height, group[0].size) for group in found]


def _usual_gap(pages: Sequence[Sequence[Line]]) -> float:
    gaps = [one.height - other.height for page in pages for one, other in pairwise(page)]
    return median([gap for gap in gaps if gap > 0] or [0.0])


def _apart(line: Line, after: Line, usual: float) -> bool:
    gap = line.height - after.height
    return gap > usual * 1.35 > 0 or abs(line.size - after.size) > max(0.6, 0.08 * line.size)


def _ends(line: Line, column: float) -> bool:
    return len(line.text) < column * 0.75 and bool(_END.search(line.text))


def _is_heading(line: Line, after: Line) -> bool:
    return len(after.text) > len(line.text) * 1.2 and after.text[:1].isupper() and not _END.search(line.text)


def _joined(lines: list[Line]) -> str:
    text = ""
    for line in lines:
        if _HYPHEN.search(text) and line.text[:1].islower():
            text = _HYPHEN.sub("", text) + line.text
        else:
            text = f"{text}{'' if line.text[:1] in ',.;' else ' '}{line.text}".strip()
    return text


def _without_running_heads(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    times = Counter(plain for page in pages for plain in {_plain(line) for line in (*page[:1], *page[-1:])})
    running = {plain for plain, count in times.items() if len(pages) > 2 and count * 2 > len(pages)}
    return [
        [
            line
            for number, line in enumerate(page)
            if number not in {0, len(page) - 1}
            or not (_plain(line) in running or _PAGE_NUMBER.fullmatch(_plain(line)[0]))
        ]
        for page in pages
    ]


def _plain(line: Line) -> tuple[str, int]:
    # With its size: the title of the first page may be the small running head of all others.
    return re.sub(r"\d+", "0", line.text), round(line.size)
