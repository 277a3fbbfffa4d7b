"""Generations on a Chroma server: each sees exactly its own, whatever comes and goes, and is there after a kill."""

from collections.abc import Callable
from contextlib import closing
from functools import partial
from threading import Thread, Timer

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from assistant import Article, Chunk, StorageError
from assistant.index import NamedChunk
from assistant.index.server.chroma_connection import ChromaConnection
from assistant.index.server.chroma_server import ServerVectorDraft, ServerVectors, discard, sweep
from tests.servers.chroma import ChromaProcess

_SIZE = 8
_ARTICLE = Article("a", "A title", "A text.")
_IDS = [f"chunk{number}" for number in range(6)]


def vector(number: int) -> np.ndarray:
    """A direction for each number, from 0 to 99."""
    made = np.random.default_rng(number).standard_normal(_SIZE).astype(np.float32)
    return made / np.linalg.norm(made)


def put(draft: ServerVectorDraft, numbers: dict[str, int]) -> None:
    chunk = Chunk("a", 0, 7, "A text.")
    rows = [(_ARTICLE, NamedChunk(id, "content", chunk)) for id in numbers]
    draft.put(rows, np.stack([vector(number) for number in numbers.values()]))


def seen(connection: ChromaConnection, generation: int) -> dict[str, int]:
    """What a reader gets: by id the number whose direction its vector has."""
    reader = ServerVectors(connection, generation)
    got = reader.vectors(_IDS)
    assert reader.ids() == got.keys() and reader.count() == len(got)
    numbers = {id: max(range(100), key=lambda number: float(vector(number) @ row)) for id, row in got.items()}
    for id, number in numbers.items():
        ((nearest, cosine), *others) = reader.search_each([vector(number)], 100)[0]
        assert cosine == pytest.approx(1, abs=1e-5) and {nearest, *(other for other, _ in others)} == got.keys()
        assert numbers[nearest] == number and (nearest == id or list(numbers.values()).count(number) > 1)
    return numbers


class Library(RuleBasedStateMachine):
    """What a library does with the vectors, and what each generation must see, in plain dictionaries."""

    server: ChromaProcess
    made = 0

    def __init__(self) -> None:
        super().__init__()
        Library.made += 1
        self.connection = self.server.connect(f"library-{Library.made}")
        self.kept: dict[int, dict[str, int]] = {}
        self.parents: dict[int, int] = {}
        self.current = 0
        self.newest = 0
        self.draft: ServerVectorDraft | None = None
        self.content: dict[str, int] = {}

    @precondition(lambda self: self.draft is None)
    @rule()
    def begin(self) -> None:
        discard(self.connection, self.current)
        self.kept = {number: seen for number, seen in self.kept.items() if number <= self.current}
        self.newest += 1
        self.draft = ServerVectorDraft(self.connection, self.newest)
        self.content = dict(self.kept.get(self.current, {}))

    @precondition(lambda self: self.draft is not None)
    @rule(numbers=st.dictionaries(st.sampled_from(_IDS), st.integers(0, 99), min_size=1))
    def put(self, numbers: dict[str, int]) -> None:
        assert self.draft is not None
        put(self.draft, numbers)
        self.content.update(numbers)

    @precondition(lambda self: self.draft is not None)
    @rule(ids=st.lists(st.sampled_from(_IDS), unique=True))
    def remove(self, ids: list[str]) -> None:
        assert self.draft is not None
        self.draft.remove(ids)
        for id in ids:
            self.content.pop(id, None)

    @precondition(lambda self: self.draft is not None)
    @rule()
    def clear(self) -> None:
        assert self.draft is not None
        self.draft.clear()
        self.content = {}

    @precondition(lambda self: self.draft is not None)
    @rule()
    def publish(self) -> None:
        assert self.draft is not None
        assert self.draft.ids() == self.content.keys() and self.draft.count() == len(self.content)
        self.kept[self.newest], self.parents[self.newest] = self.content, self.current
        self.current, self.draft = self.newest, None

    @precondition(lambda self: self.draft is not None)
    @rule(is_tidy=st.booleans())
    def give_up(self, is_tidy: bool) -> None:
        """As a refresh that fails does, or one that is killed, which tidies nothing."""
        self.draft = None
        if is_tidy:
            discard(self.connection, max(self.kept, default=0))

    @precondition(lambda self: self.draft is None and self.parents.get(self.current) in self.kept)
    @rule()
    def go_back(self) -> None:
        self.current = self.parents[self.current]

    @precondition(lambda self: self.draft is None and any(number > self.current for number in self.kept))
    @rule()
    def go_forward(self) -> None:
        self.current = min(number for number in self.kept if number > self.current)

    @precondition(lambda self: self.draft is None and self.kept)
    @rule(data=st.data())
    def sweep(self, data: st.DataObject) -> None:
        dropped = data.draw(st.sets(st.sampled_from(sorted(self.kept)))) - {self.current}
        self.kept = {number: seen for number, seen in self.kept.items() if number not in dropped}
        sweep(self.connection, self.kept)

    @invariant()
    def every_generation_sees_its_own(self) -> None:
        for number, content in self.kept.items():
            assert seen(self.connection, number) == content

    def teardown(self) -> None:
        self.connection.close()


@pytest.mark.filterwarnings("default")
def test_every_generation_sees_exactly_its_chunks(chroma: ChromaProcess) -> None:
    Library.server = chroma
    run_state_machine_as_test(
        Library, settings=settings(max_examples=8, stateful_step_count=25, suppress_health_check=list(HealthCheck))
    )


def rows(numbers: range) -> dict[str, int]:
    return {f"chunk{number}": number % 100 for number in numbers}


def test_the_nearest_are_found_behind_any_number_that_went(chroma_connection: ChromaConnection) -> None:
    put(ServerVectorDraft(chroma_connection, 1), rows(range(500)))
    draft = ServerVectorDraft(chroma_connection, 2)
    draft.remove([id for id, number in rows(range(500)).items() if number < 99])
    reader = ServerVectors(chroma_connection, 2)
    assert [id for id, _ in reader.search_each([vector(3)], 3)[0]] and reader.count() == 5
    assert {id for id, _ in reader.search_each([vector(3)], 5)[0]} == {
        f"chunk{number}" for number in range(99, 500, 100)
    }
    assert ServerVectors(chroma_connection, 1).count() == 500


def test_a_reader_is_not_disturbed_by_the_next_refresh(chroma_connection: ChromaConnection) -> None:
    put(ServerVectorDraft(chroma_connection, 1), rows(range(20)))
    reader, before = ServerVectors(chroma_connection, 1), rows(range(20)).keys()
    draft = ServerVectorDraft(chroma_connection, 2)
    steps: list[Callable[[], None]] = [
        partial(put, draft, rows(range(10, 40))),
        partial(draft.remove, ["chunk1", "chunk30"]),
        draft.clear,
    ]
    for step in steps:
        step()
        assert reader.ids() == before and reader.count() == 20
        assert {id for id, _ in reader.search_each([vector(1)], 100)[0]} == before
    discard(chroma_connection, 1)
    assert reader.ids() == ServerVectors(chroma_connection, 2).ids() == before


@pytest.mark.crash
def test_a_draft_goes_on_after_the_server_was_killed_and_started_again(chroma: ChromaProcess) -> None:
    connection = ChromaConnection(chroma.url, "killed")
    put(ServerVectorDraft(connection, 1), rows(range(30)))
    draft = ServerVectorDraft(connection, 2)
    put(draft, rows(range(30, 60)))
    draft.remove(rows(range(10)))
    chroma.kill()
    starting = Thread(target=chroma.start)
    starting.start()
    put(draft, rows(range(60, 90)))  # while it starts
    starting.join()
    assert ServerVectors(connection, 1).ids() == rows(range(30)).keys()
    assert draft.ids() == rows(range(10, 90)).keys() and draft.count() == 80
    assert draft.vectors(["chunk25"])["chunk25"] == pytest.approx(vector(25), abs=1e-6)
    connection.close()


@pytest.mark.crash
def test_what_was_written_when_the_server_was_killed_can_be_discarded(chroma: ChromaProcess) -> None:
    with closing(ChromaConnection(chroma.url, "killed-for-good", write_patience=0)) as connection:
        put(ServerVectorDraft(connection, 1), rows(range(30)))
        draft = ServerVectorDraft(connection, 2)
        killing = Timer(0.1, chroma.kill)
        killing.start()
        with pytest.raises(StorageError, match="cannot be reached"):
            while True:
                put(draft, rows(range(20, 400)))
                draft.clear()
        killing.join()
        chroma.start()
        assert ServerVectors(connection, 1).ids() == rows(range(30)).keys()
        discard(connection, 1)
        assert seen_all(connection, 1) == seen_all(connection, 9) == rows(range(30)).keys()


def seen_all(connection: ChromaConnection, generation: int) -> set[str]:
    reader = ServerVectors(connection, generation)
    found = {id for id, _ in reader.search_each([vector(1)], 1000)[0]}
    assert found == reader.ids() and len(found) == reader.count()
    return found
