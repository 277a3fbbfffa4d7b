"""How much the words of a question count."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.text.weighting import coverage, idf_weights, rarest, stems_with_synonyms
from assistant.text.words import stem


def test_another_word_for_the_same_act_counts_nearly_as_much() -> None:
    weights = {"demand": 1.0, "attack": 1.0}
    own = coverage(weights, stems_with_synonyms("They demanded an end to the attack."))
    synonym = coverage(weights, stems_with_synonyms("She called on all states to end the attack."))
    assert own == 1.0 and 0.85 < synonym < 1.0
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
