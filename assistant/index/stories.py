"""Which articles of a generation are copies of one story: one SQLite file, made at each refresh."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from assistant.articles import Article
from assistant.copies import groups, signature

FILE = "stories.sqlite"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS stories (
    article_id TEXT PRIMARY KEY, digest TEXT NOT NULL, signature BLOB NOT NULL,
    story TEXT                                 -- NULL for an article without copies
);
"""


@dataclass(frozen=True, slots=True)
class Stories:
    """`of` has for each article with copies the name of its story, `members` the articles of each story."""

    of: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def name(self, article_id: str) -> str:
        """The name of the story of an article, its own id when it has no copies."""
        return self.of.get(article_id, article_id)

    def copies(self, article_id: str) -> tuple[str, ...]:
        """The ids of the other articles of its story."""
        return tuple(one for one in self.members.get(self.name(article_id), ()) if one != article_id)


def read_stories(folder: Path) -> Stories:
    """The stories of the generation in `folder`; none for one that was made before copies were looked for."""
    path = folder / FILE
    if not path.is_file():
        return Stories()
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        of = dict(db.execute("SELECT article_id, story FROM stories WHERE story IS NOT NULL ORDER BY article_id"))
    finally:
        db.close()
    members: dict[str, list[str]] = defaultdict(list)
    for name, story in of.items():
        members[story].append(name)
    return Stories(of, {story: tuple(names) for story, names in members.items()})


def write_stories(folder: Path, articles: Iterable[Article], digests: Mapping[str, str]) -> None:
    """Bring the file in `folder` to the articles of `digests` (digest by id).

    `articles` gives all of them; only those that are new or changed since are signed.
    """
    db = sqlite3.connect(folder / FILE)
    try:
        db.executescript(f"PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; {_SCHEMA}")
        held = {row[0]: (row[1], row[2]) for row in db.execute("SELECT article_id, digest, signature FROM stories")}
        signed = {name: sign for name, (digest, sign) in held.items() if digests.get(name) == digest}
        fresh = {one.id: signature(one) for one in articles if one.id not in signed}
        db.executemany("DELETE FROM stories WHERE article_id = ?", ((name,) for name in held if name not in signed))
        rows = ((name, digests[name], sign) for name, sign in fresh.items())
        db.executemany("INSERT INTO stories (article_id, digest, signature) VALUES (?, ?, ?)", rows)
        db.execute("UPDATE stories SET story = NULL")
        found = groups({**signed, **fresh})
        db.executemany(
            "UPDATE stories SET story = ? WHERE article_id = ?", ((story, name) for name, story in found.items())
        )
        db.commit()
    finally:
        db.close()
