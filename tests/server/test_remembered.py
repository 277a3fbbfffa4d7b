"""The answers that a follow-up of a client needs: for a while, and for who was given them."""

from assistant.accounts import Principal
from assistant.server.openai_protocol.remembered import RememberedAnswers
from tests.server.served import answered, cited

ANN, BEN, ANYBODY = Principal("ann", by="token"), Principal("ben", by="session"), Principal()
RAINED = answered("Did it rain?", cited())


def test_an_answer_is_found_by_its_text_by_who_was_given_it_only() -> None:
    answers = RememberedAnswers()
    answers.keep(ANN, "It rained. [1]\n", RAINED)
    assert answers.find(ANN, "It rained. [1]") is RAINED and answers.find(ANN, "It rained.") is None
    assert answers.find(BEN, "It rained. [1]") is None and answers.find(ANYBODY, "It rained. [1]") is None


def test_old_answers_and_those_beyond_the_most_are_forgotten() -> None:
    now = [0.0]
    answers = RememberedAnswers(most=2, seconds=60, clock=lambda: now[0])
    for text in ("one", "two", "three"):
        answers.keep(ANN, text, RAINED)
    assert [answers.find(ANN, text) is RAINED for text in ("one", "two", "three")] == [False, True, True]
    now[0] = 50
    assert answers.find(ANN, "two")
    now[0] = 100
    assert answers.find(ANN, "two") and answers.find(ANN, "three") is None
