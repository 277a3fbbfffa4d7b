"""The terms of texts as SQLite's full-text index makes them, which an index elsewhere has to have, too."""

import sqlite3
import threading
from collections.abc import Sequence
from functools import lru_cache

from assistant.text import split_words

_LONGEST = 500  # characters of a term that tell it from others: PostgreSQL indexes up to 2,046 bytes
_TABLES = """
CREATE VIRTUAL TABLE words USING fts5 (header, text, tokenize = "porter unicode61 remove_diacritics 2");
CREATE VIRTUAL TABLE terms USING fts5vocab (words, instance);
"""

Terms = tuple[str, ...]
"""The terms of a text, in order."""


class _Tokenizer:
    """SQLite's own tokenizer, so that no term can be another than it would be there. Any thread may use it."""

    def __init__(self) -> None:
        self._db = sqlite3.connect(":memory:", check_same_thread=False)
        self._db.executescript(_TABLES)
        self._lock = threading.Lock()

    def terms(self, texts: Sequence[tuple[str, str]]) -> list[tuple[Terms, Terms]]:
        """The terms of both columns of each row; the texts are words with spaces between them."""
        with self._lock, self._db:
            self._db.executemany("INSERT INTO words VALUES (?, ?)", texts)
            first = self._db.execute("SELECT min(rowid) FROM words").fetchone()[0]
            found = self._db.execute('SELECT doc, col, "offset", term FROM terms').fetchall()
            self._db.execute("DELETE FROM words")
        rows: list[dict[str, list[str]]] = [{"header": [], "text": []} for _ in texts]
        for doc, column, _, term in sorted(found):
            rows[doc - first][column].append(term[:_LONGEST])
        return [(tuple(row["header"]), tuple(row["text"])) for row in rows]


@lru_cache(maxsize=1)
def _tokenizer() -> _Tokenizer:
    return _Tokenizer()


def terms_of(texts: Sequence[tuple[str, str]]) -> list[tuple[Terms, Terms]]:
    """The terms of the header and the text of each chunk."""
    return _tokenizer().terms([tuple(" ".join(split_words(text)) for text in both) for both in texts]) if texts else []


@lru_cache(maxsize=50_000)
def phrase_of(term: str) -> Terms:
    """The terms of a folded word or phrase; none for what the index cannot have."""
    return _tokenizer().terms([("", term)])[0][1]
