"""Links between near-duplicates are those of the articles that are there, however these came, changed and went."""

import random
from functools import cache

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.index.derived.duplicate_links import Link, updated_links
from assistant.index.derived.duplicates import groups_of

FAMILIES = 2


@cache
def bits(family: int, version: int, differs: int) -> bytes:
    """The signature of a text of a family: it differs from that of the first version in about so many values."""
    values = np.random.default_rng(family).integers(0, 1 << 32, 129, np.uint32)
    own = random.Random(f"{family} {version}")
    for place in own.sample(range(1, 129), differs):
        values[place] = own.randrange(4)  # so that texts of different families have bands in common
    values[0] = 100 if version else 10  # the first is too short for a near-duplicate
    return values.astype("<u4").tobytes()


texts = st.tuples(
    st.integers(0, FAMILIES - 1), st.sampled_from([1, 1, 0, 2, 3]), st.sampled_from([0, 0, 20, 45, 70])
).map(lambda drawn: bits(*drawn))
corpora = st.dictionaries(st.integers(0, 120).map("a{:03d}".format), texts, max_size=90)


def from_nothing(signatures: dict[str, bytes]) -> set[Link]:
    return updated_links((), {}, signatures)[0]


@settings(max_examples=25, deadline=None)
@given(
    corpora,
    st.lists(
        st.tuples(
            st.dictionaries(st.integers(0, 120).map("a{:03d}".format), texts, max_size=20),
            st.sets(st.integers(0, 120).map("a{:03d}".format), max_size=20),
        ),
        max_size=3,
    ),
)
def test_after_articles_came_changed_and_went_links_are_those_found_from_nothing(
    first: dict[str, bytes], changes: list[tuple[dict[str, bytes], set[str]]]
) -> None:
    before, links = first, from_nothing(first)
    for came, gone in changes:
        after = {name: text for name, text in {**before, **came}.items() if name not in gone}
        new, lost = updated_links(links, before, after)
        assert not new & links and lost <= links
        links = (links | new) - lost
        assert links == from_nothing(after)
        before = after


def test_many_copies_of_one_text_are_one_group_as_others_come_between_them() -> None:
    before = {f"a{number:03d}": bits(0, 1, 0) for number in range(0, 100, 2)}
    links = from_nothing(before)
    after = {**before, **{f"a{number:03d}": bits(0, 2, 0) for number in range(1, 100, 2)}}
    came, went = updated_links(links, before, after)
    assert went and set(groups_of((links | came) - went).values()) == {"a000"}
    assert (links | came) - went == from_nothing(after)
