"""Looks through the files of Chroma's vector index before Chroma does: damaged ones can end the whole process."""

import struct
from pathlib import Path

import numpy as np

from assistant.errors import DamagedError

_HEADER = struct.Struct("<i6qiI3qdq")  # of hnswlib
_HEADER_FILE, _DATA, _LINKS, _LENGTHS = "header.bin", "data_level0.bin", "link_lists.bin", "length.bin"
_METADATA = "index_metadata.pickle"
_TOLERANCE = 0.01  # of the length of a vector, which is one
_BATCH = 10_000


def has_vectors(folder: Path) -> bool:
    """Whether vectors were written to the `folder` of a segment; they are in Chroma's SQLite file until then."""
    return (folder / _METADATA).exists()


def is_written_anew(path: Path) -> bool:
    """Whether Chroma writes a file of a segment at each opening, whatever is in it: where it has no vectors yet."""
    return path.name in {_HEADER_FILE, _DATA, _LINKS, _LENGTHS} and not has_vectors(path.parent)


def check_files(folder: Path, *, written: bool, thorough: bool = False) -> None:
    """Raise DamagedError when the index in the `folder` of a segment cannot be used.

    `written`: Chroma says that it has vectors. With `thorough` each vector is looked at.
    """
    for name in (_HEADER_FILE, _DATA, _LINKS, _LENGTHS):
        if not (folder / name).is_file():
            raise _damaged(folder, name, "it is missing")
    header = (folder / _HEADER_FILE).read_bytes()
    if len(header) != _HEADER.size:
        raise _damaged(folder, _HEADER_FILE, f"it has {len(header)} bytes in place of {_HEADER.size}")
    _, _, _, count, size, label, start, _, _, most_above, most, *_ = _HEADER.unpack(header)
    is_possible = 0 <= count < 2**32 and 0 < most < 2**16 and 0 < most_above < 2**16
    if not (is_possible and 4 * most + 4 <= start < label < size < 2**24):
        raise _damaged(folder, _HEADER_FILE, "its numbers cannot be right")
    if (count or written) and not (folder / _METADATA).is_file():
        raise _damaged(folder, _METADATA, "it is missing")
    if (folder / _LENGTHS).stat().st_size < 4 * count:
        raise _damaged(folder, _LENGTHS, "it is cut off")
    _check_links(folder, count, 4 * most_above + 4)
    _check_data(folder, count, size, most, (start, label) if thorough else None)


def _check_links(folder: Path, count: int, size: int) -> None:
    data, place = (folder / _LINKS).read_bytes(), 0
    for _ in range(count):
        length = int.from_bytes(data[place : place + 4], "little")
        place += 4 + length
        if length % size or place > len(data):
            raise _damaged(folder, _LINKS, "its lengths cannot be right")
    if count and place != len(data):
        raise _damaged(folder, _LINKS, f"it has {len(data):,} bytes in place of {place:,}")


def _check_data(folder: Path, count: int, size: int, most: int, vector: tuple[int, int] | None) -> None:
    if (folder / _DATA).stat().st_size < count * size:
        raise _damaged(folder, _DATA, "it is cut off")
    if not count:
        return
    table = np.memmap(folder / _DATA, np.uint8, "r", shape=(count, size))
    for first in range(0, count, _BATCH):
        rows = table[first : first + _BATCH]
        links = np.ascontiguousarray(rows[:, : 4 * most + 4])
        numbers = links[:, :2].copy().view("<u2")
        neighbours = links[:, 4:].copy().view("<u4")
        beyond = neighbours >= count
        if (numbers > most).any() or (beyond.any() and (beyond & (np.arange(most) < numbers)).any()):
            raise _damaged(folder, _DATA, "its links lead nowhere")
        if vector is not None:
            vectors = rows[:, slice(*vector)].copy().view("<f4")
            lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))  # in half the time of a norm
            if not ((abs(lengths - 1) < _TOLERANCE) | (lengths == 0)).all():
                raise _damaged(folder, _DATA, "its vectors cannot be right")


def _damaged(folder: Path, name: str, what: str) -> DamagedError:
    return DamagedError(f"{folder.parent.name}/{folder.name}/{name}: {what}")
