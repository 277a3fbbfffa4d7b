"""How the words of a sentence align with those of a question."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.alignment import Alignment, align
from assistant.text.words import split_words, stem


@given(st.text("abc ", max_size=30), st.text("abc ", max_size=30))
def test_each_word_of_the_question_has_a_cosine(question: str, sentence: str) -> None:
    (alignment,) = align([question, sentence], None)
    assert set(alignment.cosines) == set(map(stem, split_words(question)))
    assert 0 <= alignment.together(list(alignment.cosines), dict.fromkeys(alignment.cosines, 1.0)) <= 1
    assert Alignment().mean(["a"]) == 0.0
