"""Postings: for each word, the chunks that have it and how often, in arrays that are mapped into memory.

A segment is a folder of such arrays over some of the chunks. Its files are written once and never changed, so that
generations share them (hard links); a merge of segments is a new one.
"""

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
_BLOCK = 4_000_000  # postings in memory at a time
_READ = 1 << 24  # bytes


class Postings(NamedTuple):
    """The chunks with a word, as positions in the segment in ascending order, and how often header and text have it."""

    places: Array
    headers: Array
    texts: Array


@dataclass(frozen=True, eq=False)
class Segment:
    """The postings of some chunks.

    `numbers` are those of the chunks in the table of chunks, `sizes` their numbers of words, header included. Words are
    in the order of their bytes: word i ends at `ends[i]` in `letters`, and its postings are from `starts[i]` on.
    """

    numbers: Array
    sizes: Array
    letters: Array
    ends: Array
    starts: Array
    places: Array
    headers: Array
    texts: Array

    def __len__(self) -> int:
        """The number of chunks."""
        return len(self.numbers)

    def words(self) -> list[bytes]:
        """All words, in order."""
        letters, ends = self.letters.tobytes(), self.ends.tolist()
        return [letters[start:end] for start, end in zip([0, *ends], ends, strict=False)]

    def postings(self, word: bytes) -> Postings:
        """Those of a word; empty for one that no chunk has."""
        found = self._find(word)
        part = slice(0, 0) if found is None else slice(int(self.starts[found]), int(self.starts[found + 1]))
        return Postings(self.places[part], self.headers[part], self.texts[part])

    def _find(self, word: bytes) -> int | None:
        first, last = 0, len(self.ends)
        while first < last:
            middle = (first + last) // 2
            if self._word(middle) < word:
                first = middle + 1
            else:
                last = middle
        return first if first < len(self.ends) and self._word(first) == word else None

    def _word(self, number: int) -> bytes:
        return bytes(self._letters[int(self.ends[number - 1]) if number else 0 : int(self.ends[number])])

    @cached_property
    def _letters(self) -> memoryview:
        return np.ascontiguousarray(self.letters).data


_HEAD = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '(?P<kind>[<|][iu][1248])', 'fortran_order': False, "
    rb"'shape': \((?P<count>\d{1,18}),\), \} *\n",
    re.DOTALL,
)
_MOST_HEAD = 512  # bytes
_ARRAYS = ("numbers", "sizes", "letters", "ends", "starts", "places", "headers", "texts")


def read_segment(folder: Path) -> Segment:
    """The segment in `folder`, mapped into memory. Raises OSError or ValueError where it cannot be."""
    return Segment(**{name: read_array(folder / f"{name}.npy") for name in _ARRAYS})


def read_array(path: Path) -> Array:
    """An array of one dimension that NumPy wrote, mapped into memory. Raises OSError or ValueError.

    NumPy reads the head of the file with `ast`, which fails in Python 3.11 where two threads do so at once.
    """
    with path.open("rb") as file:
        head = _HEAD.match(file.read(_MOST_HEAD))
    if head is None:
        raise ValueError(f"{path.name} is no array of one dimension")
    kind, count = np.dtype(head["kind"].decode()), int(head["count"])
    if path.stat().st_size != head.end() + count * kind.itemsize:
        raise ValueError(f"{path.name} has another size than it should")
    if not count:
        return np.zeros(0, kind)
    # As a plain array, each part of which takes a quarter of the time of one of a `memmap`.
    return np.memmap(path, kind, "r", head.end(), (count,)).view(np.ndarray)


def checksums(folder: Path) -> dict[str, int]:
    """The CRC-32 of each file of a segment, by name. Raises OSError."""
    return {name: _checksum(folder / f"{name}.npy") for name in _ARRAYS}


def _checksum(path: Path) -> int:
    value = 0
    with path.open("rb") as file:
        while part := file.read(_READ):
            value = zlib.crc32(part, value)
    return value


# writing

Occurrences = Sequence[tuple[int, Sequence[bytes], Sequence[bytes]]]
"""Of each chunk its number, the words of its header and those of its text."""


def segment_of(chunks: Occurrences) -> Segment:
    """The segment of some chunks, in ascending order of their numbers."""
    number_of: dict[bytes, int] = {}
    rows = [number_of.setdefault(word, len(number_of)) for _, *fields in chunks for own in fields for word in own]
    sizes = np.array([(len(header), len(text)) for _, header, text in chunks], np.int64).reshape(len(chunks), 2)
    order = sorted(number_of, key=bytes)
    rank = np.empty(len(order), np.int64)
    rank[[number_of[word] for word in order]] = np.arange(len(order))
    is_text = np.repeat(np.tile([False, True], len(chunks)), sizes.ravel())
    keys = rank[np.array(rows, np.int64)] * len(chunks) + np.repeat(np.arange(len(chunks)), sizes.sum(axis=1))
    found, place = np.unique(keys, return_inverse=True)
    texts = np.bincount(place[is_text], minlength=len(found))
    headers = np.bincount(place[~is_text], minlength=len(found))
    word, places = np.divmod(found, max(1, len(chunks)))
    return Segment(
        numbers=np.array([number for number, *_ in chunks], np.int64),
        sizes=sizes.sum(axis=1).astype(np.uint32),
        **_lettered(order),
        starts=np.searchsorted(word, np.arange(len(order) + 1)).astype(np.int64),
        places=places.astype(np.uint32),
        headers=_small(headers),
        texts=_small(texts),
    )


def _small(counts: Array) -> Array:
    return counts.astype(np.min_scalar_type(int(counts.max(initial=0))))


def _lettered(words: Sequence[bytes]) -> dict[str, Array]:
    ends = np.cumsum([len(word) for word in words], dtype=np.int64)
    return {"letters": np.frombuffer(b"".join(words), np.uint8), "ends": ends}


def write_segment(folder: Path, segment: Segment) -> None:
    """Write a segment into a new `folder`."""
    folder.mkdir(parents=True)
    for name in _ARRAYS:
        np.save(folder / f"{name}.npy", getattr(segment, name), allow_pickle=False)


def merge(folder: Path, segments: Sequence[tuple[Segment, Array]]) -> None:
    """Write the segment of those chunks of `segments` that are kept, a mask for each, into a new `folder`."""
    folder.mkdir(parents=True)
    every = sorted({word for segment, _ in segments for word in segment.words()})
    number_of = {word: number for number, word in enumerate(every)}
    owns = [np.array([number_of[word] for word in segment.words()], np.int64) for segment, _ in segments]
    counts = [_kept_counts(*one) for one in segments]
    totals = np.zeros(len(every), np.int64)
    for own, count in zip(owns, counts, strict=True):
        totals[own] += count
    words = [word for word, total in zip(every, totals.tolist(), strict=True) if total]
    # Words that no chunk has any more have no place; they are counted at the end, where nothing is put.
    places = np.where(totals > 0, np.cumsum(totals > 0) - 1, len(words))
    owns, totals = [places[own] for own in owns], totals[totals > 0]
    starts = np.concatenate([[0], np.cumsum(totals)])
    kept = {"numbers": np.int64, "sizes": np.uint32}
    parts = {name: np.concatenate([getattr(one, name)[mask] for one, mask in segments]) for name in kept}
    for name, values in {**parts, **_lettered(words), "starts": starts}.items():
        np.save(folder / f"{name}.npy", values, allow_pickle=False)
    types = {
        name: np.result_type(*(getattr(one, name) for one, _ in segments)) for name in ("places", "headers", "texts")
    }
    shape = (int(starts[-1]),)
    out = {name: _new_array(folder / f"{name}.npy", kind, shape) for name, kind in types.items()}
    _move(segments, owns, counts, starts.copy(), out)


def _new_array(path: Path, kind: np.dtype[Any], shape: tuple[int]) -> Array:
    if not shape[0]:  # nothing cannot be mapped
        np.save(path, np.zeros(0, kind), allow_pickle=False)
        return np.zeros(0, kind)
    array: Array = np.lib.format.open_memmap(path, "w+", dtype=kind, shape=shape)
    return array


def _move(
    segments: Sequence[tuple[Segment, Array]],
    owns: Sequence[Array],
    counts: Sequence[Array],
    free: Array,
    out: Mapping[str, Array],
) -> None:
    """Put the postings of the segments in `out`; `free` is where the next posting of each word goes."""
    first = 0
    for (segment, mask), own, count in zip(segments, owns, counts, strict=True):
        moved = np.cumsum(mask) - 1 + first
        for words, part in _blocks(segment):
            kept = mask[segment.places[part]]
            numbers = count[words]
            within = np.arange(int(numbers.sum())) - np.repeat(np.cumsum(numbers) - numbers, numbers)
            to = np.repeat(free[own[words]], numbers) + within
            out["places"][to] = moved[segment.places[part][kept]]
            for name in ("headers", "texts"):
                out[name][to] = getattr(segment, name)[part][kept]
        free[own] += count
        first += int(mask.sum())


def _kept_counts(segment: Segment, mask: Array) -> Array:
    """The number of postings of each word that are of chunks that are kept."""
    if mask.all():
        return np.diff(segment.starts)
    counts = [np.zeros(0, np.int64)]
    for words, part in _blocks(segment):
        sums = np.concatenate([[0], np.cumsum(mask[segment.places[part]])])
        starts = segment.starts[words.start : words.stop + 1] - part.start
        counts.append(np.diff(sums[starts]))
    return np.concatenate(counts)


def _blocks(segment: Segment) -> Iterator[tuple[slice, slice]]:
    """The words of a segment in runs with some millions of postings, each with the slice of those."""
    first, words = 0, len(segment.ends)
    while first < words:
        end = int(np.searchsorted(segment.starts, segment.starts[first] + _BLOCK, "right")) - 1
        last = min(max(end, first + 1), words)
        yield slice(first, last), slice(int(segment.starts[first]), int(segment.starts[last]))
        first = last
