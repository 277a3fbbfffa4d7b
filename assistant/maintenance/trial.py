"""Trying: what sources would bring in, without an index."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.articles import Article
from assistant.ingest.files import Sandbox
from assistant.ingest.items import Failure, Item, Loaded, Notice
from assistant.ingest.sources.source import Source
from assistant.maintenance.collect import items, of_source
from assistant.settings import Settings


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
    with Sandbox() as sandbox:
        for location, item in items(sources, lambda origin, place: None, settings, None, sandbox):
            found[location].append(item)
    return [_trial(one, found[one.location]) for one in sources]


def _trial(source: Source, found: Iterable[Item]) -> Trial:
    articles: dict[str, Article] = {}
    failures, notices = [], []
    for item in found:
        match item:
            case Loaded():
                article = of_source(item.article, source)
                articles.setdefault(article.id, article)
            case Failure():
                failures.append(item)
            case Notice():
                notices.append(item.text)
    return Trial(source, tuple(articles.values()), tuple(failures), tuple(notices))
