"""Trying: what sources would bring in, without an index."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant import loading
from assistant.articles import Article
from assistant.loading.fields import Failure, Item, Loaded, Notice
from assistant.settings import Settings
from assistant.sources import Source


@dataclass(frozen=True, slots=True)
class Trial:
    """What a source would bring in now: its articles in its order, what could not be read, and what is to be known."""

    source: Source
    articles: tuple[Article, ...] = ()
    failures: tuple[Failure, ...] = ()
    notices: tuple[str, ...] = ()


def try_sources(sources: Sequence[Source], settings: Settings) -> list[Trial]:
    """Each source as it is now, read as if for the first time; one that cannot be read says why."""
    found: dict[str, list[Item]] = defaultdict(list)
    for location, item in _items(sources, settings):
        found[location].append(item)
    return [_trial(one, found[one.location]) for one in sources]


def _items(sources: Sequence[Source], settings: Settings) -> Iterator[tuple[str, Item]]:
    for source in sources:
        if source.is_local:
            limit = settings.max_file_mb * 1_000_000
            items = loading.read(source.location, limit, include=source.include, exclude=source.exclude)
            yield from ((source.location, item) for item in items)
    far = [source for source in sources if not source.is_local]
    if far:
        from assistant import web

        yield from web.read(far, lambda origin, place: None, settings)


def _trial(source: Source, items: Iterable[Item]) -> Trial:
    articles: dict[str, Article] = {}
    failures, notices = [], []
    for item in items:
        match item:
            case Loaded():
                article = _of_source(item.article, source)
                articles.setdefault(article.id, article)
            case Failure():
                failures.append(item)
            case Notice():
                notices.append(item.text)
    return Trial(source, tuple(articles.values()), tuple(failures), tuple(notices))


def _of_source(article: Article, source: Source) -> Article:
    publication, category = source.publication or article.source, article.category or source.category
    return replace(article, source=publication, category=category)
