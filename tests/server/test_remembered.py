"""The answers that a follow-up of a client needs: for a while, and for who was given them."""

from assistant.accounts import Principal
from assistant.database import ExpiringMemory
from assistant.server.openai_protocol.remembered import RememberedAnswers
from tests.server.served import answered, cited

ANN, BEN, ANYBODY = Principal("ann", by="token"), Principal("ben", by="session"), Principal()
RAINED = answered("Did it rain?", cited())


def test_an_answer_is_found_by_its_text_by_who_was_given_it_only() -> None:
    answers = RememberedAnswers()
    answers.keep(ANN, "It rained. [1]\n", RAINED)
    assert answers.find(ANN, "It rained. [1]") == RAINED and answers.find(ANN, "It rained.") is None
    assert answers.find(BEN, "It rained. [1]") is None and answers.find(ANYBODY, "It rained. [1]") is None


def test_an_answer_is_forgotten_an_hour_after_its_last_use() -> None:
    now = [0.0]
    answers = RememberedAnswers(ExpiringMemory(10, 100_000, lambda: now[0]))
    for text in ("one", "two"):
        answers.keep(ANN, text, RAINED)
    now[0] = 3000
    assert answers.find(ANN, "two")
    now[0] = 6000
    assert answers.find(ANN, "two") and answers.find(ANN, "one") is None
