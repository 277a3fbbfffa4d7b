"""What a home has as small files, in a table of a PostgreSQL database: keys, and that sign-in is required."""

from pydantic import SecretStr
from sqlalchemy import Column, LargeBinary, MetaData, Table, select

from assistant.database.columns import TEXT, Row, insert_new
from assistant.database.postgres_tables import PostgresTables

FACTS = MetaData()
_facts = Table("facts", FACTS, Column("name", TEXT, primary_key=True), Column("content", LargeBinary, nullable=False))


def fact_tables(address: SecretStr) -> PostgresTables:
    """The table of that database."""
    return PostgresTables(address, "facts", FACTS, _read)


def facts(address: SecretStr) -> dict[str, bytes]:
    """All that is kept, by its name."""
    with fact_tables(address).reading(select(_facts)) as rows:
        return {row["name"]: bytes(row["content"]) for row in rows}


def fact_once(address: SecretStr, name: str, content: bytes) -> bytes:
    """What is kept under `name`; `content`, which is kept from now on, when there is nothing."""
    with fact_tables(address).writing() as db:
        insert_new(db, _facts, {"name": name, "content": content})
        found = db.execute(select(_facts.c.content).where(_facts.c.name == name)).scalar_one()
    return bytes(found)


def _read(table: str, row: Row) -> bytes:
    return bytes(row["content"])
