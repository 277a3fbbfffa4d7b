"""Similar articles: those whose passages are nearest to an article, by the vectors that the index has."""

import numpy as np

from assistant.answers import ArticleRef
from assistant.articles import Filters
from assistant.index.derived.stories import article_vector
from assistant.index.generation import Generation

_PASSAGES = (64, 512)  # that are looked at; more where too few articles are among the first
_MIN_COSINE = 0.3  # below it a passage has hardly anything to do with the article


def similar_articles(generation: Generation, article_id: str, count: int) -> list[ArticleRef]:
    """Up to `count` other articles, the nearest first: no copy of the article, and one of each story at most."""
    chunks = generation.db.chunk_ids_by_article([article_id])[article_id]
    if not chunks or count < 1:
        return []
    vectors = generation.vectors.vectors(chunks)
    query = article_vector(np.stack([vectors[chunk] for chunk in chunks]))
    found: list[str] = []
    for passages in _PASSAGES:
        (hits,) = generation.vectors.search_each([query], min(passages, generation.manifest.chunks))
        near = [chunk for chunk, cosine in hits if cosine >= _MIN_COSINE]
        found = _one_of_each_story(generation, article_id, near)
        if len(found) >= count or len(near) < passages:
            break
    listed = generation.db.listed(Filters(only=tuple(found[:count])))
    ref = {article.article_id: article for article in listed}
    return [ref[one] for one in found[:count]]


def _one_of_each_story(generation: Generation, article_id: str, chunks: list[str]) -> list[str]:
    """The articles of `chunks`, in order, without `article_id` and its copies, the first of each story."""
    article_of = generation.db.articles_of(chunks)
    taken: dict[str, str] = {}
    for chunk in chunks:
        other = article_of[chunk]
        group = generation.duplicates.group(other)
        if group != generation.duplicates.group(article_id):
            story = generation.stories_by_article().get(other)
            taken.setdefault(story.id if story else group, other)
    return list(taken.values())
