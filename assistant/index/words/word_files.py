"""The files of the postings of a generation: segments, which generations share, and which of their chunks are gone."""

import json
import os
import shutil
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.index.damage import reason_of
from assistant.index.words.postings import checksums, read_array, read_segment
from assistant.index.words.word_index import Part, WordIndex
from assistant.utils import copy_file

FOLDER = "words"
LIST = "segments.json"
_GONE = "-gone.npy"
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, IndexError)


def read_parts(folder: Path) -> list[Part]:
    """The segments of the generation in `folder`. Raises OSError or ValueError for what cannot be read."""
    parts, first = list[Part](), 0
    for listed in listed_segments(folder):
        name = str(listed["name"])
        segment = read_segment(folder / FOLDER / name)
        if [len(segment), len(segment.places)] != [listed["chunks"], listed["postings"]]:
            raise ValueError(f"segment {name} has another size than it is listed with")
        parts.append(Part(name, segment, _alive(folder, name, len(segment)), first))
        first += len(segment)
    return parts


def listed_segments(folder: Path) -> list[dict[str, Any]]:
    """What is kept of each segment of the generation in `folder`. Raises OSError or ValueError."""
    listed = json.loads((folder / FOLDER / LIST).read_text(encoding="utf-8"))["segments"]
    if not isinstance(listed, list):
        raise ValueError("the list of its segments cannot be right")
    return listed


def _alive(folder: Path, name: str, count: int) -> NDArray[np.bool_]:
    alive = np.ones(count, bool)
    path = folder / FOLDER / f"{name}{_GONE}"
    if path.exists():
        alive[read_array(path)] = False
    return alive


def write_gone(folder: Path, alive: Mapping[str, NDArray[np.bool_]]) -> None:
    """Write which chunks of each segment the draft in `folder` does not have, by their mask."""
    for path in (folder / FOLDER).glob(f"*{_GONE}"):
        path.unlink()
    for name, mask in alive.items():
        if not mask.all():
            np.save(folder / FOLDER / f"{name}{_GONE}", np.flatnonzero(~mask), allow_pickle=False)


def read_words(folder: Path) -> WordIndex | None:
    """The postings of the generation in `folder`; None where it has none, as an older one, or they are damaged."""
    with suppress(*_UNREADABLE):
        return WordIndex(read_parts(folder))
    return None


def fault(folder: Path, numbers: Callable[[], Collection[int]] | None = None) -> str | None:
    """What is wrong with the postings of the generation in `folder`, which it names; None for sound ones or none.

    With the `numbers` of its chunks they have to be of them, and every byte is looked at.
    """
    if not (folder / FOLDER).exists():
        return None
    try:
        parts = read_parts(folder)
        if numbers is not None:
            if not _is_as_written(folder):
                return f"{FOLDER}: its bytes are not those that were written"
            if not np.array_equal(np.sort(WordIndex(parts).numbers()), np.sort(np.array([*numbers()], np.int64))):
                return f"{FOLDER}: it is of other chunks"
    except _UNREADABLE as error:
        return f"{FOLDER}: {reason_of(error)}"
    return None


def _is_as_written(folder: Path) -> bool:
    return all(
        checksums(folder / FOLDER / str(listed["name"])) == listed["checksums"] for listed in listed_segments(folder)
    )


def share(old: Path, new: Path, *, checked: bool = False) -> None:
    """Let the new generation in the folder `new` have the postings of that in `old`: their files never change.

    Not damaged ones; with `checked` they were found sound just now.
    """
    if not (old / FOLDER).exists() or not (checked or (fault(old) is None and _is_as_written(old))):
        return
    shutil.copytree(old / FOLDER, new / FOLDER, copy_function=_linked)


def _linked(old: str, new: str) -> None:
    if Path(old).name == LIST or Path(old).name.endswith(_GONE):
        copy_file(old, new)
        return
    try:
        os.link(old, new)
    except OSError:  # a file system without links
        copy_file(old, new)
