"""Listing: which articles have the words of a question about the corpus, exactly."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from assistant.chunks import LONGEST_TITLE
from assistant.index.articles_db import ArticlesDb, as_date, conditions
from assistant.query import NO_FILTERS, Filters, words

_SHORTEST = 3  # letters of a word without its ending
_ENDINGS = ("s", "es", "d", "ed", "ing")
_STRIPPED = (("ies", "y"), ("es", ("", "e")), ("s", ("",)), ("ed", ("", "e")), ("ing", ("", "e")))


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
    found = db.rows(
        "SELECT DISTINCT c.article_id FROM words JOIN chunks c ON c.number = words.rowid WHERE words MATCH ?",
        (f'"{term}"',),
    )
    # The header that is indexed with the chunks has the publication and the date too, and cuts long titles; and the
    # index takes different words for one ("international" and "internal"): so the articles themselves are looked at.
    ids = json.dumps([row[0] for row in found])
    read = db.rows(
        "SELECT id, title, text FROM articles WHERE length(title) > ? OR id IN (SELECT value FROM json_each(?))",
        (LONGEST_TITLE, ids),
    )
    form = re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, forms(term)))})(?![^\W_])")
    return {name for name, *texts in read if any(form.search(_plain(text)) for text in texts)}


def _plain(text: str) -> str:
    return text.lower() if text.isascii() else " ".join(words(text))


def forms(term: str) -> list[str]:
    """The regular forms of a word in lower case, as "ferry", "ferries" and "close", "closed", "closing"."""
    bases = {term}
    for ending, instead in _STRIPPED:
        if term.endswith(ending) and len(term) - len(ending) >= _SHORTEST:
            bases.update(term.removesuffix(ending) + one for one in instead)
    found = set(bases)
    for base in bases:
        found.update(base + ending for ending in _ENDINGS)
        if base.endswith("e"):
            found.update(base[:-1] + ending for ending in ("ing", "ed"))
        if base.endswith("y"):
            found.update(base[:-1] + ending for ending in ("ies", "ied"))
        elif len(base) > _SHORTEST:
            found.update(base + base[-1] + ending for ending in ("ing", "ed"))
    return sorted(found)
