"""Titles as a user types: the articles of which words of the title begin with what is typed."""

from assistant.answers import ArticleRef
from assistant.articles import NO_FILTERS, Filters
from assistant.index import article_list
from assistant.index.generation import Generation
from assistant.text import split_words
from assistant.utils import storable

_MAX_TYPED = 200  # characters that are read
_MAX_WORDS = 12


def find_titles(generation: Generation, typed: str, filters: Filters, count: int) -> list[ArticleRef]:
    """Up to `count` articles with all words of `typed` at the beginning of words of their titles, newest first.

    Of articles with nearly the same text only the newest is given; none where no word is typed.
    """
    words = [f" {word}" for word in split_words(storable(typed[:_MAX_TYPED]))[:_MAX_WORDS]]
    if not words or count < 1:
        return []
    allowed = None if filters == NO_FILTERS else set(generation.db.article_ids(filters))
    found: dict[str, str] = {}
    for article_id, title in generation.title_words():
        if all(word in title for word in words) and (allowed is None or article_id in allowed):
            found.setdefault(generation.duplicates.group(article_id), article_id)
            if len(found) == count:
                break
    return generation.db.listed(article_list.restricted_to(NO_FILTERS, found.values()))
