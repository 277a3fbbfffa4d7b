"""Browsing: the articles that match what a user types, a page at a time, without their texts."""

import re
from dataclasses import dataclass

from assistant.answers import ArticleRef
from assistant.articles import NO_FILTERS, Filters
from assistant.index import Generation, article_list
from assistant.text import is_content_word, split_words
from assistant.utils import storable

_QUOTED = re.compile(r"[\"“”„]([^\"“”„]*)[\"“”„]")
_MAX_TYPED = 1000  # characters that are read; nobody types more, and a pasted page must not keep others waiting
_MAX_COUNT = 2**31  # more articles than there are, and within the integers of SQL


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the articles that match, newest first; `total` is their number on all pages."""

    total: int
    articles: tuple[ArticleRef, ...]


def _terms_and_phrases(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The content words of `text`, and its parts in double quotes as phrases; a quote that is not closed is none."""
    plain = storable(text if len(text) <= _MAX_TYPED else text[:_MAX_TYPED].rpartition(" ")[0])
    quoted = [" ".join(split_words(phrase)) for phrase in _QUOTED.findall(plain)]
    terms = [word for word in split_words(_QUOTED.sub(" ", plain)) if is_content_word(word)]
    return tuple(dict.fromkeys(terms)), tuple(dict.fromkeys(filter(None, quoted)))


def browse_articles(
    generation: Generation, text: str, filters: Filters = NO_FILTERS, start: int = 0, count: int = 50
) -> Listing:
    """The articles that match `text` and pass `filters`: `count` of them from number `start` on."""
    filters = article_list.restricted_to(filters, generation.ids_with(*_terms_and_phrases(text)))
    start, count = (min(max(number, 0), _MAX_COUNT) for number in (start, count))
    return Listing(
        article_list.count_articles(generation.db, filters),
        tuple(article_list.list_articles(generation.db, filters, start, count)),
    )
