import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Article, Chunk
from assistant.judging import FEATURES, features, fitted_judge
from assistant.kinds import asked_for, has
from assistant.query import parse
from assistant.reading import Evidence, choose, same
from assistant.retrieval import Passage, combine
from assistant.wording import coverage, marks

ARTICLE = Article("a", "Title", "Text.")
PASSAGE = Passage(Chunk("a", 0, 5, "Text."), ARTICLE, 1.0)


def evidence(text: str, score: float, vector: tuple[float, float] = (1, 0), parts: tuple[float, ...] = ()) -> Evidence:
    return Evidence(
        ARTICLE, 0, len(text), text, PASSAGE, 0.5, 0.5, 0.5, score, parts, np.array(vector, dtype=np.float32)
    )


def test_another_word_for_the_same_act_counts_nearly_as_much() -> None:
    weights = {"demand": 1.0, "attack": 1.0}
    own = coverage(weights, marks("They demanded an end to the attack."))
    other = coverage(weights, marks("She called on all states to end the attack."))
    assert own == 1.0 and 0.85 < other < 1.0
    assert coverage(weights, marks("She called him about the attack.")) == 0.5


@given(st.dictionaries(st.text("abc", min_size=1), st.floats(0, 20)), st.frozensets(st.text("abc", min_size=1)))
def test_coverage_is_a_share(weights: dict[str, float], present: frozenset[str]) -> None:
    assert 0 <= coverage(weights, present) <= 1 + 1e-9


def test_two_counts_of_one_thing_are_not_the_same_statement() -> None:
    one = evidence("About 340 people were evacuated from the town.", 1)
    other = evidence("About 1,120 people were evacuated from the town.", 1)
    assert not same(one, other)
    assert same(one, evidence("About 340 people were evacuated from that town.", 1))


def test_one_sentence_is_enough_when_the_others_add_nothing() -> None:
    best = evidence("The ferry sails on Monday.", 1.0)
    weak = evidence("Bread is cheap.", 0.3, (0, 1))
    assert choose([best, weak], {"ferri": 1.0, "sail": 1.0}, 4) == [best]


def test_each_question_put_at_once_gets_its_sentence() -> None:
    first = evidence("Kallas condemned it.", 1.0, (1, 0), parts=(1.0, 0.2))
    second = evidence("She urged restraint.", 0.4, (0, 1), parts=(0.1, 0.6))
    assert choose([first, second], {"condemn": 1.0, "demand": 1.0}, 4) == [first, second]


def test_never_more_quotes_than_asked_for() -> None:
    many = [evidence(f"Sentence {n} is about the ferry.", 1.0, (n, 1)) for n in range(9)]
    assert len(choose(many, {"ferri": 1.0}, 2)) == 2
    assert choose([], {}, 4) == []


@pytest.mark.parametrize(
    ("question", "sentence", "fits"),
    [
        ("How many were evacuated?", "About 340 people left.", True),
        ("How many were evacuated?", "People left their homes.", False),
        ("When will it close?", "It will close in September.", True),
        ("When will it close?", "It will close for good.", False),
        ("Who condemned it?", "The attack was condemned by Kaja Kallas.", True),
        ("Who condemned it?", "It was condemned widely.", False),
        ("Why was it condemned?", "It was condemned widely.", True),
    ],
)
def test_a_sentence_has_or_lacks_what_is_asked_for(question: str, sentence: str, fits: bool) -> None:
    assert has(asked_for(question), sentence) == fits


def test_the_judge_knows_its_features_and_better_evidence_has_a_higher_chance() -> None:
    judge = fitted_judge()
    assert set(judge.coefficients) == set(FEATURES)
    query, weights = parse("Is the ferry late?"), {"ferri": 3.0, "late": 2.0}
    article = Article("a", "Ferry late", "The ferry is late.")
    good = Evidence(
        article, 0, 18, article.text, Passage(Chunk("a", 0, 18, article.text), article, 1, 0.8), 0.8, 1, 1, 1.5
    )
    bad = Evidence(ARTICLE, 0, 5, "Text.", PASSAGE, 0.1, 0, 0, 0.1)
    chances = [judge.chance(features(query, weights, found)) for found in ([good], [bad], [])]
    assert chances[0] > 0.9 and chances[1] < 0.1 and chances[2] < 0.1


def test_a_hit_of_both_searches_comes_before_one_of_either() -> None:
    words = {"a": 9.0, "b": 8.0, "c": 1.0}
    meaning = {"b": 0.9, "d": 0.8, "e": 0.1}
    totals = combine([(1.0, words), (1.0, meaning)])
    assert set(totals) == set("abcde") and max(totals, key=lambda name: totals[name]) == "b"


@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0, 100), max_size=8), st.floats(0.1, 10), st.floats(0, 50)
)
def test_only_how_scores_compare_counts_not_their_scale(found: dict[str, float], factor: float, shift: float) -> None:
    again = combine([(1.0, {name: factor * score + shift for name, score in found.items()})])
    assert again == pytest.approx(combine([(1.0, found)]), abs=1e-3)
