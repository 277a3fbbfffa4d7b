"""Files of a generation that are derived from its articles: near-duplicates, entities and stories."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.index.damage import reason_of
from assistant.utils import one_line

FAST = "PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY;"
"""For a draft, which is flushed to disk once, before it is published."""
_QUICKLY_READ = 4_000_000  # bytes


def connect_immutable(path: Path, check_same_thread: bool = True) -> sqlite3.Connection:
    """A connection to a file of a published generation, which nobody writes to."""
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(uri, uri=True, check_same_thread=check_same_thread)


@dataclass(frozen=True)
class DerivedFile:
    """A SQLite file with the digest of every article it was made from, so that only new and changed ones are read.

    `schema` creates its tables; `digest_table` is the one with the `article_id` and `digest` of each article. A
    generation of an earlier version may lack one that `is_optional`.
    """

    name: str
    digest_table: str
    schema: str
    is_optional: bool = False

    def rows(self, folder: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a query to the generation in `folder`; none for an old one without the file.

        None either where it is damaged: no question fails for it, and the next refresh makes it anew.
        """
        if not (folder / self.name).is_file():
            return []
        try:
            with closing(connect_immutable(folder / self.name)) as file:
                return file.execute(query, values).fetchall()
        except sqlite3.Error:
            return []

    def fault(self, folder: Path, digests: Mapping[str, str] | None = None) -> str | None:
        """What is wrong with the file of the generation in `folder`, which it names; None for a sound one.

        With the `digests` of its articles it has to be of them. A large file is looked through only then.
        """
        path = folder / self.name
        if self.is_optional and not path.exists():
            return None
        if not path.is_file():
            return f"{self.name}: it is {'no file' if path.exists() else 'missing'}"
        try:
            with closing(connect_immutable(path)) as file:
                if digests is not None or path.stat().st_size < _QUICKLY_READ:
                    found = file.execute("PRAGMA quick_check(1)").fetchone()[0]
                    if found != "ok":
                        return f"{self.name}: {one_line(found, 100)}"
                query = f"SELECT article_id, digest FROM {self.digest_table}"
                stored = dict(file.execute(query if digests is not None else f"{query} LIMIT 1"))
        except (sqlite3.Error, OSError, ValueError) as error:
            return f"{self.name}: {reason_of(error)}"
        if digests is not None and stored != digests:
            return f"{self.name}: it is of other articles"
        return None

    @contextmanager
    def updating(self, folder: Path, digests: Mapping[str, str]) -> Iterator[tuple[sqlite3.Connection, list[str]]]:
        """The file in the `folder` of a draft, for writing, and the ids of the new and changed articles, to be read.

        `digests` has the digest of each article by id; what the file had of changed and other ones is deleted. What was
        written is committed at the end of the block.
        """
        with closing(sqlite3.connect(folder / self.name)) as file, file:
            file.executescript(f"{FAST} {self.schema}")
            stored = dict(file.execute(f"SELECT article_id, digest FROM {self.digest_table}"))
            outdated = ((article_id,) for article_id, digest in stored.items() if digests.get(article_id) != digest)
            file.executemany(f"DELETE FROM {self.digest_table} WHERE article_id = ?", outdated)
            yield file, sorted(name for name, digest in digests.items() if stored.get(name) != digest)
