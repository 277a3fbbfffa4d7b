"""First look: what a window shows before anything is asked, worked out by a refresh and kept in the generation.

That is the words of the titles, the names that the corpus has most, and what its first stories are about. A generation
of an earlier version has no such file, and all of it is worked out when it is first asked for.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.articles import Article
from assistant.index.article_store import ArticleStore
from assistant.index.derived.derived import DerivedFile
from assistant.index.derived.entities import Entities
from assistant.index.derived.overview import LISTED, MostNamed, Named, most_named
from assistant.index.derived.stories import Story, ranked_stories
from assistant.index.derived.topics import topics
from assistant.text import Frequency, split_words
from assistant.utils import batches

_SCHEMA = """
CREATE TABLE IF NOT EXISTS titles (           -- `words` of the title, folded, each after a space
    article_id TEXT PRIMARY KEY, digest TEXT NOT NULL, words TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, value TEXT NOT NULL);  -- as JSON
"""
FILE = DerivedFile("first_look.sqlite", "titles", _SCHEMA, is_optional=True)
_BATCH = 500  # titles read at a time
_STORIES = 24  # stories whose topics are kept, and as many of several publications
_MOST_READ = 12  # articles of a story, the newest, that are read for what it is about


def most_named_of(folder: Path, db: ArticleStore) -> MostNamed:
    """The names in most articles of `db`; those of the generation in `folder` must have been found already."""
    return most_named(Entities(folder), db.number_of_articles(), tuple(db.sources()))


def write_first_look(folder: Path, db: ArticleStore, named: MostNamed) -> None:
    """Update the file in `folder` to the articles of `db`; its stories must have been found already.

    `named` is what `most_named_of` gives.
    """
    known = lru_cache(maxsize=None)(db.frequency)
    chunks = db.counts()[1]
    about = {story.id: topics_of(story, db, known, chunks) for story in _first(ranked_stories(db, folder))}
    with FILE.updating(folder, db.digests()) as (file, fresh):
        for ids in batches(fresh, _BATCH):
            rows = ((name, digest, _words(title)) for name, digest, title in db.title_digests(ids))
            file.executemany("INSERT INTO titles VALUES (?, ?, ?)", rows)
        kept = {"named": {kind: [[one.name, one.articles] for one in own] for kind, own in named.items()}}
        values = [(name, json.dumps(value)) for name, value in {**kept, "topics": about}.items()]
        file.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?)", values)


def _first(ranked: Sequence[Story]) -> list[Story]:
    several = [story for story in ranked if len(story.publications) > 1]
    return list(dict.fromkeys([*ranked[:_STORIES], *several[:_STORIES]]))


def _words(title: str) -> str:
    return "".join(f" {word}" for word in split_words(title))


def topics_of(story: Story, db: ArticleStore, known: Frequency, passages: int) -> list[str]:
    """What a story is about, as `topics` has it, from its newest articles; `known` counts the passages with a word."""
    read = (db.article(article.article_id) for article in story.articles[:_MOST_READ])
    articles: list[Article] = [article for article in read if article is not None]
    return topics(story, articles, known, passages)


class FirstLook:
    """The first look at the generation in `folder`, each part of it read when it is first asked for."""

    def __init__(self, folder: Path, db: ArticleStore, known: Frequency) -> None:
        self._folder, self._db = folder, db
        self.topics = lru_cache(maxsize=256)(self._topics)
        self._known = known

    def named(self) -> MostNamed | None:
        """The people, places and others that most articles name; None where they are not kept."""
        kept = self._kept("named")
        with suppress(TypeError, ValueError, AttributeError):
            own = {kind: tuple(Named(name, count) for name, count in kept.get(kind, ())) for kind in LISTED}
            return own if kept else None
        return None

    def _topics(self, story: Story) -> tuple[str, ...]:
        """What a story is about in a few words, the most distinctive first; empty where nothing is distinctive."""
        kept = self._kept("topics")
        own = kept.get(story.id) if isinstance(kept, dict) else None
        return tuple(own if isinstance(own, list) else topics_of(story, self._db, self._known, self._db.counts()[1]))

    def _kept(self, name: str) -> Any:
        """What is kept under that name; None where nothing is, or what is there cannot be read."""
        with suppress(ValueError):
            rows = FILE.rows(self._folder, "SELECT value FROM kept WHERE name = ?", name)
            return json.loads(rows[0][0]) if rows else None
        return None

    def title_words(self) -> list[tuple[str, str]]:
        """The id of each article with the folded words of its title, each after a space, newest first."""
        kept: Mapping[str, str] = dict(FILE.rows(self._folder, "SELECT article_id, words FROM titles"))
        titles = self._db.titles()
        return [(name, kept[name] if name in kept else _words(title)) for name, title in titles]
