"""Tries sources: what they would bring in, without touching the index."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.articles import Article
from assistant.ingest import Failure, Item, Loaded, Notice
from assistant.ingest.files import Sandbox
from assistant.ingest.sources import Source
from assistant.maintenance.collect import with_source_defaults
from assistant.maintenance.source_items import read_items
from assistant.settings import Settings


@dataclass(frozen=True, slots=True)
class Trial:
    """What a source would bring in now: its articles in its own order, failures, and notices for the maintainer."""

    source: Source
    articles: tuple[Article, ...] = ()
    failures: tuple[Failure, ...] = ()
    notices: tuple[str, ...] = ()


def try_sources(sources: Sequence[Source], settings: Settings) -> list[Trial]:
    """Read each source as if for the first time; what cannot be read is in its `failures`."""
    items: dict[str, list[Item]] = defaultdict(list)
    with Sandbox() as sandbox:
        for location, item in read_items(sources, lambda location, place: None, settings, None, sandbox):
            items[location].append(item)
    return [_trial(source, items[source.location]) for source in sources]


def _trial(source: Source, items: Sequence[Item]) -> Trial:
    articles: dict[str, Article] = {}
    for item in items:
        if isinstance(item, Loaded):
            articles.setdefault(item.article.id, with_source_defaults(item.article, source))
    failures = tuple(item for item in items if isinstance(item, Failure))
    notices = tuple(item.text for item in items if isinstance(item, Notice))
    return Trial(source, tuple(articles.values()), failures, notices)
