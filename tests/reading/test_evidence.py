"""Reading and judging: which sentences are evidence, and whether they answer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Article, Chunk, Passage
from assistant.models.embedders import as_vectors
from assistant.reading.alignment import Alignment, matches
from assistant.reading.answer_types import asked_for, has
from assistant.reading.answerability import FEATURES, answerability_model, features, probability
from assistant.reading.evidence import Evidence, SubQuestion
from assistant.reading.gather import ask_parts, gather
from assistant.reading.ranker import FEATURES as READ
from assistant.reading.ranker import ranker_model
from assistant.reading.selection import SelectedQuote, choose, same
from assistant.retrieval.question import parse
from assistant.retrieval.search import combine
from assistant.text.weighting import coverage, idf_weights, rarest, stems_with_synonyms
from assistant.text.words import stem, words
from tests.support import WordHash

ARTICLE = Article("a", "Title", "Text.")
PASSAGE = Passage(Chunk("a", 0, 5, "Text."), ARTICLE, 1.0)


def evidence(text: str, *scores: float, vector: tuple[float, float] = (1, 0)) -> Evidence:
    return Evidence(
        ARTICLE, 0, len(text), text, PASSAGE, 0.5, 0.5, 0.5, scores=scores, vector=np.array(vector, dtype=np.float32)
    )


def asked(weights: dict[str, float], parts: int = 1) -> list[SubQuestion]:
    return [SubQuestion("", np.zeros(2, np.float32), weights)] * parts


def read(question: str, text: str) -> tuple[list[Evidence], float]:
    """The evidence of an article of one passage, and the chance that it answers."""
    article = Article("a", "News of the ferry", text)
    passage = Passage(Chunk("a", 0, len(text), text), article, 1.0, 0.6)
    query = parse(question)
    vectors = list(as_vectors(WordHash(), [question, *query.parts]))
    parts = ask_parts(query, vectors, idf_weights(dict.fromkeys(query.terms, 1), 100), rarest(100))
    found = gather(parts, [passage], lambda texts: (as_vectors(WordHash(), texts), None), lambda article: frozenset())
    return found, probability(0, parts, found)


def test_another_word_for_the_same_act_counts_nearly_as_much() -> None:
    weights = {"demand": 1.0, "attack": 1.0}
    own = coverage(weights, stems_with_synonyms("They demanded an end to the attack."))
    other = coverage(weights, stems_with_synonyms("She called on all states to end the attack."))
    assert own == 1.0 and 0.85 < other < 1.0
    assert coverage(weights, stems_with_synonyms("She called him about the attack.")) == 0.5


@given(st.dictionaries(st.text("abc", min_size=1), st.floats(0, 20)), st.frozensets(st.text("abc", min_size=1)))
def test_coverage_is_a_share(weights: dict[str, float], present: frozenset[str]) -> None:
    assert 0 <= coverage(weights, present) <= 1 + 1e-9


@given(st.dictionaries(st.sampled_from("the official passport kallas eelgrass".split()), st.integers(0, 50)))
def test_a_word_weighs_less_the_more_passages_have_it_and_the_commoner_it_is(counts: dict[str, int]) -> None:
    weights = idf_weights(counts, 50)
    for word, count in counts.items():
        assert 0 <= weights[stem(word)] <= rarest(50)
        assert idf_weights({word: count + 1}, 60)[stem(word)] <= idf_weights({word: count}, 60)[stem(word)]
    assert idf_weights({"official": 0}, 30)["offici"] < idf_weights({"eelgrass": 0}, 30)["eelgrass"]


def test_the_sentence_that_says_what_is_asked_comes_first() -> None:
    text = "The sun shone on the quay. The ferry was late because of fog. Children ate bread and cheese."
    found, _ = read("Why was the ferry late?", text)
    assert found[0].text == "The ferry was late because of fog."
    assert set(READ) == set(ranker_model().coefficients)
    assert all(set(READ) <= set(one.features[0]) for one in found)


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


def test_words_that_say_where_to_look_do_not_count() -> None:
    query = parse("What does Coast Radio say about the ferry?")
    vectors = [np.zeros(2, np.float32)]
    weights = {stem(term): 1.0 for term in query.terms}
    (part,) = ask_parts(query, vectors, weights, 1.0, frozenset({"coast", "radio"}))
    assert set(part.weights) == {"ferri"}
    (part,) = ask_parts(query, vectors, weights, 1.0, frozenset(weights))
    assert set(part.weights) == set(weights)


def test_two_counts_of_one_thing_are_not_the_same_statement() -> None:
    one = evidence("About 340 people were evacuated from the town.", 1)
    other = evidence("About 1,120 people were evacuated from the town.", 1)
    assert not same(one, other)
    assert same(one, evidence("About 340 people were evacuated from that town.", 1))


def test_one_sentence_is_enough_when_the_others_add_nothing() -> None:
    best = evidence("The ferry sails on Monday.", 9)
    weak = evidence("Bread is cheap.", 1, vector=(0, 1))
    assert choose([best, weak], asked({"ferri": 1.0, "sail": 1.0}), [0], 4) == [SelectedQuote(best, 0)]


def test_each_question_put_at_once_gets_its_sentence() -> None:
    first = evidence("Kallas condemned it.", 5, 9, 1)
    second = evidence("She urged restraint.", 1, 1, 9, vector=(0, 1))
    assert choose([first, second], asked({"condemn": 1.0, "demand": 1.0}, 3), [1, 2], 4) == [
        SelectedQuote(first, 1),
        SelectedQuote(second, 2),
    ]
    assert choose([first, second], asked({"condemn": 1.0}, 3), [1], 4) == [SelectedQuote(first, 1)]


def test_never_more_quotes_than_asked_for() -> None:
    many = [evidence(f"Sentence {n} is about the ferry.", 1, vector=(n, 1)) for n in range(9)]
    assert len(choose(many, asked({"ferri": 1.0}), [0], 2)) == 2


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
    assert has(asked_for(question), sentence, frozenset(map(stem, words(question)))) == fits


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_of_some_kind_or_none(question: str, sentence: str) -> None:
    assert has(asked_for(question), sentence) in (True, False)


@given(st.text("abc ", max_size=30), st.text("abc ", max_size=30))
def test_a_match_is_a_number_for_each_word(question: str, sentence: str) -> None:
    (match,) = matches([question, sentence], None)
    assert set(match.near) == set(map(stem, words(question)))
    assert 0 <= match.together(list(match.near), dict.fromkeys(match.near, 1.0)) <= 1
    assert Alignment().mean(["a"]) == 0.0


def test_a_hit_of_both_searches_comes_before_one_of_either() -> None:
    found = {"a": 9.0, "b": 8.0, "c": 1.0}
    meaning = {"b": 0.9, "d": 0.8, "e": 0.1}
    totals = combine([(1.0, found), (1.0, meaning)])
    assert set(totals) == set("abcde") and max(totals, key=lambda name: totals[name]) == "b"


TENTHS = st.integers(0, 1000).map(lambda number: number / 10)


@given(st.dictionaries(st.sampled_from("abcdefgh"), TENTHS, max_size=8), st.floats(0.1, 10), st.floats(0, 50))
def test_only_how_scores_compare_counts_not_their_scale(found: dict[str, float], factor: float, shift: float) -> None:
    again = combine([(1.0, {name: factor * score + shift for name, score in found.items()})])
    assert again == pytest.approx(combine([(1.0, found)]), abs=1e-3)
