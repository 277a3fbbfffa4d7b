"""What is wrong with the tables of a generation; `rows` gives those of an SQL query."""

from assistant.index.home.article_rows import DATES, Rows, is_moment
from assistant.utils import one_line

# The numbers of texts in the full-text index, of those that have a chunk, and of all chunks. Both tables are in the
# order of the numbers, so that they are gone through side by side.
_BOTH = """
SELECT count(*), count(c.number), (SELECT count(*) FROM chunks)
FROM words_content w LEFT JOIN chunks c ON c.number = w.id
"""
_ORPHANED = "SELECT count(*) FROM chunks WHERE article_id NOT IN (SELECT id FROM articles)"
_WITHOUT_CHUNKS = "SELECT count(*) FROM articles WHERE id NOT IN (SELECT article_id FROM chunks)"


def broken_pages(rows: Rows) -> list[str]:
    """What SQLite finds wrong with the first damaged page of the file; empty for a sound one."""
    return [one_line(row[0], 100) for row in rows("PRAGMA quick_check(1)") if row[0] != "ok"]


def disagreements(rows: Rows) -> list[str]:
    """Inconsistencies between the tables; empty when there are none."""
    indexed, common, chunks = rows(_BOTH)[0]
    counts = {
        "chunks without full text": chunks - common,
        "full text without a chunk": indexed - common,
        "orphaned chunks": rows(_ORPHANED)[0][0],
        "articles without a chunk": rows(_WITHOUT_CHUNKS)[0][0],
    }
    return [f"{count} {name}" for name, count in counts.items() if count]


def broken_dates(rows: Rows) -> list[str]:
    """Stored dates that are none, the first of each column: SQLite does not see that a bit of a text flips."""
    stored = {row[1] for row in rows("PRAGMA table_info(articles)")}
    columns = [column for column in DATES if column in stored]
    # All at once, as they stand after the texts; and each date once, as those of a refresh are the same.
    dates = zip(*rows(f"SELECT {', '.join(columns)} FROM articles"), strict=True)
    broken = {
        column: [text for text in dict.fromkeys(own) if text is not None and not is_moment(text)]
        for column, own in zip(columns, dates, strict=False)
    }
    return [f"{column} {texts[0]!r} is no date" for column, texts in broken.items() if texts]
