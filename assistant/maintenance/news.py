"""News: the articles that are new in the index since a moment, and those that were corrected."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from assistant.answers import ArticleRef
from assistant.articles import NO_FILTERS, Article, Filters
from assistant.index import ArticleStore, Generation, SeenArticle
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
    found = [row for row in db.seen(filters) if _latest(row) >= since]
    for row in sorted(found, key=lambda row: _newest_first(row, since)):
        article = db.article(row.id)
        if article is not None:
            is_new = row.seen >= since
            item = _news("new", article, row.seen) if is_new else _corrected(db, article, _latest(row), since)
            yield from [item] if item is not None else []


def _latest(row: SeenArticle) -> datetime:
    return max(row.seen, row.altered)


def _newest_first(row: SeenArticle, since: datetime) -> tuple[float, float, str, str]:
    when = row.seen if row.seen >= since else _latest(row)
    day = -row.published.timestamp() if row.published else float("inf")
    return -when.timestamp(), day, row.title.casefold(), row.id


def _corrected(db: ArticleStore, article: Article, when: datetime, since: datetime) -> News | None:
    before = next((version for version in db.earlier(article.id) if version.replaced >= since), None)
    if before is None:
        return _news("corrected", article, when)
    changes = compare_texts(before.text, article.text)
    if before.title == article.title and not changes:
        return None
    title_before = before.title if before.title != article.title else None
    return _news("corrected", article, when, title_before=title_before, changes=changes)


def _news(kind: Literal["new", "corrected"], article: Article, when: datetime, **more: Any) -> News:
    about = (article.id, article.title, article.source, article.published, article.url)
    return News(*about, kind, article.updated, when, **more)
