"""What a question asks for, and whether a sentence has it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.answer_types import asked_for, has
from assistant.text.words import split_words, stem


@pytest.mark.parametrize(
    ("question", "sentence", "fits"),
    [
        ("How many were evacuated?", "About 340 people left.", True),
        ("How many were evacuated?", "People left their homes.", False),
        ("How many of the 340 left?", "The 340 people left.", False),
        ("How much does it cost?", "It costs €4.2 million.", True),
        ("How much does it cost?", "It costs 412 jobs.", False),
        ("When will it close?", "It will close in September.", True),
        ("When will it close?", "It will close for good.", False),
        ("Who condemned it?", "The attack was condemned by Kaja Kallas.", True),
        ("Who condemned it?", "It was condemned widely.", False),
        ("Who did Kallas meet?", "It was Kallas.", False),
        ("Which company bought it?", "It was bought by Teskholm Line.", True),
        ("Where is it?", "It is at West Quay.", True),
        ("Where is it?", "It is late.", False),
        ("Why was it condemned?", "It was condemned because it broke norms.", True),
        ("Why was it condemned?", "It was condemned widely.", False),
        ("What is it?", "It was condemned widely.", True),
    ],
)
def test_a_sentence_has_or_lacks_what_is_asked_for(question: str, sentence: str, fits: bool) -> None:
    assert has(asked_for(question), sentence, frozenset(map(stem, split_words(question)))) == fits


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_of_some_kind_or_none(question: str, sentence: str) -> None:
    assert has(asked_for(question), sentence) in (True, False)
