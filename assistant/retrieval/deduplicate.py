"""Leaves out passages that a better passage of a near-duplicate article (an agency text in another paper) has too."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

from assistant.articles import Article, Passage
from assistant.index import shingles

_SAME_PASSAGE = 0.5  # share of a passage in an article from which the article has it too


def without_near_duplicates(passages: Iterable[Passage], clusters: Mapping[str, str]) -> list[Passage]:
    """`passages` in their order without those that a near-duplicate article has above them.

    `clusters` gives the cluster of each article id that has near-duplicates. What only one of them has, such as a last
    paragraph that the others cut, stays.
    """
    kept: list[Passage] = []
    articles: dict[str, list[Article]] = defaultdict(list)
    for passage in passages:
        above = articles[clusters.get(passage.article.id, passage.article.id)]
        if not any(_has(article, passage) for article in above if article.id != passage.article.id):
            kept.append(passage)
            if passage.article not in above:
                above.append(passage.article)
    return kept


def _has(article: Article, passage: Passage) -> bool:
    passage_shingles, held = shingles(passage.chunk.text), _article_shingles(article.text)
    shared = sum(shingle in held for shingle in passage_shingles)
    return bool(passage_shingles) and shared >= _SAME_PASSAGE * len(passage_shingles)


@lru_cache(maxsize=64)
def _article_shingles(text: str) -> frozenset[str]:
    return frozenset(shingles(text))
