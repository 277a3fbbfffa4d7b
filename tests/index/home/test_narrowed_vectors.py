"""Searching vectors within filters gives what comparing all that pass them does, however few or many pass."""

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.articles import NO_FILTERS, Filters
from assistant.index.home.narrowed_vectors import NarrowedVectors
from assistant.index.words.word_search import ChunkIds
from assistant.models import Vectors, unit

COUNT, SIZE, NEAREST = 4000, 8, 100
Hits = list[tuple[str, float]]
EVERY = unit(np.random.default_rng(7).standard_normal((COUNT, SIZE), np.float32))
NAMES = [f"chunk{number:04}" for number in range(COUNT)]


class ExactStore:
    """All chunks compared with each vector, in place of Chroma."""

    def ids(self) -> set[str]:
        return set(NAMES)

    def count(self) -> int:
        return COUNT

    def close(self) -> None:
        pass

    def vectors(self, ids: Sequence[str]) -> dict[str, Vectors]:
        return {name: EVERY[int(name[5:])] for name in ids}

    def search_each(self, vectors: Sequence[Vectors], k: int, filters: Filters = NO_FILTERS) -> list[Hits]:
        return self.search_among(vectors, k, NAMES)

    def search_among(self, vectors: Sequence[Vectors], k: int, ids: Collection[str]) -> list[Hits]:
        among = sorted(ids)
        cosines = np.stack(vectors) @ np.stack([*self.vectors(among).values()]).T
        return [[(among[row], float(own[row])) for row in np.argsort(-own, kind="stable")[:k]] for own in cosines]


class Few:
    """Those that pass, which are listed where they are not too many."""

    def __init__(self, names: Collection[str], most_listed: int) -> None:
        self.names, self._most_listed = frozenset(names), most_listed

    def chunk_ids_passing(self, filters: Filters) -> ChunkIds | None:
        listed = {int(name[5:]): name for name in sorted(self.names)}
        return ChunkIds(listed) if len(listed) <= self._most_listed else None

    def passing(self, chunk_ids: Sequence[str], filters: Filters) -> set[str]:
        return set(self.names.intersection(chunk_ids))

    def numbers_passing(self, numbers: Sequence[int], filters: Filters) -> dict[int, str]:
        return {number: NAMES[number] for number in numbers if NAMES[number] in self.names}


def asked(seed: int) -> Iterator[Vectors]:
    """The vectors of a question and a clause of it, which is near it."""
    noise = np.random.default_rng(seed)
    question = unit(noise.standard_normal(SIZE).astype(np.float32))
    yield question
    yield unit(question + 0.3 * noise.standard_normal(SIZE).astype(np.float32))


def passing(seed: int, share: float, nearby: bool) -> set[str]:
    """Such a share of all chunks at random, or those nearest to one or farthest from one, as articles of a subject."""
    wanted, noise = max(1, round(share * COUNT)), np.random.default_rng(seed)
    order = np.argsort(EVERY @ EVERY[seed % COUNT]) if nearby else noise.permutation(COUNT)
    return {NAMES[row] for row in order[:wanted]}


@given(
    seed=st.integers(0, 10_000),
    share=st.one_of(st.floats(0.0003, 0.03), st.floats(0.03, 1.0)),
    nearby=st.booleans(),
    most_listed=st.sampled_from([0, 600, COUNT]),
)
def test_the_nearest_of_those_that_pass_are_found(seed: int, share: float, nearby: bool, most_listed: int) -> None:
    names, store = passing(seed, share, nearby), ExactStore()
    narrowed = NarrowedVectors(store, Few(names, most_listed))  # type: ignore[arg-type]
    vectors = [*asked(seed)]
    right = [[name for name, _ in own] for own in store.search_among(vectors, NEAREST, names)]
    for _ in range(2):  # what is kept from the first time says the same
        found = narrowed.search_each(vectors, NEAREST, Filters(source="Gazette"))
        assert [[name for name, _ in own] for own in found] == right


@pytest.mark.parametrize("most_listed", [0, COUNT])
def test_threads_that_search_at_once_find_the_same(most_listed: int) -> None:
    store, names = ExactStore(), passing(3, 0.2, nearby=False)
    narrowed = NarrowedVectors(store, Few(names, most_listed))  # type: ignore[arg-type]
    filters = Filters(source="Gazette")
    with ThreadPoolExecutor(8) as threads:
        found = [*threads.map(lambda seed: narrowed.search_each([*asked(seed)], NEAREST, filters), range(40))]
    for seed, own in enumerate(found):
        right = store.search_among([*asked(seed)], NEAREST, names)
        assert [[name for name, _ in each] for each in own] == [[name for name, _ in each] for each in right]
