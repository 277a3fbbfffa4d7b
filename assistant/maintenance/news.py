"""News: which articles are new in the index since a moment, and which were corrected."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from assistant.articles import NO_FILTERS, Article, Filters
from assistant.index import Generation
from assistant.index.sqlite_store import ArticlesDb, conditions
from assistant.text.diff import SentenceChange, compare_texts
from assistant.text.moments import as_moment


@dataclass(frozen=True, slots=True)
class News:
    """An article that is new in the index, or whose title or text was found to be another, and `when`.

    Of a corrected one, `changes` are from its text as it was at the moment asked about, and `title_before` is its
    title then, where that was another. `published` and `updated` are what its publication says.
    """

    kind: Literal["new", "corrected"]
    article_id: str
    title: str
    source: str | None
    published: datetime | None
    updated: datetime | None
    url: str | None
    when: datetime
    title_before: str | None = None
    changes: tuple[SentenceChange, ...] = ()


def news(generation: Generation, since: datetime, filters: Filters = NO_FILTERS) -> list[News]:
    """What is new or corrected since that moment among the articles that `filters` allow, newest first.

    An article that came since is new, even if it was corrected since. One that reads again as it did then is not news.
    """
    found = (_of(generation.db, name, seen, altered, since) for name, seen, altered in _moments(generation.db, filters))
    return sorted(filter(None, found), key=_newest_first)


def _newest_first(one: News) -> tuple[float, float, str, str]:
    published = -one.published.timestamp() if one.published else float("inf")
    return -one.when.timestamp(), published, one.title.casefold(), one.article_id


def _moments(db: ArticlesDb, filters: Filters) -> Iterator[tuple[str, datetime, datetime | None]]:
    """The id of each article, when it was first indexed and when it was last altered, if it was."""
    if "seen" not in {row[1] for row in db.rows("PRAGMA table_info(articles)")}:
        return  # made before this was noted, so of no article it is known
    clauses, values = conditions(filters)
    where = f"WHERE {' AND '.join(clauses)}" if clauses else ""
    for name, seen, altered in db.rows(f"SELECT a.id, a.seen, a.altered FROM articles a {where}", values):
        yield name, _stored(seen), _stored(altered) if altered else None


def _of(db: ArticlesDb, name: str, seen: datetime, altered: datetime | None, since: datetime) -> News | None:
    is_new = seen >= since
    if not is_new and (altered is None or altered < since):
        return None
    article = db.article(name)
    if article is None:
        return None
    return _news("new", article, seen) if is_new else _corrected(db, article, altered or seen, since)


def _corrected(db: ArticlesDb, article: Article, when: datetime, since: datetime) -> News | None:
    rows = db.rows("SELECT replaced, title, text FROM earlier WHERE article_id = ? ORDER BY rowid", (article.id,))
    then = next(((title, text) for replaced, title, text in rows if _stored(replaced) >= since), None)
    if then is None:
        return _news("corrected", article, when)
    title, text = then
    changes = compare_texts(text, article.text)
    if title == article.title and not changes:
        return None
    return _news("corrected", article, when, title_before=title if title != article.title else None, changes=changes)


def _news(kind: Literal["new", "corrected"], one: Article, when: datetime, **more: Any) -> News:
    return News(kind, one.id, one.title, one.source, one.published, one.updated, one.url, when, **more)


def _stored(text: str) -> datetime:
    return as_moment(datetime.fromisoformat(text))
