"""Listing: which articles have the words of a question about the corpus, exactly."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from assistant.articles import LONGEST_TITLE, NO_FILTERS, Filters
from assistant.index.sqlite_store import ArticlesDb, as_date, conditions
from assistant.text.words import words

_BATCH = 200  # articles read at a time, so that other questions get their turn
_SHORTEST = 3  # letters of a word without its ending
_ENDINGS = ("s", "es", "d", "ed", "ing")
_STRIPPED = (("ies", "y"), ("es", ("", "e")), ("s", ("",)), ("ed", ("", "e")), ("ing", ("", "e")))


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """An article as the catalogue lists it, without its text."""

    id: str
    title: str
    source: str | None
    published: datetime | None
    url: str | None


def articles_with(db: ArticlesDb, terms: Sequence[str], filters: Filters = NO_FILTERS) -> list[ListedArticle]:
    """The articles of `db` that have each of `terms` in title or text, in any of its forms, newest first."""
    return page(db, narrowed(filters, having(db, terms)))


def having(db: ArticlesDb, terms: Sequence[str], phrases: Sequence[str] = ()) -> frozenset[str] | None:
    """The ids of the articles with each of `terms` in any form and each of `phrases` word for word, in title or text.

    A phrase is words in lower case with single spaces between them, as `words` gives them. None when nothing is asked
    for, as all articles have that.
    """
    wanted = [(term, _pattern(map(re.escape, forms(term)))) for term in terms]
    wanted += [(phrase, _pattern([r"[\W_]+".join(map(re.escape, phrase.split()))])) for phrase in phrases]
    if not wanted:
        return None
    # The header that is indexed with the chunks has the publication and the date too, and cuts long titles; and the
    # index takes different words for one ("international" and "internal"): so the articles themselves are looked at.
    patterns = [pattern for _, pattern in wanted]
    found = _likely(db, wanted)
    return frozenset(name for name, *texts in _texts(db, sorted(found)) if _have(texts, patterns))


def _likely(db: ArticlesDb, wanted: Iterable[tuple[str, re.Pattern[str]]]) -> set[str]:
    """The ids of the articles that have each of `wanted`, and of some that do not."""
    long = db.rows("SELECT id, title FROM articles WHERE length(title) > ?", (LONGEST_TITLE,))
    titles = [(name, title.lower()) for name, title in long]
    found: set[str] | None = None
    for text, pattern in wanted:
        having = _indexed(db, text) | {name for name, title in titles if _found(pattern, title)}
        found = having if found is None else found & having
        if not found:
            break
    return found or set()


def narrowed(filters: Filters, ids: Iterable[str] | None) -> Filters:
    """`filters` for those articles alone that have one of `ids`; as they are for None."""
    if ids is None:
        return filters
    return replace(filters, only=tuple(ids if filters.only is None else set(ids).intersection(filters.only)))


def page(db: ArticlesDb, filters: Filters = NO_FILTERS, start: int = 0, count: int = -1) -> list[ListedArticle]:
    """The articles that `filters` allow, newest first, those without a date last: `count` from `start` on, or all."""
    where, values = _where(filters)
    rows = db.rows(
        f"SELECT a.id, a.title, a.source, a.published, a.url FROM articles a {where} "
        "ORDER BY a.moment IS NULL, a.moment DESC, a.id LIMIT ? OFFSET ?",
        (*values, count, start),
    )
    return [ListedArticle(name, title, source, as_date(day), url) for name, title, source, day, url in rows]


def total(db: ArticlesDb, filters: Filters = NO_FILTERS) -> int:
    """How many articles `filters` allow."""
    where, values = _where(filters)
    return int(db.rows(f"SELECT count(*) FROM articles a {where}", values)[0][0])


def days(db: ArticlesDb) -> list[tuple[str | None, date, int]]:
    """Each publication, each day on which it published, and how many articles; oldest first.

    The day is that of the article's own time zone. A publication is written as its first article writes it.
    """
    rows = db.rows(
        "SELECT source_key, source, substr(published, 1, 10), count(*) FROM articles WHERE published IS NOT NULL "
        "GROUP BY 1, 3 ORDER BY 3, 1"
    )
    names: dict[str | None, str | None] = {}
    return [(names.setdefault(key, source), date.fromisoformat(day), number) for key, source, day, number in rows]


def _where(filters: Filters) -> tuple[str, list[Any]]:
    clauses, values = conditions(filters)
    return f"WHERE {' AND '.join(clauses)}" if clauses else "", values


def _pattern(choices: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(choices)})(?![^\W_])")


def _indexed(db: ArticlesDb, text: str) -> set[str]:
    found = db.rows(
        "SELECT DISTINCT c.article_id FROM words JOIN chunks c ON c.number = words.rowid WHERE words MATCH ?",
        (f'"{text}"',),
    )
    return {row[0] for row in found}


def _texts(db: ArticlesDb, ids: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    for start in range(0, len(ids), _BATCH):
        batch = json.dumps(ids[start : start + _BATCH])
        yield from db.rows(
            "SELECT id, title, text FROM articles WHERE id IN (SELECT value FROM json_each(?))", (batch,)
        )


def _have(texts: Sequence[str], patterns: Iterable[re.Pattern[str]]) -> bool:
    lowered = [text.lower() for text in texts]
    return all(any(_found(pattern, text) for text in lowered) for pattern in patterns)


def _found(pattern: re.Pattern[str], text: str) -> bool:
    # To take the accents off a whole text is slow, and of little use to most.
    return bool(pattern.search(text) or (not text.isascii() and pattern.search(" ".join(words(text)))))


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
