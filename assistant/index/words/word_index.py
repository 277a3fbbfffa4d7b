"""Search by words: BM25 over postings, with the scores that SQLite's full-text index gives (its `bm25`).

Exact, but it reads no more than it has to: once the best chunks by the rarer words are too far ahead for any other to
catch up by the common ones, these are looked up for the best only (MaxScore, Turtle and Flood 1995).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from assistant.index.words.postings import Array, Postings, Segment

_K1, _B = 1.2, 0.75  # of SQLite's bm25
_LEAST_IDF = 1e-6  # likewise: of words in more than half of all chunks
_GONE = -1  # in the place of the number of a chunk that the generation does not have
_SLACK = 1e-9  # for sums of the same numbers in another order
Mask = NDArray[np.bool_]
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
        found: Array = self._numbers[self._numbers != _GONE]
        return found

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

    def best(self, terms: Sequence["Term | Scored"], k: int | None, mask: Mask | None = None) -> tuple[Array, Array]:
        """The numbers and scores of the chunks with any of `terms`, best first: at least the k best, and their equals.

        All of them for None. With a `mask` only chunks of it. The scores are sums in the order of `terms`.
        """
        candidates = self._candidates(terms, k, mask)
        scores = np.zeros(len(candidates))
        for term in terms:
            scores += term.scores_of(candidates)
        if k is not None and len(scores) > k:
            least = np.partition(scores, len(scores) - k)[len(scores) - k]
            candidates, scores = candidates[scores >= least], scores[scores >= least]
        order = np.argsort(-scores, kind="stable")
        return self._numbers[candidates[order]], scores[order]

    def mask(self, numbers: Array) -> Mask:
        """The mask of the chunks with these numbers, for `best`."""
        mask = np.zeros(len(self._numbers), bool)
        mask[self._places(numbers)] = True
        return mask

    def _places(self, numbers: Array) -> Array:
        return self._order[np.searchsorted(self._numbers, numbers, sorter=self._order)] if len(numbers) else numbers

    def _candidates(self, terms: Sequence["Term | Scored"], k: int | None, mask: Mask | None) -> Array:
        """The places of all chunks that may be among the k best of those of `mask`."""
        ordered = sorted(terms, key=lambda term: len(term.places))
        rest = np.cumsum([term.most for term in reversed(ordered)])[::-1]
        sums, most = np.zeros(len(self._numbers)), 0.0
        for number, term in enumerate(ordered, 1):
            sums[term.places] += term.scores()
            most += term.most
            behind = float(rest[number]) if number < len(ordered) else 0.0
            # No sum is above the `most` so far: before that is above what is behind, none can be ahead.
            if k is not None and 0 < behind < most and (found := _ahead(sums, k, behind, mask)) is not None:
                return _narrowed(found, sums[found], k, ordered[number:])
        return np.flatnonzero(sums if mask is None else sums * mask)


def _narrowed(places: Array, sums: Array, k: int, terms: Sequence["Term | Scored"]) -> Array:
    """Those of `places`, with `sums` so far, that may be among the k best once all of `terms` are added."""
    rest = [*np.cumsum([term.most for term in reversed(terms)])[::-1][1:].tolist(), 0.0]
    for term, behind in zip(terms, rest, strict=True):
        sums = sums + term.scores_of(places)
        least = np.partition(sums, len(sums) - k)[len(sums) - k]
        near = sums + behind >= least - _SLACK * (1 + least)
        places, sums = places[near], sums[near]
    return places


def _ahead(sums: Array, k: int, behind: float, mask: Mask | None) -> Array | None:
    """The places that may be among the k best if no other can be, as all that is missing is `behind`; else None."""
    far = sums > behind * (1 + _SLACK)
    places = np.flatnonzero(far if mask is None else far & mask)
    if len(places) < k:
        return None
    own = sums[places]
    least = np.partition(own, len(own) - k)[len(own) - k]
    # What has none of the words so far can come to `behind` at most, which is less than the least of these k.
    every = np.flatnonzero(sums if mask is None else sums * mask)
    near: Array = every[sums[every] + behind >= least - _SLACK * (1 + least)]
    return near


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
