"""CSV and TSV files: one article per row."""

import csv
import io
from collections.abc import Iterator

from assistant.ingest.files.encodings import decode
from assistant.ingest.files.origin import Origin, Outcome
from assistant.ingest.files.records import article_fields, field_named
from assistant.ingest.items import ParseError

_MAX_FIELD = 50_000_000
_DELIMITERS = ",;\t|"


def read_csv(data: bytes, origin: Origin) -> Iterator[Outcome]:
    """The articles of a CSV file, whose first row names the fields of an article.

    The delimiter is the sign that occurs most often in that row. A bad row does not stop the others.
    """
    text = decode(data, origin.encoding)
    header = next((line for line in text.splitlines() if line.strip()), "")
    return _rows(text, origin, max(_DELIMITERS, key=header.count))


def read_tsv(data: bytes, origin: Origin) -> Iterator[Outcome]:
    """The articles of a file with tabs between its fields."""
    return _rows(decode(data, origin.encoding), origin, "\t")


def _rows(text: str, origin: Origin, delimiter: str) -> Iterator[Outcome]:
    reader = csv.reader(io.StringIO(text.replace("\x00", "\ufffd"), newline=""), delimiter=delimiter)
    rows = (row for row in reader if any(field.strip() for field in row))
    limit = csv.field_size_limit(_MAX_FIELD)  # of the whole process; an article may exceed the default of 131,072
    try:
        columns = _columns(next(rows, []))
        number = 1
        for number, row in enumerate(rows, 2):
            yield _article(columns, row, origin.part(f"row {number}"))
    except csv.Error as error:
        raise ParseError(f"line {reader.line_num} and what follows cannot be read: {error}") from None
    finally:
        csv.field_size_limit(limit)
    if number == 1:
        raise ParseError("it has a row of column names and no articles")


def _columns(header: list[str]) -> list[str]:
    columns = [" ".join(field.split()) for field in header]
    if not columns:
        raise ParseError("the file is empty")
    if not {"title", "text"} <= set(map(field_named, columns)):
        shown = ", ".join(column[:30] for column in columns[:8])
        raise ParseError(f"its first row must name the columns, title and text among them; it reads: {shown}")
    return columns


def _article(columns: list[str], row: list[str], origin: Origin) -> Outcome:
    if len(row) > len(columns):
        cure = "put a text with the sign between fields in quotes"
        return origin.failure(f"{len(row)} fields for {len(columns)} columns; {cure}")
    fields = {column: field for column, field in zip(columns, row, strict=False) if column and field.strip()}
    # Not identified by its row number: an earlier row may be removed.
    return origin.article(article_fields(fields), key="")
