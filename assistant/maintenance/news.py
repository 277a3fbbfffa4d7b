"""News: the articles that are new in the index since a moment, and those that were corrected."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from assistant.answers import ArticleRef
from assistant.articles import NO_FILTERS, Article, Filters
from assistant.index import ArticlesDb, Generation, parse_datetime
from assistant.text import SentenceChange, compare_texts


@dataclass(frozen=True, slots=True)
class News(ArticleRef):
    """An article that was new in the index, or whose title or text had changed, and `when` a refresh found that.

    For a corrected article, `changes` are those to its text since the moment asked about, and `title_before` is its
    title then, when it differs. `published` and `updated` are what its publication says.
    """

    kind: Literal["new", "corrected"]
    updated: datetime | None
    when: datetime
    title_before: str | None = None
    changes: tuple[SentenceChange, ...] = ()


def news(generation: Generation, since: datetime, filters: Filters = NO_FILTERS) -> list[News]:
    """All that `iter_news` gives."""
    return list(iter_news(generation, since, filters))


def iter_news(generation: Generation, since: datetime, filters: Filters = NO_FILTERS) -> Iterator[News]:
    """What is new or corrected since that moment among the articles that `filters` allow, newest first, one by one.

    A new article stays new when it is corrected later. One whose correction was taken back is not news.
    """
    db = generation.db
    if "seen" not in {row[1] for row in db.rows("PRAGMA table_info(articles)")}:
        return  # an older index does not know when it got its articles
    rows = db.newest_first("a.id, a.title, a.published, a.seen, coalesce(a.altered, a.seen)", filters)
    found = [row for row in (_Row(*row) for row in rows) if row.latest >= since]
    for row in sorted(found, key=lambda row: row.newest_first(since)):
        article, seen = db.article(row.id), datetime.fromisoformat(row.seen)
        if article is not None:
            item = _news("new", article, seen) if seen >= since else _corrected(db, article, row.latest, since)
            yield from [item] if item is not None else []


class _Row(NamedTuple):
    """What is read of every article, before any is read whole."""

    id: str
    title: str
    published: str | None
    seen: str
    altered: str

    @property
    def latest(self) -> datetime:
        return max(datetime.fromisoformat(self.seen), datetime.fromisoformat(self.altered))

    def newest_first(self, since: datetime) -> tuple[float, float, str, str]:
        seen, published = datetime.fromisoformat(self.seen), parse_datetime(self.published)
        when = seen if seen >= since else self.latest
        day = -published.timestamp() if published else float("inf")
        return -when.timestamp(), day, self.title.casefold(), self.id


def _corrected(db: ArticlesDb, article: Article, when: datetime, since: datetime) -> News | None:
    rows = db.rows("SELECT replaced, title, text FROM earlier WHERE article_id = ? ORDER BY rowid", (article.id,))
    before = next(((title, text) for replaced, title, text in rows if datetime.fromisoformat(replaced) >= since), None)
    if before is None:
        return _news("corrected", article, when)
    title, text = before
    changes = compare_texts(text, article.text)
    if title == article.title and not changes:
        return None
    return _news("corrected", article, when, title_before=title if title != article.title else None, changes=changes)


def _news(kind: Literal["new", "corrected"], article: Article, when: datetime, **more: Any) -> News:
    about = (article.id, article.title, article.source, article.published, article.url)
    return News(*about, kind, article.updated, when, **more)
