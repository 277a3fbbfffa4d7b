"""A model that was compiled once is opened from what was kept of it, and compiled again where that cannot be used."""

from pathlib import Path

import numpy as np
import pytest

from assistant.models.embedders import DEFAULT, PackagedEmbeddings, as_vectors, open_embeddings

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
