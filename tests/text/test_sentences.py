import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.sentences import LONGEST, split_sentences

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


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_row_of_a_table_is_one_unit(gap: str) -> None:
    rows = ["The count ended.", "J. Smith | No. 5. Second. | 1,204", "Green Shore | 4", "The losing side left."]
    text = gap.join(rows)
    assert [text[start:end] for start, end in split_sentences(text)] == rows
