"""Several rankings into one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval.fusion import fuse


def test_a_hit_of_both_searches_comes_before_one_of_either() -> None:
    found = {"a": 9.0, "b": 8.0, "c": 1.0}
    meaning = {"b": 0.9, "d": 0.8, "e": 0.1}
    totals = fuse([(1.0, found), (1.0, meaning)])
    assert set(totals) == set("abcde") and max(totals, key=lambda name: totals[name]) == "b"


TENTHS = st.integers(0, 1000).map(lambda number: number / 10)


@given(st.dictionaries(st.sampled_from("abcdefgh"), TENTHS, max_size=8), st.floats(0.1, 10), st.floats(0, 50))
def test_only_how_scores_compare_counts_not_their_scale(found: dict[str, float], factor: float, shift: float) -> None:
    again = fuse([(1.0, {name: factor * score + shift for name, score in found.items()})])
    assert again == pytest.approx(fuse([(1.0, found)]), abs=1e-3)
