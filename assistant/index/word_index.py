"""Search by words: BM25 over postings, with the scores that SQLite's full-text index gives (its `bm25`).

Exact, but it reads no more than it has to: once the best chunks by the rarer words are too far ahead for any other to
catch up by the common ones, these are looked up for the best only (MaxScore, Turtle and Flood 1995).
"""

import json
import math
import os
import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.index.damage import reason_of
from assistant.index.postings import (
    Array,
    Postings,
    Segment,
    checksums,
    merge,
    read_segment,
    segment_of,
    write_segment,
)
from assistant.index.tokens import Tokens

FOLDER = "words"
_LIST = "segments.json"
_K1, _B = 1.2, 0.75  # of SQLite's bm25
_LEAST_IDF = 1e-6  # likewise: of words in more than half of all chunks
_GONE = -1  # in the place of the number of a chunk that the generation does not have
_SLACK = 1e-9  # for sums of the same numbers in another order
_GROWTH = 2  # a segment that is not that many times as large as the one after it is merged with that
_MOST_DEAD = 0.25  # share of a segment's chunks from which it is written anew
_BATCH = 20_000  # chunks of a segment as it is first written
Weights = tuple[float, float]
"""How much a word in the header of a chunk counts, and one in its text."""
PLAIN: Weights = (1.0, 1.0)


@dataclass(frozen=True, eq=False)
class Part:
    """A segment with the mask of its chunks that are in the generation; the first of them has the number `first`."""

    name: str
    segment: Segment
    alive: NDArray[np.bool_]
    first: int

    def postings(self, word: bytes) -> Postings:
        """The postings of a word in the generation."""
        found = self.segment.postings(word)
        if self.is_whole:
            return found
        kept = self.alive[found.places]
        return Postings(found.places[kept], found.headers[kept], found.texts[kept])

    @property
    def is_whole(self) -> bool:
        """Whether the generation has all its chunks."""
        return bool(self.alive.all())


class WordIndex:
    """The postings of a generation. Chunks are known by their number in the table of chunks."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        self.chunks = sum(int(part.alive.sum()) for part in parts)
        tokens = sum(int(part.segment.sizes[part.alive].sum(dtype=np.int64)) for part in parts)
        mean = tokens / self.chunks if self.chunks else 1.0
        self._norms = np.concatenate(
            [np.zeros(0), *(_K1 * (1 - _B + _B * part.segment.sizes / mean) for part in parts)]
        )
        numbers = (np.where(part.alive, part.segment.numbers, _GONE) for part in parts)
        self._numbers = np.concatenate([np.zeros(0, np.int64), *numbers])
        self.postings = lru_cache(maxsize=512)(self._postings)

    def numbers(self) -> Array:
        """The numbers of all its chunks."""
        return self._numbers[self._numbers != _GONE]

    def frequency(self, word: bytes) -> int:
        """The number of chunks with a word."""
        return sum(len(part.postings(word).places) for part in self._parts)

    def vocabulary(self) -> list[str]:
        """All words, in order."""
        words = {word for part in self._parts for word in part.segment.words()}
        if not all(part.is_whole for part in self._parts):
            words = {word for word in words if self.frequency(word)}
        return [word.decode() for word in sorted(words)]

    def _postings(self, word: bytes) -> Postings:
        """The postings of a word over all parts; places are counted through them."""
        found = [part.postings(word) for part in self._parts]
        if len(found) == 1:
            return found[0]
        places = [part.first + one.places.astype(np.int64) for part, one in zip(self._parts, found, strict=True)]
        return Postings(
            np.concatenate([np.zeros(0, np.int64), *places]),
            np.concatenate([np.zeros(0, np.uint16), *(one.headers for one in found)]),
            np.concatenate([np.zeros(0, np.uint16), *(one.texts for one in found)]),
        )

    def term(self, word: bytes, weights: Weights = PLAIN) -> "Term":
        """A word to look for."""
        found = self.postings(word)
        idf = math.log((self.chunks - len(found.places) + 0.5) / (len(found.places) + 0.5))
        return Term(found, idf if idf > 0 else _LEAST_IDF, weights, self._norms)

    def phrase(self, scores: dict[int, float]) -> "Scored":
        """A phrase to look for, whose score is known of each chunk that has it."""
        numbers = np.fromiter(scores, np.int64, len(scores))
        places = self._places(numbers)
        order = np.argsort(places)
        return Scored(places[order], np.fromiter(scores.values(), float, len(scores))[order])

    @cached_property
    def _order(self) -> Array:
        """The places in ascending order of their numbers."""
        return np.argsort(self._numbers, kind="stable")

    def best(
        self, terms: Sequence["Term | Scored"], k: int | None, among: Array | None = None
    ) -> tuple[Array, Array]:
        """The numbers and scores of the chunks with any of `terms`, best first: at least the k best, and their equals.

        All of them for None. With `among` only chunks with these numbers. The scores are sums in the order of `terms`.
        """
        candidates = self._candidates(terms, k, None if among is None else self._mask(among))
        scores = np.zeros(len(candidates))
        for term in terms:
            scores += term.scores_of(candidates)
        if k is not None and len(scores) > k:
            least = np.partition(scores, len(scores) - k)[len(scores) - k]
            candidates, scores = candidates[scores >= least], scores[scores >= least]
        order = np.argsort(-scores, kind="stable")
        return self._numbers[candidates[order]], scores[order]

    def _mask(self, numbers: Array) -> NDArray[np.bool_]:
        """The mask of the places of the chunks with these numbers."""
        mask = np.zeros(len(self._numbers), bool)
        mask[self._places(numbers)] = True
        return mask

    def _places(self, numbers: Array) -> Array:
        return self._order[np.searchsorted(self._numbers, numbers, sorter=self._order)] if len(numbers) else numbers

    def _candidates(
        self, terms: Sequence["Term | Scored"], k: int | None, mask: NDArray[np.bool_] | None
    ) -> Array:
        """The places of all chunks that may be among the k best of those of `mask`."""
        ordered = sorted(terms, key=lambda term: len(term.places))
        rest = np.cumsum([term.most for term in reversed(ordered)])[::-1]
        sums = np.zeros(len(self._numbers))
        for term, behind in zip(ordered, [*rest[1:], 0.0], strict=True):
            sums[term.places] += term.scores()
            if k is not None and behind and (found := _ahead(sums, k, float(behind), mask)) is not None:
                return found
        return np.flatnonzero(sums if mask is None else sums * mask)


def _ahead(sums: Array, k: int, behind: float, mask: NDArray[np.bool_] | None) -> Array | None:
    """The places that may be among the k best if no other can be, as all that is missing is `behind`; else None."""
    far = sums > behind * (1 + _SLACK)
    places = np.flatnonzero(far if mask is None else far & mask)
    if len(places) < k:
        return None
    own = sums[places]
    least = np.partition(own, len(own) - k)[len(own) - k]
    # What has none of the words so far can come to `behind` at most, which is less than the least of these k.
    every = np.flatnonzero(sums if mask is None else sums * mask)
    return every[sums[every] + behind >= least - _SLACK * (1 + least)]


class Term:
    """A word to look for: its chunks, and how much it adds to the score of each."""

    def __init__(self, postings: Postings, idf: float, weights: Weights, norms: Array) -> None:
        self.places, self._postings = postings.places, postings
        self._idf, self._weights, self._norms = idf, weights, norms
        self.most = idf * (_K1 + 1.0) if len(self.places) else 0.0

    def scores(self) -> Array:
        """What the word adds to each of its chunks."""
        return self._scored(slice(None))

    def _scored(self, part: slice | Array) -> Array:
        header, text = self._weights
        often = self._postings.headers[part] * header + self._postings.texts[part] * text
        return np.asarray(self._idf * ((often * (_K1 + 1.0)) / (often + self._norms[self.places[part]])))

    def scores_of(self, places: Array) -> Array:
        """What the word adds to the chunks at `places`."""
        scores = np.zeros(len(places))
        where, has = _located(self.places, places)
        scores[has] = self._scored(where[has])
        return scores


class Scored:
    """A phrase to look for, with what it adds to each of its chunks."""

    def __init__(self, places: Array, values: Array) -> None:
        self.places, self._values = places, values
        self.most = float(values.max()) if len(values) else 0.0

    def scores(self) -> Array:
        """What it adds to each of its chunks."""
        return self._values

    def scores_of(self, places: Array) -> Array:
        """What it adds to the chunks at `places`."""
        scores = np.zeros(len(places))
        where, has = _located(self.places, places)
        scores[has] = self._values[where[has]]
        return scores


def _located(among: Array, places: Array) -> tuple[Array, Array]:
    """Where each of `places` is in `among`, both ascending, and the mask of those that are there."""
    where = np.searchsorted(among, places.astype(among.dtype, copy=False))
    has = where < len(among)
    has[has] = among[where[has]] == places[has]
    return where, has


# files


def read_parts(folder: Path) -> list[Part]:
    """The segments of the generation in `folder`. Raises OSError or ValueError for what cannot be read."""
    parts, first = list[Part](), 0
    for listed in _listed(folder):
        name = str(listed["name"])
        segment = read_segment(folder / FOLDER / name)
        if [len(segment), len(segment.places)] != [listed["chunks"], listed["postings"]]:
            raise ValueError(f"segment {name} has another size than it is listed with")
        parts.append(Part(name, segment, _alive(folder, name, len(segment)), first))
        first += len(segment)
    return parts


def _listed(folder: Path) -> list[dict[str, Any]]:
    listed = json.loads((folder / FOLDER / _LIST).read_text(encoding="utf-8"))["segments"]
    if not isinstance(listed, list):
        raise ValueError("the list of its segments cannot be right")
    return listed


def _alive(folder: Path, name: str, count: int) -> NDArray[np.bool_]:
    alive = np.ones(count, bool)
    path = folder / FOLDER / f"{name}-gone.npy"
    if path.exists():
        alive[np.load(path, allow_pickle=False)] = False
    return alive


def read_words(folder: Path) -> WordIndex | None:
    """The postings of the generation in `folder`; None where it has none, as an older one, or they are damaged."""
    with suppress(OSError, ValueError, KeyError, TypeError, IndexError):
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
            for listed in _listed(folder):
                if checksums(folder / FOLDER / str(listed["name"])) != listed["checksums"]:
                    return f"{FOLDER}/{listed['name']}: its bytes are not those that were written"
            if not np.array_equal(np.sort(WordIndex(parts).numbers()), np.sort(np.array([*numbers()], np.int64))):
                return f"{FOLDER}: it is of other chunks"
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        return f"{FOLDER}: {reason_of(error)}"
    return None


def share(old: Path, new: Path) -> None:
    """Let the new generation in the folder `new` have the postings of that in `old`: their files never change."""
    if fault(old) is not None or not (old / FOLDER).exists():
        return
    shutil.copytree(old / FOLDER, new / FOLDER, copy_function=_linked)


def _linked(old: str, new: str) -> None:
    if Path(old).name == _LIST or Path(old).name.endswith("-gone.npy"):
        shutil.copy2(old, new)
        return
    try:
        os.link(old, new)
    except OSError:  # a file system without links
        shutil.copy2(old, new)


Rows = Iterator[tuple[int, str, str]]
"""The number of each chunk with its header and text as they are in the full-text index, in ascending order."""


class WordDraft:
    """The postings of a draft in `folder`; the chunks that were added and removed are told, and applied together."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._tokens = folder, Tokens()
        self._added, self._removed = set[int](), set[int]()
        self._anew = not (folder / FOLDER / _LIST).exists()

    @property
    def is_current(self) -> bool:
        """Whether nothing was added or removed since it was written."""
        return not (self._added or self._removed or self._anew)

    def add(self, number: int) -> None:
        """Tell of a new chunk."""
        self._added.add(number)

    def remove(self, numbers: Collection[int]) -> None:
        """Tell of chunks that are gone."""
        self._removed |= set(numbers) - self._added
        self._added -= set(numbers)

    def clear(self) -> None:
        """Tell that all chunks are gone."""
        self._anew = True
        self._added.clear()
        self._removed.clear()

    def write(self, rows: Callable[[Collection[int] | None], Rows]) -> WordIndex:
        """Write what changed; `rows` gives the chunks with these numbers, or all for None."""
        folder = self._folder / FOLDER
        if self._anew:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        parts = [] if self._anew else read_parts(self._folder)
        listed = {} if self._anew else {str(one["name"]): one for one in _listed(self._folder)}
        kept = [(part.name, part.segment, self._without_removed(part)) for part in parts]
        for segment in self._segments(rows(None if self._anew else self._added)):
            kept.append((self._named(segment), segment, np.ones(len(segment), bool)))
        kept = self._merged(kept)
        for path in folder.iterdir():
            if path.is_dir() and path.name not in {name for name, *_ in kept}:
                shutil.rmtree(path)
        for path in folder.glob("*-gone.npy"):
            path.unlink()
        for name, _, alive in kept:
            if not alive.all():
                np.save(folder / f"{name}-gone.npy", np.flatnonzero(~alive), allow_pickle=False)
        segments = [listed.get(name) or _listing(folder / name, name, segment) for name, segment, _ in kept]
        (folder / _LIST).write_text(json.dumps({"segments": segments}), encoding="utf-8")
        self._added, self._removed, self._anew = set(), set(), False
        return WordIndex(read_parts(self._folder))

    def _without_removed(self, part: Part) -> NDArray[np.bool_]:
        gone = np.isin(part.segment.numbers, np.fromiter(self._removed, np.int64, len(self._removed)))
        return np.asarray(part.alive & ~gone)

    def _segments(self, rows: Rows) -> Iterator[Segment]:
        batch = list[tuple[int, list[bytes], list[bytes]]]()
        for number, header, text in rows:
            batch.append((number, self._tokens.of(header), self._tokens.of(text)))
            if len(batch) == _BATCH:
                yield segment_of(batch)
                batch = []
        if batch:
            yield segment_of(batch)

    def _named(self, segment: Segment) -> str:
        name = self._next_name()
        write_segment(self._folder / FOLDER / name, segment)
        return name

    def _next_name(self) -> str:
        numbers = (int(path.name) for path in (self._folder / FOLDER).glob("[0-9]*") if path.name.isdigit())
        return f"{max(numbers, default=0) + 1:06d}"

    def _merged(self, kept: list[tuple[str, Segment, NDArray[np.bool_]]]) -> list[tuple[str, Segment, NDArray[np.bool_]]]:
        """The segments, of which each is much larger than the next: small ones are merged."""
        done = list[tuple[str, Segment, NDArray[np.bool_]]]()
        together = list[tuple[str, Segment, NDArray[np.bool_]]]()
        for one in kept:
            together = [one]
            while done and int(done[-1][2].sum()) < _GROWTH * sum(int(alive.sum()) for *_, alive in together):
                together.insert(0, done.pop())
            is_worn = len(together) == 1 and one[2].mean() < 1 - _MOST_DEAD
            done += [self._one_of(together)] if len(together) > 1 or is_worn else together
        return [one for one in done if len(one[1])]

    def _one_of(self, segments: Sequence[tuple[str, Segment, NDArray[np.bool_]]]) -> tuple[str, Segment, NDArray[np.bool_]]:
        name = self._next_name()
        merge(self._folder / FOLDER / name, [(segment, alive) for _, segment, alive in segments])
        merged = read_segment(self._folder / FOLDER / name)
        return name, merged, np.ones(len(merged), bool)


def _listing(folder: Path, name: str, segment: Segment) -> dict[str, Any]:
    return {
        "name": name,
        "chunks": len(segment),
        "postings": len(segment.places),
        "checksums": checksums(folder),
    }
