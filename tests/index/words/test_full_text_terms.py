"""The terms of texts elsewhere are those of SQLite's full-text index."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.index.words.full_text_terms import phrase_of, terms_of
from assistant.text import split_words

_WORDS = st.sampled_from(
    "The harbours' RUNNING São Kraków 1,000 naïve ﬁnance ÇA ʻOkina İstanbul ß ὈΔΟΣ don’t X²".split()
)
_TEXTS = st.lists(st.one_of(_WORDS, st.text(max_size=12)), max_size=12).map(" ".join)


def as_sqlite_has_them(text: str) -> tuple[str, ...]:
    db = sqlite3.connect(":memory:")
    db.executescript(
        'CREATE VIRTUAL TABLE words USING fts5 (text, tokenize = "porter unicode61 remove_diacritics 2");'
        "CREATE VIRTUAL TABLE terms USING fts5vocab (words, instance);"
    )
    db.execute("INSERT INTO words VALUES (?)", (" ".join(split_words(text)),))
    rows = db.execute('SELECT term FROM terms ORDER BY "offset"').fetchall()
    db.close()
    return tuple(row[0] for row in rows)


@given(_TEXTS)
def test_a_text_has_the_same_terms_in_the_same_order(text: str) -> None:
    assert terms_of([text]) == [as_sqlite_has_them(text)]


@pytest.mark.parametrize(("typed", "terms"), [("closed", ("close",)), ("the ferries", ("the", "ferri")), ("", ())])
def test_what_is_looked_for_has_the_terms_of_the_texts(typed: str, terms: tuple[str, ...]) -> None:
    assert phrase_of(typed) == terms


def test_a_term_that_is_too_long_for_an_index_is_told_by_its_beginning() -> None:
    assert [len(term) for (term,) in terms_of(["x" * 3000, "ж" * 3000])] == [500, 500]
