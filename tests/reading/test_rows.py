"""A row of a table is read with the labels of its columns, and what is found in it has its place in the article."""

import pytest

from assistant.reading.rows import as_read
from assistant.text import split_sentences

TABLE = "The count ended.\n\nName | Party | Votes\n\nDora | Union | 1,204\n\nLena | Shore | 998\n\nIt was late."


def test_rows_are_read_with_their_labels() -> None:
    read = [each.text for each in as_read(TABLE, split_sentences(TABLE))]
    assert read == [
        "The count ended.",
        "Name | Party | Votes",
        "Dora: party Union, 1,204 votes.",
        "Lena: party Shore, 998 votes.",
        "It was late.",
    ]
    assert as_read(TABLE, split_sentences(TABLE)[3:4])[0].text == "Lena: party Shore, 998 votes."


@pytest.mark.parametrize(("found", "cell"), [("1,204", "1,204"), ("party Union", "Union"), ("1,204 votes", "1,204")])
def test_what_is_found_has_its_place_in_the_row(found: str, cell: str) -> None:
    row = as_read(TABLE, split_sentences(TABLE))[2]
    start = row.text.index(found)
    first, last = row.place((start, start + len(found)))
    assert "Dora | Union | 1,204"[first:last] == cell


def test_without_a_first_row_of_labels_none_is_made_up() -> None:
    text = "2024 | 12 | 5\n2025 | 8 | 9"
    assert [each.text for each in as_read(text, split_sentences(text))] == ["2024: 12, 5.", "2025: 8, 9."]
