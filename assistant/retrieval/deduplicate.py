"""Copies: articles with nearly the same text, such as one wire story in several papers, are one story.

Each article has a signature (MinHash, after Broder 1997) by which two texts are compared without reading
them. Near signatures are found by bands (locality-sensitive hashing) and then compared whole.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from assistant.articles import Article
from assistant.index.duplicates import shingles

if TYPE_CHECKING:
    from assistant.articles import Passage

_SAME_PASSAGE = 0.5  # share of a passage in an article from which the article has it too


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
    wanted = shingles(passage.chunk.text)
    held = _held_shingles(article.text)
    return bool(wanted) and sum(one in held for one in wanted) >= _SAME_PASSAGE * len(wanted)


@lru_cache(maxsize=64)
def _held_shingles(text: str) -> frozenset[str]:
    return frozenset(shingles(text))
