"""The text of Markdown: rows, notes, struck out words and the HTML in it."""

import pytest

from assistant.ingest.files.text import plain_text


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("| Name | Votes |\n|---|---:|\n| Dora | 1,204 |\n| *Lena* | |", "Name | Votes\n\nDora | 1,204\n\nLena"),
        ("See ~~six~~ seven <!-- more --> boats.", "See seven boats."),
        ("<!-- a draft\nof mine -->\n\nText.", "Text."),
        ("Two ferries.[^1]\n\n[^1]: Minutes of the board.", "Two ferries.\n\nMinutes of the board."),
        ("Two ferries.[^1]\n\n[^1]: https://a.example", "Two ferries."),
        ("48<sup>1</sup> million, <del>six</del> seven", "48 million, seven"),
        ("<table><tr><td>Union</td><td>7</td></tr></table>", "Union | 7"),
        ("The `[^a-z]` of a pattern.", "The [^a-z] of a pattern."),
        ("[[Lena Quist|The mayor]] left [[Cask]].", "The mayor left Cask."),
        ("{% include a.html %}\n\nText {{ page.x }} of the page.", "Text of the page."),
        ("a < b and <unknown> stay", "a < b and <unknown> stay"),
    ],
)
def test_markdown_becomes_its_text(markdown: str, text: str) -> None:
    assert plain_text(markdown) == text
