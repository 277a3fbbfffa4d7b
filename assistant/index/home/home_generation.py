"""A generation in a folder of its own: articles in SQLite, vectors in a Chroma folder, derived files beside them."""

from contextlib import ExitStack
from pathlib import Path

from assistant.errors import DamagedError
from assistant.index.damage import naming, reason_of
from assistant.index.generation import Generation, Manifest, read_manifest
from assistant.index.home import sqlite_store, vector_store
from assistant.index.home.locks import hold_shared
from assistant.index.home.narrowed_vectors import NarrowedVectors
from assistant.index.home.sqlite_store import ArticlesDb
from assistant.index.home.vector_store import VectorStore

IN_USE = "in-use"


def open_generation(folder: Path, *, checked: bool = False) -> Generation:
    """The generation in `folder`, which no refresh removes until it is closed; `checked`: its vectors were, just now.

    Raises DamagedError, which names the file, for what it cannot do without, and FileNotFoundError when it is being
    removed.
    """
    with ExitStack() as opened:
        try:
            in_use = opened.enter_context(hold_shared(folder / IN_USE))
        except FileNotFoundError:
            raise
        except OSError as error:
            raise DamagedError(f"{IN_USE}: {reason_of(error)}") from None
        manifest = read_manifest(folder)
        with naming(sqlite_store.FILE):
            db = ArticlesDb(folder)
            opened.callback(db.close)
            _check_counts(db, manifest)
        with naming(vector_store.FOLDER):
            vectors = VectorStore(folder / vector_store.FOLDER, checked=checked)
            opened.callback(vectors.close)
            _check_vectors(vectors, manifest)
        generation = Generation(manifest, db, NarrowedVectors(vectors, db), folder, in_use.close)
        opened.pop_all()
    return generation


def _check_counts(db: ArticlesDb, manifest: Manifest) -> None:
    counts, expected = db.counts(), (manifest.articles, manifest.chunks)
    if counts != expected:
        raise ValueError("it has {:,} articles in {:,} chunks, the manifest {:,} in {:,}".format(*counts, *expected))


def _check_vectors(vectors: VectorStore, manifest: Manifest) -> None:
    vectors.probe()  # after which all that was written is counted
    if (count := vectors.count()) != manifest.chunks:
        raise ValueError(f"it has {count:,} vectors, the manifest {manifest.chunks:,}")
