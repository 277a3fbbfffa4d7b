"""Looks through a whole generation for damage, as a refresh does before it builds on it."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

from assistant.index.damage import naming
from assistant.index.generation import DERIVED, Generation
from assistant.index.home.home_generation import open_generation
from assistant.index.home.sqlite_store import FILE, ArticlesDb
from assistant.index.home.table_faults import broken_dates, broken_pages
from assistant.index.home.vector_store import FOLDER, check_folder
from assistant.index.vector_index import VectorIndex
from assistant.index.words import word_files
from assistant.utils import reading_ahead

_AT_ONCE = 2  # files that are looked through
_SAMPLE = 200  # vectors that are read


def open_sound(folder: Path) -> Generation:
    """The generation in `folder`, opened once it is looked through as a whole.

    Derived files are not looked at: it can be read without them. Raises DamagedError, which begins with the file, and
    FileNotFoundError when it is being removed.
    """
    # Both stores at once: neither SQLite nor Chroma holds up Python while it reads.
    with reading_ahead(folder), ThreadPoolExecutor(1) as beside, ExitStack() as opened:
        articles = beside.submit(_checked_articles, folder)
        with naming(FOLDER):
            check_folder(folder / FOLDER, thorough=True)
        generation = opened.enter_context(closing(open_generation(folder, checked=True)))
        chunks = articles.result()
        with naming(FOLDER):
            _check_vectors(generation.vectors, chunks)
        opened.pop_all()
    return generation


def _checked_articles(folder: Path) -> list[str]:
    """The ids of the chunks of the generation in `folder`, in order, whose articles are sound. Raises DamagedError."""
    with naming(FILE), closing(ArticlesDb(folder)) as db:
        if found := [*broken_pages(db.rows), *db.faults(), *broken_dates(db.rows)]:
            raise ValueError("; ".join(found))
        return db.sorted_chunk_ids()


def _check_vectors(vectors: VectorIndex, chunks: Sequence[str]) -> None:
    if vectors.ids() != set(chunks):
        raise ValueError(f"its vectors are not those of the chunks in {FILE}")
    sample = chunks[:: max(1, len(chunks) // _SAMPLE)]
    if vectors.vectors(sample).keys() != set(sample):
        raise ValueError("some of its vectors cannot be read")


def derived_faults(folder: Path) -> list[str]:
    """What is wrong with the derived files of the generation in `folder`, whose articles are sound."""
    with closing(ArticlesDb(folder)) as db:
        digests = db.digests()
        words = word_files.fault(folder, db.chunk_numbers)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        faults = list(pool.map(lambda file: file.fault(folder, digests), DERIVED))
    return [fault for fault in (*faults, words) if fault is not None]
