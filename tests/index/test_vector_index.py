"""What holds for the vectors of a generation, in a folder and on a server."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from assistant import Article, Chunk
from assistant.articles import Filters
from assistant.index import NamedChunk
from assistant.index.home.vector_store import VectorStore
from assistant.index.server.chroma_connection import ChromaConnection
from assistant.index.server.chroma_server import ServerVectorDraft
from assistant.index.vector_index import VectorDraft
from assistant.models import Vectors

_RANDOM = np.random.default_rng(20)
_VECTORS = _RANDOM.standard_normal((60, 16)).astype(np.float32)
_VECTORS /= np.linalg.norm(_VECTORS, axis=1, keepdims=True)
_SOURCES = ("The Tide", "Élan", None)
_IDS = [f"{number:032x}" for number in range(60)]


@pytest.fixture(params=["folder", "server"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorDraft]:
    if request.param == "folder":
        made: VectorDraft = VectorStore(tmp_path / "chroma", write=True)
    else:
        connection: ChromaConnection = request.getfixturevalue("chroma_connection")
        made = ServerVectorDraft(connection, 1)
    yield made
    made.close()


def named(numbers: Sequence[int]) -> list[tuple[Article, NamedChunk]]:
    """Three chunks an article, of three publications in turn, a day apart; one in three undated."""
    found = []
    for number in numbers:
        about = number // 3
        published = datetime(2024, 1, 1 + about, 12, tzinfo=UTC) if about % 3 else None
        article = Article(f"a{about}", "A title", "A text.", source=_SOURCES[about % 3], published=published)
        found.append((article, NamedChunk(_IDS[number], "content", Chunk(article.id, 0, 7, "A text."))))
    return found


def put(store: VectorDraft, numbers: Sequence[int] = range(60)) -> None:
    store.put(named(numbers), _VECTORS[list(numbers)])


def nearest(query: Vectors, k: int, numbers: Sequence[int]) -> list[tuple[str, float]]:
    """What a search should find: all compared."""
    cosines = {_IDS[number]: float(_VECTORS[number] @ query) for number in numbers}
    return sorted(cosines.items(), key=lambda pair: -pair[1])[:k]


def assert_found(found: list[tuple[str, float]], expected: list[tuple[str, float]]) -> None:
    assert [id for id, _ in found] == [id for id, _ in expected]
    assert [cosine for _, cosine in found] == pytest.approx([cosine for _, cosine in expected], abs=1e-5)


def test_what_was_put_is_there_and_what_was_removed_is_not(store: VectorDraft) -> None:
    assert (store.count(), store.ids(), store.search_each([_VECTORS[0]], 5)) == (0, set(), [[]])
    put(store)
    assert (store.count(), store.ids()) == (60, set(_IDS))
    store.remove([*_IDS[:10], "never there"])
    assert (store.count(), store.ids()) == (50, set(_IDS[10:]))


def test_vectors_are_those_that_were_put(store: VectorDraft) -> None:
    put(store)
    store.remove([_IDS[3]])
    got = store.vectors([_IDS[5], _IDS[3], "never there", _IDS[59]])
    assert got.keys() == {_IDS[5], _IDS[59]}
    np.testing.assert_allclose(got[_IDS[59]], _VECTORS[59], atol=1e-6)
    assert store.vectors([]) == {}


def test_what_is_put_again_is_replaced(store: VectorDraft) -> None:
    put(store)
    store.put(named([7]), _VECTORS[[8]])
    assert store.count() == 60
    np.testing.assert_allclose(store.vectors([_IDS[7]])[_IDS[7]], _VECTORS[8], atol=1e-6)


def test_a_search_finds_the_nearest_of_each_vector_in_order(store: VectorDraft) -> None:
    put(store)
    store.remove(_IDS[:20])
    queries = [_VECTORS[2], _VECTORS[30]]
    for query, found in zip(queries, store.search_each(queries, 12), strict=True):
        assert_found(found, nearest(query, 12, range(20, 60)))
    assert len(store.search_each(queries, 100)[0]) == 40


@pytest.mark.parametrize(
    ("filters", "passing"),
    [
        (Filters("the tide"), lambda about: about % 3 == 0),
        (Filters(source=("ELAN", "The Tide")), lambda about: about % 3 != 2),
        (Filters(without=("a1", "a2")), lambda about: about not in (1, 2)),
        (Filters(only=("a4", "a5")), lambda about: about in (4, 5)),
        (Filters(only=()), lambda about: False),
        (Filters(since=datetime(2024, 1, 9, tzinfo=UTC)), lambda about: about % 3 and about >= 8),
        (Filters(until=datetime(2024, 1, 9, tzinfo=UTC)), lambda about: about % 3 and about < 8),
        (
            Filters(
                source="Elan",
                since=datetime(2024, 1, 3, tzinfo=UTC),
                until=datetime(2024, 1, 15, tzinfo=UTC),
                without=("a4",),
                only=("a4", "a7", "a10", "a11"),
            ),
            lambda about: about in (7, 10),
        ),
    ],
)
def test_filters_let_through_what_they_say(store: VectorDraft, filters: Filters, passing: object) -> None:
    put(store)
    store.remove(_IDS[12:18])
    numbers = [number for number in range(60) if number not in range(12, 18) and passing(number // 3)]  # type: ignore[operator]
    (found,) = store.search_each([_VECTORS[40]], 60, filters)
    assert_found(found, nearest(_VECTORS[40], 60, numbers))
