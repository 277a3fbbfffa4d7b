"""Copying the vectors of a generation while others read and open it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from assistant import Article, Chunk
from assistant.index import NamedChunk
from assistant.index.home.vector_store import VectorStore, copy


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    store = VectorStore(tmp_path / "old", write=True)
    article, chunk = Article("a", "A title", "A text."), Chunk("a", 0, 7, "A text.")
    named = [(article, NamedChunk(chunk_id, "content", chunk)) for chunk_id in ("one", "two")]
    store.put(named, np.eye(2, 8, dtype=np.float32))
    store.close()
    yield tmp_path / "old"


def ids(folder: Path) -> set[str]:
    with closing(VectorStore(folder)) as store:
        return store.ids()


def test_copy_has_the_same_vectors(folder: Path, tmp_path: Path) -> None:
    copy(folder, tmp_path / "new")
    assert ids(tmp_path / "new") == ids(folder) == {"one", "two"}


def test_texts_are_not_stored_a_second_time(folder: Path) -> None:
    assert not [file for file in folder.rglob("*") if file.is_file() and b"A text." in file.read_bytes()]


def test_copy_while_the_folder_is_open_has_the_same_vectors(folder: Path, tmp_path: Path) -> None:
    with closing(VectorStore(folder)) as store:
        copy(folder, tmp_path / "new")
        assert ids(tmp_path / "new") == store.ids()


def test_copy_has_nothing_of_an_unfinished_write(folder: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(folder / "chroma.sqlite3")) as writer:
        writer.execute("INSERT INTO tenants (id) VALUES ('half')")
        copy(folder, tmp_path / "new")
        with closing(sqlite3.connect(tmp_path / "new" / "chroma.sqlite3")) as copied:
            assert copied.execute("SELECT count(*) FROM tenants WHERE id = 'half'").fetchone() == (0,)
            assert copied.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert ids(tmp_path / "new") == {"one", "two"}
