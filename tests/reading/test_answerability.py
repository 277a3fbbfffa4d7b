"""Whether what was read answers."""

import numpy as np

from assistant.reading.answerability import FEATURES, answerability_model, features, probability
from assistant.reading.gather import ask_parts
from assistant.retrieval.question import parse
from tests.reading.test_evidence import read


def test_what_answers_has_a_higher_chance_than_what_is_off_the_subject() -> None:
    _, high = read("Why was the ferry late?", "The ferry was late because of fog.")
    _, low = read("Why was the ferry late?", "Children ate bread and cheese.")
    assert low < 0.1 < high
    assert probability(0, [], []) == 0


def test_the_judge_knows_its_features() -> None:
    assert set(answerability_model().coefficients) == set(FEATURES)
    query = parse("Is it late?")
    parts = ask_parts(query, [np.zeros(2, np.float32)], {"late": 1.0}, 1.0)
    assert set(features(parts[0], 0, [])) == set(FEATURES)
