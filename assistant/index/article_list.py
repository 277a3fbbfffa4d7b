"""Lists the articles that contain given words, exactly, for questions about the corpus."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from assistant.answers import ArticleRef
from assistant.articles import LONGEST_TITLE, NO_FILTERS, Filters
from assistant.index.article_store import ArticleStore
from assistant.text import fold
from assistant.utils import batches

_BATCH = 200  # articles read at a time, so that other questions are not blocked
_MIN_STEM = 3  # letters of a word without its ending
_ENDINGS = ("s", "es", "d", "ed", "ing")
_STRIPPED = (("ies", "y"), ("es", ("", "e")), ("s", ("",)), ("ed", ("", "e")), ("ing", ("", "e")))


def articles_with(db: ArticleStore, terms: Sequence[str], filters: Filters = NO_FILTERS) -> list[ArticleRef]:
    """The articles with each of `terms` in title or text, in any of its forms, newest first."""
    return db.listed(restricted_to(filters, ids_with(db, terms)))


def ids_with(db: ArticleStore, terms: Sequence[str], phrases: Sequence[str] = ()) -> frozenset[str] | None:
    """The ids of the articles with each of `terms` in any form and each of `phrases` verbatim, in title or text.

    A phrase is words in lower case, as `words` gives them, with single spaces between them. None, for all articles,
    without terms and phrases.
    """
    patterns = [(term, _pattern(map(re.escape, word_forms(term)))) for term in map(fold, terms)]
    patterns += [(phrase, _pattern([r"[\W_]+".join(map(re.escape, phrase.split()))])) for phrase in phrases]
    if not patterns:
        return None
    # The indexed header of a chunk has publication and date too and cuts long titles, and the index merges different
    # words ("international" and "internal"): so the articles themselves are checked.
    candidates = sorted(_candidates(db, patterns))
    return frozenset(
        article_id
        for article_id, *texts in _folded_texts(db, candidates)
        if all(any(map(pattern.search, texts)) for _, pattern in patterns)
    )


def _candidates(db: ArticleStore, patterns: Iterable[tuple[str, re.Pattern[str]]]) -> set[str]:
    """The ids of all articles that match each pattern, and of some that do not."""
    titles = [(article_id, fold(title)) for article_id, title in db.long_titles(LONGEST_TITLE)]
    candidates: set[str] | None = None
    for text, pattern in patterns:
        matching = db.ids_matching(text)
        matching |= {article_id for article_id, title in titles if pattern.search(title)}
        candidates = matching if candidates is None else candidates & matching
        if not candidates:
            break
    return candidates or set()


def restricted_to(filters: Filters, ids: Iterable[str] | None) -> Filters:
    """`filters` restricted to the articles with these ids; unchanged for None."""
    if ids is None:
        return filters
    return replace(filters, only=tuple(ids if filters.only is None else set(ids).intersection(filters.only)))


def _pattern(choices: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(choices)})(?![^\W_])")


def _folded_texts(db: ArticleStore, ids: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    for batch in batches(ids, _BATCH):
        yield from ((article_id, fold(title), fold(text)) for article_id, title, text in db.titles_and_texts(batch))


def word_forms(term: str) -> list[str]:
    """The regular forms of a word in lower case, as "ferry", "ferries" and "close", "closed", "closing"."""
    bases = {term}
    for ending, replacements in _STRIPPED:
        if term.endswith(ending) and len(term) - len(ending) >= _MIN_STEM:
            bases.update(term.removesuffix(ending) + replacement for replacement in replacements)
    forms = set(bases)
    for base in bases:
        forms.update(base + ending for ending in _ENDINGS)
        if base.endswith("e"):
            forms.update(base[:-1] + ending for ending in ("ing", "ed"))
        if base.endswith("y"):
            forms.update(base[:-1] + ending for ending in ("ies", "ied"))
        elif len(base) > _MIN_STEM:
            forms.update(base + base[-1] + ending for ending in ("ing", "ed"))
    return sorted(forms)
