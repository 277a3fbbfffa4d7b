"""A model that was compiled once is opened from what was kept of it, and compiled again where that cannot be used."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.models.bert_graph import BertGraph
from assistant.models.embedders import DEFAULT, PackagedEmbeddings, as_vectors, open_embeddings
from assistant.models.inference import Array, Inference, open_model

TEXTS = ["The ferry to Pellinsea was cancelled.", "Who condemned the attack?"]


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A cache with nothing in it."""
    return tmp_path


def compiled(cache: Path) -> Path:
    (path,) = (cache / "compiled").iterdir()
    return path


def test_what_is_kept_gives_the_same_vectors(cache: Path) -> None:
    first = as_vectors(open_embeddings(DEFAULT, cache), TEXTS)
    made = compiled(cache).stat().st_mtime_ns
    assert np.array_equal(as_vectors(open_embeddings(DEFAULT, cache), TEXTS), first)
    assert compiled(cache).stat().st_mtime_ns == made


@pytest.mark.parametrize("place", [100, -100, -1, None])
def test_what_is_damaged_or_cut_off_is_compiled_again(cache: Path, place: int | None) -> None:
    first = as_vectors(open_embeddings(DEFAULT, cache), TEXTS)
    path = compiled(cache)
    data = bytearray(path.read_bytes())
    if place is None:
        del data[len(data) // 2 :]
    else:
        data[place] ^= 1
    path.write_bytes(data)
    assert np.array_equal(as_vectors(open_embeddings(DEFAULT, cache), TEXTS), first)
    assert path.read_bytes() != data


def test_a_cache_that_cannot_be_written_to_is_done_without(cache: Path) -> None:
    (cache / "compiled").write_text("a file", encoding="utf-8")
    embeddings = open_embeddings(DEFAULT, cache)
    assert isinstance(embeddings, PackagedEmbeddings)
    assert as_vectors(embeddings, TEXTS).shape == (2, 384)


@pytest.fixture(scope="module")
def doubling() -> Inference:
    def graph() -> Any:
        made = BertGraph()
        ids = made.ids("ids")
        return made.model(made.ops.add(ids, ids))

    return open_model(graph, 32)


def numbered(count: int) -> Iterator[tuple[int, list[Array]]]:
    return ((number, [np.full((1, 1 + number % 7), number)]) for number in range(count))


def _told(output: Array) -> tuple[int, int]:
    """How many numbers there are, and the first of them."""
    return output.shape[1], int(output[0, 0])


def test_each_input_is_run_once_whichever_core_takes_it(doubling: Inference) -> None:
    def run(count: int) -> list[tuple[int, int, int]]:
        found = list[tuple[int, int, int]]()
        doubling.run(
            numbered(count), lambda number, outputs: found.append((number, *outputs[0].shape[1:], *outputs[0][0][:1]))
        )
        return sorted(found)

    with ThreadPoolExecutor(4) as threads:
        for count, found in zip((0, 1, 2, 300), threads.map(run, (0, 1, 2, 300)), strict=True):
            assert found == [(number, 1 + number % 7, 2 * number) for number in range(count)]


def test_what_goes_wrong_with_one_input_is_raised_and_the_others_are_left(doubling: Inference) -> None:
    taken = list[int]()

    def take(number: int, outputs: list[Array]) -> None:
        taken.append(number)
        raise ValueError(f"input {number}")

    with pytest.raises(ValueError, match="input"):
        doubling.run(numbered(1000), take)
    assert len(taken) < 100
    doubling.run(numbered(1), lambda number, outputs: taken.append(-1))
    assert taken[-1] == -1
