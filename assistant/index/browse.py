"""Browsing: the articles that match what a user types, a page at a time, with the part of each that matches."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.answers import ArticleRef
from assistant.articles import NO_FILTERS, Filters
from assistant.index import article_list
from assistant.index.generation import Generation
from assistant.index.snippets import Range, Snippet, Wanted, snippet, word_ranges
from assistant.text import is_content_word, split_words
from assistant.utils import storable

Order = Literal["newest", "relevance"]
"""The newest first, or what has most of the words first."""
_QUOTED = re.compile(r"[\"“”„]([^\"“”„]*)[\"“”„]")
_MAX_TYPED = 1000  # characters that are read; nobody types more, and a pasted page must not keep others waiting
_MAX_COUNT = 2**31  # more articles than there are, and within the integers of SQL


@dataclass(frozen=True, slots=True)
class ListingEntry:
    """An article of a listing, with the `copies` of it that match too: articles with nearly the same text.

    `snippet` is the part of its text with most of the words that were typed, None when none were; `title_marks` are
    where its title has them.
    """

    article: ArticleRef
    snippet: Snippet | None = None
    title_marks: tuple[Range, ...] = ()
    copies: tuple[ArticleRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the articles that match, copies of one folded; `total` is the number of entries on all pages.

    `found` is the number of all articles that match, with the copies.
    """

    total: int
    entries: tuple[ListingEntry, ...]
    found: int

    @property
    def articles(self) -> tuple[ArticleRef, ...]:
        """The article of each entry."""
        return tuple(entry.article for entry in self.entries)


def _terms_and_phrases(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The content words of `text`, and its parts in double quotes as phrases; a quote that is not closed is none."""
    plain = storable(text if len(text) <= _MAX_TYPED else text[:_MAX_TYPED].rpartition(" ")[0])
    quoted = [" ".join(split_words(phrase)) for phrase in _QUOTED.findall(plain)]
    terms = [word for word in split_words(_QUOTED.sub(" ", plain)) if is_content_word(word)]
    return tuple(dict.fromkeys(terms)), tuple(dict.fromkeys(filter(None, quoted)))


def browse_articles(
    generation: Generation,
    text: str,
    filters: Filters = NO_FILTERS,
    order: Order = "newest",
    start: int = 0,
    count: int = 50,
) -> Listing:
    """The articles that match `text` and pass `filters`: `count` entries of them from number `start` on."""
    terms, phrases = _terms_and_phrases(text)
    filters = article_list.restricted_to(filters, generation.ids_with(terms, phrases))
    ids = generation.db.article_ids(filters)
    if order == "relevance" and (terms or phrases):
        ids = _most_relevant(generation, ids, [*terms, *phrases])
    folded = defaultdict[str, list[str]](list)
    for article_id in ids:
        folded[generation.duplicates.group(article_id)].append(article_id)
    start, count = (min(max(number, 0), _MAX_COUNT) for number in (start, count))
    page = list(folded.values())[start : start + count]
    wanted = Wanted.of(terms, phrases) if terms or phrases else None
    return Listing(len(folded), tuple(_entries(generation, page, wanted)), len(ids))


def _most_relevant(generation: Generation, ids: Sequence[str], terms: Sequence[str]) -> list[str]:
    """`ids`, newest first, by the BM25 score of their best passages; those with the same stay as they are."""
    scores = generation.db.scores(terms)
    return sorted(ids, key=lambda article_id: -scores.get(article_id, 0.0))


def _entries(generation: Generation, page: Sequence[Sequence[str]], wanted: Wanted | None) -> list[ListingEntry]:
    every = [article_id for group in page for article_id in group]
    listed = generation.db.listed(Filters(only=tuple(every)))
    ref = {article.article_id: article for article in listed}
    texts = generation.db.texts([group[0] for group in page]) if wanted else {}
    entries = []
    for first, *copies in page:
        own = tuple(ref[copy] for copy in copies)
        if wanted is None:
            entries.append(ListingEntry(ref[first], copies=own))
        else:
            marks = tuple(word_ranges(ref[first].title, wanted))
            entries.append(ListingEntry(ref[first], snippet(texts[first], wanted), marks, own))
    return entries


def word_marks(generation: Generation, article_id: str, text: str) -> list[Range]:
    """Where the text of an article has the words and phrases of `text`, as `browse_articles` matches them."""
    terms, phrases = _terms_and_phrases(text)
    if not terms and not phrases:
        return []
    return word_ranges(generation.db.texts([article_id]).get(article_id, ""), Wanted.of(terms, phrases))
