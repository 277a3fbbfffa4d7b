"""Brings the tables that a database has to those that a store knows: what is missing is added, nothing else changed."""

from collections.abc import Collection

from sqlalchemy import Column, Connection, MetaData, text
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable

from assistant.database.place import SCHEMA

Names = Collection[tuple[str, str | None]]
"""Of a database: each table with each of its columns, and each index with None."""

FILLED_BY = "filled by"
"""In the `info` of a column that older files lack: an expression in SQLite's SQL of what it has in a row of theirs."""


def names_of(tables: MetaData) -> Names:
    """What a database has when it has all that `tables` have."""
    columns = {(table.name, column.name) for table in tables.sorted_tables for column in table.columns}
    return columns | {(str(index.name), None) for table in tables.sorted_tables for index in table.indexes}


def complete(db: Connection, tables: MetaData, present: Names) -> None:
    """Add the tables, columns and indexes that are not among `present`."""
    known = {name for name, _ in present}
    for table in tables.sorted_tables:
        if table.name not in known:
            db.execute(CreateTable(table, if_not_exists=True))
        else:
            missing = [column for column in table.columns if (table.name, column.name) not in present]
            # One that every row must have was there from the first version on: the table is another program's.
            _add_columns(db, [column for column in missing if column.nullable])
        for index in table.indexes:
            db.execute(CreateIndex(index, if_not_exists=True))


def _add_columns(db: Connection, columns: Collection[Column[object]]) -> None:
    for column in columns:
        # Such text is given as it is: the schema is not put into it.
        place = "" if db.dialect.name == "sqlite" else f"{SCHEMA}."
        described = CreateColumn(column).compile(dialect=db.dialect)
        db.exec_driver_sql(f"ALTER TABLE {place}{column.table.name} ADD COLUMN {described}")
    fill(db, columns)


def fill(db: Connection, columns: Collection[Column[object]]) -> None:
    """Have the columns what they are filled by, where they are empty."""
    for column in columns:
        if (by := column.info.get(FILLED_BY)) is not None and db.dialect.name == "sqlite":
            db.execute(text(f"UPDATE {column.table.name} SET {column.name} = {by} WHERE {column.name} IS NULL"))
