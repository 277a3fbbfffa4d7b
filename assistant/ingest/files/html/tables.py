"""Tables of data, and lists of terms, as rows that stay one line: "Green Shore | 4"."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from assistant.ingest.files.html.tags import BLOCKS, UNSEEN, remove_element

ROW = "row"
"""The role of an element that is a row."""
_SEPARATOR = " | "
_MAX_CELL, _MAX_CELL_IN_FEW_ROWS, _MAX_USUAL = 1_500, 200, 90  # characters; cells of layouts have more
_MANY_ROWS = 4
_MAX_SPAN = 100
_MAX_COPIED = 200_000  # characters of a table; a few hostile cells could stand for gigabytes
_MAX_VALUE = 150
_LAYOUT = ("h1", "h2", "article", "form", "table", "iframe", "main", "nav")


def write_rows(tree: Any) -> None:
    """Make each row of a table of data, and each term of a list with its short value, one paragraph."""
    holding: set[Any] = set()  # the tables around others: they arrange the page
    for table in reversed(list(tree.iter("table"))):
        holding.add(next(table.iterancestors("table"), None))
        rows = list(_rows(table))
        if table not in holding and _is_data(table, rows):
            _remove_hidden(table)
            _write_table(table, rows)
    for terms in list(tree.iter("dl")):
        _write_terms(terms)


def is_row(element: Any) -> bool:
    """Whether an element is a row that was written as one paragraph."""
    return bool(element.get("role") == ROW and element.tag == "p")


def _rows(table: Any) -> Iterator[Any]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in {"thead", "tbody", "tfoot"}:
            yield from (row for row in child if row.tag == "tr")


def _cells(row: Any) -> list[Any]:
    return [cell for cell in row if cell.tag in {"td", "th"}]


def _is_data(table: Any, rows: list[Any]) -> bool:
    """Whether a table has data in it and does not arrange the page, as tables of old pages and of mails do."""
    cells = [cell for row in rows for cell in _cells(row)]
    if (table.get("role") or "") in {"presentation", "none"} or max((len(_cells(row)) for row in rows), default=0) < 2:
        return False
    if next(table.iterdescendants(*_LAYOUT), None) is not None:
        return False
    lengths = [len(_text(cell)) for cell in cells]
    filled = [length for length in lengths if length] or [0]
    if any(cell.tag == "th" for cell in cells) or any(child.tag in {"caption", "thead"} for child in table):
        return max(filled) <= _MAX_CELL
    linked = sum(len(_text(link)) for link in table.iter("a"))
    is_menu = len(rows) == 1 and linked >= 0.8 * sum(filled)
    usual = sorted(filled)[len(filled) // 2] <= _MAX_USUAL
    longest = _MAX_CELL if usual and len(rows) >= _MANY_ROWS else _MAX_CELL_IN_FEW_ROWS
    return not is_menu and usual and max(filled) <= longest


def _text(element: Any) -> str:
    return " ".join(element.text_content().split())


def _write_table(table: Any, rows: list[Any]) -> None:
    carried: dict[int, tuple[int, str]] = {}  # by column: how many more rows a cell goes on, and its text
    copied = sum(_span(cell, "rowspan") * len(_text(cell)) for row in rows for cell in _cells(row))
    for row in rows:
        _write_row(row, _spread(row, carried) if copied <= _MAX_COPIED else list(_cells(row)))
    for part in (table, *table):
        if part.tag in {"table", "thead", "tbody", "tfoot"}:
            part.tag = "div"
        elif part.tag == "caption":
            part.tag = "p"


def _remove_hidden(table: Any) -> None:
    """Remove what is not seen of a table, which would be a part of the text of its row."""
    for element in list(table.iterdescendants()):
        style = (element.get("style") or "").replace(" ", "").lower()
        if element.get("hidden") is not None or "display:none" in style:
            remove_element(element)


def _spread(row: Any, carried: dict[int, tuple[int, str]]) -> list[Any]:
    """The cells of a row in order: elements, and texts of cells that began in a row above."""
    cells: list[Any] = []
    column = 0
    for cell in [*_cells(row), None]:
        while column in carried:
            left, text = carried.pop(column)
            cells.append(text)
            if left > 1:
                carried[-column - 1] = (left - 1, text)
            column += 1
        if cell is None:
            break
        cells.append(cell)
        down, width = _span(cell, "rowspan"), _span(cell, "colspan")
        if down > 1:
            carried[-column - 1] = (down - 1, _text(cell))
        column += width
    for key in [key for key in carried if key < 0]:  # kept apart from those that this row takes
        carried[-key - 1] = carried.pop(key)
    return cells


def _span(cell: Any, name: str) -> int:
    value = (cell.get(name) or "1").strip()[:4]
    return min(max(int(value), 1), _MAX_SPAN) if value.isascii() and value.isdigit() else 1


def _write_row(row: Any, cells: list[Any]) -> None:
    """Make `row` a paragraph of its cells with a sign between them; empty cells at its ends go."""
    texts = [cell if isinstance(cell, str) else _text(cell) + (cell.tail or "").strip() for cell in cells]
    filled = [number for number, text in enumerate(texts) if text]
    for cell in _cells(row):
        row.remove(cell)
    others = list(row)  # which a table should not have in it, such as a form
    row[:] = []
    row.tag, row.text = "p", (row.text or "").rstrip()
    row.set("role", ROW)
    for number in range(filled[0], filled[-1] + 1) if filled else ():
        cell, separator = cells[number], _SEPARATOR if number > filled[0] else ""
        if isinstance(cell, str):
            _append(row, f"{separator}{cell}")
        else:
            _append(row, separator)
            _make_inline(cell)
            row.append(cell)
    row.extend(others)


def _append(row: Any, text: str) -> None:
    if len(row):
        row[-1].tail = (row[-1].tail or "") + text
    else:
        row.text += text


def _make_inline(cell: Any) -> None:
    """Make a cell, and the blocks in it, elements of a line."""
    for element in cell.iter():
        if element is cell or element.tag in BLOCKS or element.tag == "br":
            element.tag = "span"
            element.text = f" {element.text or ''}"
            element.tail = f" {element.tail or ''}"


def _write_terms(terms: Any) -> None:
    """Put each term of a list that has one value, a short one, into a row with it."""
    groups = [group for group in terms if group.tag == "div"] or [terms]
    for parts in ([part for part in group if part.tag not in UNSEEN] for group in groups):
        tags = [*(part.tag for part in parts), "dt"]
        for number, (term, value) in enumerate(pairwise(parts)):
            alone = tags[number] == "dt" and tags[number + 1] == "dd" and tags[number + 2] == "dt"
            if alone and _is_short(term) and _is_short(value):
                _join_value(term, value)


def _is_short(element: Any) -> bool:
    lists = element.iterdescendants("ul", "ol", "table", "dl", "h2", "h3")
    return len(_text(element)) <= _MAX_VALUE and next(lists, None) is None


def _join_value(term: Any, value: Any) -> None:
    if not _text(term) or not _text(value):
        return
    separator = " " if _text(term).endswith((":", "?")) else ": "
    for element in term.iterdescendants():
        if element.tag in BLOCKS:
            element.tag = "span"
    term.tag = "p"
    term.set("role", ROW)
    term.text = term.text or ""
    _append(term, separator)
    _make_inline(value)
    term.append(value)
