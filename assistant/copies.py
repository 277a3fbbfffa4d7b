"""Copies: articles with nearly the same text, such as one wire story in several papers, are one story.

Each article has a signature (MinHash, after Broder 1997) by which two texts are compared without reading
them. Near signatures are found by bands (locality-sensitive hashing) and then compared whole.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.articles import Article

if TYPE_CHECKING:
    from assistant.articles import Passage

_WORD = re.compile(r"[^\W_]+")
_SHINGLE = 5  # words
_PERMUTATIONS = 128
_SEED = 1
_LEAST_SHINGLES = 20  # a line or two may be alike by chance
_ALIKE = 0.6  # Jaccard similarity from which two texts are copies
_HELD = 0.8  # share of the shorter text in the longer from which it is a shortened copy
# 42 bands of 3: of pairs with similarity 0.3 they find 68%, with 0.4 94%, with 0.5 99.7%.
_BANDS, _ROWS = 42, 3
_MOST_IN_BAND = 32  # each is compared with so many that follow; more in one band are boilerplate
_SAME_PASSAGE = 0.5  # share of a passage in an article from which the article has it too
_BATCH = 100_000

Numbers = NDArray[np.uint32]
Pairs = NDArray[np.int64]


def signature(article: Article) -> bytes:
    """The signature of an article's text: 516 bytes, the same on every machine and version.

    Little-endian 32-bit numbers: how many different runs of 5 words the text has, then its 128 MinHash values.
    """
    shingles = _shingles(article.text)
    values = _no_values().copy()
    values.update_batch([one.encode() for one in shingles])
    return np.array([len(shingles), *values.digest()], dtype="<u4").tobytes()


def _shingles(text: str) -> list[str]:
    found = _WORD.findall(unicodedata.normalize("NFKC", text).lower())
    return sorted({" ".join(found[start : start + _SHINGLE]) for start in range(len(found) - _SHINGLE + 1)})


@lru_cache(maxsize=1)
def _no_values() -> Any:
    from datasketch import MinHash

    # All three are named, so that another default of the library changes no signature.
    return MinHash(num_perm=_PERMUTATIONS, seed=_SEED, scheme="affine32")


def groups(signatures: Mapping[str, bytes]) -> dict[str, str]:
    """For each article with a near copy the name of its story: the smallest id among the copies.

    Two articles are copies when their texts are alike (estimated Jaccard similarity of 0.6 or more) or when
    one holds nearly all of the other (0.8), as a paper's cut version of a wire story is. Copies of copies
    are one story.
    """
    ids = sorted(name for name, one in signatures.items() if _size(one) >= _LEAST_SHINGLES)
    if len(ids) < 2:
        return {}
    table = np.frombuffer(b"".join(signatures[name] for name in ids), dtype="<u4").reshape(len(ids), -1)
    leaders = list(range(len(ids)))
    for first, second in _copies(table[:, 1:], table[:, 0].astype(np.float64)):
        one, other = sorted((_leader(leaders, first), _leader(leaders, second)))
        leaders[other] = one
    stories = [_leader(leaders, number) for number in range(len(ids))]
    shared = {one for number, one in enumerate(stories) if one != number}
    return {ids[number]: ids[one] for number, one in enumerate(stories) if one in shared}


def _size(one: bytes) -> int:
    return int.from_bytes(one[:4], "little")


def _leader(leaders: list[int], number: int) -> int:
    while leaders[number] != number:
        leaders[number] = leaders[leaders[number]]
        number = leaders[number]
    return number


def _copies(values: Numbers, sizes: NDArray[np.float64]) -> Iterator[tuple[int, int]]:
    pairs = _candidates(values)
    for start in range(0, len(pairs), _BATCH):
        one, other = np.divmod(pairs[start : start + _BATCH], len(values))
        alike = (values[one] == values[other]).mean(axis=1)
        # |A and B| = J / (1 + J) * (|A| + |B|)
        held = alike / (1 + alike) * (sizes[one] + sizes[other]) / np.minimum(sizes[one], sizes[other])
        found = (alike >= _ALIKE) | (held >= _HELD)
        yield from zip(one[found].tolist(), other[found].tolist(), strict=True)


def _candidates(values: Numbers) -> Pairs:
    """Each pair of rows that have a band in common, once, as first * rows + second.

    By sorting, as datasketch's MinHashLSH takes 8 s to take in 60,000 signatures and this compares them in 2 s.
    """
    rows = len(values)
    found = [_same_band(values[:, start : start + _ROWS]) for start in range(0, _BANDS * _ROWS, _ROWS)]
    return np.unique(np.concatenate([first * rows + second for first, second in found]))


def _same_band(band: Numbers) -> tuple[Pairs, Pairs]:
    order = np.lexsort(band.T[::-1])
    ranked = band[order]
    first, second = [order[:0]], [order[:0]]
    for step in range(1, min(_MOST_IN_BAND, len(band))):
        places = np.flatnonzero((ranked[step:] == ranked[:-step]).all(axis=1))
        if not places.size:
            break
        first.append(order[places])
        second.append(order[places + step])
    return np.concatenate(first), np.concatenate(second)


def one_each(passages: "Iterable[Passage]", stories: Mapping[str, str]) -> "list[Passage]":
    """`passages` in their order without those that a copy of the same story has above them.

    `stories` is for each article id with copies the name of its story. What only one of the copies has, such
    as the last paragraph that a paper cut off, stays.
    """
    kept: list[Passage] = []
    read: dict[str, list[Article]] = defaultdict(list)
    for passage in passages:
        above = read[stories.get(passage.article.id, passage.article.id)]
        if not any(_has(article, passage) for article in above if article.id != passage.article.id):
            kept.append(passage)
            if passage.article not in above:
                above.append(passage.article)
    return kept


def _has(article: Article, passage: "Passage") -> bool:
    wanted = _shingles(passage.chunk.text)
    held = _held_shingles(article.text)
    return bool(wanted) and sum(one in held for one in wanted) >= _SAME_PASSAGE * len(wanted)


@lru_cache(maxsize=64)
def _held_shingles(text: str) -> frozenset[str]:
    return frozenset(_shingles(text))


def publications(article: Article, copies: Sequence[Article]) -> tuple[str, ...]:
    """The other publications that carried `article`, in order of time: those of its `copies`."""
    ordered = sorted(copies, key=lambda one: (one.published is None, one.published and one.published.timestamp()))
    names = dict.fromkeys(one.source for one in ordered if one.source and one.source != article.source)
    return tuple(names)
