"""The lines of the pages joined to paragraphs."""

import re
from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from statistics import median

from assistant.ingest.files.html import bylines
from assistant.ingest.files.pdf import hyphens
from assistant.ingest.files.pdf.layout import Line, Row, lines_in_order, rows_of
from assistant.ingest.files.pdf.words import HYPHEN, Word
from assistant.text import UNLISTED, rank

_STOP = re.compile(r"""[.!?:]["'”’»)\]]*$""")
_PAGE_NUMBER = re.compile(r"\W*(?:(?:page|seite|pag\.?|p\.) )?\d+(?: ?(?:of|/|von|de|sur) ?\d+)?\W*", re.I)
_NUMBER = re.compile(r"\d+")
_Key = tuple[str, int, int]
_EDGE = 3  # rows at the top and at the bottom of a page among which running heads and feet are
_TOP = 8  # lines of the first page among which title, author and date are separate paragraphs
_ITEM = re.compile(r"[•▪‣◦●■–—*-] |\(?\d{1,2}[.)] ")
_MOST_BETWEEN = 6  # paragraphs between the parts of one that goes on
_INITIAL = re.compile(r"[\"“‘'«„]?[^\W\d_]{1,2}")
_LARGE = 1.6  # times the size of other letters is an initial at least


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines joined, and the size of their letters in points."""

    text: str
    size: float


def paragraphs(pages: Sequence[Sequence[Word]]) -> list[Paragraph]:
    """The paragraphs of pages with these words.

    A paragraph ends at a larger gap than between other lines, where the font size changes, before an indented line, and
    at a line that ends a sentence and is clearly shorter than the column. What stands between the parts of a paragraph
    that goes on after it (a pull quote, a caption, a footnote) comes after it.
    """
    rows = _without_running_heads([rows_of(_with_initials(page)) for page in pages])
    lines = [lines_in_order([word for row in page for word in row]) for page in rows]
    known = hyphens.words_of(line.text for page in lines for line in page)
    groups = _without_interruptions(_groups(lines))
    return [Paragraph(_joined(group, known), group[0].size) for group in groups]


def _groups(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    lines = [line for page in pages for line in page]
    if not lines:
        return []
    leading = _leading(pages)
    groups: list[list[Line]] = [[lines[0]]]
    for number, (line, following) in enumerate(pairwise(lines), 1):
        if _parts(line, following, number, leading[round(following.size)]) or _is_indented(groups[-1], following):
            groups.append([])
        groups[-1].append(following)
    return groups


def _parts(line: Line, following: Line, number: int, leading: float) -> bool:
    """Whether another paragraph begins between two lines."""
    separate = number <= _TOP and (bylines.is_byline(line.text) or bylines.is_byline(following.text))
    heading = number == 1 and _is_heading(line, following)
    has_gap = line.base - following.base > leading * 1.35 > 0
    ends = line.right - line.left < line.column_width * 0.75 and _STOP.search(line.text) is not None
    other_face = line.is_bold != following.is_bold and not (line.is_bold and following.text[:1].islower())
    is_item = line.is_row or following.is_row or _ITEM.match(following.text) is not None
    return separate or heading or has_gap or _is_other_size(line, following) or other_face or ends or is_item


def _is_other_size(line: Line, other: Line) -> bool:
    return abs(line.size - other.size) > max(0.6, 0.08 * line.size)


def _leading(pages: Sequence[Sequence[Line]]) -> dict[int, float]:
    """The distance of the lines of a paragraph, for each size of letters: among the smaller ones that there are."""
    gaps: dict[int, list[float]] = defaultdict(list)
    for page in pages:
        for line, following in pairwise(page):
            gaps[round(following.size)] += [line.base - following.base] if line.base > following.base else []
    smaller = {size: sorted(found)[len(found) // 4] for size, found in gaps.items() if found}
    return defaultdict(float, smaller)


def _is_indented(group: Sequence[Line], line: Line) -> bool:
    """Whether `line` stands in from the edge of its column, at which the line before it begins."""
    before, depth = group[-1], line.left - line.column_left
    same_column = before.column_left == line.column_left and before.base > line.base
    at_edge = before.left - before.column_left < 0.3 * before.size or len(group) == 1
    return same_column and at_edge and 0.8 * line.size < depth < 4 * line.size and _STOP.search(before.text) is not None


def _is_heading(line: Line, following: Line) -> bool:
    return len(following.text) > len(line.text) * 1.2 and following.text[:1].isupper() and not _STOP.search(line.text)


def _joined(lines: Sequence[Line], known: Counter[str]) -> str:
    text = ""
    for line in lines:
        text = hyphens.joined(text, line.text, known)
    return text.replace(HYPHEN, "-").strip()


def _without_interruptions(groups: Sequence[list[Line]]) -> list[list[Line]]:
    """The groups, where one whose sentence goes on after the next one or two is joined with what goes on."""
    found: list[list[Line]] = []
    rest = deque(groups)
    while rest:
        group, between = rest.popleft(), list[list[Line]]()
        while (number := _continued(group, list(islice(rest, _MOST_BETWEEN + 1)))) is not None:
            between += [rest.popleft() for _ in range(number)]
            group += rest.popleft()
        found += [group, *between]
    return found


def _continued(group: Sequence[Line], following: Sequence[Sequence[Line]]) -> int | None:
    """Which of the groups that follow goes on with the sentence in which `group` ends, if any does."""
    last = group[-1]
    if last.is_row or _STOP.search(last.text) or " " not in last.text:
        return None
    for number, other in enumerate(following):
        first = other[0]
        is_alike = not _is_other_size(first, last) and first.is_bold == last.is_bold
        if is_alike:
            return number if first.text[:1].islower() and not first.is_row else None
    return None


def _with_initials(words: Sequence[Word]) -> list[Word]:
    """The words, where a large initial is joined to the one that it begins."""
    if not words:
        return []
    usual = median(word.size for word in words)
    initials = [word for word in words if word.size > _LARGE * usual and _INITIAL.fullmatch(word.text)]
    found = list(words)
    for initial in initials[:50]:
        beside = [
            word
            for word in found
            if word.size * _LARGE <= initial.size
            and -0.3 * usual < word.left - initial.right < 1.2 * usual
            and initial.base - 0.3 * usual <= word.base <= initial.base + initial.size
        ]
        if beside:
            first = max(beside, key=lambda word: (word.base, -word.left))
            found[found.index(first)] = replace(first, text=_begun(initial.text, first.text))
            found.remove(initial)
    return found


def _begun(initial: str, rest: str) -> str:
    """ "T" and "he" as "The"; "A" and "harbour" as "A harbour"."""
    word = rest.rstrip(".,;:!?”’\"'").casefold()
    alone = (
        initial[-1:] in {"A", "I", "O"} and rank(initial[-1:].casefold() + word) == UNLISTED and rank(word) < UNLISTED
    )
    return f"{initial}{' ' if alone else ''}{rest}"


def _without_running_heads(pages: Sequence[Sequence[Row]]) -> list[list[Row]]:
    edges = [{key for row in (*page[:_EDGE], *page[-_EDGE:]) for key in _keys(row, n)} for n, page in enumerate(pages)]
    counts = Counter(key for keys in edges for key in keys)
    running = {key for key, count in counts.items() if count > 2 or (count == 2 and len(pages) <= 5)}
    return [_trimmed(list(page), number, running) for number, page in enumerate(pages)]


def _trimmed(page: list[Row], number: int, running: set[_Key]) -> list[Row]:
    for end in (0, -1):
        for _ in range(_EDGE):
            if page and (_is_page_number(page, end) or not running.isdisjoint(_keys(page[end], number))):
                page.pop(end)
    return page


def _is_page_number(page: Sequence[Row], end: int) -> bool:
    """Whether the first or last row is a number that stands apart from the other rows."""
    row, other = page[end], page[(1 if end == 0 else -2)] if len(page) > 1 else None
    apart = other is None or abs(other[0].base - row[0].base) > 1.8 * max(row[0].size, other[0].size)
    return apart and _PAGE_NUMBER.fullmatch(_written(row)) is not None


def _keys(row: Row, page: int) -> set[_Key]:
    """What is the same in a running head on all pages: its text, also with its first or last number counted from the
    page's, the size of its letters and its height.

    The title on the first page may be the small running head of all others.
    """
    text = _written(row)
    numbers = [found for found in _NUMBER.finditer(text) if len(found.group()) < 6]
    texts = {text} | {
        f"{text[: found.start()]}#{int(found.group()) - page}#{text[found.end() :]}"
        for found in (numbers[:1] + numbers[-1:])
    }
    return {(each, round(row[0].size), round(row[0].base / 4)) for each in texts}


def _written(row: Row) -> str:
    return " ".join(word.text for word in row)
