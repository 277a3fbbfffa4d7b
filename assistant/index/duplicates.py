"""Near-duplicates: articles with nearly the same text, such as a wire story in several papers.

Each article has a signature (MinHash, after Broder 1997), by which texts are compared without reading them. Candidate
pairs share a band of their signatures (locality-sensitive hashing) and are then compared in full.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha1
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.articles import Article, Filters
from assistant.index.article_store import ArticleStore
from assistant.index.derived import DerivedFile
from assistant.text import split_words
from assistant.utils import batches

_SHINGLE = 5  # words
_PERMUTATIONS = 128
_SEED = 1
_MIN_SHINGLES = 20  # a line or two may be similar by chance
_MIN_SIMILARITY = 0.6  # Jaccard, from which two texts are near-duplicates
_MIN_CONTAINMENT = 0.8  # share of the shorter text in the longer, from which it is a shortened version
# 42 bands of 3 find 68% of the pairs with similarity 0.3, 94% with 0.4, 99.7% with 0.5.
_BANDS, _ROWS = 42, 3
_MAX_IN_BAND = 32  # following articles that each is compared with; more with one band are boilerplate
_BATCH = 100_000
Signatures = NDArray[np.uint32]
"""Signatures (articles, 128), or a band of them (articles, 3)."""
Rows = NDArray[np.int64]
Sizes = NDArray[np.float64]


def signature(article: Article) -> bytes:
    """The signature of an article's text: 516 bytes, the same on every machine and version.

    Little-endian 32-bit numbers: the number of distinct runs of 5 words, then the 128 MinHash values.
    """
    runs = shingles(article.text)
    return np.array([len(runs), *_minhash(runs)], dtype="<u4").tobytes()


def shingles(text: str) -> list[str]:
    """The distinct runs of 5 words of a text, sorted."""
    words = split_words(text)
    return sorted({" ".join(words[start : start + _SHINGLE]) for start in range(len(words) - _SHINGLE + 1)})


def _minhash(runs: Sequence[str]) -> Signatures:
    """The 128 smallest values that the runs come to under 128 permutations: `affine32` of datasketch, with seed 1.

    Its own function, as importing datasketch takes every refresh half a second of processor time.
    """
    factors, offsets = _permutations()
    smallest = np.full(_PERMUTATIONS, 0xFFFFFFFF, np.uint32)
    for part in batches(runs, _BATCH // _PERMUTATIONS):
        digests = (sha1(run.encode()).digest()[:4] for run in part)
        values = np.frombuffer(b"".join(digests), "<u4").astype(np.uint32)
        for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35), (16, 1)):  # the finalizer of MurmurHash3
            values = (values ^ (values >> np.uint32(shift))) * np.uint32(factor)
        np.minimum(smallest, (values[:, None] * factors + offsets).min(axis=0), out=smallest)
    return smallest


@lru_cache(maxsize=1)
def _permutations() -> tuple[Signatures, Signatures]:
    random = np.random.RandomState(_SEED)  # its numbers are the same in every version
    factors = random.randint(0, 1 << 31, _PERMUTATIONS, np.uint32) * np.uint32(2) + np.uint32(1)
    return factors, random.randint(0, 1 << 32, _PERMUTATIONS, np.uint32)


def duplicate_groups(signatures: Mapping[str, bytes]) -> dict[str, str]:
    """The group of each article that has near-duplicates, named by the smallest id in it.

    Two articles are near-duplicates when their texts are similar (estimated Jaccard similarity of 0.6 or more) or one
    contains nearly all of the other (0.8), as with the shortened version of a wire story. Groups are transitive.
    """
    ids = sorted(
        article_id for article_id, bits in signatures.items() if int.from_bytes(bits[:4], "little") >= _MIN_SHINGLES
    )
    if len(ids) < 2:
        return {}
    table = np.frombuffer(b"".join(signatures[article_id] for article_id in ids), dtype="<u4").reshape(len(ids), -1)
    leaders = list(range(len(ids)))
    for pair in _duplicate_pairs(table[:, 1:], table[:, 0].astype(np.float64)):
        smaller, larger = sorted(_leader(leaders, row) for row in pair)
        leaders[larger] = smaller
    groups = [_leader(leaders, row) for row in range(len(ids))]
    shared = {leader for row, leader in enumerate(groups) if leader != row}
    return {ids[row]: ids[leader] for row, leader in enumerate(groups) if leader in shared}


def _leader(leaders: list[int], row: int) -> int:
    while leaders[row] != row:
        leaders[row] = leaders[leaders[row]]
        row = leaders[row]
    return row


def _duplicate_pairs(values: Signatures, sizes: Sizes) -> Iterator[tuple[int, int]]:
    pairs = _candidates(values)
    for start in range(0, len(pairs), _BATCH):
        first, second = np.divmod(pairs[start : start + _BATCH], len(values))
        similarity = (values[first] == values[second]).mean(axis=1)
        duplicate = _are_duplicates(similarity, sizes[first], sizes[second])
        yield from zip(first[duplicate].tolist(), second[duplicate].tolist(), strict=True)


def _are_duplicates(similarity: Sizes, first: Sizes, second: Sizes) -> NDArray[np.bool_]:
    """Of pairs of texts with this Jaccard similarity and so many runs of words, whether they are near-duplicates."""
    # |A and B| = J / (1 + J) * (|A| + |B|)
    common = similarity / (1 + similarity) * (first + second)
    return (similarity >= _MIN_SIMILARITY) | (common / np.minimum(first, second) >= _MIN_CONTAINMENT)


def _candidates(values: Signatures) -> Rows:
    """Each pair of rows that share a band, once, as first * rows + second.

    By sorting, as datasketch's MinHashLSH takes 8 s to insert 60,000 signatures and this compares them in 2 s.
    """
    bands = (values[:, start : start + _ROWS] for start in range(0, _BANDS * _ROWS, _ROWS))
    return np.unique(np.concatenate([_same_band(band) for band in bands]))


def _same_band(band: Signatures) -> Rows:
    order = np.lexsort(band.T[::-1])
    ranked = band[order]
    pairs = [order[:0]]
    for step in range(1, min(_MAX_IN_BAND, len(band))):
        equal = np.flatnonzero((ranked[step:] == ranked[:-step]).all(axis=1))
        if not equal.size:
            break
        pairs.append(order[equal] * len(band) + order[equal + step])
    return np.concatenate(pairs)


def other_publications(article: Article, duplicates: Sequence[Article]) -> tuple[str, ...]:
    """The other publications that carried `article`, by its `duplicates`, earliest first."""
    ordered = sorted(duplicates, key=lambda copy: copy.published.timestamp() if copy.published else math.inf)
    return tuple(dict.fromkeys(copy.source for copy in ordered if copy.source and copy.source != article.source))


_SCHEMA = """
CREATE TABLE IF NOT EXISTS stories (
    article_id TEXT PRIMARY KEY, digest TEXT NOT NULL, signature BLOB NOT NULL,
    story TEXT                                 -- NULL for an article without near-duplicates
);
"""
FILE = DerivedFile("near_duplicates.sqlite", "stories", _SCHEMA)


@dataclass(frozen=True)
class DuplicateGroups:
    """Groups of near-duplicates: `group_of` maps the id of an article to its group."""

    group_of: Mapping[str, str]

    @cached_property
    def _members(self) -> Mapping[str, list[str]]:
        members: dict[str, list[str]] = defaultdict(list)
        for article_id, group in self.group_of.items():
            members[group].append(article_id)
        return members

    def group(self, article_id: str) -> str:
        """The group of an article; its own id when it has no near-duplicates."""
        return self.group_of.get(article_id, article_id)

    def others(self, article_id: str) -> tuple[str, ...]:
        """The ids of the near-duplicates of an article."""
        return tuple(member for member in self._members.get(self.group(article_id), ()) if member != article_id)


def read_duplicates(folder: Path) -> DuplicateGroups:
    """The near-duplicates of the generation in `folder`; none for an old generation without the file."""
    query = "SELECT article_id, story FROM stories WHERE story IS NOT NULL ORDER BY article_id"
    return DuplicateGroups(dict(FILE.rows(folder, query)))


class DuplicateFinder:
    """Finds the near-duplicates that a text would have among the articles of the generation in `folder`."""

    def __init__(self, folder: Path) -> None:
        rows = FILE.rows(folder, "SELECT article_id, signature FROM stories ORDER BY article_id")
        self._ids = [article_id for article_id, _ in rows]
        table = np.frombuffer(b"".join(bits for _, bits in rows), dtype="<u4").reshape(len(rows), _PERMUTATIONS + 1)
        self._values, self._sizes = table[:, 1:], table[:, 0].astype(np.float64)

    def nearest(self, article: Article) -> str | None:
        """The id of the article that is most like it, None where none is nearly the same; its own id is left out."""
        own = np.frombuffer(signature(article), dtype="<u4")
        if own[0] < _MIN_SHINGLES or not self._ids:
            return None
        similarity = (self._values == own[1:]).mean(axis=1)
        others = np.array([article_id != article.id for article_id in self._ids])
        sizes = np.maximum(self._sizes, 1)
        found = _are_duplicates(similarity, sizes, np.full_like(sizes, own[0])) & others
        found &= self._sizes >= _MIN_SHINGLES
        return self._ids[int(np.argmax(np.where(found, similarity, -1)))] if found.any() else None


def write_duplicates(folder: Path, db: ArticleStore) -> None:
    """Update the file in `folder` to the articles of `db`; signatures are computed only of new and changed ones."""
    with FILE.updating(folder, db.digests()) as (file, fresh):
        articles = db.articles(Filters(only=tuple(fresh)))
        rows = ((article.id, article.digest, signature(article)) for article in articles)
        file.executemany("INSERT INTO stories (article_id, digest, signature) VALUES (?, ?, ?)", rows)
        file.execute("UPDATE stories SET story = NULL")
        groups = duplicate_groups(dict(file.execute("SELECT article_id, signature FROM stories")))
        assigned = ((group, article_id) for article_id, group in groups.items())
        file.executemany("UPDATE stories SET story = ? WHERE article_id = ?", assigned)
