"""Copies: articles with nearly the same text, such as one wire story in several papers, are one story.

Each article has a signature (MinHash, after Broder 1997) by which two texts are compared without reading
them. Near signatures are found by bands (locality-sensitive hashing) and then compared whole.
"""

import re
import sqlite3
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.articles import Article

if TYPE_CHECKING:
    pass

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


def duplicate_groups(signatures: Mapping[str, bytes]) -> dict[str, str]:
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


def publications(article: Article, copies: Sequence[Article]) -> tuple[str, ...]:
    """The other publications that carried `article`, in order of time: those of its `copies`."""
    ordered = sorted(copies, key=lambda one: (one.published is None, one.published and one.published.timestamp()))
    names = dict.fromkeys(one.source for one in ordered if one.source and one.source != article.source)
    return tuple(names)


FILE = "near_duplicates.sqlite"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS stories (
    article_id TEXT PRIMARY KEY, digest TEXT NOT NULL, signature BLOB NOT NULL,
    story TEXT                                 -- NULL for an article without copies
);
"""


@dataclass(frozen=True, slots=True)
class DuplicateGroups:
    """`of` has for each article with copies the name of its story, `members` the articles of each story."""

    of: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def name(self, article_id: str) -> str:
        """The name of the story of an article, its own id when it has no copies."""
        return self.of.get(article_id, article_id)

    def copies(self, article_id: str) -> tuple[str, ...]:
        """The ids of the other articles of its story."""
        return tuple(one for one in self.members.get(self.name(article_id), ()) if one != article_id)


def read_duplicates(folder: Path) -> DuplicateGroups:
    """The stories of the generation in `folder`; none for one that was made before copies were looked for."""
    path = folder / FILE
    if not path.is_file():
        return DuplicateGroups()
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        of = dict(db.execute("SELECT article_id, story FROM stories WHERE story IS NOT NULL ORDER BY article_id"))
    finally:
        db.close()
    members: dict[str, list[str]] = defaultdict(list)
    for name, story in of.items():
        members[story].append(name)
    return DuplicateGroups(of, {story: tuple(names) for story, names in members.items()})


def write_duplicates(folder: Path, articles: Iterable[Article], digests: Mapping[str, str]) -> None:
    """Bring the file in `folder` to the articles of `digests` (digest by id).

    `articles` gives all of them; only those that are new or changed since are signed.
    """
    db = sqlite3.connect(folder / FILE)
    try:
        db.executescript(f"PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; {_SCHEMA}")
        held = {row[0]: (row[1], row[2]) for row in db.execute("SELECT article_id, digest, signature FROM stories")}
        signed = {name: sign for name, (digest, sign) in held.items() if digests.get(name) == digest}
        fresh = {one.id: signature(one) for one in articles if one.id not in signed}
        db.executemany("DELETE FROM stories WHERE article_id = ?", ((name,) for name in held if name not in signed))
        rows = ((name, digests[name], sign) for name, sign in fresh.items())
        db.executemany("INSERT INTO stories (article_id, digest, signature) VALUES (?, ?, ?)", rows)
        db.execute("UPDATE stories SET story = NULL")
        found = duplicate_groups({**signed, **fresh})
        db.executemany(
            "UPDATE stories SET story = ? WHERE article_id = ?", ((story, name) for name, story in found.items())
        )
        db.commit()
    finally:
        db.close()
