"""The terms of texts as SQLite's full-text index makes them, which an index elsewhere has to have, too."""

import sqlite3
import threading
from collections.abc import Iterable, Sequence
from functools import lru_cache

from assistant.text import split_words

_LONGEST = 500  # characters of a term that tell it from others: PostgreSQL indexes up to 2,046 bytes
_MOST_KNOWN = 200_000  # words
_TABLES = """
CREATE VIRTUAL TABLE words USING fts5 (word, tokenize = "porter unicode61 remove_diacritics 2");
CREATE VIRTUAL TABLE terms USING fts5vocab (words, instance);
"""

Terms = tuple[str, ...]
"""The terms of a text, in order."""


class _Tokenizer:
    """SQLite's own tokenizer, so that no term can be another than it would be there. Any thread may use it.

    A word with no space in it has the same terms wherever it stands, so each is given to SQLite once.
    """

    def __init__(self) -> None:
        self._db = sqlite3.connect(":memory:", check_same_thread=False)
        self._db.executescript(_TABLES)
        self._lock = threading.Lock()
        self._known: dict[str, Terms] = {}

    def terms(self, words: Sequence[str]) -> Terms:
        """The terms of words that follow each other."""
        with self._lock:
            if len(self._known) > _MOST_KNOWN:
                self._known = {}
            known = self._known
            if unknown := {word for word in words if word not in known}:
                self._learn(sorted(unknown))
            return tuple(term for word in words for term in known[word])

    def _learn(self, words: Sequence[str]) -> None:
        with self._db:
            self._db.executemany("INSERT INTO words (rowid, word) VALUES (?, ?)", enumerate(words))
            found = self._db.execute('SELECT doc, "offset", term FROM terms').fetchall()
            self._db.execute("DELETE FROM words")
        terms: list[list[str]] = [[] for _ in words]
        for place, _, term in sorted(found):
            terms[place].append(term[:_LONGEST])
        self._known |= zip(words, map(tuple, terms), strict=True)


@lru_cache(maxsize=1)
def _tokenizer() -> _Tokenizer:
    return _Tokenizer()


def terms_of(texts: Iterable[str]) -> list[Terms]:
    """The terms of each text."""
    return [_tokenizer().terms(split_words(text)) for text in texts]


def phrase_of(term: str) -> Terms:
    """The terms of a folded word or phrase; none for what the index cannot have."""
    return _tokenizer().terms(term.split())
