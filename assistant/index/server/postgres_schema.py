"""The tables of an index in PostgreSQL.

Each row of articles, chunks and earlier versions has the number of the generation that it came with, and of the one
that it went with: a generation has what came with it or before, and did not go with it or before.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

from assistant.database import TEXT

TABLES = MetaData()

# Of a chunk: the terms of its header, and those with all of its text, each between two spaces of its own; a sign that
# is no term is between both. The same terms, each once, as what GIN indexes.
BETWEEN = " | "
_WORDS = f"array_to_tsvector(array_remove(string_to_array(btrim(terms), '  '), '{BETWEEN.strip()}'))"


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, TEXT, nullable=null)


def _number() -> Column[int]:
    return Column("number", BigInteger, primary_key=True, autoincrement=True)


def _interval() -> tuple[Column[int], Column[int]]:
    return Column("came", Integer, nullable=False), Column("went", Integer)


def _of_interval(table: str) -> tuple[Index, Index]:
    gone = text("went IS NOT NULL")
    return Index(f"{table}_by_came", "came"), Index(f"{table}_by_went", "went", postgresql_where=gone)


Table(
    "index_articles",
    TABLES,
    _number(),
    _text("id"),
    *_interval(),
    *(_text("title"), _text("text"), _text("source", null=True), _text("published", null=True)),
    *(_text("url", null=True), _text("author", null=True), _text("category", null=True)),
    *(_text("source_key", null=True), Column("moment", Float(53)), _text("origin"), _text("file"), _text("digest")),
    *(_text("updated", null=True), _text("seen"), _text("altered", null=True)),
    Index("index_articles_by_id", "id", "came", unique=True),
    Index("index_articles_by_moment", "moment"),
    Index("index_articles_by_title", "title", postgresql_using="hash"),  # however long one is
    *_of_interval("index_articles"),
)
Table(
    "index_chunks",
    TABLES,
    _number(),
    _text("id"),
    *_interval(),
    *(_text("article_id"), Column("start", Integer, nullable=False), Column("end", Integer, nullable=False)),
    *(_text("content"), _text("header"), _text("terms"), Column("length", Integer, nullable=False)),
    Column("words", TSVECTOR, Computed(_WORDS, persisted=True)),
    Index("index_chunks_by_id", "id", "came", unique=True),
    Index("index_chunks_by_article", "article_id"),
    Index("index_chunks_by_content", "content"),
    Index("index_chunks_by_words", "words", postgresql_using="gin"),
    *_of_interval("index_chunks"),
    postgresql_with={"toast_tuple_target": 8160},  # a row is read as it is
)
Table(
    "index_earlier",
    TABLES,
    _number(),
    _text("article_id"),
    *_interval(),
    *(_text("replaced"), _text("title"), _text("text")),
    Index("index_earlier_by_article", "article_id"),
    *_of_interval("index_earlier"),
)
# What the vectors of an embedder are: `came` is the generation that it came with. Where `whole`, there is one for each
# chunk of each generation made with it; in an index from before there were these tables the next refresh copies them.
Table(
    "index_embedders",
    TABLES,
    Column("number", SmallInteger, primary_key=True, autoincrement=True),
    *(_text("name"), Column("came", Integer, nullable=False), Column("whole", Boolean, nullable=False)),
    Index("index_embedders_by_name", "name", unique=True),
)
# The vector of each text, by its content name, as float32 in the order of bytes of x86 and ARM.
Table(
    "index_vectors",
    TABLES,
    Column("content", TEXT, primary_key=True),
    Column("embedder", SmallInteger, primary_key=True, autoincrement=False),
    Column("vector", LargeBinary, nullable=False),
    postgresql_with={"toast_tuple_target": 8160},  # such bytes cannot be compressed
)
# Contents that may be those of no chunk, looked at once the generation `came`, or a later one, is published: till then
# what a killed refresh embedded is kept for the next one.
Table("index_loose", TABLES, Column("content", TEXT, primary_key=True), Column("came", Integer, nullable=False))
# How many more chunks have a term from a generation on; what all that are kept have in common is under number 0.
Table(
    "index_terms",
    TABLES,
    Column("term", TEXT, primary_key=True),
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("chunks", BigInteger, nullable=False),
    Index("index_terms_by_generation", "generation", postgresql_where=text("generation > 0")),
)
# How many more chunks there are from a generation on, and terms in them.
Table(
    "index_sizes",
    TABLES,
    Column("generation", Integer, primary_key=True, autoincrement=False),
    *(Column("chunks", BigInteger, nullable=False), Column("terms", BigInteger, nullable=False)),
)
Table(
    "index_generations",
    TABLES,
    Column("number", Integer, primary_key=True, autoincrement=False),
    *(_text("manifest"), Column("states", LargeBinary, nullable=False)),
)
# Derived files by what is in them, in parts; an unchanged one is there once.
Table(
    "index_files",
    TABLES,
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("name", TEXT, primary_key=True),
    _text("digest"),
)
Table(
    "index_contents",
    TABLES,
    Column("digest", TEXT, primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)
Table(
    "index_history",
    TABLES,
    Column("number", Integer, primary_key=True, autoincrement=False),
    _text("entry"),
)
Table("index_documents", TABLES, Column("name", TEXT, primary_key=True), _text("text"))
# One row: the published generation, the last that was ever published, and who is refreshing.
Table(
    "index_state",
    TABLES,
    Column("one", Integer, primary_key=True, autoincrement=False),
    *(Column("current", Integer), Column("last", Integer, nullable=False), _text("holder", null=True)),
)
