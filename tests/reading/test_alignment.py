"""How the words of a sentence match those of a question."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.alignment import Alignment, matches
from assistant.text.words import stem, words


@given(st.text("abc ", max_size=30), st.text("abc ", max_size=30))
def test_a_match_is_a_number_for_each_word(question: str, sentence: str) -> None:
    (match,) = matches([question, sentence], None)
    assert set(match.near) == set(map(stem, words(question)))
    assert 0 <= match.together(list(match.near), dict.fromkeys(match.near, 1.0)) <= 1
    assert Alignment().mean(["a"]) == 0.0
