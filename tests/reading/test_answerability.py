"""Whether the evidence answers the question."""

from assistant.models.linear import load
from assistant.reading.answerability import FEATURES, WEIGHTS, answer_probability, features
from assistant.reading.gather import sub_questions
from assistant.retrieval.question import parse
from tests.reading.test_evidence import read


def test_a_sentence_that_answers_is_more_probable_than_one_off_the_subject() -> None:
    _, high = read("Why was the ferry late?", "The ferry was late because of fog.")
    _, low = read("Why was the ferry late?", "Children ate bread and cheese.")
    assert low < high
    assert answer_probability(0, [], []) == 0


def test_the_answerability_model_has_a_coefficient_for_each_feature() -> None:
    assert set(load(WEIGHTS).coefficients) == set(FEATURES)
    query = parse("Is it late?")
    (part,) = sub_questions(query, query, {"late": 1.0}, 1.0)
    sentences, _ = read("Is it late?", "It is late.")
    assert set(features(part, 0, sentences)) == set(FEATURES)
