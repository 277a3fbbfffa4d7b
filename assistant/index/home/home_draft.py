"""A draft in a folder of its own, copied from the generation before."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from assistant.index.derived import duplicates, entities, first_look, stories
from assistant.index.draft import Draft
from assistant.index.home import sqlite_store, vector_store
from assistant.index.home.sqlite_draft import ArticlesDraft
from assistant.index.words import word_files
from assistant.utils import copy_file, private_folder

PREFIX = ".draft-"


@contextmanager
def open_draft(
    index: Path, name: str, *, parent: str | None, rebuild: bool = False, checked: bool = False
) -> Iterator[Draft]:
    """The draft of generation `name`, in `index`: a copy of the generation `parent`, or empty.

    It is removed at the end of the block unless it was published. With `rebuild` it copies the articles without their
    chunks, which have to be added then. `checked`: the derived files of `parent` were found sound just now.
    """
    folder = index / f"{PREFIX}{name}"
    if folder.exists():
        shutil.rmtree(folder)
    try:
        private_folder(folder)
        if parent is not None:
            _copy(index / parent, folder, with_chunks=not rebuild, checked=checked)
        draft = _opened(name, folder)
        try:
            if rebuild:
                draft.db.clear_chunks()
            yield draft
        except BaseException:
            with suppress(Exception):  # it fails again after a failed write; the first error is the one to report
                draft.close()
            raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _opened(name: str, folder: Path) -> Draft:
    is_folded = sqlite_store.is_folded(folder)
    db = ArticlesDraft(folder)
    vectors = vector_store.VectorStore(folder / vector_store.FOLDER, write=True)
    if not is_folded:
        vectors.fold(db.source_spellings())
        entities.fold_keys(folder)
    return Draft(name, folder, db, vectors)


def _copy(old: Path, new: Path, *, with_chunks: bool, checked: bool) -> None:
    # The articles are as large as all else: beside it they are copied in half the time.
    with ThreadPoolExecutor(1, "copying") as beside:
        articles = beside.submit(copy_file, old / sqlite_store.FILE, new / sqlite_store.FILE)
        _copy_beside_articles(old, new, with_chunks=with_chunks, checked=checked)
        articles.result()


def _copy_beside_articles(old: Path, new: Path, *, with_chunks: bool, checked: bool) -> None:
    is_folded = sqlite_store.is_folded(old)
    if with_chunks:
        vector_store.copy(old / vector_store.FOLDER, new / vector_store.FOLDER)
        if is_folded:
            word_files.share(old, new, checked=checked)
    # Of other words, in an index from before they were folded.
    of_words = [duplicates.FILE, first_look.FILE] if is_folded else []
    derived = (*of_words, entities.FILE, *([stories.FILE] if with_chunks else []))
    for file in derived:
        # A damaged one is made anew, as one that an older generation lacks.
        if (old / file.name).exists() and (checked or file.fault(old) is None):
            copy_file(old / file.name, new / file.name)
