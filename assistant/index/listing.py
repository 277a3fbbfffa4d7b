"""Listing: which articles have the words of a question about the corpus, exactly."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from assistant.chunks import LONGEST_TITLE
from assistant.index.articles_db import ArticlesDb, as_date, conditions
from assistant.query import NO_FILTERS, Filters, stem, words

_SURE_STEM = 4  # letters from which a stem stands for one word
_ENDINGS = frozenset(("", "s", "es", "d", "ed"))


@dataclass(frozen=True, slots=True)
class Listed:
    """An article as the catalogue lists it, without its text."""

    id: str
    title: str
    source: str | None
    published: datetime | None
    url: str | None


def articles_with(db: ArticlesDb, terms: Sequence[str], filters: Filters = NO_FILTERS) -> list[Listed]:
    """The articles of `db` that have each of `terms` in title or text, in any of its forms, newest first."""
    if terms:
        having = set.intersection(*(_having(db, term) for term in terms))
        only = having if filters.only is None else having.intersection(filters.only)
        filters = replace(filters, only=tuple(only))
    clauses, values = conditions(filters)
    rows = db.rows(
        "SELECT a.id, a.title, a.source, a.published, a.url FROM articles a "
        + (f"WHERE {' AND '.join(clauses)} " if clauses else "")
        + "ORDER BY a.moment IS NULL, a.moment DESC, a.id",
        values,
    )
    return [Listed(name, title, source, as_date(day), url) for name, title, source, day, url in rows]


def _having(db: ArticlesDb, term: str) -> set[str]:
    text = db.rows(
        "SELECT DISTINCT c.article_id FROM words JOIN chunks c ON c.number = words.rowid WHERE words MATCH ?",
        (f'text : "{term}"',),
    )
    # The header that is indexed with the chunks has the publication and the date too, and cuts long titles.
    titled = db.rows(
        "SELECT id, title FROM articles WHERE length(title) > ? OR id IN (SELECT c.article_id FROM words "
        "JOIN chunks c ON c.number = words.rowid WHERE words MATCH ?)",
        (LONGEST_TITLE, f'header : "{term}"'),
    )
    having = {row[0] for row in text} | {name for name, title in titled if stem(term) in map(stem, words(title))}
    if len(stem(term)) >= _SURE_STEM:
        return having
    read = db.rows(
        "SELECT id, title, text FROM articles WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(having)),),
    )
    return {name for name, *texts in read if any(_is_form(word, term) for text in texts for word in words(text))}


def _is_form(word: str, term: str) -> bool:
    """Whether `word` is a form of `term`; of a short stem several words may be one ("her" and "herring")."""
    shorter, longer = sorted((word, term), key=len)
    return longer.startswith(shorter) and longer[len(shorter) :] in _ENDINGS
