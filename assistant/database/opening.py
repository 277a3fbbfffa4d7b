"""Opens the tables of a store, wherever they are."""

from pathlib import Path

from sqlalchemy import MetaData

from assistant.database.place import Database
from assistant.database.tables import ReadRow, Tables


def open_tables(where: Database | Path, name: str, tables: MetaData, read: ReadRow) -> Tables:
    """The tables of the store whose file in a home has that name. Nothing is opened yet."""
    place = Database.of(where)
    if place.address is None:
        from assistant.database.sqlite_tables import SqliteTables

        return SqliteTables(place.home / name, tables, read)
    from assistant.database.postgres_tables import PostgresTables

    return PostgresTables(place.address, name, tables, read)
