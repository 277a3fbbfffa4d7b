"""Overview: what the corpus covers, by publication and day, and whom, where and what most of its articles name."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from assistant.articles import Article, Filters
from assistant.census import Named, census
from assistant.index import Generation, Manifest, article_list
from assistant.index.sqlite_store import ArticlesDb

_MOST_READ = 3000  # articles whose texts are read for names, about 4 ms each
_BATCH = 100  # articles in memory at a time
_MOST_NAMES = 20


@dataclass(frozen=True, slots=True)
class Published:
    """How many articles a publication has of a day; `source` is None for those that name no publication."""

    source: str | None
    day: date
    articles: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What the corpus covers.

    `published` has each publication and day, oldest first; `undated` is how many articles have no date. `people`,
    `places` and `others` are at most 20 names each, the most named first, told apart by rules without a model: what is
    not clearly a person or a place is among the others. `read` is how many articles, the newest, were read for them:
    all `articles`, or 3,000 of more.
    """

    articles: int
    published: tuple[Published, ...]
    undated: int
    people: tuple[Named, ...]
    places: tuple[Named, ...]
    others: tuple[Named, ...]
    read: int


def overview(generation: Generation, most_read: int = _MOST_READ) -> Overview:
    """The overview of `generation`; takes about 4 ms for each of the newest articles, of which `most_read` are read."""
    db = generation.db
    published = tuple(Published(*row) for row in article_list.days(db))
    articles = article_list.total(db)
    newest = [one.id for one in article_list.page(db, count=most_read)]
    found = census(_articles(db, newest), tuple(db.sources()), _MOST_NAMES)
    undated = articles - sum(one.articles for one in published)
    return Overview(articles, published, undated, found.people, found.places, found.others, len(newest))


def _articles(db: ArticlesDb, ids: list[str]) -> Iterator[Article]:
    for start in range(0, len(ids), _BATCH):
        yield from db.articles(Filters(only=tuple(ids[start : start + _BATCH])))


class Overviews:
    """The overview of the generation that is read, made when it is first asked for; from any thread."""

    def __init__(self) -> None:
        self._making = threading.Lock()
        self._made: tuple[Manifest, Overview] | None = None

    def of(self, generation: Generation) -> Overview:
        """The overview of `generation`, the same one until another is asked for."""
        with self._making:
            if self._made is None or self._made[0] != generation.manifest:
                self._made = generation.manifest, overview(generation)
            return self._made[1]
