"""What is read of a PDF file is in the order in which a person reads it, word for word."""

from pathlib import Path

import pytest

from assistant.ingest.files.pdf.paragraphs import Paragraph
from assistant.ingest.files.pdf.read import is_unreadable
from tests.ingest.files.samples import Placed, only, placed_pdf

LEFT = ["The harbour board met on Monday and", "agreed to buy two new ferries for the",
        "island line. The price is 48 million",
        "euros, said the chair, Lena Quist, who", "had asked for them."]  # fmt: skip
RIGHT = ["Critics of the plan said the money", "should go to the school in Hill ward,",
         "where the teachers have waited for six",
         "years for a new roof and for a", "gymnasium, said Tomas Reddle."]  # fmt: skip
THIRD = [
    "The old ferry was built in 1974 and",
    "has been mended more often than",
    "anyone can remember, the captain said,",
]
TITLE = (60.0, 780.0, 20.0, "Harbour board buys two ferries for the islands")
FIRST, SECOND = " ".join(LEFT), " ".join(RIGHT)


def _text(tmp_path: Path, *pages: list[Placed]) -> str:
    return only(tmp_path, "a.pdf", placed_pdf(pages, Title="Ferries")).text


def _column(lines: list[str], left: float, top: float = 740.0, size: float = 9.0) -> list[Placed]:
    return [(left, top - 11 * number, size, line) for number, line in enumerate(lines)]


def _by_rows(*columns: list[Placed]) -> list[Placed]:
    return sorted((placed for column in columns for placed in column), key=lambda placed: -placed[1])


@pytest.mark.parametrize("top", [740.0, 735.0], ids=["on one base line", "on two"])
def test_two_columns_are_read_one_after_the_other(tmp_path: Path, top: float) -> None:
    columns = [_column(LEFT, 60), _column(RIGHT, 260, top)]
    for placed in (_by_rows(*columns), columns[0] + columns[1], columns[1] + columns[0]):
        assert _text(tmp_path, [TITLE, *placed]).split("\n\n")[1:] == [FIRST, SECOND]


def test_three_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    placed = _by_rows(_column(LEFT, 40), _column(THIRD, 220), _column(RIGHT, 400))
    text = _text(tmp_path, [TITLE, *placed])
    assert text.index(FIRST) < text.index(" ".join(THIRD)) < text.index(SECOND)


def test_columns_end_at_a_heading_across_them(tmp_path: Path) -> None:
    heading = (60.0, 670.0, 16.0, "Parents call the decision a disgrace, and go to court")
    above, below = (
        _by_rows(_column(LEFT, 60), _column(RIGHT, 260)),
        _by_rows(_column(RIGHT, 60, 640), _column(LEFT, 260, 640)),
    )
    text = _text(tmp_path, [TITLE, *above, heading, *below])
    assert text.split() == " ".join([TITLE[3], FIRST, SECOND, heading[3], SECOND, FIRST]).split()


def test_a_caption_beside_the_text_is_apart_from_it(tmp_path: Path) -> None:
    caption = ["The old ferry at the quay,", "seen from the bridge at", "Odile. Photo: Jo Lind"]
    placed = _by_rows(_column(LEFT, 60), _column(caption, 260, size=7))
    assert _text(tmp_path, [TITLE, *placed]).split("\n\n")[1:] == [FIRST, " ".join(caption)]


@pytest.mark.parametrize(("between", "size"), [("“We will not yield”", 15.0), ("The quay. Photo: Jo Lind", 6.0)])
def test_a_sentence_goes_on_after_what_stands_in_its_column(tmp_path: Path, between: str, size: float) -> None:
    placed = [*_column(LEFT[:2], 60), (60.0, 700.0, size, between), *_column(LEFT[2:], 60, 680)]
    assert _text(tmp_path, [TITLE, *placed]).split("\n\n")[1:] == [FIRST, between]


def test_the_rows_of_a_table_stay_together(tmp_path: Path) -> None:
    rows = [("Ward", "Votes"), ("Hill ward and the old town", "1,204"), ("Harbour", "980")]
    table = [
        (left, 640.0 - 14 * n, 9.0, cell)
        for n, row in enumerate(rows)
        for left, cell in zip((60.0, 260.0), row, strict=True)
    ]
    text = _text(tmp_path, [TITLE, *_column(LEFT, 60), *table])
    assert text.split("\n\n")[2:] == [" | ".join(row) for row in rows]


def test_the_names_of_speakers_stay_before_what_they_say(tmp_path: Path) -> None:
    placed = [
        (60.0, 740.0, 9.0, "QUIST:"),
        *_column(LEFT, 140),
        (60.0, 680.0, 9.0, "REDDLE:"),
        *_column(RIGHT, 140, 680),
    ]
    assert _text(tmp_path, [TITLE, *placed]).split("\n\n")[1:] == [f"QUIST: {FIRST}", f"REDDLE: {SECOND}"]


@pytest.mark.parametrize(
    ("initial", "rest", "begun"),
    [("T", "he harbour board", "The harbour"), ("A", "harbour is no", "A harbour"), ("I", "n the", "In the")],
)
def test_an_initial_is_joined_to_its_word(tmp_path: Path, initial: str, rest: str, begun: str) -> None:
    placed = [
        (60.0, 718.0, 34.0, initial),
        *_column([rest, *LEFT[1:3]], 74 if initial == "I" else 88),
        *_column(LEFT[3:], 60, 707),
    ]
    assert _text(tmp_path, [TITLE, *placed]).split("\n\n")[1].startswith(begun)


def test_a_paragraph_goes_on_over_the_page(tmp_path: Path) -> None:
    def page(number: int, lines: list[str]) -> list[Placed]:
        head = (60.0, 815.0, 7.0, "The Pellinsea Chronicle" if number % 2 else "Town and harbour")
        note = (60.0, 60.0, 6.0, f"{number} See the {('first', 'second', 'third', 'fourth')[number]} minutes.")
        return [head, *_column(lines, 60), note, (300.0, 30.0, 7.0, f"Page {number + 12} of 90")]

    pages = [
        page(number, lines) for number, lines in enumerate([LEFT[:2], LEFT[2:4], [*LEFT[4:], *RIGHT[:2]], RIGHT[2:]])
    ]
    found = _text(tmp_path, *pages).split("\n\n")
    assert found[0] == FIRST
    assert sorted(found[1:]) == sorted([SECOND, *(page[-2][3] for page in pages)])


def test_a_row_that_differs_from_page_to_page_is_no_running_head(tmp_path: Path) -> None:
    pages = [
        [(60.0, 790.0, 9.0, f"Ward {votes % 7} gave {votes} votes."), *_column(LEFT, 60)] for votes in (204, 98, 311)
    ]
    assert "Ward 0 gave 98 votes." in _text(tmp_path, *pages)


def test_what_is_off_the_page_is_not_read(tmp_path: Path) -> None:
    assert "slug" not in _text(tmp_path, [TITLE, *_column(LEFT, 60), (60.0, 900.0, 9.0, "slug of the printer")])


def test_words_cut_at_the_ends_of_lines(tmp_path: Path) -> None:
    lines = [
        "She won by a wide mar-",
        "gin, the 62-year-",
        "old judge of an anti-",
        "corruption office for the years 2019-",
        "2021.",
    ]
    assert _text(tmp_path, [TITLE, *_column(lines, 60)]).endswith(
        "She won by a wide margin, the 62-year-old judge of an anti-corruption office for the years 2019-2021."
    )


@pytest.mark.parametrize(
    ("word", "width", "gap", "mark", "shown"),
    [
        ("ferries", 25.0, 0.0, "1", "ferries"),
        ("ferries", 25.0, 1.5, "1", "ferries"),
        ("10", 10.0, 0.0, "6", "10^6"),
        ("the 21", 25.0, 0.0, "st", "the 21st"),
    ],
)
def test_the_raised_mark_of_a_note_goes_and_a_power_stays(
    tmp_path: Path, word: str, width: float, gap: float, mark: str, shown: str
) -> None:
    end = 60 + width
    placed = [(60.0, 740.0, 9.0, word), (end + gap, 744.0, 6.0, mark), (end + 8, 740.0, 9.0, "sail to the islands.")]
    assert f"{shown} sail to the islands." in _text(tmp_path, [TITLE, *placed])


def test_letters_that_only_their_font_knows_are_no_text() -> None:
    drawn = [Paragraph("".join(chr(0xE000 + ord(letter)) for letter in FIRST), 9.0)]
    assert is_unreadable(drawn)
    assert not is_unreadable([Paragraph(f"\uf0b7 {FIRST}", 9.0)])
