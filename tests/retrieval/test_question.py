"""What can be asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import QuestionError
from assistant.retrieval.question import parse


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "\u200b", "?!...", "—", "😀"])
def test_a_question_without_words_is_a_plain_error(question: str) -> None:
    with pytest.raises(QuestionError) as caught:
        parse(question)
    assert "\n" not in str(caught.value) and "ask something" in str(caught.value)


def test_a_question_that_is_too_long_says_how_long_it_may_be() -> None:
    with pytest.raises(QuestionError, match=r"20,000 characters; the longest that can be asked has 2,000"):
        parse("a" * 20_000)


@given(st.text(max_size=300))
def test_any_text_gives_a_query_or_a_plain_error(text: str) -> None:
    try:
        query = parse(text)
    except QuestionError as error:
        assert "\n" not in str(error)
    else:
        assert query.terms and all(term.strip() for term in query.terms)


def test_a_question_is_taken_apart_into_the_questions_it_puts() -> None:
    parts = parse("Who condemned the attack and what was demanded?").parts
    assert parts == ("Who condemned the attack", "what was demanded")
    assert parse("What did the mayor and the treasurer say?").parts == ()
