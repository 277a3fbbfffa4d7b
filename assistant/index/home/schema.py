"""The tables of articles, chunks and full text, and upgrading those of older indexes."""

import sqlite3

from assistant.index.words.tokens import TOKENIZER

_EARLIER = """
CREATE INDEX articles_by_title ON articles (title);
CREATE TABLE earlier (                         -- titles and texts that were replaced, oldest first
    article_id TEXT NOT NULL, replaced TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL
);
CREATE INDEX earlier_by_article ON earlier (article_id);
"""
_FOLDED = 1  # version of the file from which on its words and names are folded; raised when they fold otherwise
_SCHEMA = f"""
CREATE TABLE articles (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL, source TEXT, published TEXT, url TEXT,
    author TEXT, category TEXT,
    source_key TEXT, moment REAL,              -- for filters: source folded, seconds since 1970
    origin TEXT NOT NULL, file TEXT NOT NULL,  -- the refreshed source and the file in it
    digest TEXT NOT NULL,
    updated TEXT,                              -- when its publication last changed it
    seen TEXT NOT NULL, altered TEXT           -- UTC: first indexed, and title or text last found to be another
);
CREATE TABLE chunks (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, article_id TEXT NOT NULL REFERENCES articles (id),
    start INTEGER NOT NULL, end INTEGER NOT NULL, content TEXT NOT NULL
);
CREATE INDEX chunks_by_content ON chunks (content);
CREATE VIRTUAL TABLE words USING fts5 (header, text, tokenize = "{TOKENIZER}"); -- folded
{_EARLIER}
PRAGMA user_version = {_FOLDED};
"""

# The text of an article stands before most of its other columns, so that to read these from the table is to read all.
_COVERING = """
DROP INDEX IF EXISTS articles_by_date;
CREATE INDEX IF NOT EXISTS articles_by_moment ON articles (moment, published, id, source_key, source);
CREATE INDEX IF NOT EXISTS articles_by_source ON articles (source_key, source, id);
CREATE INDEX IF NOT EXISTS articles_listed ON articles
    (id, digest, title, source, source_key, published, moment, url, origin, file);
DROP INDEX IF EXISTS chunks_by_article;
CREATE INDEX IF NOT EXISTS chunks_of_article ON chunks (article_id, start, end, id);
"""

# Upgrades the tables of an index from before these columns and tables.
_UPGRADE = f"""
ALTER TABLE articles ADD COLUMN updated TEXT;
ALTER TABLE articles ADD COLUMN seen TEXT NOT NULL DEFAULT '1970-01-01T00:00:00+00:00';
ALTER TABLE articles ADD COLUMN altered TEXT;
{_EARLIER}"""

_ARTICLE_COLUMNS = "a.id, a.title, a.text, a.source, a.published, a.url, a.author, a.category, a.updated"


def create_or_upgrade(db: sqlite3.Connection) -> None:
    """Create the tables in a new file, and add what those of an older index lack."""
    columns = _columns(db)
    if not columns:
        db.executescript(_SCHEMA)
    elif "seen" not in columns:
        db.executescript(_UPGRADE)
    db.executescript(_COVERING)


def is_folded(db: sqlite3.Connection) -> bool:
    """Whether the full text and the names of publications are folded as they are today."""
    return bool(db.execute("PRAGMA user_version").fetchone()[0] >= _FOLDED)


def set_folded(db: sqlite3.Connection) -> None:
    """Record that they are."""
    db.execute(f"PRAGMA user_version = {_FOLDED}")


def fields(db: sqlite3.Connection) -> str:
    """The columns of an article in table alias a, in the order of its fields; for an older index too."""
    return _ARTICLE_COLUMNS if "updated" in _columns(db) else _ARTICLE_COLUMNS.replace("a.updated", "NULL")


def listed(db: sqlite3.Connection) -> str:
    """The table of articles by an index that has all but their texts; in an older file the table itself."""
    has_index = db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'articles_listed'").fetchone()[0]
    return "articles a INDEXED BY articles_listed" if has_index else "articles a"


def _columns(db: sqlite3.Connection) -> set[str]:
    return {row[1] for row in db.execute("PRAGMA table_info(articles)")}
