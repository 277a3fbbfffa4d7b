"""The words that SQLite's full-text index makes of a text, so that they are the same in the postings."""

import sqlite3
import threading
from collections.abc import Iterable, Sequence

TOKENIZER = "porter unicode61 remove_diacritics 2"
_MOST = 2_000_000  # words that are remembered


class Tokens:
    """Gives the words of texts as the full-text index has them. Any thread may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, tuple[bytes, ...]] = {}
        self._db = sqlite3.connect(":memory:", check_same_thread=False)
        self._db.executescript(
            f'CREATE VIRTUAL TABLE own USING fts5 (text, content = "", tokenize = "{TOKENIZER}");'
            "CREATE VIRTUAL TABLE found USING fts5vocab (own, instance);"
        )

    def of(self, text: str) -> list[bytes]:
        """The words of a text, in order."""
        parts = text.split(" ")
        return [word for part, words in zip(parts, self._of_each(parts), strict=True) for word in words if part]

    def _of_each(self, parts: Sequence[str]) -> list[tuple[bytes, ...]]:
        """Those of parts that have no space."""
        with self._lock:
            known = self._known
            if new := {part for part in parts if part not in known}:
                if len(known) > _MOST:
                    known.clear()
                    new = set(parts)
                self._learn(sorted(new))
            return [known[part] for part in parts]

    def _learn(self, parts: Iterable[str]) -> None:
        numbered = dict(enumerate(parts, 1))
        self._db.executemany("INSERT INTO own (rowid, text) VALUES (?, ?)", numbered.items())
        words = dict[int, list[tuple[int, bytes]]]()
        for word, number, place in self._db.execute("SELECT CAST(term AS BLOB), doc, offset FROM found"):
            words.setdefault(number, []).append((place, word))
        self._db.execute("INSERT INTO own (own) VALUES ('delete-all')")
        for number, part in numbered.items():
            self._known[part] = tuple(word for _, word in sorted(words.get(number, ())))
