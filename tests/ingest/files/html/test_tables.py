"""Tables: what is a row of data stays one line with its cells apart; what arranges the page does not."""

import pytest

from assistant.ingest.files.html.blocks import plain_html

PROSE = (
    "The council agreed on Tuesday to buy two ferries for the island line, and the first of them will sail in spring."
)


def row(*cells: str, tag: str = "td") -> str:
    return f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in cells)}</tr>"


@pytest.mark.parametrize(
    ("table", "lines"),
    [
        (row("Party", "Seats", tag="th") + row("Green Shore", "4"), ["Party | Seats", "Green Shore | 4"]),
        (row("2024", "12", "5"), ["2024 | 12 | 5"]),
        (row("<p>Civic Union</p>", "<p>7</p>"), ["Civic Union | 7"]),
        (row("<a href=/x>Civic Union</a>", "7<br>of 11"), ["Civic Union | 7 of 11"]),
        ("<caption>The seats</caption>" + row("Union", "7"), ["The seats", "Union | 7"]),
        (row("", "Seats", tag="th") + row("Union", "7", ""), ["Seats", "Union | 7"]),
        (row("Union", "", "7"), ["Union | | 7"]),
        (row("Draw", "1", "1"), ["Draw | 1 | 1"]),
        ("<tr><td rowspan=2>North</td><td>4</td></tr>" + row("5"), ["North | 4", "North | 5"]),
        (row("Union", "7") + "<tr><td colspan=2>Counted twice</td></tr>", ["Union | 7", "Counted twice"]),
    ],
)
def test_a_row_of_data_is_one_line(table: str, lines: list[str]) -> None:
    assert plain_html(f"<table>{table}</table>").split("\n\n") == lines


@pytest.mark.parametrize(
    "page",
    [
        f"<table><tr><td>Menu</td><td><p>{PROSE * 3}</p></td></tr></table>",
        f"<table role=presentation><tr><td>{PROSE}</td><td>{PROSE}</td></tr></table>",
        f"<table><tr><td><h1>Ferries</h1></td><td>{PROSE}</td></tr></table>",
        f"<table><tr><td><table><tr><td>{PROSE}</td></tr></table></td><td>x</td></tr></table>",
    ],
)
def test_a_table_that_arranges_the_page_is_no_row(page: str) -> None:
    text = plain_html(page)
    assert " | " not in text and PROSE in text


def test_a_term_stands_with_its_value() -> None:
    terms = "<dl><dt>Turnout</dt><dd>61.4 per cent</dd><dt>Spoilt papers:</dt><dd>212</dd></dl>"
    assert plain_html(terms) == "Turnout: 61.4 per cent\n\nSpoilt papers: 212"
