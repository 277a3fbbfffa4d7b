"""Tables of Markdown that are drawn with +---+ between their rows, as Pandoc and note programs write them."""

import re
from collections.abc import Iterator, Sequence

_BORDER = re.compile(r" {0,3}\+(?:[-=:]{2,}\+)++\s*")
_WITHIN = re.compile(r" {0,3}[|+]")


def with_pipe_tables(markdown: str) -> str:
    """`markdown` with its drawn tables as those of | alone, which its parser knows; a cell may have several lines."""
    if "+-" not in markdown and "+=" not in markdown:
        return markdown
    return "\n".join(_lines(markdown.split("\n")))


def _lines(lines: Sequence[str]) -> Iterator[str]:
    number = 0
    while number < len(lines):
        last = number
        if _BORDER.fullmatch(lines[number]):
            while last < len(lines) and _WITHIN.match(lines[last]):
                last += 1
        if last - number > 2 and _BORDER.fullmatch(lines[last - 1]):
            yield from _pipe_table(lines[number:last])
            number = last
        else:
            yield lines[number]
            number += 1


def _pipe_table(lines: Sequence[str]) -> Iterator[str]:
    rows: list[list[str]] = [[]]
    for line in lines[1:]:
        if _BORDER.fullmatch(line):
            rows.append([])
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        row = rows[-1]
        row += [""] * (len(cells) - len(row))
        for place, cell in enumerate(cells):
            row[place] = f"{row[place]} {cell}".strip()
    first, *others = [row for row in rows if row]
    yield ""
    yield f"| {' | '.join(first)} |"
    yield f"|{'---|' * len(first)}"
    yield from (f"| {' | '.join(row)} |" for row in others)
    yield ""
