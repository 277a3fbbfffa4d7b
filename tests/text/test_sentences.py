import time
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.articles import Chunk
from assistant.text.sentences import LONGEST, sentences_in, split_sentences

_OPENING = ["“", "„ ", "« ", "`", "‹", "' ", "“A b. ", "(", "“a”b‘"]


def _seconds(text: str) -> float:
    split_sentences.cache_clear()
    began = time.process_time()
    split_sentences(text)
    return time.process_time() - began


@pytest.mark.parametrize("unit", _OPENING)
def test_an_article_of_open_quotation_marks_is_split_in_a_moment(unit: str) -> None:
    text = (unit * 100_000)[:100_000]
    # It took two seconds, growing with the square of the length.
    assert _seconds(text) < 0.5 or _seconds(text) < 3 * _seconds(text[:50_000])


@given(st.text("Aa“”‘’'\"„«»`. \n?!\u0301", min_size=1, max_size=60))
def test_sentences_of_long_blocks_cover_the_text_in_order(unit: str) -> None:
    text = unit * (9_000 // len(unit))
    spans = split_sentences(text)
    assert all(0 < end - start <= LONGEST for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert "".join("".join(text[slice(*span)].split()) for span in spans) == "".join(text.split())


_SENTENCE = st.sampled_from([
    "The council met on Monday.", "Dr. Amblin of the U.S. office disagreed.", "“We will see. It is early,” she said.",
    "It costs $4.50 (a third more).", "Who pays? Nobody knows!", "He said: 'No.' Then he left.",
    "A word " * 60 + "more.",
])  # fmt: skip


@given(st.lists(_SENTENCE, min_size=1, max_size=9))
def test_a_long_paragraph_has_the_sentences_of_its_parts(sentences: list[str]) -> None:
    part = " ".join(sentences)
    whole = " ".join([part] * (12_000 // len(part) + 1))
    alone = [part[slice(*span)] for span in split_sentences(part)]
    assert [whole[slice(*span)] for span in split_sentences(whole)] == alone * (12_000 // len(part) + 1)


def test_a_quotation_of_several_sentences_is_kept_whole_in_a_long_paragraph() -> None:
    quote = "“" + "We will see. It is early. " * 20 + "Goodbye,” she said."
    text = " ".join(["The council met on Monday."] * 200 + [quote] + ["Nobody came."] * 300)
    spans = split_sentences(text)
    begin = text.index(quote)
    assert any(start == begin and end == begin + len(quote) for start, end in spans)


def _split(text: str) -> list[str]:
    return [text[slice(*span)] for span in split_sentences(text)]


@pytest.mark.parametrize("sentence", [
    "The curfew begins at 8 p.m. Friday and ends at noon.", "Polls close at 8 P.M. Eastern on Tuesday.",
    "The ferry left at 6 a.m. ET on Sunday.", "The bells rang at 10:30 p.m. (9:30 CET) in the town.",
    "The chair of the harbour board, Ms. Lena Quist, said no.", "The talks with J.D. Reddle failed.",
    "The writer T.S. Amblin and A.-M. Lind met.", "The state sued, said Atty. Gen. Bo Lind of Ashlorn.",
    "Gens. Quist and Lind, Spc. Ann Amblin, Amb. Tom Reddle and Chmn. Al Harrow left.",
    "With Mx. Ari Lind sat Sra. Ana Ruiz.",
    "The 2nd Inf. Div. was sent home.", "It was No. 5 of Vol. 5, with Fig. 3 and approx. 200 pages, max. 300.",
    "It was Harrow vs. Lind in the final.", "They sell fruit, incl. Ashlorn pears.",
    "The show Jeopardy! returned on Monday.",
    "The band Wham! and the friends of Jeb! sang.", "“Will it open?” asked the mayor.", "“Yes!” said the mayor.",
    "The ferry cost $4. 50 a head.", "It rose 3.5 percent, to $1.20.", "It was old ... and big.",
    "Gov't. aid came late.",
    "“He told me ‘No. Never.’ and left,” she said.", "‘He said “We lost. Now go.” and left,’ she said.",
    "The mayor\n– who resigned in March – said no.", "The mayor\n— Lena Quist, who\nwon — said no.",
    "The vote was\n6 to 4 and\n- as expected - it passed.", "1. Ashlorn won the cup.",
    "Ann Lind | 3.5 | 8 p.m. | Dr. He",
    "“Who signed it?” Lind asked.", "“Why now?” Mayor Ines Harrow wrote on Monday.",
])  # fmt: skip
def test_a_sentence_goes_on(sentence: str) -> None:
    assert _split(f"{sentence}\n\nIt ended.") == [sentence, "It ended."]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("She left at 9 p.m.", "He stayed."),
        ("He lives in the U.S.", "The plan failed."),
        ("They work for Kessing Inc.", "The board agreed."),
        ("They worked for J.D.", "He left."),
        ("“It is up to us,” she told me.", "“We will see.”"),
        ("It is a work of art.", "Lind left."),
        ("He asked for “ChatGPT for X.”", "They laughed."),
        ("He said: “She told us: ‘Go. Now.’”", "Nobody went."),
        ("(He declined to say more.)", "The vote is due."),
        ("It cost €4.2 m.", "The quay cost more."),
        ("It was old …", "He cried."),
        ("He came No. 5.", "She came No. 1."),
        ("It is a free kick!", "pic.paper.example/MdAVe"),
        ("It was Harrow.", "iPads are cheap."),
        ("“Who won?”", "Lind said he did not know."),
    ],
)
def test_a_sentence_ends(first: str, second: str) -> None:
    assert _split(f"{first} {second}") == [first, second]


@pytest.mark.parametrize("lines", [
    ["Needed", "- eggs", "- milk"], ["He said so.", "- eggs"], ["“We won”", "– Lena Quist"], ["Winners", "* Ms. Quist"],
    ["Name | Votes", "Dr. Quist. He | 4.", "Lind | 3"], ["1. Ashlorn won.", "2. Odile lost."],
])  # fmt: skip
def test_items_and_rows_are_sentences_of_their_own(lines: list[str]) -> None:
    assert _split("\n".join(lines)) == lines


def test_what_is_written_without_capitals_is_split_too() -> None:
    assert _split("i went home! then i slept.") == ["i went home!", "then i slept."]


def test_a_quotation_too_long_to_quote_is_cut_between_its_sentences() -> None:
    quote = "“" + "We will see what comes of it, by and by. " * 40 + "Goodbye,” she said."
    assert all(piece.endswith(("by.", "she said.")) for piece in _split(quote))


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_row_of_a_table_is_one_unit(gap: str) -> None:
    rows = ["The count ended.", "J. Smith | No. 5. Second. | 1,204", "Green Shore | 4", "The losing side left."]
    text = gap.join(rows)
    assert [text[start:end] for start, end in split_sentences(text)] == rows


@given(st.text("Aa. -*•\n\r\f\u2028", max_size=200), st.integers(0, 200), st.integers(0, 200))
def test_the_sentences_of_a_chunk_are_those_of_its_text(text: str, first: int, last: int) -> None:
    assume(first != last)
    chunk = Chunk("a", min(first, last), max(first, last), "")
    within = [(max(start, chunk.start), min(end, chunk.end)) for start, end in split_sentences(text)]
    assert sentences_in(text, chunk) == [(start, end) for start, end in within if start < end]
