"""Entities: the people, places and other names in each article, stored in the generation.

Articles and their digests come in, counts of names go out. The kind of a name is decided over the whole corpus: the
model may take a name for a person in one article and for a firm in another, and is right more often than not.
"""

import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import get_args

from assistant.articles import Article, Filters
from assistant.errors import StoppedError
from assistant.index.article_store import ArticleStore
from assistant.index.derived.derived import DerivedFile
from assistant.models import EntityMention, Kind, entity_recognizer
from assistant.text import fold_name, plain, word_list
from assistant.utils import CancelToken, batches

_LAST_WORD = "substr(key, length(rtrim(key, replace(key, ' ', ''))) + 1)"
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS articles (article_id TEXT PRIMARY KEY, digest TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS entities (
    key TEXT NOT NULL,                         -- the name in one spelling, by which it is counted
    article_id TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, mentions INTEGER NOT NULL,
    PRIMARY KEY (key, article_id, name, kind)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entities_by_article ON entities (article_id);
CREATE INDEX IF NOT EXISTS entities_by_last_word ON entities ({_LAST_WORD}, key, kind, mentions);
CREATE TRIGGER IF NOT EXISTS names_go_with_their_article AFTER DELETE ON articles
    BEGIN DELETE FROM entities WHERE article_id = old.article_id; END;
"""
FILE = DerivedFile("entities.sqlite", "articles", _SCHEMA)
_KINDS: tuple[Kind, ...] = tuple(sorted(get_args(Kind)))
_BATCH = 50  # articles in memory at a time
_MAX_CHARACTERS = 100_000  # of an article that are read, in 2 s
_MAX_NAME = 100  # characters
_IN_FULL = {
    **dict.fromkeys(("us", "usa", "u.s", "u.s.", "u.s.a", "u.s.a."), "United States"),
    **dict.fromkeys(("uk", "u.k", "u.k."), "United Kingdom"),
    **{"eu": "European Union", "e.u.": "European Union", "czechia": "Czech Republic"},
}
_ADDRESS = re.compile(r"[@/]|https?:|www\.|\.com\b")
_AFTER_THE = re.compile(r"\b[Tt]he\s\Z")
_CREDIT = re.compile(r"\s[-–—|]\s")  # "Rachel Zar - a therapist"

NameRow = tuple[str, str, Kind, int]
"""A name of an article: the key by which it is counted, the name, its kind, and the number of its mentions."""
ArticleNames = tuple[str, list[NameRow]]
"""The id of an article and its names."""
FindNames = Callable[[Iterable[Article]], Iterable[ArticleNames]]
"""Gives the names of articles, each when it has them, in any order."""
KindsByName = Mapping[str, Counter[Kind]]
"""The names of an article, each with the number of its mentions by kind."""


@dataclass(frozen=True, slots=True)
class NameCount:
    """A name in the corpus: the number of its articles, and of its mentions by kind."""

    key: str
    articles: int
    kinds: Counter[Kind]


def names_of(text: str, mentions: Iterable[EntityMention]) -> KindsByName:
    """The names in `mentions` of `text`, without titles and possessives; a surname counts for its full name."""
    names: defaultdict[str, Counter[Kind]] = defaultdict(Counter)
    for mention in mentions:
        # The model takes "the Seahawks" and "the Ashes" for people.
        is_thing = mention.kind == "person" and _AFTER_THE.search(text, max(0, mention.start - 5), mention.start)
        kind: Kind = "other" if is_thing else mention.kind
        if name := _clean_name(mention.name, kind):
            names[name][kind] += 1
    return _merge_surnames(names)


def _clean_name(name: str, kind: Kind) -> str:
    written = " ".join(name.replace("’", "'").split())
    if _ADDRESS.search(written):
        return ""
    written = re.sub(r"\A\W+|[^\w.]+\Z", "", _CREDIT.split(written)[0])
    words = re.sub(r"'s?\Z", "", written).split()
    titles = word_list("names", "titles_before_entities") if kind == "person" else ()
    while words and (words[0].lower() == "the" or (len(words) > 1 and words[0].lower().rstrip(".") in titles)):
        words = words[1:]
    full = " ".join(words)
    if kind == "person" and (len(words) > 5 or any(map(str.isdigit, full))):
        return ""
    is_name = 1 < len(full) <= _MAX_NAME and any(map(str.isupper, full))
    return _IN_FULL.get(full.lower(), full) if is_name else ""


def _merge_surnames(names: KindsByName) -> KindsByName:
    people = [name for name, kinds in names.items() if " " in name and kinds.most_common(1)[0][0] == "person"]
    merged: defaultdict[str, Counter[Kind]] = defaultdict(Counter)
    for name, kinds in names.items():
        full_names = []
        if " " not in name:
            ending = [person for person in people if person.endswith(f" {name}")]
            full_names = ending or [person for person in people if person.startswith(f"{name} ")]
        if len(full_names) == 1:
            merged[full_names[0]]["person"] += kinds.total()
        else:
            merged[name].update(kinds)
    return merged


def names_in(text: str) -> list[NameRow]:
    """The names in the text of an article, as they are stored."""
    shown = plain(text[:_MAX_CHARACTERS])
    return [
        (fold_name(name), name, kind, mentions)
        for name, kinds in names_of(shown, entity_recognizer().mentions(shown)).items()
        for kind, mentions in kinds.items()
    ]


def find_names(articles: Iterable[Article]) -> Iterator[ArticleNames]:
    """The names of articles, found in this process, one article after the other."""
    for article in articles:
        yield article.id, names_in(article.text)


def write_entities(
    folder: Path,
    db: ArticleStore,
    digests: Mapping[str, str],
    progress: Callable[[int, int], None] = lambda *_: None,
    find: FindNames = find_names,
) -> None:
    """Update the file in `folder` to the articles of `digests`; `progress(read, to_read)` may raise to stop."""
    with FILE.updating(folder, digests) as (file, fresh):
        articles = (article for ids in batches(fresh, _BATCH) for article in db.articles(Filters(only=tuple(ids))))
        for done, (article_id, names) in enumerate(find(articles), 1):
            rows = [(key, article_id, name, kind, mentions) for key, name, kind, mentions in names]
            file.executemany("INSERT INTO entities VALUES (?, ?, ?, ?, ?)", rows)
            file.execute("INSERT INTO articles VALUES (?, ?)", (article_id, digests[article_id]))
            if done % _BATCH == 0 or done == len(fresh):
                file.commit()
            progress(done, len(fresh))


class EntitiesWriting:
    """`write_entities` in a thread of its own: finding names takes one core, while chunks are embedded beside it."""

    def __init__(
        self, folder: Path, db: ArticleStore, digests: Mapping[str, str], find: FindNames = find_names
    ) -> None:
        self._counts: SimpleQueue[tuple[int, int] | None] = SimpleQueue()
        self._stop = CancelToken()
        self._thread = ThreadPoolExecutor(1, "entities")
        self._written = self._thread.submit(write_entities, folder, db, digests, self._tell, find)
        self._written.add_done_callback(lambda _: self._counts.put(None))

    def _tell(self, read: int, to_read: int) -> None:
        if self._stop.cancelled:
            raise StoppedError("the names are not needed any more")
        self._counts.put((read, to_read))

    def finish(self, progress: Callable[[int, int], None]) -> None:
        """Wait until all is written, and raise what was raised; `progress` is as that of `write_entities`."""
        for read, to_read in iter(self._counts.get, None):
            progress(read, to_read)
        self._written.result()

    def close(self) -> None:
        """End it, at the next article where it is not finished."""
        self._stop.cancel()
        self._thread.shutdown()


def fold_keys(folder: Path) -> None:
    """Let the names in the file of a draft be counted by their folded names, in one from before that."""
    if (folder / FILE.name).exists():
        with closing(sqlite3.connect(folder / FILE.name)) as file, file:
            file.create_function("folded", 1, fold_name, deterministic=True)
            file.execute("UPDATE OR REPLACE entities SET key = folded(name)")


class Entities:
    """The names of a generation, read from its file; none for an old generation without it."""

    def __init__(self, folder: Path) -> None:
        self._rows = partial(FILE.rows, folder)

    def articles_read(self) -> int:
        """The number of articles that were read for names."""
        return len(self._rows("SELECT article_id FROM articles"))

    def counts(self, least_articles: int) -> list[NameCount]:
        """The names in at least so many articles, in order of their keys."""
        # In the order of the table, so that it is gone through once, and as one row, so that no thread waits for it.
        mentions = ", ".join(f"sum(iif(kind = '{kind}', mentions, 0))" for kind in _KINDS)
        counted = f"SELECT json_array(key, count(DISTINCT article_id), {mentions}) AS own FROM entities"
        counted = f"{counted} GROUP BY key HAVING count(DISTINCT article_id) >= ?"
        rows = self._rows(f"SELECT json_group_array(json(own)) FROM ({counted})", least_articles)
        return [
            NameCount(key, number, Counter({kind: own for kind, own in zip(_KINDS, sums, strict=True) if own}))
            for key, number, *sums in sorted(json.loads(rows[0][0] if rows else "[]"))
        ]

    def articles_with(self, *keys: str) -> int:
        """The number of articles with any of the names."""
        places = ", ".join("?" * len(keys))
        query = f"SELECT count(DISTINCT article_id) FROM entities WHERE key IN ({places})"
        return sum(int(row[0]) for row in self._rows(query, *keys))

    def kind(self, name: str) -> Kind | None:
        """What a name, in full or its last word, is mostly of in the corpus; None for one that no article has."""
        key = fold_name(name)
        ends = f"{_LAST_WORD} = ?2 AND substr(key, -length(?1) - 1) = ' ' || ?1"
        for condition in ("key = ?1 AND ?2 = ?2", ends):
            query = (
                f"SELECT kind FROM entities WHERE {condition} GROUP BY kind ORDER BY sum(mentions) DESC, kind LIMIT 1"
            )
            if found := self._rows(query, key, key.rpartition(" ")[2]):
                return found[0][0]  # type: ignore[no-any-return]
        return None

    def spelling(self, key: str) -> str:
        """The spelling of a name in most articles."""
        query = "SELECT name FROM entities WHERE key = ? GROUP BY name ORDER BY count(*) DESC, name LIMIT 1"
        return next((str(row[0]) for row in self._rows(query, key)), key)
