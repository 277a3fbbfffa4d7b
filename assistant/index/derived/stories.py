"""Stories: articles about the same event, clustered by `story_clusters` at each refresh, kept in the generation."""

import html
import json
import math
import re
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import numpy as np

from assistant.answers import ArticleRef
from assistant.articles import Article, Filters
from assistant.index.article_store import ArticleStore
from assistant.index.derived.derived import DerivedFile
from assistant.index.derived.story_clusters import cluster
from assistant.index.derived.story_neighbours import Near, StoryFeatures, affected, in_order, later_neighbours
from assistant.index.vector_index import VectorIndex
from assistant.models import Vectors, unit
from assistant.text import is_content_word, names, split_words
from assistant.utils import batches, by_day, one_line

_SCHEMA = """
CREATE TABLE IF NOT EXISTS features (
    article_id TEXT PRIMARY KEY, digest TEXT NOT NULL, vector BLOB NOT NULL, names TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS stories (          -- `place` of the article in its story, oldest first
    article_id TEXT PRIMARY KEY, story TEXT NOT NULL, place INTEGER NOT NULL, headline INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS near (             -- `others`: ids of the later articles near it, as JSON
    article_id TEXT PRIMARY KEY, day REAL, others TEXT NOT NULL
);
"""
FILE = DerivedFile("story_clusters.sqlite", "features", _SCHEMA)
_MEMBERS = "SELECT story, article_id, headline FROM stories ORDER BY story, place"
_LEAD = 1000  # characters of an article that are read for names
_BATCH = 200  # articles whose vectors are in memory at a time
_DAY = 86_400.0
_NEVER = -1e9  # a day that no article has
_AGE_PENALTY = 0.005  # in cosine, on a headline for each day before the newest article of its story
_HALF_LIFE = 7.0  # days after which a story counts half
_UNDATED = 14.0  # days assumed for a story without a date
_REPEAT_WEIGHT = 0.25  # of a further article of the same publication; another publication counts 1
_SUFFIX = re.compile(r" [|–—-] (?P<site>[^|–—]{1,60})\Z")
_MAX_SITE_WORDS = 4


@dataclass(frozen=True, slots=True)
class Story:
    """An event that at least two articles report.

    `id` is that of its oldest article. `publications` are in the order in which they first reported it, `articles`
    newest first, undated ones last; `oldest` and `newest` are dates of publication, None when none is known.
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


def _lead_names(article: Article) -> frozenset[str]:
    """The words of the names in the lead of an article, in lower case."""
    name_words = (word for name in names(article.text[:_LEAD]) for word in split_words(name))
    return frozenset(word for word in name_words if len(word) > 1 and is_content_word(word))


# writing


def write_stories(folder: Path, db: ArticleStore, vectors: VectorIndex, duplicates: Mapping[str, str]) -> None:
    """Update the file in `folder` to the articles of `db`; `duplicates` maps an article to its group."""
    digests = db.digests()
    with FILE.updating(folder, digests) as (file, fresh):
        found = ((name, digests[name], *features) for name, *features in _feature_rows(fresh, db, vectors))
        file.executemany("INSERT INTO features VALUES (?, ?, ?, ?)", found)
        articles = _features(file, db)
        known = _known_central(file, articles, frozenset(fresh))
        near = _updated_near(file, in_order(list(articles.values())), frozenset(fresh))
        file.execute("DELETE FROM stories")
        for members in cluster(list(articles.values()), duplicates, near):
            central = known.get(members) or _central([articles[member] for member in members])
            rows = ((member, members[0], place, member == central) for place, member in enumerate(members))
            file.executemany("INSERT INTO stories VALUES (?, ?, ?, ?)", rows)


def _known_central(
    file: sqlite3.Connection, articles: Mapping[str, StoryFeatures], fresh: Collection[str]
) -> dict[tuple[str, ...], str]:
    """The most representative article of each story of before whose articles have not changed, by their ids."""
    days = dict(file.execute("SELECT article_id, day FROM near"))
    same = {name for name, own in articles.items() if name not in fresh and own.day == days.get(name, _NEVER)}
    known = {}
    for _, group in groupby(file.execute(_MEMBERS).fetchall(), key=itemgetter(0)):
        members = list(group)
        names = tuple(name for _, name, _ in members)
        central = next((name for _, name, is_headline in members if is_headline), None)
        if central is not None and same.issuperset(names):
            known[names] = central
    return known


def _updated_near(file: sqlite3.Connection, ordered: Sequence[StoryFeatures], fresh: Collection[str]) -> Near:
    """The articles near each of `ordered`; they are looked for where an article came, went or changed."""
    days = {article.id: article.day for article in ordered}
    rows = file.execute("SELECT article_id, day, others FROM near").fetchall()
    same = [row for row in rows if row[0] not in fresh and days.get(row[0], _NEVER) == row[1]]
    found_before = json.loads(f"[{','.join(others for *_, others in same)}]")  # far sooner than one by one
    held = {name: tuple(others) for (name, *_), others in zip(same, found_before, strict=True)}
    gone = [name for name, *_ in rows if name not in held]
    again = dict(later_neighbours(ordered, affected(ordered, held, gone)))
    file.executemany("DELETE FROM near WHERE article_id = ?", [(name,) for name in gone])
    found = ((name, days[name], json.dumps(others)) for name, others in again.items())
    file.executemany("INSERT OR REPLACE INTO near VALUES (?, ?, ?)", found)
    return {**held, **again}


def _feature_rows(ids: Sequence[str], db: ArticleStore, vectors: VectorIndex) -> Iterator[tuple[str, bytes, str]]:
    """The id of each article, its vector in half precision, and its names as JSON."""
    for batch in batches(ids, _BATCH):
        chunks = db.chunk_ids_by_article(batch)
        by_chunk = vectors.vectors([chunk for own in chunks.values() for chunk in own])
        for article in db.articles(Filters(only=tuple(batch))):
            own = np.stack([by_chunk[chunk] for chunk in chunks[article.id]])
            vector = article_vector(own).astype("<f2").tobytes()
            yield article.id, vector, json.dumps(sorted(_lead_names(article)))


def article_vector(chunks: Vectors) -> Vectors:
    """The vector of an article: half of it is its first chunk, as title and lead say most of its subject."""
    return unit(unit(chunks[0]) + unit(chunks.mean(axis=0)))


def _features(file: sqlite3.Connection, db: ArticleStore) -> dict[str, StoryFeatures]:
    listed = {article.article_id: article for article in db.listed()}
    rows = file.execute("SELECT article_id, vector, names FROM features ORDER BY article_id").fetchall()
    stored = np.frombuffer(b"".join(vector for _, vector, _ in rows), "<f2").reshape(len(rows), -1 if rows else 0)
    named = json.loads(f"[{','.join(own_names for *_, own_names in rows)}]")
    features = {}
    for (article_id, *_), vector, own in zip(rows, unit(stored.astype(np.float32)), named, strict=True):
        article = listed[article_id]
        day = article.published.timestamp() / _DAY if article.published else None
        features[article_id] = StoryFeatures(article_id, article.source, day, vector, frozenset(own))
    return features


def _central(articles: Sequence[StoryFeatures]) -> str:
    """The id of the most representative article, with a preference for newer ones."""
    centre = unit(np.mean([article.vector for article in articles], axis=0))
    newest = max((article.day for article in articles if article.day is not None), default=0.0)

    def fitness(article: StoryFeatures) -> tuple[float, str]:
        age = _UNDATED if article.day is None else newest - article.day
        return round(float(centre @ article.vector) - _AGE_PENALTY * age, 4), article.id

    return max(articles, key=fitness).id


# reading


def ranked_stories(db: ArticleStore, folder: Path) -> tuple[Story, ...]:
    """All stories of the generation in `folder`, the newest and most covered first; none for an old one without them.

    A story scores 1 for each publication but the first and 0.25 for each further article of one, halved for each 7 days
    that its newest article is older than the newest of the corpus; 14 days are assumed for a story without a date.
    """
    rows = FILE.rows(folder, _MEMBERS)
    ids = tuple(article_id for _, article_id, _ in rows)
    listed = {article.article_id: article for article in db.listed(Filters(only=ids))}
    _, newest = db.dates()
    stories = []
    for story_id, group in groupby(rows, key=itemgetter(0)):
        members = list(group)
        central = next(article_id for _, article_id, is_headline in members if is_headline)
        stories.append(_story(story_id, [listed[article_id] for _, article_id, _ in members], listed[central]))
    return tuple(sorted(stories, key=lambda story: (-_score(story, newest), story.id)))


def by_article(ranked: Sequence[Story]) -> dict[str, Story]:
    """The story of each article that is in one."""
    return {article.article_id: story for story in ranked for article in story.articles}


def newest_stories(ranked: Sequence[Story], count: int, since: date | None = None) -> list[Story]:
    """The first `count` of the `ranked` stories with an article published at `since` or later."""
    recent = [
        story for story in ranked if since is None or any(_is_since(article, since) for article in story.articles)
    ]
    return recent[: max(0, count)]


def _is_since(article: ArticleRef, since: date) -> bool:
    if article.published is None:
        return False
    return article.published >= since if isinstance(since, datetime) else article.published.date() >= since


def _story(story_id: str, articles: Sequence[ArticleRef], central: ArticleRef) -> Story:
    days = [article.published for article in articles if article.published is not None]
    newest_first = [*reversed(articles[: len(days)]), *(article for article in articles if article.published is None)]
    return Story(
        story_id,
        headline(central.title, central.source),
        tuple(dict.fromkeys(article.source for article in articles if article.source)),
        min(days, default=None, key=by_day),
        max(days, default=None, key=by_day),
        tuple(newest_first),
    )


def _score(story: Story, newest: datetime | None) -> float:
    age = _UNDATED
    if newest is not None and story.newest is not None:
        age = (newest - story.newest).total_seconds() / _DAY
    publications = max(1, len(story.publications))
    return (publications - 1 + _REPEAT_WEIGHT * (story.count - publications)) * math.pow(2.0, -age / _HALF_LIFE)


def headline(title: str, source: str | None) -> str:
    """A title without the name of the publication or author at its end ("... | The Verge")."""
    line = one_line(html.unescape(title))
    suffix = _SUFFIX.search(line)
    if suffix is None:
        return line
    site, publication, title = split_words(suffix["site"]), split_words(source or ""), line[: suffix.start()]
    is_publication = bool(publication) and (set(site) <= set(publication) or set(publication) <= set(site))
    is_short = "|" in suffix[0] and len(site) <= _MAX_SITE_WORDS and len(split_words(title)) > len(site)
    return title.rstrip() if is_publication or is_short else line
