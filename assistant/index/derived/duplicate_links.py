"""Links between near-duplicates, found by bands of signatures (locality-sensitive hashing) and then compared in full.

Two articles are compared when they share a band and at most 31 others with that band lie between their ids: more with
one band are boilerplate. So which are compared hangs on what the corpus is, not on how it came to be, and of articles
that came or went only those around them in a band have to be looked at again.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

MIN_SHINGLES = 20  # a line or two may be similar by chance
_MIN_SIMILARITY = 0.6  # Jaccard, from which two texts are near-duplicates
_MIN_CONTAINMENT = 0.8  # share of the shorter text in the longer, from which it is a shortened version
# 42 bands of 3 find 68% of the pairs with similarity 0.3, 94% with 0.4, 99.7% with 0.5.
_BANDS, _ROWS = 42, 3
_MAX_IN_BAND = 32  # following articles that each is compared with
_LENGTH = 129  # numbers of a signature, of which the first is the number of runs of words
_BATCH = 100_000  # pairs compared at a time
Signatures = NDArray[np.uint32]
"""Signatures (articles, 128), or a band of them (articles, 3)."""
Rows = NDArray[np.int64]
Sizes = NDArray[np.float64]
Mask = NDArray[np.bool_]
Link = tuple[str, str]
"""The ids of two near-duplicates, the smaller first."""


def is_long_enough(bits: bytes) -> bool:
    """Whether a text with this signature is long enough to be a near-duplicate."""
    return int.from_bytes(bits[:4], "little") >= MIN_SHINGLES


def are_duplicates(similarity: Sizes, first: Sizes, second: Sizes) -> Mask:
    """Of pairs of texts with this Jaccard similarity and so many runs of words, whether they are near-duplicates."""
    # |A and B| = J / (1 + J) * (|A| + |B|)
    common = similarity / (1 + similarity) * (first + second)
    return (similarity >= _MIN_SIMILARITY) | (common / np.minimum(first, second) >= _MIN_CONTAINMENT)


def updated_links(
    held: Collection[Link], before: Mapping[str, bytes], after: Mapping[str, bytes]
) -> tuple[set[Link], set[Link]]:
    """The links that came and those that went, as the signatures of all articles went from `before` to `after`.

    `held` are all links of `before`. With none before, all links of `after` come.
    """
    table = _table(before, after)
    kept = table.unchanged(held)
    gained, lost = (np.unique(np.concatenate(pairs)) for pairs in zip(*_moved_pairs(table), strict=True))
    crowded = kept[np.isin(kept, lost)]
    crowded = crowded[~_in_reach(table, crowded)]
    stay = table.links(kept) - table.links(crowded)
    came = table.links(_duplicates_of(table, gained)) - stay
    return came - set(held), set(held) - stay - came


@dataclass(frozen=True)
class _Table:
    """The articles before and after, by id; one whose text changed is there twice."""

    ids: Sequence[str]
    signatures: NDArray[np.uint32]
    old: Mask
    new: Mask

    def links(self, pairs: Rows) -> set[Link]:
        """The links between pairs of rows, given as first * rows + second."""
        first, second = np.divmod(pairs, max(1, len(self.ids)))
        return {(self.ids[one], self.ids[other]) for one, other in zip(first.tolist(), second.tolist(), strict=True)}

    def unchanged(self, links: Collection[Link]) -> Rows:
        """The pairs of rows of those of `links` whose articles are the same before and after."""
        same = self.old & self.new
        rows = {name: row for row, name in enumerate(self.ids) if same[row]}
        pairs = (rows[one] * len(self.ids) + rows[other] for one, other in links if one in rows and other in rows)
        return np.fromiter(pairs, np.int64)

    @cached_property
    def values(self) -> Signatures:
        return self.signatures[:, 1:]

    @cached_property
    def sizes(self) -> Sizes:
        return self.signatures[:, 0].astype(np.float64)

    def band(self, number: int) -> Signatures:
        return self.values[:, number * _ROWS : (number + 1) * _ROWS]


def _table(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> _Table:
    rows = list[tuple[str, bytes, bool, bool]]()
    for name in sorted(before.keys() | after.keys()):
        then, now = before.get(name), after.get(name)
        if then == now and then is not None:
            rows.append((name, then, True, True))
        else:
            rows += [(name, bits, bits is then, bits is now) for bits in (then, now) if bits is not None]
    rows = [row for row in rows if is_long_enough(row[1])]
    bits = np.frombuffer(b"".join(row[1] for row in rows), "<u4").reshape(len(rows), _LENGTH)
    old, new = (np.array([row[column] for row in rows], bool) for column in (2, 3))
    return _Table([row[0] for row in rows], bits, old, new)


def _moved_pairs(table: _Table) -> Iterator[tuple[Rows, Rows]]:
    """The pairs that came to be compared, and those that ceased to be: of each band, as first * rows + second."""
    changed = table.old != table.new
    for number in range(_BANDS):
        ranked, bucket = _buckets(table.band(number), changed)
        old, new = table.old[ranked], table.new[ranked]
        places = [np.cumsum(mask, dtype=np.int64) for mask in (old, new)]
        gained = _within_reach(np.flatnonzero(new), bucket, ~old, places[0])
        lost = _within_reach(np.flatnonzero(old), bucket, np.zeros(len(old), bool), places[1])
        yield _codes(ranked, gained, len(table.ids)), _codes(ranked, lost, len(table.ids))


def _buckets(band: Signatures, wanted: Mask) -> tuple[Rows, Rows]:
    """The rows that have the band of any of the `wanted` ones, by band and id, and the number of the band of each."""
    # By one number first, as that is compared faster than three.
    mixed = band[:, 0].astype(np.uint64) << np.uint64(32) | band[:, 1]
    mixed = mixed ^ (band[:, 2].astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))
    looked_for = np.unique(mixed[wanted])
    if not len(looked_for):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    found = np.minimum(np.searchsorted(looked_for, mixed), len(looked_for) - 1)
    rows = np.flatnonzero(looked_for[found] == mixed)
    ranked = rows[np.lexsort(band[rows].T[::-1])]
    differs = (band[ranked[1:]] != band[ranked[:-1]]).any(axis=1)
    return ranked, np.concatenate([[0], np.cumsum(differs)])


def _within_reach(rows: Rows, bucket: Rows, alone: Mask, places: Rows) -> list[tuple[Rows, Rows]]:
    """The pairs of `rows` that are near enough in their band, and by `places`, those among the others, are not.

    Those with one that is `alone`, which has no place among the others, are given always.
    """
    pairs = list[tuple[Rows, Rows]]()
    for step in range(1, min(_MAX_IN_BAND, len(rows) - 1) + 1):
        first, second = rows[:-step], rows[step:]
        same = bucket[first] == bucket[second]
        if not same.any():
            break
        far = places[second] - places[first] > _MAX_IN_BAND
        fitting = same & (far | alone[first] | alone[second])
        pairs.append((first[fitting], second[fitting]))
    return pairs


def _codes(ranked: Rows, pairs: Sequence[tuple[Rows, Rows]], count: int) -> Rows:
    return np.concatenate([ranked[:0], *(ranked[first] * count + ranked[second] for first, second in pairs)])


def _duplicates_of(table: _Table, pairs: Rows) -> Rows:
    """Those of `pairs` that are near-duplicates."""
    found = [pairs[:0]]
    for start in range(0, len(pairs), _BATCH):
        batch = pairs[start : start + _BATCH]
        first, second = np.divmod(batch, len(table.ids))
        similarity = (table.values[first] == table.values[second]).mean(axis=1)
        found.append(batch[are_duplicates(similarity, table.sizes[first], table.sizes[second])])
    return np.concatenate(found)


def _in_reach(table: _Table, pairs: Rows) -> Mask:
    """Whether each of `pairs`, of unchanged articles, is near enough in any band after the change."""
    found = np.zeros(len(pairs), bool)
    first, second = np.divmod(pairs, max(1, len(table.ids)))
    wanted = np.zeros(len(table.ids), bool)
    wanted[first] = True
    for number in range(_BANDS if len(pairs) else 0):
        band = table.band(number)
        ranked, _ = _buckets(band, wanted)
        places = np.cumsum(table.new[ranked], dtype=np.int64)[np.argsort(ranked)]
        ranked = np.sort(ranked)
        near = _places(ranked, places, second) - _places(ranked, places, first) <= _MAX_IN_BAND
        found |= (band[first] == band[second]).all(axis=1) & near
    return found


def _places(rows: Rows, places: Rows, wanted: Rows) -> Rows:
    """The places of the `wanted` ones of `rows`, which are sorted; of others any."""
    return places[np.minimum(np.searchsorted(rows, wanted), len(rows) - 1)]
