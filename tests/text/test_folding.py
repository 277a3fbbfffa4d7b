"""Two texts that a reader takes for the same are the same to the search and to what checks quotations."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text import Plain, fold, fold_name, plain, split_words

TEXTS = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            [*"aeoKﬁﬀſøŁß’“–\u0301\u0308\u0327\u00ad\u200b\u200d\ufeff\u2009 .,19가", "\u1100", "\u1161", "\u11a8"]
        ),
    )
)


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("conﬁrmed", "confirmed"),
        ("oﬃcial", "official"),
        ("ﬆone", "stone"),
        ("Bundes\u00adverwaltungs\u00adgericht", "bundesverwaltungsgericht"),
        ("har\u200bbour", "harbour"),
        ("\ufeffharbour\u2060", "harbour"),
        ("\u200eharbour\u200f", "harbour"),
        ("Cafe\u0301", "café"),
        ("Łódź", "lodz"),
        ("Malmø", "malmö"),
        ("Straße", "strasse"),
        ("Œuvre", "oeuvre"),
        ("Þór", "thor"),
        ("Iğdır", "igdir"),
        ("Ħamrun", "hamrun"),
        ("ΑΘΗΝΑ", "αθήνα"),
        ("ＡＢＣ", "abc"),
        ("CO₂", "co2"),
    ],
)
def test_a_word_is_one_however_it_is_written(written: str, word: str) -> None:
    assert split_words(written) == split_words(word)
    assert len(split_words(written)) == 1


@pytest.mark.parametrize(("text", "other"), [("10²", "102"), ("йод", "иод"), ("5½", "512"), ("①", "1")])
def test_what_says_something_else_stays_another(text: str, other: str) -> None:
    assert split_words(text) != split_words(other)


@pytest.mark.parametrize(
    "number", ["12000", "12,000", "12 000", "12\u202f000", "12\u2009000", "12\u00a0000", "12'000", "12’000", "12.000"]
)
def test_a_number_is_one_whatever_its_separator(number: str) -> None:
    assert split_words(f"about {number} people, 4 boats") == ["about", "12000", "people", "4", "boats"]


@pytest.mark.parametrize(
    "text",
    [
        "May 12 300 people",
        "2025 300 people",
        "Yards 281 248 Passing",
        "Marsh 10 441\n\nOut",
        "A320 200",
        "in 1.50 or 2.25",
        "12.05.2025",
        "1,2,3",
        "020 555 123",
    ],
)
def test_numbers_side_by_side_stay_several(text: str) -> None:
    assert len(split_words(text)) > 1


def test_marks_and_spaces_are_of_one_kind() -> None:
    assert fold("“It’s” – a\u00a0‘test’…") == fold("\"It's\" - a 'test'...")
    assert fold_name(" Café\u00a0 Métropole") == fold_name("CAFE\u0301 MÉTROPOLE") == "cafe metropole"


@given(TEXTS)
def test_both_normal_forms_are_one(text: str) -> None:
    forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD")]
    assert plain(forms[0]) == plain(forms[1]) and fold(forms[0]) == fold(forms[1])


@given(TEXTS, st.integers(0, 30), st.integers(1, 30))
def test_what_is_found_in_the_plain_text_stands_so_in_the_published_one(text: str, start: int, length: int) -> None:
    read = Plain.of(text)
    assert read.text == plain(text) and len(read.origins) == len(read.text)
    if start < len(read.text):
        end = min(start + length, len(read.text))
        first, last = read.span(start, end)
        assert 0 <= first < last <= len(text)
        assert read.text[start:end] in plain(text[first:last])
