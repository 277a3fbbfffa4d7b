"""Stories: what several articles tell of, found at each refresh and kept in the generation.

From the stores of a generation to its stories, best first. Which articles belong together is for `story_clusters`.
"""

import html
import json
import math
import re
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np

from assistant.answers import ArticleRef
from assistant.articles import Article, Filters
from assistant.index.article_list import ListedArticle, page
from assistant.index.sqlite_store import ArticlesDb
from assistant.index.story_clusters import StoryFeatures, cluster
from assistant.index.vector_store import VectorStore
from assistant.models.embedders import Vectors
from assistant.text.entities import names
from assistant.text.words import is_content_word, words
from assistant.utils.strings import one_line

FILE = "story_clusters.sqlite"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS features (
    article_id TEXT PRIMARY KEY, digest TEXT NOT NULL, vector BLOB NOT NULL, names TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS stories (          -- `place` of the article in its story, oldest first
    article_id TEXT PRIMARY KEY, story TEXT NOT NULL, place INTEGER NOT NULL, headline INTEGER NOT NULL
);
"""
_LEAD = 1000  # characters of an article that are read for names
_BATCH = 200  # articles whose vectors are in memory at a time
_DAY = 86_400.0
_OLDER = 0.005  # cosine that a day before the newest article of its story costs a headline
_HALF_LIFE = 7.0  # days after which a story counts half
_UNDATED = 14.0  # days that count for a story without a date
_AGAIN = 0.25  # what a further article of one publication counts, beside 1 for another publication
_SUFFIX = re.compile(r"\s+(?:[|–—]|-)\s+(?P<site>[^|–—]{1,60})\Z")
_MOST_SITE_WORDS = 4

NamesOf = Callable[[Article], Collection[str]]


@dataclass(frozen=True, slots=True)
class Story:
    """What at least two articles tell of.

    `id` is that of its oldest article. `publications` are in the order in which they first had it, `articles` newest
    first, those without a date last; `oldest` and `newest` are when they were published, None where no date is known.
    """

    id: str
    headline: str
    publications: tuple[str, ...]
    oldest: datetime | None
    newest: datetime | None
    articles: tuple[ArticleRef, ...]

    @property
    def count(self) -> int:
        """The number of its articles."""
        return len(self.articles)


@dataclass(frozen=True, slots=True)
class StoryMembers:
    """The articles of each story, oldest first, and which of them gives it its headline; all by id."""

    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    headlines: Mapping[str, str] = field(default_factory=dict)


def lead_names(article: Article) -> frozenset[str]:
    """The words of the names in the lead of an article, in lower case."""
    found = (word for name in names(article.text[:_LEAD]) for word in words(name.words))
    return frozenset(word for word in found if len(word) > 1 and is_content_word(word))


# keeping


def write_stories(
    folder: Path, db: ArticlesDb, vectors: VectorStore, duplicates: Mapping[str, str], names_of: NamesOf = lead_names
) -> None:
    """Bring the file in `folder` to the articles of `db`; only those that are new or changed since are read.

    `duplicates` has for each article with near-duplicates the name of their group.
    """
    digests = {name: held.digest for name, held in db.held().items()}
    with closing(sqlite3.connect(folder / FILE)) as file, file:
        file.executescript(f"PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; {_SCHEMA}")
        held = dict(file.execute("SELECT article_id, digest FROM features"))
        gone = [(name,) for name, digest in held.items() if digests.get(name) != digest]
        file.executemany("DELETE FROM features WHERE article_id = ?", gone)
        fresh = [name for name, digest in digests.items() if held.get(name) != digest]
        rows = (
            (one.id, digests[one.id], vector, listed) for one, vector, listed in _read(fresh, db, vectors, names_of)
        )
        file.executemany("INSERT INTO features VALUES (?, ?, ?, ?)", rows)
        articles = _features(file, db)
        file.execute("DELETE FROM stories")
        for members in cluster(list(articles.values()), duplicates):
            central = _central([articles[name] for name in members])
            rows_of_story = ((name, members[0], place, name == central) for place, name in enumerate(members))
            file.executemany("INSERT INTO stories VALUES (?, ?, ?, ?)", rows_of_story)


def _read(
    ids: Sequence[str], db: ArticlesDb, vectors: VectorStore, names_of: NamesOf
) -> Iterator[tuple[Article, bytes, str]]:
    """Each article with its vector, as half-precision numbers, and its names, as JSON."""
    for start in range(0, len(ids), _BATCH):
        batch = tuple(ids[start : start + _BATCH])
        rows = db.rows(
            "SELECT article_id, id FROM chunks WHERE article_id IN (SELECT value FROM json_each(?)) "
            "ORDER BY start, end",
            (json.dumps(batch),),
        )
        found = vectors.vectors([chunk for _, chunk in rows])
        own: dict[str, list[Vectors]] = {}
        for article_id, chunk in rows:
            own.setdefault(article_id, []).append(found[chunk])
        for article in db.articles(Filters(only=batch)):
            vector = _vector(np.stack(own[article.id])).astype("<f2").tobytes()
            yield article, vector, json.dumps(sorted(names_of(article)))


def _vector(chunks: Vectors) -> Vectors:
    """The vector of an article: half of it is its first chunk, as title and lead say most of what it tells of."""
    return _unit(_unit(chunks[0]) + _unit(chunks.mean(axis=0)))


def _unit(vector: Vectors) -> Vectors:
    scaled: Vectors = (vector / max(float(np.linalg.norm(vector)), 1e-9)).astype(np.float32)
    return scaled


def _features(file: sqlite3.Connection, db: ArticlesDb) -> dict[str, StoryFeatures]:
    listed = {one.id: one for one in page(db)}
    rows = file.execute("SELECT article_id, vector, names FROM features ORDER BY article_id")
    return {
        name: StoryFeatures(
            name,
            listed[name].source,
            _day(listed[name].published),
            _unit(np.frombuffer(vector, "<f2").astype(np.float32)),
            frozenset(json.loads(own_names)),
        )
        for name, vector, own_names in rows
    }


def _day(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp() / _DAY


def _central(articles: Sequence[StoryFeatures]) -> str:
    """The id of the article that says best what all of them tell of, rather a new one than an old one."""
    centre = _unit(np.mean([one.vector for one in articles], axis=0))
    newest = max((one.day for one in articles if one.day is not None), default=0.0)

    def fitness(article: StoryFeatures) -> tuple[float, str]:
        age = _UNDATED if article.day is None else newest - article.day
        return round(float(centre @ article.vector) - _OLDER * age, 4), article.id

    return max(articles, key=fitness).id


# reading


def read_members(folder: Path) -> StoryMembers:
    """The stories of the generation in `folder`; none for one that was made before stories were looked for."""
    path = folder / FILE
    if not path.is_file():
        return StoryMembers()
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as file:
        rows = file.execute("SELECT article_id, story, headline FROM stories ORDER BY story, place").fetchall()
    members: dict[str, tuple[str, ...]] = {}
    for name, story, _ in rows:
        members[story] = (*members.get(story, ()), name)
    return StoryMembers(members, {story: name for name, story, headline in rows if headline})


def ranked_stories(db: ArticlesDb, found: StoryMembers) -> tuple[Story, ...]:
    """All stories, the newest and most covered first.

    A story counts 1 for each publication but the first and 0.25 for each further article of one, halved for each 7 days
    that its newest article is older than the newest of the corpus; without a date as if that were 14 days.
    """
    ids = tuple(name for members in found.members.values() for name in members)
    listed = {one.id: one for one in page(db, Filters(only=ids))}
    _, newest = db.dates()
    stories = [
        _story(name, [listed[one] for one in members], listed[found.headlines[name]])
        for name, members in found.members.items()
    ]
    return tuple(sorted(stories, key=lambda story: (-_worth(story, newest), story.id)))


def newest_stories(ranked: Sequence[Story], count: int, since: datetime | None = None) -> list[Story]:
    """The first `count` of the `ranked` stories of which an article was published at that moment or later."""
    found = [one for one in ranked if since is None or (one.newest is not None and one.newest >= since)]
    return found[: max(0, count)]


def _story(name: str, articles: Sequence[ListedArticle], central: ListedArticle) -> Story:
    days = [one.published for one in articles if one.published is not None]
    undated = [one for one in articles if one.published is None]
    newest_first = [*reversed(articles[: len(days)]), *undated]
    return Story(
        name,
        headline(central.title, central.source),
        tuple(dict.fromkeys(one.source for one in articles if one.source)),
        min(days, default=None, key=datetime.timestamp),
        max(days, default=None, key=datetime.timestamp),
        tuple(ArticleRef(one.id, one.title, one.source, one.published, one.url) for one in newest_first),
    )


def _worth(story: Story, newest: datetime | None) -> float:
    age = _UNDATED
    if newest is not None and story.newest is not None:
        age = (newest - story.newest).total_seconds() / _DAY
    publications = max(1, len(story.publications))
    return (publications - 1 + _AGAIN * (story.count - publications)) * math.pow(2.0, -age / _HALF_LIFE)


def headline(title: str, source: str | None) -> str:
    """A title without the name of its publication, or of its writer, after it ("... | The Verge")."""
    line = one_line(html.unescape(title))
    found = _SUFFIX.search(line)
    if found is None:
        return line
    site, own, left = words(found["site"]), words(source or ""), line[: found.start()]
    is_own = bool(own) and (set(site) <= set(own) or set(own) <= set(site))
    is_short = "|" in found[0] and len(site) <= _MOST_SITE_WORDS and len(words(left)) > len(site)
    return left.rstrip() if is_own or is_short else line
