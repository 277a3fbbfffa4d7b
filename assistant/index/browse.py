"""Browsing: the articles that have what a reader types, a page at a time, without their texts."""

import re
from dataclasses import dataclass

from assistant.answers import ArticleRef
from assistant.articles import NO_FILTERS, Filters
from assistant.index import Generation, article_list
from assistant.text.words import is_content_word, words
from assistant.utils.strings import storable

_QUOTED = re.compile(r"[\"“”„]([^\"“”„]*)[\"“”„]")
_LONGEST = 1000  # characters that are looked at; nobody types more, and a pasted page need not keep others waiting
_MOST_ARTICLES = 2**31  # more than there are, and what SQL can count to


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the articles that were looked for, newest first; `total` is how many there are on all pages."""

    total: int
    articles: tuple[ArticleRef, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a typed text looks for: words in any of their forms, and phrases word for word."""

    terms: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()


def wanted(text: str) -> Wanted:
    """What `text` looks for: its telling words, and what stands in double quotes as phrases.

    A quotation mark that is not closed, as while one types, is none.
    """
    plain = storable(text if len(text) <= _LONGEST else text[:_LONGEST].rpartition(" ")[0])
    quoted = [" ".join(words(phrase)) for phrase in _QUOTED.findall(plain)]
    terms = [word for word in words(_QUOTED.sub(" ", plain)) if is_content_word(word)]
    return Wanted(tuple(dict.fromkeys(terms)), tuple(dict.fromkeys(filter(None, quoted))))


def browse(
    generation: Generation, text: str, filters: Filters = NO_FILTERS, start: int = 0, count: int = 50
) -> Listing:
    """The articles with what `text` looks for that `filters` allow: `count` of them from number `start` on."""
    looked_for = wanted(text)
    filters = article_list.narrowed(filters, generation.having(looked_for.terms, looked_for.phrases))
    start, count = (min(max(number, 0), _MOST_ARTICLES) for number in (start, count))
    found = article_list.page(generation.db, filters, start, count)
    return Listing(
        article_list.total(generation.db, filters),
        tuple(ArticleRef(one.id, one.title, one.source, one.published, one.url) for one in found),
    )
