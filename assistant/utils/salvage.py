"""Keeps what is left of damaged files: they are renamed, not removed, and read as far as they can be."""

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


def set_aside(path: Path) -> Path:
    """Rename a damaged file or folder, so that its name is free and nothing of it is lost; its new path."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    names = (f"{path.name}.damaged-{stamp}{f'-{number}' if number else ''}" for number in range(1000))
    return path.rename(next(new for name in names if not (new := path.with_name(name)).exists()))


def readable_rows(db: sqlite3.Connection, table: str) -> list[Mapping[str, Any]]:
    """The rows of a table that can be read, by column, in the order of their numbers."""
    rows: dict[int, Mapping[str, Any]] = {}
    for order in ("ASC", "DESC"):  # from both ends up to what is damaged
        try:
            for number, row in _rows(db, table, order):
                if number in rows:
                    break
                rows[number] = row
            else:
                break
        except sqlite3.Error:
            continue
    return [rows[number] for number in sorted(rows)]


def _rows(db: sqlite3.Connection, table: str, order: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    cursor = db.execute(f"SELECT rowid, * FROM {table} ORDER BY rowid {order}")
    names = [column[0] for column in cursor.description][1:]
    for number, *values in cursor:
        yield number, dict(zip(names, values, strict=True))
