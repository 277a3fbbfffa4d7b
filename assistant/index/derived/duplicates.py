"""Near-duplicates: articles with nearly the same text, such as a wire story in several papers.

Each article has a signature (MinHash, after Broder 1997), by which texts are compared without reading them. Which are
compared is found by bands of the signatures, and the links that were found are kept for the next refresh.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha1
from pathlib import Path

import numpy as np

from assistant.articles import Article, Filters
from assistant.index.article_store import ArticleStore
from assistant.index.derived.derived import DerivedFile
from assistant.index.derived.duplicate_links import MIN_SHINGLES, Link, Signatures, are_duplicates, updated_links
from assistant.text import split_words
from assistant.utils import batches

_SHINGLE = 5  # words
_PERMUTATIONS = 128
_SEED = 1
_BATCH = 100_000  # values worked out at a time


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
    return groups_of(updated_links((), {}, signatures)[0])


def groups_of(links: Iterable[Link]) -> dict[str, str]:
    """The group of each article with any of `links`, directly or by others, named by the smallest id in it."""
    leaders: dict[str, str] = {}
    for link in links:
        smaller, larger = sorted(_leader(leaders, name) for name in link)
        leaders[larger] = smaller
    return {name: _leader(leaders, name) for name in sorted(leaders.keys() | set(leaders.values()))}


def _leader(leaders: dict[str, str], name: str) -> str:
    while (above := leaders.setdefault(name, name)) != name:
        leaders[name] = leaders[above]
        name = above
    return name


def other_publications(article: Article, duplicates: Sequence[Article]) -> tuple[str, ...]:
    """The other publications that carried `article`, by its `duplicates`, earliest first."""
    ordered = sorted(duplicates, key=lambda copy: copy.published.timestamp() if copy.published else math.inf)
    return tuple(dict.fromkeys(copy.source for copy in ordered if copy.source and copy.source != article.source))


_SCHEMA = """
CREATE TABLE IF NOT EXISTS stories (
    article_id TEXT PRIMARY KEY, digest TEXT NOT NULL, signature BLOB NOT NULL,
    story TEXT                                 -- NULL for an article without near-duplicates
);
CREATE TABLE IF NOT EXISTS links (             -- the near-duplicates that were found, the smaller id `first`
    first TEXT NOT NULL, second TEXT NOT NULL, PRIMARY KEY (first, second)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS linked (digest TEXT NOT NULL);  -- of the articles whose links those are
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
        if own[0] < MIN_SHINGLES or not self._ids:
            return None
        similarity = (self._values == own[1:]).mean(axis=1)
        others = np.array([article_id != article.id for article_id in self._ids])
        sizes = np.maximum(self._sizes, 1)
        found = are_duplicates(similarity, sizes, np.full_like(sizes, own[0])) & others
        found &= self._sizes >= MIN_SHINGLES
        return self._ids[int(np.argmax(np.where(found, similarity, -1)))] if found.any() else None


def write_duplicates(folder: Path, db: ArticleStore) -> None:
    """Update the file in `folder` to the articles of `db`; only new and changed ones are read and compared."""
    held = _read(folder)
    digests = db.digests()
    with FILE.updating(folder, digests) as (file, fresh):
        articles = db.articles(Filters(only=tuple(fresh)))
        new = {article.id: (article.id, digests[article.id], signature(article)) for article in articles}
        file.executemany("INSERT INTO stories (article_id, digest, signature) VALUES (?, ?, ?)", new.values())
        signatures = {name: bits for name, bits in held.signatures.items() if name in digests}
        signatures.update((name, bits) for name, _, bits in new.values())
        came, went = updated_links(held.links, held.signatures if held.links_are_whole else {}, signatures)
        file.executemany("DELETE FROM links WHERE first = ? AND second = ?", went)
        file.executemany("INSERT INTO links VALUES (?, ?)", came)
        file.execute("DELETE FROM linked")
        file.execute("INSERT INTO linked VALUES (?)", (_digest(digests),))
        groups = groups_of((held.links | came) - went)
        stored = dict(file.execute("SELECT article_id, story FROM stories"))
        moved = [(groups.get(name), name) for name, group in stored.items() if groups.get(name) != group]
        file.executemany("UPDATE stories SET story = ? WHERE article_id = ?", moved)


@dataclass(frozen=True)
class _Held:
    """The signatures and links of the generation before; `links_are_whole` where they are of those articles."""

    signatures: Mapping[str, bytes]
    links: frozenset[Link]
    links_are_whole: bool


def _read(folder: Path) -> _Held:
    rows = FILE.rows(folder, "SELECT article_id, digest, signature FROM stories")
    links = frozenset(FILE.rows(folder, "SELECT first, second FROM links"))
    whole = FILE.rows(folder, "SELECT digest FROM linked") == [(_digest({name: one for name, one, _ in rows}),)]
    return _Held({name: bits for name, _, bits in rows}, links, whole)


def _digest(digests: Mapping[str, str]) -> str:
    """One for all articles, which shows whether links are of them."""
    return sha1(repr(sorted(digests.items())).encode()).hexdigest()
