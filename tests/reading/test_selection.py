"""Which sentences are quoted."""

from assistant.reading.selection import SelectedQuote, same_statement, select_quotes
from tests.reading.test_evidence import evidence, sub_questions_of


def test_two_counts_of_one_thing_are_not_the_same_statement() -> None:
    fewer = evidence("About 340 people were evacuated from the town.", 1)
    more = evidence("About 1,120 people were evacuated from the town.", 1)
    assert not same_statement(fewer, more)
    assert same_statement(fewer, evidence("About 340 people were evacuated from that town.", 1))


def test_one_sentence_is_enough_when_the_others_add_nothing() -> None:
    best = evidence("The ferry sails on Monday.", 9)
    weak = evidence("Bread is cheap.", 1, vector=(0, 1))
    assert select_quotes([best, weak], sub_questions_of({"ferri": 1.0, "sail": 1.0}), [0], 4) == [
        SelectedQuote(best, 0)
    ]


def test_each_question_put_at_once_gets_its_sentence() -> None:
    first = evidence("Kallas condemned it.", 5, 9, 1)
    second = evidence("She urged restraint.", 1, 1, 9, vector=(0, 1))
    assert select_quotes([first, second], sub_questions_of({"condemn": 1.0, "demand": 1.0}, 3), [1, 2], 4) == [
        SelectedQuote(first, 1),
        SelectedQuote(second, 2),
    ]
    assert select_quotes([first, second], sub_questions_of({"condemn": 1.0}, 3), [1], 4) == [SelectedQuote(first, 1)]


def test_never_more_quotes_than_asked_for() -> None:
    many = [evidence(f"Sentence {n} is about the ferry.", 1, vector=(n, 1)) for n in range(9)]
    assert len(select_quotes(many, sub_questions_of({"ferri": 1.0}), [0], 2)) == 2
