"""Chunks that can be among the best are never left out."""

import re

from hypothesis import given
from hypothesis import strategies as st

from assistant.index.server.postgres_pruning import Bound, reaching, starting

_BOUNDS = st.lists(st.floats(1e-6, 20), min_size=1, max_size=14).map(
    lambda mosts: [Bound(f"'t{number}'", most, number + 1) for number, most in enumerate(mosts)]
)


def matches(query: str, terms: set[int]) -> bool:
    """Whether a chunk with these terms matches the query, as PostgreSQL has it."""
    asked = re.sub(r"'t(\d+)'", lambda found: str(int(found[1]) in terms), query)
    return bool(eval(asked.replace("&", " and ").replace("|", " or ")))


@given(_BOUNDS, st.data())
def test_what_can_reach_the_score_matches(bounds: list[Bound], data: st.DataObject) -> None:
    score = data.draw(st.floats(0, sum(bound.most for bound in bounds)))
    terms = data.draw(st.sets(st.integers(0, len(bounds) - 1), min_size=1))
    query = reaching(bounds, score)
    if query and sum(bounds[number].most for number in terms) >= score:
        assert matches(query, terms)


def test_a_chunk_with_common_words_only_is_left_out() -> None:
    bounds = [Bound("'rare'", 10.0, 3), Bound("'said'", 1.0, 90), Bound("'was'", 1.0, 80)]
    assert reaching(bounds, 5.0) == "'rare'"
    assert reaching(bounds, 11.5) == "('rare' & (('was' & ('said'))))"
    assert reaching(bounds, 0.5) == ""


def test_ranking_begins_with_the_rarest_words() -> None:
    bounds = [Bound("'said'", 1.0, 90), Bound("'rare'", 10.0, 3), Bound("'strike'", 5.0, 9)]
    assert starting(bounds, 5) == "'rare' | 'strike'"
